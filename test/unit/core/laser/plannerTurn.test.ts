// A drafter that is sure and right, then as sure and always wrong, then right again: what the wrong part costs over
// plain decoding, and how soon the drafts are sent again. On a clock that charges T(n), so that the figures repeat.
import assert from "node:assert/strict";
import { ScriptedTarget, type Script } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { CostModel, RenewalPlanner } from "../../../../core/laser/index.ts";
import { hash3 } from "../../../../core/laser/hash.ts";
import { table } from "../../../support/check.ts";
import { END_OF_TEXT, runDecode } from "../../../support/decoding/runDecode.ts";
import { COST_TABLES } from "../../../support/decoding/plannerWorlds.ts";
import { KnownTextDrafter } from "../../../support/decoding/knownTextDrafter.ts";

const VOCABULARY = 64;
const RIGHT_TOKENS = 500;
const WRONG_TOKENS = 300;
const RIGHT_AGAIN_TOKENS = 200;
const ALL_TOKENS = RIGHT_TOKENS + WRONG_TOKENS + RIGHT_AGAIN_TOKENS;
const textAt = (place: number) => 1 + (hash3(5, place, 0) % (VOCABULARY - 1));
const text = Array.from({ length: ALL_TOKENS }, (_, place) => textAt(place));
/** The prompt is one token: the row after a sequence chooses the text's token at its length − 1. */
const script: Script = (sequence) => [{ token: textAt(sequence.length - 1), logit: 9 }];

interface Part {
  tokens: number;
  ms: number;
}

/** Decodes the text, and counts tokens and time of the steps that begin in each part. */
async function decodeParts(
  costs: CostModel,
  chance: number,
): Promise<{ right: Part; wrong: Part; again: Part }> {
  let clock = 0;
  const target = new ScriptedTarget(VOCABULARY, 2048, END_OF_TEXT, script);
  const evaluate = target.evaluate.bind(target);
  target.evaluate = (tokens, options) => {
    clock += costs.cheapest(tokens.length, 0).ms;
    return evaluate(tokens, options);
  };
  const isRight = (place: number) => place < RIGHT_TOKENS || place >= RIGHT_TOKENS + WRONG_TOKENS;
  const { steps, result } = await runDecode({
    target,
    prompt: [1],
    maxTokens: ALL_TOKENS,
    drafter: new KnownTextDrafter(text, isRight, chance, (token) => 1 + (token % (VOCABULARY - 1))),
    planner: new RenewalPlanner(costs),
    rowWidth: 4,
    now: () => clock,
  });
  assert.deepEqual(result.tokens, text);
  const parts = { right: { tokens: 0, ms: 0 }, wrong: { tokens: 0, ms: 0 }, again: { tokens: 0, ms: 0 } };
  steps.forEach((step, i) => {
    const place = step.position;
    const part =
      place < RIGHT_TOKENS ? parts.right : place < RIGHT_TOKENS + WRONG_TOKENS ? parts.wrong : parts.again;
    part.tokens += (steps[i + 1]?.position ?? ALL_TOKENS) - place;
    part.ms += step.verifyMs;
  });
  return parts;
}

const rows = Object.entries(COST_TABLES).flatMap(([name, points]) =>
  [0.8, 0.95, 0.99, 1].map((chance) => ({ name: `T(n) ${name}, chances of ${chance}`, points, chance })),
);

table("sure drafts that turn wrong, then right again", rows, async (row) => {
  const costs = new CostModel({ points: row.points }, true);
  const { right, wrong, again } = await decodeParts(costs, row.chance);
  const excess = wrong.ms / (wrong.tokens * costs.cheapest(1, 0).ms) - 1;
  assert.ok(wrong.tokens >= WRONG_TOKENS - 15, `the wrong part has ${wrong.tokens} tokens`);
  assert.ok(excess <= 0.03, `${(100 * excess).toFixed(2)} % over plain`);
  const bestRate = 16 / costs.cheapest(16, 0).ms;
  for (const part of [right, again]) {
    const share = part.tokens / part.ms / bestRate;
    assert.ok(share >= 0.9, `${(100 * share).toFixed(1)} % of the best rate while the drafts are right`);
  }
});
