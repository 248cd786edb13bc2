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

/** A distribution with these probabilities by token; the order given is the order held, so the first is the arg-max. */
function row(probabilities: Readonly<Record<number, number>>, order: readonly number[]): Distribution {
  const logits = order.map((id) => Math.log(probabilities[id]!));
  return {
    size: order.length,
    ids: order,
    logits,
    logSumExp: 0,
    logSumExpHigh: 0,
    outsideLogit: -Infinity,
    targetToken: order[0]!,
    targetEndsText: order[0] === END,
  };
}

const END = 9;
/** Token and parent of each drafted slot, in depth-first order; slot 0 is the root, token 0. */
type Shape = readonly (readonly [token: number, parent: number])[];

function tree(shape: Shape): DraftTree {
  return {
    size: shape.length + 1,
    tokens: Int32Array.of(0, ...shape.map(([token]) => token)),
    parents: Int32Array.of(-1, ...shape.map(([, parent]) => parent)),
  };
}

interface Case {
  readonly name: string;
  readonly shape: Shape;
  /** The distribution after each slot as [token, probability] pairs, most probable first. */
  readonly rows: readonly (readonly (readonly [token: number, probability: number])[])[];
  readonly rule: Rule;
  readonly guards?: Guards;
  readonly path: readonly number[];
  readonly next: string;
  /** Kinds of the verdicts by first letter: accepted, relaxed, rejected = x, unreached. */
  readonly verdicts: string;
}

const strict: Rule = { kind: "relaxed", topK: 1, minProbability: 0 };
const sure = (token: number, other = 8): (readonly [number, number])[] => [
  [token, 0.95],
  [other, 0.05],
];
const even = (first: number, second: number): (readonly [number, number])[] => [
  [first, 0.5],
  [second, 0.5],
];

