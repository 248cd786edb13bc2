// The snapshot of a run, fed with a recorded run's messages: it must say the same as the trace, at every step.
import assert from "node:assert/strict";
import { test } from "vitest";
import { headWithEnd, headWithPlain } from "../../../../extension/shared/runHead.ts";
import { answerText, startedRun, withEvent } from "../../../../extension/run/runState.ts";
import type { RunSnapshot } from "../../../../extension/shared/panel.ts";
import type { CommittedPiece } from "../../../../server/protocol/worker.ts";
import { committedOf, type Trace } from "../../../../core/trace/index.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

const trace = smallTrace();

function played(recorded: Trace): RunSnapshot[] {
  const { createdAt, generator, request, model, device, pool, tokens, steps } = recorded;
  const header = { createdAt, generator, request, model, device, pool };
  let run = withEvent(startedRun("a"), { kind: "begin", header, tokens });
  const all = [run];
  for (const step of steps) {
    const pieces = committedOf(step).map((id, at, ids): CommittedPiece => ({
      id,
      text: `<${id}>`,
      tokenClass: at === ids.length - 1 ? step.next.kind : "accepted",
    }));
    run = withEvent(run, {
      kind: "step",
      step,
      pieces,
      tokens: { [`9${steps.indexOf(step)}`]: "new" },
      entries: {},
    });
    all.push(run);
  }
  return all;
}

test("a requested run knows nothing yet", () => {
  const { runId, ...rest } = startedRun("a");
  assert.equal(runId, "a");
  assert.deepEqual(
    Object.values(rest)
      .filter((value) => value !== null && value !== false)
      .map((value) => Object.keys(value)),
    [[], [], [], []],
  );
});

test("each step is kept in order, and earlier snapshots stay as they were", () => {
  const runs = played(trace);
  assert.deepEqual(
    runs.map(({ steps }) => steps.length),
    runs.map((_, at) => at),
  );
  assert.deepEqual(runs.at(-1)?.steps, trace.steps);
  assert.equal(runs.at(-1)?.pieces.length, trace.steps.length);
});

test("names of tokens add up", () => {
  const last = played(trace).at(-1);
  const added = trace.steps.map((_, at) => `9${at}`);
  assert.deepEqual(Object.keys(last?.tokens ?? {}).sort(), [...Object.keys(trace.tokens), ...added].sort());
});

test("the answer is the text of its pieces", () => {
  const ids = trace.steps.flatMap((step) => committedOf(step));
  const [last] = played(trace).slice(-1);
  assert.ok(last !== undefined && ids.length > 0);
  assert.equal(answerText(last), ids.map((id) => `<${id}>`).join(""));
});

test("the answer of a run that continues begins with what it inherited", () => {
  const { request } = trace;
  const from = { ...trace, request: { ...request, promptTokens: [1, 2, 3, 4], inheritedTokens: 2 } };
  const [begun] = played(from);
  assert.equal(answerText(begun!), " is a");
  assert.equal(answerText(startedRun("a")), "");
});

test("progress is shown until the next step, and removed at the end", () => {
  const loading = withEvent(startedRun("a"), { kind: "progress", message: "loading", share: 0.5 });
  assert.deepEqual(loading.progress, { message: "loading", share: 0.5 });
  const [step] = trace.steps;
  assert.ok(step !== undefined);
  assert.equal(
    withEvent(loading, { kind: "step", step, pieces: [], tokens: {}, entries: {} }).progress,
    null,
  );
  const result = { finish: "stopped", tracePath: "t", error: null } as const;
  const ended = headWithEnd(loading, result);
  assert.deepEqual([ended.progress, ended.ended], [null, result]);
});

test("a measured speed is kept beside the run", () => {
  const run = played(trace).at(-1);
  assert.ok(run !== undefined);
  assert.deepEqual(headWithPlain(run, 12.5), { ...run, plainTokensPerSecond: 12.5 });
});
