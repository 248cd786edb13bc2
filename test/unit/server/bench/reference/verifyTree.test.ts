// Verification of trees as a table: what each slot's distribution is, which branch is kept, what follows.
import assert from "node:assert/strict";
import {
  DEFAULT_GUARDS,
  PUBLISHED_RULE,
  type Distribution,
  type Guards,
  type Rule,
} from "../../../../../core/laser/index.ts";
import { NO_GUARDS, verifyTree, type DraftTree } from "../../../../../server/bench/reference/index.ts";
import { table } from "../../../../support/check.ts";

const END = 9;

interface Case {
  readonly name: string;
  /** The drafted slots in depth-first order, each as token<parent; slot 0 is the root, token 0. */
  readonly tree: string;
  /**
   * The distribution after each slot, separated by |: token:probability, most probable first, which is the order held.
   * A token alone has 0.95, and token 8 the rest.
   */
  readonly rows: string;
  readonly rule: Rule;
  readonly guards?: Guards;
  /** The slots of the branch that is kept. */
  readonly kept: string;
  readonly next: string;
  /** Kinds of the verdicts by first letter: accepted, relaxed, rejected = x, unreached. */
  readonly verdicts: string;
}

const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");

function treeOf(text: string): DraftTree {
  const slots = wordsOf(text).map((slot) => slot.split("<").map(Number));
  return {
    size: slots.length + 1,
    tokens: Int32Array.of(0, ...slots.map(([token]) => token!)),
    parents: Int32Array.of(-1, ...slots.map(([, parent]) => parent!)),
  };
}

function distributionOf(text: string): Distribution {
  const words = text.includes(":") ? wordsOf(text) : [`${text.trim()}:0.95`, "8:0.05"];
  const pairs = words.map((word) => word.split(":").map(Number));
  const ids = pairs.map(([id]) => id!);
  return {
    size: ids.length,
    ids,
    logits: pairs.map(([, probability]) => Math.log(probability!)),
    logSumExp: 0,
    logSumExpHigh: 0,
    outsideLogit: -Infinity,
    targetToken: ids[0]!,
    targetEndsText: ids[0] === END,
  };
}

