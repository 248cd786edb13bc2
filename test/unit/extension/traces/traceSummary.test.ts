// A trace read line by line says what reading it whole says; what is laid out otherwise is read whole, and what is not a
// trace has the reason. Files are real.
import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { gzipSync } from "node:zlib";
import { SummaryLines, summaryOfTrace } from "../../../../extension/traces/traceSummary.ts";
import { TraceSummaries } from "../../../../extension/traces/traceSummaries.ts";
import { listTraces, traceFileOf } from "../../../../extension/traces/traces.ts";
import { parseTrace, serialiseTrace, traceMetrics } from "../../../../core/trace/index.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

test("reading line by line gives the same as reading the file at once", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const lines = new SummaryLines();
    for (const line of serialiseTrace(trace).split("\n")) lines.take(line);
    const summary = lines.end();
    const whole = summaryOfTrace(trace);
    assert.deepEqual({ ...summary, metrics: null }, { ...whole, metrics: null }, `seed ${seed}`);
    for (const [name, value] of Object.entries(traceMetrics(trace))) {
      const found = summary?.metrics[name as keyof typeof whole.metrics];
      // Sums of milliseconds are added up in another order.
      if (typeof value === "number") assert.ok(Math.abs((found as number) - value) <= 1e-9 * value, name);
      else assert.deepEqual(found, value, name);
    }
  }
});

const fixture = readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8");
const edited = (change: (trace: Record<string, unknown>) => void): string => {
  const trace = JSON.parse(fixture) as Record<string, unknown>;
  change(trace);
  return JSON.stringify(trace);
};
const { steps } = parseTrace(fixture);

table(
  "a file",
  [
    { name: "as it is written", text: fixture, steps: steps.length },
    { name: "on one line", text: JSON.stringify(JSON.parse(fixture)), steps: steps.length },
    {
      name: "cut in a step",
      text: fixture.slice(0, fixture.indexOf('"steps"') + 900),
      reason: /ends too early/,
    },
    { name: "of nothing", text: "", reason: /ends too early/ },
    { name: "that is not JSON", text: "hello", reason: /not a LASER trace/ },
    { name: "that is not a trace", text: "[]", reason: /not a trace/ },
    {
      name: "of a later version",
      text: edited((trace) => (trace.version = 7)),
      reason: /version 7/,
    },
    {
      name: "without one of its steps",
      text: fixture.replace(/^ {4}\{"index":1,.*\n/m, ""),
      reason: /contradicts itself/,
    },
  ] as const,
  async (row, context) => {
    const folder = temporaryFolder(context);
    writeFileSync(path.join(folder, "a.lasertrace"), row.text);
    writeFileSync(path.join(folder, "a.lasertrace.gz"), gzipSync(row.text));
    for (const { path: file } of await listTraces(folder)) {
      const reading = await new TraceSummaries().read(file);
      if ("reason" in row) assert.match(reading.ok ? "no problem" : reading.reason, row.reason);
      else assert.equal(reading.ok && reading.summary.metrics.steps, row.steps);
    }
  },
);

table(
  "a compact file",
  [
    { name: "cut", bytes: gzipSync(fixture).subarray(0, -20), reason: /^The compact trace ends too early/ },
    {
      name: "damaged at its end, where all lines were read",
      bytes: Buffer.concat([gzipSync(fixture).subarray(0, -4), Buffer.alloc(4)]),
      reason: /^The compact trace is damaged/,
    },
    {
      name: "that unpacks to a line without end",
      bytes: gzipSync(Buffer.alloc(30_000_000, " ")),
      reason: /too long to be read here/,
    },
  ],
  async ({ bytes, reason }, context) => {
    const file = path.join(temporaryFolder(context), "a.lasertrace.gz");
    writeFileSync(file, bytes);
    const reading = await new TraceSummaries().read(file);
    assert.match(reading.ok ? "no problem" : reading.reason, reason);
  },
);

test("a folder lists the traces of both forms, and nothing else", async (context) => {
  const folder = temporaryFolder(context);
  for (const name of ["a.lasertrace", "b.lasertrace.gz", "c.gz", "d.txt", "e.lasertrace.gz.tmp"])
    writeFileSync(path.join(folder, name), "");
  const names = (await listTraces(folder)).map(({ path: file }) => path.basename(file));
  assert.deepEqual(names.sort(), ["a.lasertrace", "b.lasertrace.gz"]);
});

test("a file that no longer exists has a reason, too", async (context) => {
  const reading = await new TraceSummaries().read(path.join(temporaryFolder(context), "none.lasertrace"));
  assert.match(reading.ok ? "no problem" : reading.reason, /ENOENT/);
});

test("a file is read once for each content", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "a.lasertrace");
  writeFileSync(file, fixture);
  const summaries = new TraceSummaries();
  const [listed] = await listTraces(folder);
  assert.ok(listed !== undefined);
  assert.equal(summaries.known(listed), null);
  const [one, two] = await Promise.all([summaries.readFile(listed), summaries.read(file)]);
  assert.equal(one, two);
  assert.equal(summaries.known(listed), one);
  // Not read again: what was read stays what it was, even where the file is gone.
  renameSync(file, `${file}.away`);
  assert.equal(await summaries.readFile(listed), one);
});

test("all files of a long list stay known, so that it is read to its end", async (context) => {
  const file = path.join(temporaryFolder(context), "a.lasertrace");
  writeFileSync(file, "not a trace");
  // Of one file, each as if it had changed.
  const files = Array.from({ length: 1200 }, (_, at) => traceFileOf(file, at, 11));
  const summaries = new TraceSummaries();
  summaries.makeRoomFor(files.length);
  for (const listed of files) await summaries.readFile(listed);
  assert.equal(files.filter((listed) => summaries.known(listed) === null).length, 0);
});

test("many files are read, a few at a time", async (context) => {
  const folder = temporaryFolder(context);
  for (let seed = 1; seed <= 12; seed++)
    writeFileSync(path.join(folder, `${seed}.lasertrace`), serialiseTrace(randomTrace(seed)));
  const summaries = new TraceSummaries();
  const files = await listTraces(folder);
  const readings = await Promise.all(files.map((file) => summaries.readFile(file)));
  assert.deepEqual(
    readings.map((reading) => reading.ok),
    files.map(() => true),
  );
});
