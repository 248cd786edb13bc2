// On the real model: relaxed runs repeat in text and drafts whatever the clock says and earlier runs learned.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import { committedOf, heldTokens, type Trace } from "../../core/trace/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../core/settings/index.ts";
import { guessCosts } from "../../server/engine/index.ts";
import { Session } from "../../server/worker/index.ts";
import { seededRandom } from "../support/random.ts";
import { loadModelWithPool, samplePrompt, type ModelWithPool } from "../support/decoding/realModel.ts";

let model: ModelWithPool;
beforeAll(async () => {
  // Two threads wait for each other by spinning, beside all the other tests.
  model = await loadModelWithPool({ maxThreads: 1 });
});
afterAll(() => model.engine.dispose());

/** A machine whose steps take from a hundredth of their usual time to a hundred times as long. */
function wildClock(seed: number): () => number {
  const random = seededRandom(seed);
  let ms = 0;
  return () => (ms += 10 ** (4 * random.next() - 1));
}

/** Three runs of one session, each by another clock. */
async function threeRuns(planner: GenerationSettings["planner"], topK: number): Promise<Trace[]> {
  const { engine, pool } = model;
  const prompt = await samplePrompt(engine, { file: "film.prompty" });
  const relaxed = { kind: "relaxed", topK, minProbability: topK === 2 ? 0.1 : 0.02 } as const;
  const settings = { ...DEFAULT_SETTINGS, strategy: "laser", maxTokens: 20, relaxed, planner } as const;
  let now = wildClock(1);
  const costs = guessCosts(engine.device, engine.model);
  const session = new Session({ engine, costs, generator: "test 0", now: () => now() });
  const traces: Trace[] = [];
  for (const seed of [1, 2, 3]) {
    now = wildClock(seed);
    const { signal } = new AbortController();
    const { trace, failure } = await session.generate({ prompt, settings, pool, signal });
    if (failure !== null) throw failure;
    traces.push(trace);
  }
  return traces;
}

/** What was drafted and committed, step by step. */
const decisions = ({ steps }: Trace) =>
  steps.map((step) => [step.draft.map(({ id }) => id), committedOf(step)]);

test.each([2, 6])("three repeatable runs at k = %i are equal in text, drafts and logits", async (topK) => {
  const [first, ...others] = await threeRuns("repeatable", topK);
  assert(first !== undefined);
  assert(
    first.steps.some(({ draft }) => draft.length > 0),
    "nothing was drafted",
  );
  for (const other of others) {
    assert.equal(other.result.text, first.result.text);
    assert.deepEqual(decisions(other), decisions(first));
    assert.deepEqual(
      other.steps.map(({ rows }) => rows),
      first.steps.map(({ rows }) => rows),
    );
  }
  assert.equal(first.request.planner, "repeatable");
  // Only the first of them may have read the prompt.
  const beforeTokens = first.request.promptTokens.length - 1;
  assert.deepEqual(others.map(heldTokens), [beforeTokens, beforeTokens]);
});

test("by the adaptive planner the same clocks lead to other drafts, which the trace does not call repeatable", async () => {
  const [first, ...others] = await threeRuns("adaptive", 2);
  assert(first !== undefined);
  assert(others.some((other) => JSON.stringify(decisions(other)) !== JSON.stringify(decisions(first))));
  assert.equal(first.request.planner, undefined);
});
