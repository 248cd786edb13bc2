// Soft groups: what a vote of another group weighs, and what is learned of it; support of drafted tokens by subjects.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  Candidates,
  GroupWeights,
  MAX_CANDIDATES,
  MAX_GROUP_WEIGHT,
  MAX_GROUPS,
  MIN_GROUP_WEIGHT,
  NO_GROUP,
  Pool,
  RetrievalDrafter,
  TreeAcceptanceModel,
  TreeDrafter,
  type Drafter,
  type RequestLabel,
  type RetrievalOptions,
} from "../../../../core/laser/index.ts";
import { RequestWeights } from "../../../../core/laser/drafting/groupWeights.ts";
import { Mixture } from "../../../../core/laser/drafting/mixture.ts";
import { Overlay } from "../../../../core/laser/drafting/overlay.ts";
import { below, forAll, listOf } from "../../../support/property.ts";
import { seededRandom } from "../../../support/random.ts";

const VOCABULARY = 64;
const BOUNDS = { maxNodes: 24, maxLeaves: 8 };

type MakeDrafter = (pool: Pool, options: RetrievalOptions) => Drafter;
const DRAFTERS: Readonly<Record<string, MakeDrafter>> = {
  chain: (pool, options) => new RetrievalDrafter(VOCABULARY, pool, undefined, options),
  tree: (pool, options) => new TreeDrafter(VOCABULARY, pool, new TreeAcceptanceModel(), BOUNDS, options),
};

function occursIn(text: readonly number[], part: readonly number[]): boolean {
  return text.some((_, at) => part.every((token, i) => text[at + i] === token));
}

/** Requests [1, 2] of which `right` says what follows; returns the weight of group 1's votes for group 0 after them. */
function learnedFrom(requests: readonly number[], make: MakeDrafter): number {
  // After 1 2 the request's own group's entries say 3, the other group's 4.
  const answers = [...Array<number[]>(6).fill([1, 2, 3, 9]), ...Array<number[]>(6).fill([1, 2, 4, 9])];
  const pool = Pool.build(
    answers,
    answers.map((_, i) => ({ group: i < 6 ? 0 : 1 })),
  );
  const groupWeights = new GroupWeights();
  const drafter = make(pool, { groupWeights });
  for (const right of requests) {
    drafter.begin(Int32Array.of(1, 2), 0, { group: 0 });
    drafter.draft(4);
    drafter.commit([right, 9]);
  }
  return groupWeights.weightBetween(0, 1);
}

