// From raw logits to the processed distribution: order, penalties, truncation, the interval of a probability, the draw.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Processor } from "../../../../core/laser/verification/process.ts";
import { DEFAULT_SAMPLING, type Sampling, type TopRows } from "../../../../core/laser/index.ts";
import { gumbel } from "../../../../core/laser/hash.ts";
import { seededRandom } from "../../../support/random.ts";

const END = 99;

/** Processes one row, written as "token:logit …", after a history of tokens. */
function processed(
  row: string,
  sampling: Partial<Sampling> = {},
  history: number[] = [],
  vocabularySize = 100,
  position = 0,
) {
  const entries = row.split(" ").map((entry) => entry.split(":").map(Number) as [number, number]);
  const rows: TopRows = {
    rows: 1,
    width: entries.length,
    ids: Int32Array.from(entries, ([id]) => id),
    logits: Float32Array.from(entries, ([, logit]) => logit),
    logSumExp: null,
    alsoLogits: null,
  };
  const processor = new Processor(
    vocabularySize,
    { ...DEFAULT_SAMPLING, ...sampling },
    (token) => token === END,
  );
  const past = { sequence: Int32Array.from(history), from: 0, to: history.length };
  return {
    row: processor.process(rows, 0, past, position),
    narrow: (fullLogSumExp: number) => {
      processor.tightenInterval(fullLogSumExp);
    },
  };
}

const process = (...given: Parameters<typeof processed>) => processed(...given).row;

const show = (row: ReturnType<typeof process>) => [...row.ids.subarray(0, row.size)].join(" ");

test("the target's choice at temperature 0 is the first entry", () => {
  assert.equal(process("7:3 8:2 9:1").targetToken, 7);
  assert.equal(process("99:3 8:2").targetEndsText, true);
});

const penalties: [string, string, number[], string][] = [
  ["no history changes nothing", "7:3 8:2.9 9:1", [], "7 8 9"],
  ["a seen token loses its rank", "7:3 8:2.9 9:1", [7], "8 7 9"],
  ["a negative logit is multiplied", "7:-1 8:-1.2", [7], "8 7"],
  ["only the last tokens count", "7:3 8:2.9 9:1", [7, 5, 5, 5, 5], "7 8 9"],
  ["equal logits go by id", "8:3 7:2", [8], "7 8"],
];
for (const [name, row, history, order] of penalties)
  test(`repetition penalty: ${name}`, () => {
    assert.equal(show(process(row, { repetitionPenalty: 1.5, repetitionTokens: 4 }, history)), order);
  });

test("a row is in doubt when penalties push its best entry under the last raw logit", () => {
  const strong = { repetitionPenalty: 4 };
  assert.equal(process("7:3 8:2.9", strong, [7, 8]).isTopCertain, false);
  assert.equal(process("7:3 8:2.9", strong, [8]).isTopCertain, true);
  assert.equal(
    process("7:3 8:2.9", strong, [7, 8], 2).isTopCertain,
    true,
    "nothing lies outside a row of the whole vocabulary",
  );
});

test("the interval of a probability holds the true one", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 200; round++) {
    const size = 3 + random.below(60);
    const logits = Array.from({ length: size }, () => Math.fround(random.next() * 12 - 4)).sort(
      (a, b) => b - a,
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const width = 1 + random.below(size);
    const row = process(
      logits
        .slice(0, width)
        .map((logit, id) => `${id}:${logit}`)
        .join(" "),
      {},
      [],
      size,
    );
    for (let i = 0; i < width; i++) {
      const truth = Math.exp(logits[i]!) / total;
      assert.ok(Math.exp(row.logits[i]! - row.logSumExp) >= truth * (1 - 1e-9));
      assert.ok(Math.exp(row.logits[i]! - row.logSumExpHigh) <= truth * (1 + 1e-9));
    }
  }
});

