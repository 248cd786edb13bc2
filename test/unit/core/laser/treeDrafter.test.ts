// What trees are drafted, over random texts: against the best of all branches worked out one by one, and the bounds and
// orders that cutting a tree to its first nodes relies on. Then what the drafter learns.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  Overlay,
  Pool,
  TreeAcceptanceModel,
  TreeDrafter,
  type Draft,
  type JudgedDraft,
  type TreeBounds,
} from "../../../../core/laser/index.ts";
import { MIN_MATCH_TOKENS, Mixture } from "../../../../core/laser/drafting/mixture.ts";
import { Candidates, MAX_CANDIDATES } from "../../../../core/laser/pool/candidates.ts";
import { table } from "../../../support/check.ts";
import { below, forAll, listOf } from "../../../support/property.ts";

const VOCABULARY = 128;
/** The most that is ever expected of a node. */
const MAX_ESTIMATE = 0.995;
const ids = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

interface Texts {
  readonly answers: readonly number[][];
  readonly own: readonly number[];
}

/** Texts of few letters, so that branches fork and loops run into the draft. */
const texts: fc.Arbitrary<Texts> = fc.integer({ min: 2, max: 6 }).chain((letters) =>
  fc.record({
    answers: listOf(listOf(below(letters), 0, 12), 0, 6),
    own: listOf(below(letters), 1, 30),
  }),
);

function drafterOf({ answers, own }: Texts, bounds: TreeBounds, acceptance = new TreeAcceptanceModel()) {
  const drafter = new TreeDrafter(VOCABULARY, Pool.build(answers), acceptance, bounds);
  drafter.begin(Int32Array.from(own));
  return drafter;
}

const WIDE: TreeBounds = { maxNodes: 40, maxLeaves: 40 };

/** The tokens from the root to a node, as text. */
function branchOf({ parents, tokens }: Draft, node: number): string {
  return node < 0 ? "" : `${branchOf({ parents, tokens } as Draft, parents[node]!)} ${tokens[node]}`;
}

function jointOf(draft: Draft): number[] {
  const joint: number[] = [];
  for (let i = 0; i < draft.length; i++) {
    const parent = draft.parents[i]!;
    joint.push((parent < 0 ? 1 : joint[parent]!) * draft.acceptanceProbabilities[i]!);
  }
  return joint;
}

/** Vote shares after a branch, looked up from the root, one token after the other. */
function sharesAfter(
  own: readonly number[],
  pool: Pool,
  branch: readonly number[],
): [token: number, share: number][] {
  const overlay = new Overlay(VOCABULARY);
  overlay.begin(Int32Array.from(own));
  const near = new Candidates();
  const pooled = new Candidates();
  overlay.candidates(near);
  pool.candidates(pooled, overlay.context, overlay.contextTokens, MAX_CANDIDATES, MIN_MATCH_TOKENS);
  for (const token of branch) {
    overlay.follow(near, token);
    pool.follow(pooled, token, overlay.context, overlay.contextTokens);
  }
  const mixture = new Mixture();
  mixture.mix(near, pooled);
  return Array.from({ length: mixture.size }, (_, i) => [mixture.tokens[i]!, mixture.voteShares[i]!]);
}

/** Every branch of up to `depth` tokens with the product of its estimates, before anything is learned. */
function allBranches({ own, answers }: Texts, depth: number): Map<string, number> {
  const pool = Pool.build(answers);
  const found = new Map<string, number>();
  const visit = (branch: readonly number[], joint: number): void => {
    if (branch.length === depth) return;
    for (const [token, share] of sharesAfter(own, pool, branch)) {
      const next = [...branch, token];
      const product = joint * Math.min(MAX_ESTIMATE, share);
      found.set(next.map((one) => ` ${one}`).join(""), product);
      visit(next, product);
    }
  };
  visit([], 1);
  return found;
}

test("the nodes are the most probable of all branches, over random texts", () => {
  let compared = 0;
  forAll(texts, 40, (given) => {
    const depth = 3;
    const expected = allBranches(given, depth);
    const draft = drafterOf(given, WIDE).draft(depth);
    const best = [...expected.values()].sort((a, b) => b - a).slice(0, WIDE.maxNodes);
    assert.equal(draft.length, best.length);
    jointOf(draft).forEach((joint, i) => {
      assert.ok(Math.abs(joint - best[i]!) < 1e-9, `node ${i}: ${joint}, expected ${best[i]}`);
      const branch = branchOf(draft, i);
      assert.ok(Math.abs(joint - expected.get(branch)!) < 1e-9, `branch${branch}`);
      compared++;
    });
  });
  assert.ok(compared > 300, `only ${compared} compared`);
});

