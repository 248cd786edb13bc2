// The mixture of match lengths against its formula, worked out naively over random texts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Pool } from "../../../../core/laser/index.ts";
import {
  BACK_OFF_WEIGHT,
  Mixture,
  NEWEST_FACTOR,
  OVERLAY_WEIGHT,
} from "../../../../core/laser/drafting/mixture.ts";
import { MAX_MATCH_TOKENS, Overlay } from "../../../../core/laser/drafting/overlay.ts";
import { Candidates, MAX_CANDIDATES } from "../../../../core/laser/pool/candidates.ts";
import { below, forAll, listOf } from "../../../support/property.ts";

const VOCABULARY = 16;

/** Places of `text` that match the end of `context` and continue: [match length, next token]. */
function matches(text: readonly number[], context: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at + 1 < text.length; at++) {
    let match = 0;
    while (match < MAX_MATCH_TOKENS && match <= at && text[at - match] === context.at(-1 - match)) match++;
    if (match > 0) found.push([match, text[at + 1]!]);
  }
  return found;
}

/** P of every token by the recursion P(L) = (c(L) + κ·P(L − 1)) / (n(L) + κ), from the shortest match up. */
function naiveShares(own: readonly number[], answers: readonly number[][]): Map<number, number> {
  const voters = matches(own, own).map(([match, token], i, { length }) => ({
    match,
    token,
    weight: i === length - 1 ? OVERLAY_WEIGHT * NEWEST_FACTOR : OVERLAY_WEIGHT,
  }));
  for (const answer of answers) {
    const longest = new Map<number, number>();
    for (const [match, token] of matches(answer, own))
      longest.set(token, Math.max(match, longest.get(token) ?? 0));
    for (const [token, match] of longest) voters.push({ match, token, weight: 1 });
  }
  let shares = new Map<number, number>();
  for (let length = 1; length <= MAX_MATCH_TOKENS; length++) {
    const these = voters.filter(({ match }) => match >= length);
    const total = these.reduce((sum, { weight }) => sum + weight, 0);
    const next = new Map<number, number>();
    for (const token of new Set(voters.map((voter) => voter.token))) {
      const count = these.reduce((sum, voter) => sum + (voter.token === token ? voter.weight : 0), 0);
      next.set(token, (count + BACK_OFF_WEIGHT * (shares.get(token) ?? 0)) / (total + BACK_OFF_WEIGHT));
    }
    shares = next;
  }
  return shares;
}

test("the mixture is the interpolated back-off over all match lengths, over random texts", () => {
  let compared = 0;
  const texts = fc.integer({ min: 3, max: 10 }).chain((letters) =>
    fc.record({
      answers: listOf(listOf(below(letters), 0, 11), 0, 4),
      own: listOf(below(letters), 2, 41),
    }),
  );
  forAll(texts, 60, ({ answers, own }) => {
    const overlay = new Overlay(VOCABULARY);
    overlay.begin(Int32Array.from(own));
    const near = new Candidates();
    const pooled = new Candidates();
    overlay.candidates(near);
    Pool.build(answers).candidates(pooled, Int32Array.from(own), own.length, MAX_CANDIDATES, 1);
    const mixture = new Mixture();
    mixture.mix(near, pooled);
    const expected = naiveShares(own, answers);
    assert.equal(mixture.size, expected.size);
    for (let i = 0; i < mixture.size; i++) {
      const where = `token ${mixture.tokens[i]}`;
      assert.ok(Math.abs(mixture.voteShares[i]! - expected.get(mixture.tokens[i]!)!) < 1e-12, where);
      compared++;
    }
    const best = mixture.best();
    if (best >= 0)
      assert.equal(mixture.voteShares[best], Math.max(...mixture.voteShares.subarray(0, mixture.size)));
  });
  assert.ok(compared > 150, `only ${compared} compared`);
});

test("an entry that repeats itself votes once for a token", () => {
  const share = (answers: readonly string[], token: string) => {
    const ids = answers.map((answer) => Array.from(answer, (letter) => letter.charCodeAt(0) - 97));
    const pooled = new Candidates();
    Pool.build(ids).candidates(pooled, Int32Array.of(0), 1, MAX_CANDIDATES, 1);
    const mixture = new Mixture();
    mixture.mix(new Candidates(), pooled);
    const at = mixture.tokens.subarray(0, mixture.size).indexOf(token.charCodeAt(0) - 97);
    return { share: mixture.voteShares[at], count: mixture.counts[at] };
  };
  assert.deepEqual(share(["abababab", "ac"], "b"), share(["ab", "ac"], "b"));
  assert.equal(share(["abababab", "ac"], "b").count, 1);
});
