// The panel's reducer: deltas give what a snapshot gives, counts are the trace's, what does not belong is left out.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { ToPanel } from "../../../../../extension/shared/panel.ts";
import { startedRun, withEvent } from "../../../../../extension/run/runState.ts";
import { traceMetrics } from "../../../../../core/trace/index.ts";
import { EMPTY_MODEL, reduce, type PanelModel } from "../../../../../webview/run/model/model.ts";
import { messagesOf, panelRun, READY } from "../../../../support/webview/panelRuns.ts";

const play = (messages: readonly ToPanel[], from: PanelModel = EMPTY_MODEL): PanelModel =>
  messages.reduce(reduce, from);

test("deltas give the model that the snapshot gives, wherever the page was hidden in between", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const run = panelRun(seed);
    const whole = reduce(EMPTY_MODEL, { kind: "snapshot", status: READY, run: run.snapshot });
    assert.deepEqual(play(messagesOf(run)), whole, `seed ${seed}`);
  }
});

test("a page that is hydrated during a run shows what one that was open all along shows", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { events, snapshot } = panelRun(seed);
    const [begin, ...steps] = events;
    const progress = { kind: "progress", message: "Reading", share: 0.5 } as const;
    let run = startedRun(snapshot.runId);
    let live = play(messagesOf(panelRun(seed)).slice(0, 2));
    for (const event of [progress, begin!, progress, ...steps]) {
      run = withEvent(run, event);
      live = reduce(live, { kind: "event", runId: run.runId, event });
      const late = reduce(EMPTY_MODEL, { kind: "snapshot", status: READY, run });
      assert.deepEqual(late, live, `seed ${seed}, after ${event.kind}`);
    }
  }
});

test("counts are the trace's", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const run = panelRun(seed);
    const metrics = traceMetrics(run.trace);
    const { counts, classCounts } = play(messagesOf(run)).run!;
    for (const kind of ["accepted", "relaxed", "rejected", "unreached"] as const)
      assert.equal(classCounts[kind], metrics[kind], `seed ${seed} ${kind}`);
    for (const kind of ["correction", "bonus", "plain"] as const)
      assert.equal(
        classCounts[kind],
        run.trace.steps.filter(({ next }) => next.kind === kind).length,
        `seed ${seed} ${kind}`,
      );
    assert.equal(counts.committed, metrics.committed);
    assert.ok(Math.abs(counts.verifyMs - metrics.verifyMs) < 1e-6);
  }
});

test("what comes before the snapshot, of another run or twice changes nothing", () => {
  const messages = messagesOf(panelRun(22));
  const hydrated = play(messages);
  const step = messages.find((message) => message.kind === "event" && message.event.kind === "step")!;
  assert.equal(reduce(EMPTY_MODEL, step), EMPTY_MODEL);
  assert.equal(reduce(hydrated, step), hydrated);
  assert.equal(reduce(hydrated, { ...step, runId: "other" } as ToPanel), hydrated);
});

test("a missing step is noticed, and a snapshot repairs it", () => {
  const run = panelRun(22);
  const messages = messagesOf(run);
  const torn = play(messages.filter((_, i) => i !== 5));
  assert.equal(torn.outOfStep, true);
  const mended = reduce(torn, { kind: "snapshot", status: READY, run: run.snapshot });
  assert.equal(mended.outOfStep, false);
  assert.deepEqual(mended.run, play(messages).run);
});