const strict: Rule = { kind: "relaxed", topK: 1, minProbability: 0 };
const cases: Case[] = [
  {
    name: "no draft: a plain step",
    tree: "",
    rows: "1",
    rule: PUBLISHED_RULE,
    kept: "",
    next: "plain 1",
    verdicts: "",
  },
  {
    name: "one branch kept whole: a bonus",
    tree: "1<0 2<1",
    rows: "1 | 2 | 3",
    rule: strict,
    kept: "1 2",
    next: "bonus 3",
    verdicts: "aa",
  },
  {
    name: "nothing kept: a correction, the rest unreached",
    tree: "1<0 2<1",
    rows: "5 | 2 | 3",
    rule: PUBLISHED_RULE,
    kept: "",
    next: "correction 5",
    verdicts: "xu",
  },
  {
    name: "the longer branch wins, though it comes later",
    tree: "1<0 2<0 3<2",
    rows: "1:0.6 2:0.4 | 7 | 3 | 4",
    rule: PUBLISHED_RULE,
    kept: "2 3",
    next: "bonus 4",
    verdicts: "ara",
  },
  {
    name: "of equally long ones the first wins, though the second is the target's own choice all along",
    tree: "2<0 3<1 1<0 4<3",
    rows: "1:0.6 2:0.4 | 6:0.6 3:0.4 | 5 | 4 | 7",
    rule: PUBLISHED_RULE,
    kept: "1 2",
    next: "bonus 5",
    verdicts: "rraa",
  },
  {
    name: "the same under k = 1, p = 0: only the target's choice is left",
    tree: "2<0 3<1 1<0 4<3",
    rows: "1:0.6 2:0.4 | 6:0.6 3:0.4 | 5 | 4 | 7",
    rule: strict,
    kept: "3 4",
    next: "bonus 7",
    verdicts: "xuaa",
  },
  {
    name: "kept as far, and the first continues rejected: its correction",
    tree: "1<0 2<1 3<0",
    rows: "1:0.6 3:0.4 | 4 | 5 | 6",
    rule: PUBLISHED_RULE,
    kept: "1",
    next: "correction 4",
    verdicts: "axr",
  },
  {
    name: "two branches share their kept beginning",
    tree: "1<0 2<1 3<1",
    rows: "1 | 4 | 5 | 6",
    rule: PUBLISHED_RULE,
    kept: "1",
    next: "correction 4",
    verdicts: "axx",
  },
  {
    name: "rank 3 is rejected however probable",
    tree: "3<0",
    rows: "1:0.4 2:0.31 3:0.29 | 4",
    rule: PUBLISHED_RULE,
    kept: "",
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "exactly p is not above p",
    tree: "2<0",
    rows: "1:0.75 2:0.25 | 4",
    rule: { kind: "relaxed", topK: 2, minProbability: 0.25 },
    kept: "",
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "no token above p: only the arg-max is kept",
    tree: "1<0 2<0",
    rows: "1:0.09 2:0.08 | 4 | 5",
    rule: PUBLISHED_RULE,
    kept: "1",
    next: "bonus 4",
    verdicts: "ax",
  },
  {
    name: "p = 0.5 is greedy: no second token is above it",
    tree: "2<0 1<0",
    rows: "1:0.5 2:0.5 | 4 | 5",
    rule: { kind: "relaxed", topK: 2, minProbability: 0.5 },
    kept: "2",
    next: "bonus 5",
    verdicts: "xa",
  },
  {
    name: "p = 0 is pure top-k",
    tree: "2<0",
    rows: "1:0.999 2:0.001 | 4",
    rule: { kind: "relaxed", topK: 2, minProbability: 0 },
    kept: "1",
    next: "bonus 4",
    verdicts: "r",
  },
  {
    name: "p = 0: a probability that underflows to 0 is not above it",
    tree: "2<0",
    rows: "1:1 2:0 | 4",
    rule: { kind: "relaxed", topK: 2, minProbability: 0 },
    kept: "",
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "k = 1 with two equally probable: the lower id, which is held first",
    tree: "2<0 1<0",
    rows: "1:0.5 2:0.5 | 4 | 5",
    rule: strict,
    kept: "2",
    next: "bonus 5",
    verdicts: "xa",
  },
  {
    name: "many relaxed tokens in a row have no cap",
    tree: "2<0 3<1 4<2",
    rows: "1:0.6 2:0.4 | 1:0.6 3:0.4 | 1:0.6 4:0.4 | 5",
    rule: PUBLISHED_RULE,
    kept: "1 2 3",
    next: "bonus 5",
    verdicts: "rrr",
  },
  {
    name: "published: the target's wish to end may be passed over",
    tree: "2<0",
    rows: "9:0.6 2:0.4 | 3",
    rule: PUBLISHED_RULE,
    kept: "1",
    next: "bonus 3",
    verdicts: "r",
  },
  {
    name: "our guard: it may not",
    tree: "2<0",
    rows: "9:0.6 2:0.4 | 3",
    rule: PUBLISHED_RULE,
    guards: DEFAULT_GUARDS,
    kept: "",
    next: "correction 9",
    verdicts: "x",
  },
  {
    name: "a guard counts along each branch, not across them",
    tree: "2<0 3<1 4<0 5<3",
    rows: "4:0.6 2:0.4 | 1:0.6 3:0.4 | 6 | 1:0.6 5:0.4 | 7",
    rule: PUBLISHED_RULE,
    guards: { ...NO_GUARDS, maxConsecutiveRelaxed: 1 },
    kept: "3 4",
    next: "bonus 7",
    verdicts: "rxar",
  },
];

const LETTERS = { accepted: "a", relaxed: "r", rejected: "x", unreached: "u" } as const;

table("a tree is verified:", cases, ({ tree, rows, rule, guards, kept, next, verdicts }) => {
  const distributions = rows.split("|").map(distributionOf);
  const asked: number[] = [];
  const rowAt = (slot: number) => {
    asked.push(slot);
    return distributions[slot]!;
  };
  const outcome = verifyTree(treeOf(tree), rowAt, rule, guards);
  assert.equal(outcome.path.join(" "), kept);
  assert.equal(`${outcome.next.kind} ${outcome.next.token}`, next);
  assert.equal(outcome.verdicts.map(({ kind }) => LETTERS[kind]).join(""), verdicts);
  assert.deepEqual(asked, [...distributions.keys()], "each row once, in slot order");
});
