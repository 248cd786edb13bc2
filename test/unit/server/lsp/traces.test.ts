// How traces are named in their folder, and which of them stay.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { keepTrace, traceName } from "../../../../server/lsp/traces.ts";
import { parseTrace, type Trace, type TraceForm } from "../../../../core/trace/index.ts";
import { readTraceFile } from "../../../../server/files/traces/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const made = (promptFile: string | null, createdAt = "2026-11-23T10:15:30.123Z"): Trace => {
  const trace = randomTrace(1);
  return { ...trace, createdAt, request: { ...trace.request, promptFile, strategy: "laser" } };
};

table(
  "a trace is named by time, prompt and strategy",
  [
    { name: "a prompt file", promptFile: "film.prompty", prompt: "film" },
    { name: "a path", promptFile: "a/b\\film.prompty", prompt: "film" },
    { name: "a selection", promptFile: null, prompt: "text" },
    { name: "no name", promptFile: "", prompt: "text" },
    { name: "what file systems refuse", promptFile: 'a: "b"?.prompty', prompt: "a-b-" },
    { name: "other letters", promptFile: "映画é.prompty", prompt: "映画é" },
    { name: "a long name, cut in a character", promptFile: "a".repeat(39) + "𠀋b", prompt: "a".repeat(39) },
  ],
  ({ promptFile, prompt }) => {
    assert.equal(traceName(made(promptFile)), `2026-11-23T10-15-30-123Z-${prompt}-laser.lasertrace`);
  },
);

const at = (second: number): Trace => made("film.prompty", `2026-11-23T10:15:0${second}.000Z`);
const bytes = (folder: string, trace: Trace): number =>
  readFileSync(path.join(folder, traceName(trace))).length;

test("a kept trace is read back unchanged", async (context) => {
  const folder = path.join(temporaryFolder(context), "not", "there", "yet");
  const file = await keepTrace(folder, at(1), { traces: 5, traceBytes: 1e9 });
  assert.deepEqual(parseTrace(readFileSync(file, "utf8")), at(1));
});

test("a compact one, too", async (context) => {
  const file = await keepTrace(temporaryFolder(context), at(1), { traces: 5, traceBytes: 1e9 }, "compact");
  assert.equal(path.basename(file), `${traceName(at(1))}.gz`);
  assert.deepEqual(await readTraceFile(file), at(1));
});

test("the oldest of both forms is removed, each with its bytes on disk", async (context) => {
  const folder = temporaryFolder(context);
  const keep = (second: number, form: TraceForm, traceBytes = 1e9) =>
    keepTrace(folder, at(second), { traces: 3, traceBytes }, form);
  const sizes: number[] = [];
  for (const second of [1, 2, 3]) sizes.push(statSync(await keep(second, "compact")).size);
  await keep(4, "plain");
  const [compact, plain] = [at(3), at(4)].map((trace) => traceName(trace));
  assert.deepEqual(readdirSync(folder).sort(), [`${traceName(at(2))}.gz`, `${compact}.gz`, plain].sort());
  await keep(5, "compact", bytes(folder, at(4)) + 2 * sizes[2]! - 1);
  assert.deepEqual(readdirSync(folder).sort(), [plain, `${traceName(at(5))}.gz`].sort());
});

test("beyond the count the oldest is removed", async (context) => {
  const folder = temporaryFolder(context);
  for (const second of [2, 1, 3, 4]) await keepTrace(folder, at(second), { traces: 2, traceBytes: 1e9 });
  assert.deepEqual(readdirSync(folder).sort(), [traceName(at(3)), traceName(at(4))]);
});

test("beyond the bytes the oldest is removed, and the newest stays whatever its size", async (context) => {
  const folder = temporaryFolder(context);
  await keepTrace(folder, at(1), { traces: 9, traceBytes: 1 });
  const one = bytes(folder, at(1));
  await keepTrace(folder, at(2), { traces: 9, traceBytes: 2 * one });
  assert.equal(readdirSync(folder).length, 2);
  await keepTrace(folder, at(3), { traces: 9, traceBytes: 3 * one - 1 });
  assert.deepEqual(readdirSync(folder).sort(), [traceName(at(2)), traceName(at(3))]);
  await keepTrace(folder, at(4), { traces: 9, traceBytes: one - 1 });
  assert.deepEqual(readdirSync(folder), [traceName(at(4))]);
});