test("parents come first, siblings differ, no branch is too deep, joint probabilities never rise", () => {
  forAll(fc.tuple(texts, fc.integer({ min: 0, max: 9 })), 60, ([given, limit]) => {
    const draft = drafterOf(given, { maxNodes: 63, maxLeaves: 32 }).draft(limit);
    const joint = jointOf(draft);
    const branches = new Set<string>();
    for (let i = 0; i < draft.length; i++) {
      assert.ok(draft.parents[i]! < i);
      assert.ok(i === 0 || joint[i]! <= joint[i - 1]!);
      branches.add(branchOf(draft, i));
      assert.ok(branchOf(draft, i).split(" ").length - 1 <= limit);
    }
    assert.equal(branches.size, draft.length);
    assert.equal(draft.alternatives.tokens.length, 0);
  });
});

test("a smaller tree is the first part of a larger one, with no more leaves than allowed in any part", () => {
  const bounds = fc.record({
    maxNodes: fc.integer({ min: 1, max: 30 }),
    maxLeaves: fc.integer({ min: 1, max: 6 }),
  });
  forAll(fc.tuple(texts, bounds), 60, ([given, { maxNodes, maxLeaves }]) => {
    const large = drafterOf(given, { maxNodes: 30, maxLeaves }).draft(8);
    const small = drafterOf(given, { maxNodes, maxLeaves }).draft(8);
    assert.deepEqual(drafterOf(given, { maxNodes: 30, maxLeaves }).draft(8, null, maxNodes), small);
    assert.deepEqual(small.tokens, large.tokens.slice(0, maxNodes));
    assert.deepEqual(small.parents, large.parents.slice(0, maxNodes));
    assert.deepEqual(small.entries, large.entries.slice(0, 3 * maxNodes));
    for (let nodes = 1; nodes <= large.length; nodes++) {
      const parents = new Set(large.parents.subarray(0, nodes));
      const leaves = Array.from({ length: nodes }, (_, i) => i).filter((i) => !parents.has(i)).length;
      assert.ok(leaves <= maxLeaves, `${leaves} leaves of ${nodes} nodes`);
    }
  });
});

/** Siblings in brackets: "c(d(x|y)|e)". */
function shape(draft: Draft, parent = -1): string {
  const children = Array.from(draft.parents.keys()).filter((i) => draft.parents[i] === parent);
  return children
    .map((i) => {
      const below = shape(draft, i);
      const token = String.fromCharCode(draft.tokens[i]!);
      return below.includes("|") ? `${token}(${below})` : token + below;
    })
    .join("|");
}

table<{
  name: string;
  own: string;
  pool?: string[];
  limit?: number;
  maxNodes?: number;
  maxLeaves?: number;
  tree: string;
}>(
  "trees",
  [
    { name: "nothing matches", own: "abcdef", tree: "" },
    { name: "no text at all", own: "", tree: "" },
    { name: "no room", own: "abcab", limit: 0, tree: "" },
    { name: "one branch is a chain", own: "abcdxyab", limit: 3, maxNodes: 3, tree: "cdx" },
    { name: "a loop runs into the draft", own: "xyxy", limit: 9, maxNodes: 9, tree: "xyxyxyxyx" },
    {
      name: "a fork of the pool",
      own: "cat",
      pool: ["cat sat", "cat sat", "cat ran"],
      limit: 4,
      maxNodes: 7,
      tree: " (sat|ran)",
    },
    {
      name: "the likelier branch first and longer",
      own: "cat",
      pool: ["cat sat", "cat sat", "cat ran"],
      maxNodes: 5,
      tree: " (sat|r)",
    },
    {
      name: "a single leaf makes chains",
      own: "cat",
      pool: ["cat sat", "cat sat", "cat ran"],
      limit: 4,
      maxLeaves: 1,
      tree: " sat",
    },
    {
      name: "no branch is deeper than asked; of equals the newest comes first",
      own: "cat",
      pool: ["cat sat", "cat ran"],
      limit: 2,
      tree: " (r|s)",
    },
  ],
  ({ own, pool = [], limit = 12, maxNodes = 12, maxLeaves = 12, tree }) => {
    const given = { own: ids(own), answers: pool.map(ids) };
    assert.equal(shape(drafterOf(given, { maxNodes, maxLeaves }).draft(limit)), tree);
  },
);