for (const [name, make] of Object.entries(DRAFTERS)) {
  test(`${name}: the other group's votes lose weight where the request's group is right, and only there`, () => {
    assert.equal(learnedFrom([], make), 1, "nothing learned");
    assert.equal(learnedFrom(Array<number>(3).fill(3), make), 1, "nothing proved yet");
    const lower = learnedFrom(Array<number>(10).fill(3), make);
    assert.ok(lower < 0.5 && lower > MIN_GROUP_WEIGHT, `${lower}`);
    assert.equal(
      learnedFrom(Array<number>(40).fill(3), make),
      MIN_GROUP_WEIGHT,
      "forty of the same lower it as far as it goes",
    );
    assert.equal(
      learnedFrom(Array<number>(200).fill(4), make),
      MAX_GROUP_WEIGHT,
      "never above the request's own group",
    );
    assert.equal(learnedFrom(Array<number>(50).fill(7), make), 1, "no vote was right: nothing to learn");
  });

  test(`${name}: a request of no group drafts as if there were none`, () => {
    const answers = [
      [1, 2, 3, 9],
      [1, 2, 4, 9],
      [1, 2, 4, 9],
    ];
    const pool = Pool.build(answers, [{ group: 0 }, { group: 1 }, { group: 1 }]);
    const groupWeights = new GroupWeights();
    const drafter = make(pool, { groupWeights });
    /** How many more votes 3 has than 4. */
    const lead = (label: RequestLabel): number => {
      drafter.begin(Int32Array.of(1, 2), 0, label);
      const { tokens, voteShares, alternatives } = drafter.draft(4);
      const all = [...tokens, ...alternatives.tokens];
      const shares = [...voteShares, ...alternatives.voteShares];
      return shares[all.indexOf(3)]! - shares[all.indexOf(4)]!;
    };
    for (let i = 0; i < 100; i++) {
      drafter.begin(Int32Array.of(1, 2), 0, { group: 0 });
      drafter.draft(2);
      drafter.commit([3]);
    }
    assert.ok(lead({ group: 0 }) > 0, "its own group's answer outvotes two of the other group");
    assert.ok(lead({}) < 0);
  });

  test(`${name}: at least minSupport subjects have the whole path to each token that own text does not propose`, () => {
    let [drafted, deep, refused] = [0, 0, 0];
    const cases = fc.record({
      answers: listOf(
        fc.record({ tokens: listOf(below(3), 4, 24), subject: fc.integer({ min: 0, max: 5 }) }),
        4,
        14,
      ),
      prompt: listOf(below(4), 1, 3),
      minSupport: fc.integer({ min: 2, max: 4 }),
    });
    forAll(cases, 50, ({ answers, prompt, minSupport }) => {
      const pool = Pool.build(
        answers.map(({ tokens }) => tokens),
        answers.map(({ subject }) => ({ subject })),
      );
      const supporters = (path: readonly number[]): number =>
        new Set(answers.flatMap(({ tokens, subject }) => (occursIn(tokens, path) ? [subject] : []))).size;
      /** After the tokens drafted so far; prompt and drafted tokens are the request's own text. */
      const check = (before: readonly number[], token: number): void => {
        if (occursIn([...prompt, ...before], [[...prompt, ...before].at(-1)!, token])) return;
        const path = [prompt.at(-1)!, ...before, token];
        assert.ok(supporters(path) >= minSupport, `${path.join(" ")} of ${supporters(path)}`);
        drafted++;
        if (before.length > 1) deep++;
      };
      const draftWith = (least: number) => {
        const drafter = make(pool, { minSupport: least });
        drafter.begin(Int32Array.from(prompt));
        return drafter.draft(8);
      };
      const { length, tokens, parents, alternatives } = draftWith(minSupport);
      refused += draftWith(1).length - length;
      const pathTo = (node: number): readonly number[] =>
        node < 0 ? [] : [...pathTo(parents[node]!), tokens[node]!];
      for (let i = 0; i < length; i++) check(pathTo(parents[i]!), tokens[i]!);
      alternatives.tokens.forEach((token, i) => {
        check(pathTo(parents[alternatives.draftIndices[i]!]!), token);
      });
    });
    assert.ok(
      drafted > 40 && deep > 5 && refused > 40,
      `${drafted} drafted, ${deep} of them deep, ${refused} refused`,
    );
  });

  test(`${name}: two users' answers that share each pair of tokens make no path that neither has`, () => {
    // 1 2 and 2 3 are each in two users' answers, 1 2 3 in one's.
    const answers = [
      [1, 2, 3, 9],
      [1, 2, 8, 9],
      [7, 2, 3, 9],
    ];
    const pool = Pool.build(
      answers,
      answers.map((_, subject) => ({ subject })),
    );
    const drafter = make(pool, { minSupport: 2 });
    drafter.begin(Int32Array.of(1));
    assert.deepEqual([...drafter.draft(4).tokens], [2]);
  });

  test(`${name}: the entries of an excluded subject are not drafted from`, () => {
    const pool = Pool.build(
      [
        [1, 2, 3, 4, 5],
        [1, 2, 6, 7],
      ],
      [{ subject: 7 }, { subject: 8 }],
    );
    const draft = (label: RequestLabel) => {
      const drafter = make(pool, {});
      drafter.begin(Int32Array.of(1, 2), 0, label);
      return [...drafter.draft(6).tokens];
    };
    for (const token of [3, 4, 5]) assert.ok(!draft({ excludedSubject: 7 }).includes(token));
    assert.ok(draft({ excludedSubject: 8 }).includes(3));
    assert.deepEqual(draft({ excludedSubject: 99 }), draft({}));
  });
}

test("weights stay within their bounds and are 1 for the request's own group, whatever is committed", () => {
  const one = fc.record({
    tokens: listOf(below(6), 2, 10),
    group: fc.integer({ min: -1, max: MAX_GROUPS + 3 }),
  });
  forAll(
    fc.record({ entries: listOf(one, 1, 12), requests: listOf(one, 1, 12) }),
    60,
    ({ entries, requests }) => {
      const pool = Pool.build(
        entries.map(({ tokens }) => tokens),
        entries,
      );
      const groupWeights = new GroupWeights();
      const drafter = DRAFTERS.chain!(pool, { groupWeights });
      for (const { tokens, group } of requests) {
        drafter.begin(Int32Array.from(tokens.slice(0, 2)), 0, { group });
        for (const token of tokens.slice(2)) {
          drafter.draft(3);
          drafter.commit([token]);
        }
        for (let other = NO_GROUP; other < MAX_GROUPS + 4; other++) {
          const weight = groupWeights.weightBetween(group, other);
          assert.ok(weight >= MIN_GROUP_WEIGHT && weight <= MAX_GROUP_WEIGHT, `${weight}`);
        }
        assert.equal(groupWeights.weightBetween(group, group), 1);
      }
    },
  );
});

test("a lookup that prefers a group takes its entries beyond the cap, and as many as before", () => {
  // 1 is followed by 2 in 400 entries; every eighth is of group 5.
  const answers = Array.from({ length: 400 }, () => [1, 2, 3]);
  const pool = Pool.build(
    answers,
    answers.map((_, i) => ({ group: i % 8 === 0 ? 5 : 0 })),
  );
  const found = (groupProbes: number): number[] => {
    const candidates = new Candidates();
    candidates.preferredGroup = 5;
    candidates.groupProbes = groupProbes;
    pool.candidates(candidates, Int32Array.of(1), 1, MAX_CANDIDATES, 1);
    assert.equal(candidates.size, MAX_CANDIDATES);
    assert.equal(new Set(candidates.offsets).size, MAX_CANDIDATES);
    return [...candidates.groups].filter((group) => group === 5);
  };
  assert.ok(found(1).length < 12);
  assert.ok(found(12).length > 24, `${found(12).length} of ${MAX_CANDIDATES}`);
});