const cases: Case[] = [
  {
    name: "no draft: a plain step",
    shape: [],
    rows: [sure(1)],
    rule: PUBLISHED_RULE,
    path: [],
    next: "plain 1",
    verdicts: "",
  },
  {
    name: "one branch kept whole: a bonus",
    shape: [
      [1, 0],
      [2, 1],
    ],
    rows: [sure(1), sure(2), sure(3)],
    rule: strict,
    path: [1, 2],
    next: "bonus 3",
    verdicts: "aa",
  },
  {
    name: "nothing kept: a correction, the rest unreached",
    shape: [
      [1, 0],
      [2, 1],
    ],
    rows: [sure(5), sure(2), sure(3)],
    rule: PUBLISHED_RULE,
    path: [],
    next: "correction 5",
    verdicts: "xu",
  },
  {
    name: "the longer branch wins, though it comes later",
    shape: [
      [1, 0],
      [2, 0],
      [3, 2],
    ],
    rows: [
      [
        [1, 0.6],
        [2, 0.4],
      ],
      sure(7),
      sure(3),
      sure(4),
    ],
    rule: PUBLISHED_RULE,
    path: [2, 3],
    next: "bonus 4",
    verdicts: "ara",
  },
  {
    name: "of equally long ones the first wins, though the second is the target's own choice all along",
    shape: [
      [2, 0],
      [3, 1],
      [1, 0],
      [4, 3],
    ],
    rows: [
      [
        [1, 0.6],
        [2, 0.4],
      ],
      [
        [6, 0.6],
        [3, 0.4],
      ],
      sure(5),
      sure(4),
      sure(7),
    ],
    rule: PUBLISHED_RULE,
    path: [1, 2],
    next: "bonus 5",
    verdicts: "rraa",
  },
  {
    name: "the same under k = 1, p = 0: only the own choice is left",
    shape: [
      [2, 0],
      [3, 1],
      [1, 0],
      [4, 3],
    ],
    rows: [
      [
        [1, 0.6],
        [2, 0.4],
      ],
      [
        [6, 0.6],
        [3, 0.4],
      ],
      sure(5),
      sure(4),
      sure(7),
    ],
    rule: strict,
    path: [3, 4],
    next: "bonus 7",
    verdicts: "xuaa",
  },
  {
    name: "kept as far, and the first continues rejected: its correction",
    shape: [
      [1, 0],
      [2, 1],
      [3, 0],
    ],
    rows: [
      [
        [1, 0.6],
        [3, 0.4],
      ],
      sure(4),
      sure(5),
      sure(6),
    ],
    rule: PUBLISHED_RULE,
    path: [1],
    next: "correction 4",
    verdicts: "axr",
  },
  {
    name: "two branches share their kept beginning",
    shape: [
      [1, 0],
      [2, 1],
      [3, 1],
    ],
    rows: [sure(1), sure(4), sure(5), sure(6)],
    rule: PUBLISHED_RULE,
    path: [1],
    next: "correction 4",
    verdicts: "axx",
  },
  {
    name: "rank 3 is rejected however probable",
    shape: [[3, 0]],
    rows: [
      [
        [1, 0.4],
        [2, 0.31],
        [3, 0.29],
      ],
      sure(4),
    ],
    rule: PUBLISHED_RULE,
    path: [],
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "exactly p is not above p",
    shape: [[2, 0]],
    rows: [
      [
        [1, 0.75],
        [2, 0.25],
      ],
      sure(4),
    ],
    rule: { kind: "relaxed", topK: 2, minProbability: 0.25 },
    path: [],
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "no token above p: the arg-max alone is kept",
    shape: [
      [1, 0],
      [2, 0],
    ],
    rows: [
      [
        [1, 0.09],
        [2, 0.08],
      ],
      sure(4),
      sure(5),
    ],
    rule: PUBLISHED_RULE,
    path: [1],
    next: "bonus 4",
    verdicts: "ax",
  },
  {
    name: "p = 0.5 is greedy: no second token is above it",
    shape: [
      [2, 0],
      [1, 0],
    ],
    rows: [even(1, 2), sure(4), sure(5)],
    rule: { kind: "relaxed", topK: 2, minProbability: 0.5 },
    path: [2],
    next: "bonus 5",
    verdicts: "xa",
  },
  {
    name: "p = 0 is pure top-k",
    shape: [[2, 0]],
    rows: [
      [
        [1, 0.999],
        [2, 0.001],
      ],
      sure(4),
    ],
    rule: { kind: "relaxed", topK: 2, minProbability: 0 },
    path: [1],
    next: "bonus 4",
    verdicts: "r",
  },
  {
    name: "p = 0: a probability that underflows to 0 is not above it",
    shape: [[2, 0]],
    rows: [
      [
        [1, 1],
        [2, 0],
      ],
      sure(4),
    ],
    rule: { kind: "relaxed", topK: 2, minProbability: 0 },
    path: [],
    next: "correction 1",
    verdicts: "x",
  },
  {
    name: "k = 1 with two equally probable: the lower id, which is held first",
    shape: [
      [2, 0],
      [1, 0],
    ],
    rows: [even(1, 2), sure(4), sure(5)],
    rule: strict,
    path: [2],
    next: "bonus 5",
    verdicts: "xa",
  },
  {
    name: "many relaxed tokens in a row have no cap",
    shape: [
      [2, 0],
      [3, 1],
      [4, 2],
    ],
    rows: [
      [
        [1, 0.6],
        [2, 0.4],
      ],
      [
        [1, 0.6],
        [3, 0.4],
      ],
      [
        [1, 0.6],
        [4, 0.4],
      ],
      sure(5),
    ],
    rule: PUBLISHED_RULE,
    path: [1, 2, 3],
    next: "bonus 5",
    verdicts: "rrr",
  },
  {
    name: "published: the target's wish to end may be passed over",
    shape: [[2, 0]],
    rows: [
      [
        [END, 0.6],
        [2, 0.4],
      ],
      sure(3),
    ],
    rule: PUBLISHED_RULE,
    path: [1],
    next: "bonus 3",
    verdicts: "r",
  },
  {
    name: "our guard: it may not",
    shape: [[2, 0]],
    rows: [
      [
        [END, 0.6],
        [2, 0.4],
      ],
      sure(3),
    ],
    rule: PUBLISHED_RULE,
    guards: DEFAULT_GUARDS,
    path: [],
    next: `correction ${END}`,
    verdicts: "x",
  },
  {
    name: "a guard counts along each branch, not across them",
    shape: [
      [2, 0],
      [3, 1],
      [4, 0],
      [5, 3],
    ],
    rows: [
      [
        [4, 0.6],
        [2, 0.4],
      ],
      [
        [1, 0.6],
        [3, 0.4],
      ],
      sure(6),
      [
        [1, 0.6],
        [5, 0.4],
      ],
      sure(7),
    ],
    rule: PUBLISHED_RULE,
    guards: { ...NO_GUARDS, maxConsecutiveRelaxed: 1 },
    path: [3, 4],
    next: "bonus 7",
    verdicts: "rxar",
  },
];

const LETTERS = { accepted: "a", relaxed: "r", rejected: "x", unreached: "u" } as const;

table("a tree is verified:", cases, ({ shape, rows, rule, guards, path, next, verdicts }) => {
  const draft = tree(shape);
  const asked: number[] = [];
  const rowAt = (slot: number) => {
    asked.push(slot);
    return row(
      Object.fromEntries(rows[slot]!),
      rows[slot]!.map(([token]) => token),
    );
  };
  const outcome = verifyTree(draft, rowAt, rule, guards);
  assert.deepEqual(outcome.path, path);
  assert.equal(`${outcome.next.kind} ${outcome.next.token}`, next);
  assert.equal(outcome.verdicts.map(({ kind }) => LETTERS[kind]).join(""), verdicts);
  assert.deepEqual(asked, [...rows.keys()], "each row once, in slot order");
});
