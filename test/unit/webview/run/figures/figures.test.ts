// Figures of a run that was heard as it went, and of the trace that it left: the same, by the same definition.
import assert from "node:assert/strict";
import { test } from "vitest";
import { interruptedTrace } from "../../../../../extension/run/interruptedTrace.ts";
import { runOfTrace } from "../../../../../extension/shared/traceRun.ts";
import { parseTrace, serialiseTrace, type Trace } from "../../../../../core/trace/index.ts";
import { figuresOf, firstTokenOf, speedUp, type Figure } from "../../../../../webview/run/figures/figures.ts";
import { msWords } from "../../../../../webview/run/figures/figureWords.ts";
import { EMPTY_MODEL, reduce, runModelOf, type RunModel } from "../../../../../webview/run/model/model.ts";
import { table } from "../../../../support/check.ts";
import { messagesOf, panelRun, type PanelRun } from "../../../../support/webview/panelRuns.ts";

const heard = (run: PanelRun): RunModel => messagesOf(run).reduce(reduce, EMPTY_MODEL).run!;
const read = (trace: Trace): RunModel => runModelOf(runOfTrace(parseTrace(serialiseTrace(trace)), "a", "/a"));
const shown = (run: RunModel): (Figure | null)[] => [firstTokenOf(run), ...figuresOf(run)];

table(
  "the panel and the trace editor show the same figures",
  [
    { name: "of a run that ended", traceOf: ({ trace }: PanelRun) => trace },
    {
      name: "of a run whose server ended",
      traceOf: ({ snapshot }: PanelRun) =>
        interruptedTrace(snapshot, { code: "serverGone", message: "", nextStep: "" })!,
    },
  ],
  ({ traceOf }) => {
    for (let seed = 1; seed <= 20; seed++) {
      const run = panelRun(seed);
      if (run.trace.steps.length === 0) continue;
      const live = heard(run);
      assert.deepEqual(shown(live), shown(read(traceOf(run))), `seed ${seed}`);
      const { draftMs, verifyMs, otherMs } = run.trace.steps[0]!;
      const ms = run.trace.result.prefillMs! + draftMs + verifyMs + otherMs;
      assert.equal(firstTokenOf(live)?.value, msWords(ms), `seed ${seed}`);
    }
  },
);

test("the first token says how much of the prompt was still in the cache", () => {
  const run = heard(panelRun(16, 60));
  const beforeTokens = run.header!.request.promptTokens.length - 1;
  assert.doesNotMatch(firstTokenOf(run)!.meaning, /cache/);
  const { meaning } = firstTokenOf({ ...run, prefillTokens: beforeTokens - 1 })!;
  assert.match(
    meaning,
    new RegExp(`1 of ${beforeTokens} tokens of the prompt were still in the model's cache`),
  );
});

test("a speed-up against a plain run of another hour is in doubt", () => {
  const run = { ...heard(panelRun(16, 60)), plainTokensPerSecond: 10 };
  const plainRun = {
    ...{ path: "/p", createdAt: "2026-01-01T00:00:00.000Z", tokensPerSecond: 10, tokens: 5, sharedTokens: 3 },
    ...{ ownTokens: 9, laterMs: -7_200_000, differences: [] },
  };
  assert.doesNotMatch(speedUp({ ...run, plainRun })!.value, /\?/);
  const doubtful = speedUp({ ...run, plainRun: { ...plainRun, differences: ["the load may differ"] } })!;
  assert.match(doubtful.value, /^\d\.\d\d× \(\?\)$/);
  assert.match(
    doubtful.detail,
    /2 hours before this run; the answers diverge after 3 tokens; the load may differ$/,
  );
});