test("labels follow their entries through eviction, compaction and growth", () => {
  const pool = new Pool();
  const ids = Array.from({ length: 300 }, (_, i) =>
    pool.add([1, 2, 10 + (i % 50)], i, { group: i % 7, subject: i }),
  );
  for (const id of ids) if (id % 3 === 0) pool.evict(id);
  pool.compact();
  const candidates = new Candidates();
  let seen = 0;
  for (let token = 10; token < 60; token++) {
    pool.candidates(candidates, Int32Array.of(1, 2), 2, MAX_CANDIDATES, 2);
    for (let i = 0; i < candidates.size; i++, seen++) {
      assert.equal(candidates.groups[i], candidates.entries[i]! % 7);
      assert.equal(candidates.subjects[i], candidates.entries[i]);
    }
  }
  assert.ok(seen > 100);
  assert.equal(pool.label(ids[1]!, { group: 63 }), true);
  assert.equal(pool.label(10_000, {}), false);
});

test("labels that say nothing leave drafts as they are, in all but few of many worlds", () => {
  // Answers and requests of one kind; labels are dealt out at random. Weights would act in 1 of 20 worlds at most.
  const worlds = 40;
  let acted = 0;
  for (let world = 1; world <= worlds; world++) {
    const random = seededRandom(world);
    const answer = (): number[] => {
      const tokens = [random.below(6)];
      // Each token is followed by one of two.
      while (tokens.length < 12) tokens.push((tokens.at(-1)! * 3 + 1 + 2 * random.below(2)) % 6);
      return tokens;
    };
    const answers = Array.from({ length: 30 }, answer);
    const pool = Pool.build(
      answers,
      answers.map(() => ({ group: random.below(3) })),
    );
    const groupWeights = new GroupWeights();
    const [soft, one] = [DRAFTERS.chain!(pool, { groupWeights }), DRAFTERS.chain!(pool, {})];
    for (let request = 0; request < 30; request++) {
      const [first, ...rest] = answer();
      for (const drafter of [soft, one]) drafter.begin(Int32Array.of(first!), 0, { group: request % 3 });
      for (const token of rest) {
        const [a, b] = [soft.draft(4), one.draft(4)];
        if (!groupWeights.act) assert.deepEqual([...a.tokens], [...b.tokens]);
        for (const drafter of [soft, one]) drafter.commit([token]);
      }
    }
    if (groupWeights.act) acted++;
  }
  assert.equal(acted <= 3, true, `${acted} of ${worlds}`);
});

test("weights share out what the pool's votes have together; votes of the request's own text stay", () => {
  const cases = fc.record({
    answers: listOf(fc.record({ tokens: listOf(below(4), 3, 10), group: below(3) }), 2, 12),
    weight: fc.double({ min: MIN_GROUP_WEIGHT, max: 1, noNaN: true }),
    prompt: listOf(below(4), 3, 10),
  });
  forAll(cases, 100, ({ answers, weight, prompt }) => {
    const pool = Pool.build(
      answers.map(({ tokens }) => tokens),
      answers,
    );
    const overlay = new Overlay(VOCABULARY);
    overlay.begin(Int32Array.from(prompt), 0);
    const [own, pooled] = [new Candidates(), new Candidates()];
    overlay.candidates(own);
    pool.candidates(pooled, overlay.context, overlay.contextTokens, MAX_CANDIDATES, 1);
    const [alike, weighted] = [
      new Mixture(),
      new Mixture({ weightOf: (group) => (group === 1 ? 1 : weight) }),
    ];
    for (const mixture of [alike, weighted]) mixture.mix(own, pooled);
    const sum = (values: Float64Array, { size }: Mixture): number =>
      values.subarray(0, size).reduce((total, value) => total + value, 0);
    assert.deepEqual([...weighted.overlayShares], [...alike.overlayShares]);
    const off = sum(weighted.voteShares, weighted) - sum(alike.voteShares, alike);
    assert.equal(Math.abs(off) < 1e-12, true, `${off}`);
  });
});

test("a mixture without weights and one whose weights are all 1 count the same", () => {
  const pool = Pool.build(
    [
      [1, 2, 3],
      [1, 2, 4],
      [1, 2, 4],
    ],
    [{ group: 0 }, { group: 1 }],
  );
  const pooled = new Candidates();
  pool.candidates(pooled, Int32Array.of(1, 2), 2, MAX_CANDIDATES, 1);
  const shares = (mixture: Mixture): number[] => {
    mixture.mix(new Candidates(), pooled);
    return [...mixture.voteShares.subarray(0, mixture.size)];
  };
  const weights = new RequestWeights(new GroupWeights());
  weights.begin(0, pooled);
  assert.deepEqual(shares(new Mixture(weights)), shares(new Mixture()));
});
