// Answers of runs as lines of a pool: each text once, the oldest first, and runs without an answer counted.
import assert from "node:assert/strict";
import { test } from "vitest";
import { answersOf } from "../../../../extension/pools/traceAnswers.ts";
import type { Trace } from "../../../../core/trace/index.ts";
import { REAL } from "../../../support/trace/recordedTrace.ts";

const written = (text: string, createdAt: string): Trace => ({
  ...REAL,
  createdAt,
  request: { ...REAL.request, promptFile: "tales/fox.prompty" },
  result: { ...REAL.result, text },
});
const [FIRST, SECOND, THIRD] = [1, 2, 3].map((day) => `2026-01-0${day}T03:04:05.678Z`) as [
  string,
  string,
  string,
];

test("answers are named by prompt and time, in the order of their runs, and equal ones kept once", () => {
  const { lines, unusable } = answersOf([
    written("B", SECOND),
    null,
    written("A", FIRST),
    written("B", THIRD),
    written("  \n", THIRD),
  ]);
  assert.deepEqual(
    lines.map(({ id, text }) => [id, text]),
    [
      ["fox:2026-01-01T03:04:05.678Z", "A"],
      ["fox:2026-01-02T03:04:05.678Z", "B"],
    ],
  );
  assert.equal(unusable, 2);
});

test("runs of one second, and of one moment, have ids of their own", () => {
  const [first, second] = ["2026-01-01T03:04:05.001Z", "2026-01-01T03:04:05.002Z"] as const;
  const traces = [written("A", first), written("B", second), written("C", second), written("D", second)];
  assert.deepEqual(
    answersOf(traces).lines.map(({ id }) => id),
    [`fox:${first}`, `fox:${second}`, `fox:${second}:2`, `fox:${second}:3`],
  );
});

test("an answer belongs to the group that its request was sent to", () => {
  assert.ok(REAL.pool !== null);
  const route = { subject: null, group: "wild", by: "asked", reason: "" };
  const trace = { ...written("A", FIRST), pool: { ...REAL.pool, route } };
  assert.deepEqual(answersOf([trace]).lines[0]?.group, "wild");
});
