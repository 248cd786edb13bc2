// A run whose language server ended: the end that all listeners receive carries the trace that was rescued, or why it was not.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { withRescuedTrace } from "../../../../extension/run/interruptedTrace.ts";
import { startedRun } from "../../../../extension/run/runState.ts";
import type { RunResult } from "../../../../server/protocol/methods.ts";
import { parseTrace } from "../../../../core/trace/index.ts";
import { readTraceFile } from "../../../../server/files/traces/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { panelRun } from "../../../support/webview/panelRuns.ts";

const { snapshot, trace } = panelRun(3);
const run = { ...snapshot, ended: null };
const plainIn = (traceFolder: string | null) => ({ traceFolder, traceForm: "plain" }) as const;
const failed = (code: string): RunResult => ({
  finish: "failed",
  tracePath: null,
  error: { code, message: "It ended.", nextStep: "Run again." },
});

table(
  "the steps until then are kept",
  [
    { name: "where the server ended", code: "serverGone" },
    { name: "where it stays down", code: "serverDown" },
  ],
  async ({ code }, context) => {
    const folder = temporaryFolder(context);
    const result = await withRescuedTrace(run, failed(code), plainIn(folder));
    const [name, ...more] = readdirSync(folder);
    assert.deepEqual(more, []);
    assert.equal(result.tracePath, path.join(folder, name!));
    assert.deepEqual({ ...result, tracePath: null }, failed(code));
    const kept = parseTrace(readFileSync(result.tracePath, "utf8"));
    assert.deepEqual(kept.steps, trace.steps);
    assert.deepEqual(kept.result.error, { code, message: "It ended." });
  },
);

const done: RunResult = { finish: "endOfText", tracePath: "/traces/a.lasertrace", error: null };
table(
  "nothing is kept",
  [
    { name: "of a run that failed in the worker", given: run, result: failed("evaluationFailed") },
    { name: "of a run that ended well", given: run, result: done },
    { name: "of a run that made no step", given: startedRun("a"), result: failed("serverGone") },
  ],
  async ({ given, result }, context) => {
    const folder = temporaryFolder(context);
    assert.deepEqual(await withRescuedTrace(given, result, plainIn(folder)), result);
    assert.deepEqual(readdirSync(folder), []);
  },
);

test("a compact one if traces are kept compact", async (context) => {
  const traceFolder = temporaryFolder(context);
  const kept = await withRescuedTrace(run, failed("serverGone"), { traceFolder, traceForm: "compact" });
  assert.match(kept.tracePath ?? "", /Z-interrupted-.+\.lasertrace\.gz$/);
  const rescued = await readTraceFile(kept.tracePath ?? "");
  assert.deepEqual(rescued.steps, trace.steps);
});

test("nothing is kept if traces are not recorded", async () => {
  assert.deepEqual(await withRescuedTrace(run, failed("serverGone"), plainIn(null)), failed("serverGone"));
});

test("a folder that can't be made is reported beside the failure", async (context) => {
  const folder = path.join(temporaryFolder(context), "traces");
  writeFileSync(folder, "a file is in its place");
  const { traceError, ...result } = await withRescuedTrace(run, failed("serverGone"), plainIn(folder));
  assert.deepEqual(result, failed("serverGone"));
  assert.equal(traceError?.code, "traceNotKept");
  assert.match(traceError.message, /^The trace of .+ was not kept: /);
});
