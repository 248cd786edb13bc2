// The clairvoyant planner: hand-worked cases, all plans of small cases, and what real runs kept.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { clairvoyantMs, keptAlong, plainMs } from "../../../../server/bench/clairvoyant.ts";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { Pool, RetrievalDrafter } from "../../../../core/laser/index.ts";
import { table } from "../../../support/check.ts";
import { END_OF_TEXT, markovScript, randomTokens, runDecode } from "../../../support/decoding/runDecode.ts";
import { below, forAll, listOf } from "../../../support/property.ts";
import { seededRandom } from "../../../support/random.ts";

const flat = () => 10;
/** T(1) = 10, and 4 more for each further token. */
const rising = (tokens: number) => 6 + 4 * tokens;
/** Dearer than the tokens one by one. */
const steep = (tokens: number) => 10 * tokens + tokens * tokens;

table(
  "the cheapest way through an answer",
  [
    { name: "nothing offered: plain", kept: [0, 0, 0], cost: flat, ms: 30, steps: 3 },
    { name: "all offered at once", kept: [2, 0, 0], cost: flat, ms: 10, steps: 1 },
    // 0 sent, then 3 of 3: 1 + 4 tokens. Taking the 2 of the first offer leaves two tokens without any.
    {
      name: "a shorter draft now lets a longer one come",
      kept: [2, 3, 0, 0, 0],
      cost: flat,
      ms: 20,
      steps: 2,
    },
    // T(3) = 18 in one step, against 10 + 14 or 30.
    { name: "a draft that pays", kept: [2, 1, 0], cost: rising, ms: 18, steps: 1 },
    { name: "drafts that don't pay are not sent", kept: [2, 1, 0], cost: steep, ms: 33, steps: 3 },
    { name: "an empty answer", kept: [], cost: flat, ms: 0, steps: 0 },
  ],
  ({ kept, cost, ms, steps }) => {
    assert.deepEqual(clairvoyantMs(kept, 5, cost), { ms, steps });
  },
);

test("the context grows with the answer", () => {
  const seen: [number, number][] = [];
  const cost = (tokens: number, contextTokens: number) => {
    seen.push([tokens, contextTokens]);
    return 1;
  };
  plainMs(3, 5, cost);
  // The root of the first step is the prompt's last token, with four before it.
  assert.deepEqual(seen, [
    [1, 4],
    [1, 5],
    [1, 6],
  ]);
});

test("no plan is cheaper, on all plans of small random cases", () => {
  const cases = fc.integer({ min: 1, max: 7 }).chain((length) =>
    fc.record({
      // No draft is kept beyond the end.
      kept: fc.tuple(...Array.from({ length }, (_, i) => below(length - i))),
      costs: listOf(fc.integer({ min: 1, max: 20 }), length + 1, length + 1),
    }),
  );
  forAll(cases, 200, ({ kept, costs }) => {
    const { length } = kept;
    const cost = (tokens: number, contextTokens: number) => costs[tokens]! + contextTokens / 8;
    const best = (from: number): number =>
      from === length
        ? 0
        : Math.min(
            ...Array.from(
              { length: kept[from]! + 1 },
              (_, sent) => cost(sent + 1, 3 + from) + best(from + sent + 1),
            ),
          );
    assert.equal(clairvoyantMs(kept, 4, cost).ms, best(0));
  });
});

test("a real strict run keeps of its drafts exactly what the look ahead says", async () => {
  let sentSteps = 0;
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed);
    const vocabularySize = 12 + random.below(20);
    const target = () =>
      new ScriptedTarget(vocabularySize, 200, END_OF_TEXT, markovScript(seed, vocabularySize));
    const prompt = randomTokens(random, 3 + random.below(20), vocabularySize);
    const pool = Pool.build([randomTokens(random, 60, vocabularySize), prompt]);
    const maxTokens = 20 + random.below(60);
    const { steps, result } = await runDecode({
      target: target(),
      prompt,
      maxTokens,
      drafter: new RetrievalDrafter(vocabularySize, pool),
    });
    const kept = keptAlong(
      new RetrievalDrafter(vocabularySize, pool),
      Int32Array.from(prompt),
      result.tokens,
      {
        maxTokens,
        maxDraftTokens: 15,
        target: target(),
      },
    );
    for (const { position, draft, verdicts, index } of steps) {
      const committed = position - prompt.length + 1;
      const keptHere = verdicts.filter(({ kind }) => kind === "accepted").length;
      assert.equal(keptHere, Math.min(draft.length, kept[committed]!), `seed ${seed}, step ${index}`);
      if (draft.length > 0) sentSteps++;
    }
  }
  assert.ok(sentSteps > 100, `${sentSteps} steps with a draft: too few to show anything`);
});
