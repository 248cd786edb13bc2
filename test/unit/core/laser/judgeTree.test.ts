// A draft judged as a tree, as a table: which branch is kept, what follows, and each drafted token's verdict.
import assert from "node:assert/strict";
import {
  DEFAULT_GUARDS,
  INITIAL_JUDGE_STATE,
  PUBLISHED_RULE,
  type Draft,
  type Guards,
  type Rule,
  type Verdict,
} from "../../../../core/laser/index.ts";
import { emptyDraftArrays } from "../../../../core/laser/draft.ts";
import { TreeJudge, type JudgedRow } from "../../../../core/laser/verification/judgeTree.ts";
import { table } from "../../../support/check.ts";

const END = 9;
/** As in the published code: a draft may continue where the target would end. */
const NO_GUARDS: Guards = { endOfText: false, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

interface Case {
  readonly name: string;
  /** The drafted tokens, parents first, each as token<parent; parent 0 is the root, parent 1 the first drafted token. */
  readonly tree: string;
  /**
   * The distributions after the root and after each drafted token, separated by |: token:probability, most probable
   * first. A token alone has 0.95, and token 8 the rest.
   */
  readonly rows: string;
  readonly rule: Rule;
  readonly guards?: Guards;
  /** The kept branch, counted as parents are. */
  readonly kept: string;
  readonly next: string;
  /** By LETTERS. */
  readonly verdicts: string;
}

const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");

function draftOf(text: string): Draft {
  const nodes = wordsOf(text).map((node) => node.split("<").map(Number));
  const draft = emptyDraftArrays(nodes.length);
  nodes.forEach(([token, parent], i) => {
    draft.tokens[i] = token!;
    draft.parents[i] = parent! - 1;
  });
  return draft;
}

function rowOf(text: string): JudgedRow {
  const words = text.includes(":") ? wordsOf(text) : [`${text.trim()}:0.95`, "8:0.05"];
  const pairs = words.map((word) => word.split(":").map(Number));
  const ids = Int32Array.from(pairs, ([id]) => id!);
  return {
    size: ids.length,
    ids,
    logits: Float64Array.from(pairs, ([, probability]) => Math.log(probability!)),
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
    verdicts: "sra",
  },
  {
    name: "of equally long ones the more probable wins, though it comes later",
    tree: "2<0 3<1 1<0 4<3",
    rows: "1:0.6 2:0.4 | 6:0.6 3:0.4 | 5 | 4 | 7",
    rule: PUBLISHED_RULE,
    kept: "3 4",
    next: "bonus 7",
    verdicts: "ssaa",
  },
  {
    name: "of equally long and probable ones the first wins",
    tree: "2<0 1<0",
    rows: "1:0.5 2:0.5 | 4 | 5",
    rule: { kind: "relaxed", topK: 2, minProbability: 0.25 },
    kept: "1",
    next: "bonus 4",
    verdicts: "rs",
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
    verdicts: "axs",
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
    verdicts: "sxar",
  },
];

/** A kept token beside the path is rejected because its branch is shorter or less probable: s. */
const LETTERS = { accepted: "a", relaxed: "r", rejected: "x", unreached: "u" } as const;
const letterOf = ({ kind, reason }: Verdict): string => (reason === "shorterBranch" ? "s" : LETTERS[kind]);

table("a tree is judged", cases, ({ tree, rows, rule, guards = NO_GUARDS, kept, next, verdicts }) => {
  const judge = new TreeJudge(draftOf(tree), rule, guards, INITIAL_JUDGE_STATE, null);
  for (const [index, row] of rows.split("|").map(rowOf).entries()) judge.take(row, index);
  const { path, next: after } = judge.end();
  assert.equal([...path].map((index) => index + 1).join(" "), kept);
  assert.equal(`${after.kind} ${after.token}`, next);
  assert.equal(judge.recorded().verdicts.map(letterOf).join(""), verdicts);
});
