// A run whose trace nobody keeps: the same answer and figures, without rows.
import assert from "node:assert/strict";
import { DEFAULT_SETTINGS } from "../../../../../core/settings/index.ts";
import { STRATEGIES } from "../../../../../core/laser/index.ts";
import { committedClassOf, committedOf, traceMetrics, type Trace } from "../../../../../core/trace/index.ts";
import { createScriptedEngine } from "../../../../../server/engine/index.ts";
import { applyTemplate } from "../../../../../server/worker/prompt/prompt.ts";
import { SCRIPTED_COSTS } from "../../../../../server/worker/model/scriptedModel.ts";
import { Session } from "../../../../../server/worker/session/session.ts";
import { table } from "../../../../support/check.ts";

const ANSWER = "One, two, three; one, two, four; one, two, three; one, two, five.";

const classesOf = ({ steps }: Trace) =>
  steps.flatMap((step) => committedOf(step).map((id, at) => [id, committedClassOf(step, at)]));

table(
  "without rows",
  STRATEGIES.flatMap((strategy) =>
    ([1, 8] as const).map((maxTreeLeaves) => ({
      name: `${strategy}, ${maxTreeLeaves}`,
      strategy,
      maxTreeLeaves,
    })),
  ),
  async ({ strategy, maxTreeLeaves }) => {
    const traces: Trace[] = [];
    for (const keepsRows of [true, false]) {
      const engine = createScriptedEngine({ answers: [{ text: ANSWER }], maxTreeLeaves });
      const session = new Session({
        engine,
        costs: SCRIPTED_COSTS,
        generator: "test",
        frozenCosts: true,
      });
      const { trace, failure } = await session.generate({
        prompt: applyTemplate([{ role: "user", content: ANSWER }], null, engine, new Date(0), false),
        settings: { ...DEFAULT_SETTINGS, strategy, draftShape: "auto", reproducible: "off", maxTokens: 80 },
        pool: null,
        signal: new AbortController().signal,
        keepsRows,
      });
      assert.equal(failure, null);
      traces.push(trace);
    }
    const [whole, outline] = traces as [Trace, Trace];
    assert.equal(outline.result.text, whole.result.text);
    assert.deepEqual(classesOf(outline), classesOf(whole));
    assert.ok(outline.steps.every(({ rows }) => rows.length === 0));
    const figures = ({
      steps,
      drafted,
      accepted,
      relaxed,
      committed,
      edl,
    }: ReturnType<typeof traceMetrics>) => ({
      ...{ steps, drafted, accepted, relaxed, committed, edl },
    });
    assert.deepEqual(figures(traceMetrics(outline)), figures(traceMetrics(whole)));
    if (strategy !== "plain") assert.ok(traceMetrics(whole).accepted > 0, "something was drafted and kept");
  },
);