test("with the weight of the whole vocabulary the interval shrinks to what penalties leave unknown", () => {
  const random = seededRandom(12);
  let exact = 0;
  for (let round = 0; round < 200; round++) {
    const size = 3 + random.below(60);
    const raw = Array.from({ length: size }, () => Math.fround(random.next() * 12 - 4)).sort((a, b) => b - a);
    const history = Array.from({ length: random.below(5) }, () => random.below(size));
    const penalty = random.pick([1, 1.3]);
    const penalised = raw.map((logit, id) =>
      penalty === 1 || !history.includes(id) ? logit : logit > 0 ? logit / penalty : logit * penalty,
    );
    const weight = (logits: readonly number[]) => logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const width = 1 + random.below(size);
    const held = Array.from({ length: width }, (_, id) => `${id}:${raw[id]}`).join(" ");
    const { row, narrow } = processed(held, { repetitionPenalty: penalty }, history, size);
    const before = row.logSumExpHigh - row.logSumExp;
    narrow(Math.log(weight(raw)));
    assert.ok(row.logSumExp <= Math.log(weight(penalised)) + 1e-9, `round ${round}`);
    assert.ok(row.logSumExpHigh >= Math.log(weight(penalised)) - 1e-9, `round ${round}`);
    assert.ok(row.logSumExpHigh - row.logSumExp <= before + 1e-9, `round ${round}: the interval grew`);
    if (history.every((id) => id < width) || penalty === 1) {
      assert.ok(row.logSumExpHigh - row.logSumExp < 1e-9, `round ${round}: nothing is unknown`);
      exact++;
    }
  }
  assert.ok(exact > 50);
});

const truncations: [string, Partial<Sampling>, number[]][] = [
  ["nothing cut", {}, [0, 1, 2, 3]],
  ["top-k", { topK: 2 }, [0, 1]],
  ["top-p takes the token that reaches it", { topP: 0.7 }, [0, 1]],
  ["min-p", { minP: 0.3 }, [0, 1]],
  ["top-p 0 leaves one", { topP: 0 }, [0]],
];
for (const [name, cut, possible] of truncations)
  test(`draws at temperature 1, ${name}: frequencies follow the distribution`, () => {
    const probabilities = [0.5, 0.3, 0.14, 0.06];
    const row = probabilities.map((probability, id) => `${id}:${Math.log(probability)}`).join(" ");
    const counts = [0, 0, 0, 0];
    const draws = 4000;
    for (let position = 0; position < draws; position++)
      counts[process(row, { temperature: 1, seed: 3, ...cut }, [], 4, position).targetToken]!++;
    const mass = possible.reduce((sum, id) => sum + probabilities[id]!, 0);
    counts.forEach((count, id) => {
      const expected = possible.includes(id) ? probabilities[id]! / mass : 0;
      const deviation = 4 * Math.sqrt((expected * (1 - expected)) / draws);
      assert.ok(Math.abs(count / draws - expected) <= deviation, `token ${id}: ${count} of ${draws}`);
    });
  });

test("the draw belongs to position and token: swapping two near-equal logits moves nothing else", () => {
  for (let position = 0; position < 300; position++) {
    const one = process(
      "1:2 2:1.99999 3:1 4:0.5",
      { temperature: 0.9, seed: 5 },
      [],
      100,
      position,
    ).targetToken;
    const other = process(
      "2:2 1:1.99999 3:1 4:0.5",
      { temperature: 0.9, seed: 5 },
      [],
      100,
      position,
    ).targetToken;
    assert.equal(other, one, `position ${position}`);
  }
});

test("Gumbel noise has its mean (Euler's constant) and variance (π²/6)", () => {
  const draws = Array.from({ length: 20_000 }, (_, i) => gumbel(1, i >> 6, i & 63));
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
  assert.ok(Math.abs(mean - 0.5772) < 0.04, `mean ${mean}`);
  assert.ok(Math.abs(variance - Math.PI ** 2 / 6) < 0.1, `variance ${variance}`);
});
