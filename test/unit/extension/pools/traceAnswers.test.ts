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
      ["fox:2026-01-01T03:04:05", "A"],
      ["fox:2026-01-02T03:04:05", "B"],
    ],
  );
  assert.equal(unusable, 2);
});

test("an answer belongs to the group that its request was sent to", () => {
  assert.ok(REAL.pool !== null);
  const route = { subject: null, group: "wild", by: "asked", reason: "" };
  const trace = { ...written("A", FIRST), pool: { ...REAL.pool, route } };
  assert.deepEqual(answersOf([trace]).lines[0]?.group, "wild");
});