test("every node names its source, match, supporters, share and entries", () => {
  const given = {
    own: ids("a cat"),
    answers: ["my cat sat", "the cat sat", "one cat ran", "no cats"].map(ids),
  };
  const draft = drafterOf(given, { maxNodes: 4, maxLeaves: 4 }).draft(2);
  assert.equal(shape(draft), " (s|r)|s");
  const at = (branch: string) =>
    Array.from(draft.tokens.keys()).find(
      (i) =>
        branchOf(draft, i) ===
        ids(branch)
          .map((id) => ` ${id}`)
          .join(""),
    )!;
  const [space, s, r] = [at(" "), at(" s"), at(" r")];
  assert.deepEqual(
    [space, s, r].map((i) => draft.matchTokens[i]),
    [4, 5, 5],
  );
  assert.deepEqual(
    [space, s, r].map((i) => draft.counts[i]),
    [3, 2, 1],
  );
  assert.deepEqual([...draft.entries.subarray(s * 3, s * 3 + 3)].sort(), [-1, 0, 1]);
  assert.deepEqual([...draft.entries.subarray(r * 3, r * 3 + 3)], [2, -1, -1]);
  assert.ok(draft.sources.every((source) => source === 2));
});

/** Estimates of the nodes " ", " s" and " r" after a model learned from 60 runs that went so. */
function estimatesAfter(committed: string, judged?: (draft: Draft) => JudgedDraft): number[] {
  const acceptance = new TreeAcceptanceModel();
  const given = { own: ids("cat"), answers: ["cat sat", "cat sat", "cat ran"].map(ids) };
  const begun = () => drafterOf(given, { maxNodes: 3, maxLeaves: 2 }, acceptance);
  for (let round = 0; round < 60; round++) {
    const drafter = begun();
    const draft = drafter.draft(2);
    drafter.commit(ids(committed), judged ? { nextUnsentAccepted: false, judged: judged(draft) } : null);
  }
  const draft = begun().draft(2);
  assert.equal(shape(draft), draft.tokens[1] === 115 ? " (s|r)" : " (r|s)");
  return ids(" sr").map((id) => draft.acceptanceProbabilities[draft.tokens.indexOf(id)]!);
}

test("every node after a committed token is compared with the next, sent or not; others are not", () => {
  const [space, s, r] = estimatesAfter("") as [number, number, number];
  const [keptSpace, keptS, refusedR] = estimatesAfter(" s") as [number, number, number];
  assert.ok(keptSpace > space && keptS > s && refusedR < r);
  const [, refusedS, keptR] = estimatesAfter(" r") as [number, number, number];
  assert.ok(refusedS < s && keptR > r && keptR > refusedS, "the second sibling may become the first");
  const [refusedSpace, unknownS, unknownR] = estimatesAfter("x") as [number, number, number];
  assert.ok(refusedSpace < space);
  // Nothing is known of them; only what they have in common with the first token lowers them.
  assert.ok(unknownS > refusedS && unknownR / r > refusedR / r);
});

test("a relaxed rule teaches its decisions, on siblings too, and nothing else", () => {
  const [space, s, r] = estimatesAfter("");
  const decided = (...isKept: (boolean | null)[]) => estimatesAfter(" s", (draft) => ({ draft, isKept }));
  const both = decided(true, true, true);
  assert.ok(both[0]! > space! && both[1]! > s! && both[2]! > r!, "both siblings would have been kept");
  const unsent = decided();
  assert.deepEqual(unsent, [space, s, r], "nothing was sent, nothing is known");
  const notJudged = decided(null, null, null);
  assert.deepEqual(notJudged, [space, s, r]);
});

test("a tree of which the core left out nodes is recognised by tokens and parents", () => {
  const all = estimatesAfter(" s", (draft) => ({ draft, isKept: [true, true, false] }));
  const without = estimatesAfter(" s", (draft) => ({
    // Without the second node: the third takes its index.
    draft: { tokens: draft.tokens.filter((_, i) => i !== 1), parents: Int32Array.of(-1, 0) },
    isKept: [true, false],
  }));
  assert.equal(without[0]! > 0.5, all[0]! > 0.5);
  assert.ok(without[2]! < estimatesAfter("")[2]!, "the third was refused");
  assert.ok(without[1]! < all[1]!, "nothing is known of the second");
});
