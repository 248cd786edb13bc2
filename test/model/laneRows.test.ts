// Whether lanes change anything but rounding. With quantised weights, activations are rounded to 8 bits in every layer, so
// that the least difference of a sum grows to some tenths of a logit: a token of other cells could hide in it. With
// 32-bit weights sums differ by their order alone, and a row of other tokens would differ visibly.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { EvaluateOptions, TargetModel } from "../../core/laser/index.ts";
import { withRandomModel } from "../bench/strict/randomModel.ts";
import { seededRandom } from "../support/random.ts";

const LANES = 4;
const CONTEXT_TOKENS = 200;
const STEPS = 8;
const TEXTS = 10;
/** Of a row's standard deviation; rounding reaches 0.007 here, rows of other tokens 3 to 6. */
const MAX_ROUNDING = 0.03;

const options = (rows: EvaluateOptions["rows"]): EvaluateOptions => ({
  rows,
  topK: 1,
  threads: 1,
  signal: { aborted: false },
});

/** The rows after the last token of a prompt and after each of the tokens that follow it. */
async function rowsOf(target: TargetModel, text: Int32Array): Promise<Float32Array[]> {
  const prompt = text.length - STEPS;
  await target.rollback(0);
  await target.evaluate(text.subarray(0, prompt), options("none"));
  const found: Float32Array[] = [];
  for (let at = prompt; at < text.length; at++) {
    // A token to be rejected beside the one that is kept, as in a draft tree, then as in a chain.
    const isTree = at % 2 === 0;
    const tokens = Int32Array.of(text[at]!, (text[at]! + 1) % target.vocabularySize, 5);
    const rows = await target.evaluate(tokens, {
      ...options("all"),
      ...(isTree && { parents: Int32Array.of(-1, 0, 0) }),
    });
    found.push(rows.whole!(0).slice());
    if (isTree) await target.rollback(at, Int32Array.of(0));
    else await target.rollback(at + 1);
  }
  return found;
}

/** The largest difference of two rows, in standard deviations of the first. */
function difference(row: Float32Array, other: Float32Array): number {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const deviation = Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length);
  return row.reduce((most, x, id) => Math.max(most, Math.abs(x - other[id]!)), 0) / deviation;
}

test("32-bit weights: rows of lanes are those of a text alone except for rounding", async () => {
  await withRandomModel("F32", { gpu: "off", maxThreads: 1 }, async (engine) => {
    const random = seededRandom(7);
    // Prompts of 50 to 119 tokens: together they take the kernels of large evaluations, and cells of earlier texts.
    const texts = Array.from({ length: TEXTS }, () =>
      Int32Array.from({ length: 50 + random.below(70) + STEPS }, () => 3 + random.below(500)),
    );
    const alone: Float32Array[][] = [];
    for (const text of texts) alone.push(await rowsOf(engine.target, text));
    for (const fillsShapes of [false, true]) {
      const group = await engine.openLanes({
        lanes: LANES,
        contextTokens: CONTEXT_TOKENS,
        trees: true,
        fillsShapes,
      });
      const waiting = [...texts.keys()];
      const together: Float32Array[][] = [];
      await Promise.all(
        group.targets.map(async (target, lane) => {
          group.gathering.enter(lane);
          for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
            together[text] = await rowsOf(target, texts[text]!);
            // As long as an answer takes to be written, the other lanes continue without this one.
            await group.gathering.away(lane, () => new Promise((resolve) => setTimeout(resolve, lane)));
          }
          group.gathering.leave(lane);
        }),
      );
      await group.dispose();
      const rounding = alone.map((rows, i) =>
        Math.max(...rows.map((row, at) => difference(row, together[i]![at]!))),
      );
      assert.ok(Math.max(...rounding) < MAX_ROUNDING, `differences: ${rounding.join(" ")}`);
    }
    const others = alone.map((rows, i) => difference(rows[0]!, alone[(i + 1) % TEXTS]![0]!));
    const shifted = alone.map((rows) => difference(rows[0]!, rows[1]!));
    const least = Math.min(...others, ...shifted);
    assert.ok(least > 30 * MAX_ROUNDING, `rows of other tokens differ by ${least} at least`);
  });
});
