// A run read back from its trace is shown as the run was that left it: seeded runs, message by message against the trace.
import assert from "node:assert/strict";
import { test } from "vitest";
import { identityOf } from "../../../../extension/shared/runName.ts";
import { runOfTrace } from "../../../../extension/shared/traceRun.ts";
import { headWithEnd } from "../../../../extension/shared/runHead.ts";
import { answerText, startedRun, withEvent } from "../../../../extension/run/runState.ts";
import { parseTrace, serialiseTrace } from "../../../../core/trace/index.ts";
import { panelRun } from "../../../support/webview/panelRuns.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

const RUNS = 40;
const PATH = "/traces/a.lasertrace";

test("a trace gives the snapshot that its run's messages made", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const { trace, events, snapshot } = panelRun(seed);
    const played = events.reduce(withEvent, startedRun("a", identityOf(trace.request, trace.createdAt)));
    const heard = headWithEnd(played, { finish: trace.result.finish, tracePath: PATH, error: null });
    const restored = runOfTrace(parseTrace(serialiseTrace(trace)), "a", PATH);
    // Entry names of a run without a pool are only in its messages: no step of a real one has any.
    const entries = trace.pool === null ? snapshot.entries : restored.entries;
    assert.deepEqual({ ...restored, entries }, heard, `seed ${seed}`);
    assert.equal(answerText(restored), trace.result.text, `seed ${seed}`);
  }
});

test("a character split over tokens belongs to the last of them", () => {
  const texts = runOfTrace(smallTrace(), "a", PATH)
    .pieces.flat()
    .map(({ text }) => text);
  assert.equal(texts.join(""), smallTrace().result.text);
  assert.ok(texts.includes("é") && texts.includes(""));
});

test("a failed run keeps what went wrong", () => {
  const trace = smallTrace();
  const error = { code: "evaluationFailed", message: "It failed." };
  const failed = { ...trace, result: { ...trace.result, finish: "failed" as const, error } };
  assert.deepEqual(runOfTrace(failed, "a", PATH).ended, {
    finish: "failed",
    tracePath: PATH,
    error: { ...error, nextStep: "" },
  });
});
