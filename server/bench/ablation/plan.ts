// The arms of an ablation: what each changes in the base arm, in a name and a sentence, and which of those
// asked for recorded answers can't measure, and why. Pure.
import { several } from "../../../core/base/index.ts";
import { shuffled } from "../benchPlan.ts";
import { BenchError } from "../errors.ts";
import { distinct } from "../replay/estimate.ts";
import type { Recording } from "../recordings/recordings.ts";
import {
  groupOf,
  MIN_GROUP_ANSWERS,
  subjectOf,
  TREE_LEAVES,
  type GroupMode,
  type ReplayStrategy,
} from "../replay/replayStrategies.ts";

/** What an ablation varies. `rule` needs probabilities, which a text does not hold. */
export const ABLATED = ["groups", "pool-size", "subject", "online", "shape", "rule"] as const;
export type Ablated = (typeof ABLATED)[number];
export type AblatedByTexts = Exclude<Ablated, "rule">;

/** Shapes of a draft, and the strategies of a replay that they are. */
export const SHAPES = {
  chain: "laser-strict",
  "tree-15": "laser-tree-15",
  "tree-31": "laser-tree-31",
  "tree-63": "laser-tree-63",
} as const satisfies Readonly<Record<string, ReplayStrategy>>;
export type Shape = keyof typeof SHAPES;

export interface AblationOptions {
  /** Names the recordings in errors. */
  readonly path: string;
  readonly only: readonly AblatedByTexts[];
  /** How many answers the pool of the base arm holds; null: the largest of `poolSizes` for which there are enough answers. */
  readonly poolAnswers: number | null;
  readonly poolSizes: readonly number[];
  /** null: a fifth of the answers, at most MAX_DEFAULT_TESTS. */
  readonly testAnswers: number | null;
  /** Of tests, pool, random groups and intervals. */
  readonly seed: number;
  /** The shape of the base arm. */
  readonly shape: Shape;
  readonly draftTokens: number;
}

/** One way to draft: the base arm, with at most one thing changed. */
export interface ArmPlan {
  /** null: the base arm. */
  readonly ablated: Ablated | null;
  readonly name: string;
  /** What the arm does. */
  readonly meaning: string;
  readonly pool: readonly Recording[];
  readonly groups: GroupMode;
  readonly online: boolean;
  readonly excludesSubject: boolean;
  readonly strategy: ReplayStrategy;
}

/** An arm that the source can't measure. */
export interface NotMeasured {
  readonly ablated: Ablated;
  readonly name: string;
  readonly reason: string;
}

export interface AblationPlan {
  /** Answers that every arm is tested with, in this order. */
  readonly tests: readonly Recording[];
  /** Answers that are left for pools, in the order in which pools take them. */
  readonly candidates: readonly Recording[];
  /** Empty answers and copies of others, which are left out. */
  readonly leftOut: number;
  readonly base: ArmPlan;
  readonly arms: readonly ArmPlan[];
  readonly notMeasured: readonly NotMeasured[];
}

export const DEFAULT_POOL_SIZES: readonly number[] = [0, 50, 200, 1000];
const MAX_DEFAULT_TESTS = 200;
const TEST_SHARE = 1 / 5;

/** @throws BenchError ablationTooFewAnswers */
export function planAblation(recordings: readonly Recording[], options: AblationOptions): AblationPlan {
  const answers = distinct(recordings.filter(({ out }) => out.length > 0));
  const { testAnswers, seed, poolAnswers, path } = options;
  const fifth = Math.min(MAX_DEFAULT_TESTS, Math.max(1, Math.floor(answers.length * TEST_SHARE)));
  const testCount = testAnswers ?? fifth;
  const needed = testCount + Math.max(1, poolAnswers ?? 1);
  if (answers.length < needed)
    throw new BenchError({
      tag: "ablationTooFewAnswers",
      path,
      answers: answers.length,
      tests: testCount,
      poolAnswers,
    });
  const order = shuffled(answers.length, seed, 0, 0).map((at) => answers[at]!);
  const tests = order.slice(0, testCount);
  const candidates = order.slice(testCount);
  const fitting = options.poolSizes.filter((size) => size > 0 && size <= candidates.length);
  const poolSize = poolAnswers ?? (fitting.length > 0 ? Math.max(...fitting) : candidates.length);
  const base: ArmPlan = {
    ablated: null,
    name: "base",
    meaning:
      `one pool of ${several(poolSize, "answer")} of all groups and subjects, frozen; ` +
      shapeText(options.shape, options.draftTokens),
    pool: candidates.slice(0, poolSize),
    groups: "global",
    online: false,
    excludesSubject: false,
    strategy: SHAPES[options.shape],
  };
  const found = [...new Set(options.only)].map((one) => ARMS[one]({ base, tests, candidates, options }));
  return {
    tests,
    candidates,
    leftOut: recordings.length - answers.length,
    base,
    arms: found.flatMap(({ arms }) => arms),
    notMeasured: found.flatMap(({ notMeasured }) => notMeasured),
  };
}

interface Setup {
  readonly base: ArmPlan;
  readonly tests: readonly Recording[];
  readonly candidates: readonly Recording[];
  readonly options: AblationOptions;
}

interface Arms {
  readonly arms: readonly ArmPlan[];
  readonly notMeasured: readonly NotMeasured[];
}

const ARMS: Readonly<Record<AblatedByTexts, (setup: Setup) => Arms>> = {
  groups: groupArms,
  "pool-size": poolSizeArms,
  subject: subjectArms,
  online: ({ base }) => ({
    arms: [
      {
        ...base,
        ablated: "online",
        name: "on line",
        meaning: "each test joins the pool when it is complete",
        online: true,
      },
    ],
    notMeasured: [],
  }),
  shape: ({ base, options }) => ({
    arms: (Object.keys(SHAPES) as Shape[])
      .filter((shape) => shape !== options.shape)
      .map((shape) => ({
        ...base,
        ablated: "shape",
        name: shape.replace("-", " of "),
        meaning: shapeText(shape, options.draftTokens),
        strategy: SHAPES[shape],
      })),
    notMeasured: [],
  }),
};

/** The note on rules if only texts are given. */
export const RULE_NOT_MEASURED: NotMeasured = {
  ablated: "rule",
  name: "k and p",
  reason: "recorded answers hold no probabilities: give recorded traces by --traces, or a model by --model",
};

function groupArms({ base, tests, options }: Setup): Arms {
  const ablated = "groups";
  const names = ["own groups", "random groups", "soft groups"];
  const none = (which: readonly string[], reason: string): Arms => ({
    arms: [],
    notMeasured: which.map((name) => ({ ablated, name, reason })),
  });
  const all = [...base.pool, ...tests];
  if (all.every(({ group }) => group === null)) return none(names, "the answers have no groups");
  if (new Set(all.map(groupOf)).size === 1) return none(names, "all answers are in one group");
  const soft: ArmPlan = {
    ...base,
    ablated,
    name: "soft groups",
    meaning: "the base pool, in which other groups' votes have weights learned in the tests before",
    groups: "soft",
  };
  const sizes = new Map<string, number>();
  for (const answer of base.pool) sizes.set(groupOf(answer), (sizes.get(groupOf(answer)) ?? 0) + 1);
  const own = tests.filter((test) => (sizes.get(groupOf(test)) ?? 0) >= MIN_GROUP_ANSWERS).length;
  if (own === 0)
    return {
      ...none(
        names.slice(0, 2),
        `no test's group has the ${MIN_GROUP_ANSWERS} answers in the pool that a pool of its own needs`,
      ),
      arms: [soft],
    };
  const others =
    own === tests.length
      ? ""
      : `; ${own} of ${several(tests.length, "test")}, the others' groups have fewer than ${MIN_GROUP_ANSWERS} answers and use all`;
  return {
    arms: [
      {
        ...base,
        ablated,
        name: "own groups",
        meaning: `the base pool cut by group, each test drafts from its own group${others}`,
        groups: "hard",
      },
      {
        ...base,
        ablated,
        name: "random groups",
        meaning: "the same cut into groups of the same sizes, drawn at random (one draw of the seed)",
        pool: atRandom(base.pool, options.seed),
        groups: "hard",
      },
      soft,
    ],
    notMeasured: [],
  };
}

/** The same answers, their groups dealt out again: every group keeps its size. */
function atRandom(pool: readonly Recording[], seed: number): readonly Recording[] {
  return shuffled(pool.length, seed, 1, 0).map((at, i) => {
    const { kind, group } = pool[at]!;
    return { ...pool[i]!, kind, group };
  });
}

function poolSizeArms({ base, candidates, options }: Setup): Arms {
  const ablated = "pool-size";
  const sizes = [...new Set(options.poolSizes)].sort((a, b) => a - b);
  const others = sizes.filter((size) => size !== base.pool.length);
  return {
    arms: others
      .filter((size) => size <= candidates.length)
      .map((size) => ({
        ...base,
        ablated,
        name: sizeName(size),
        meaning:
          size === 0
            ? "drafts only from the prompt and the answer's own text"
            : `a pool of ${several(size, "answer")}; smaller pools are part of larger ones`,
        pool: candidates.slice(0, size),
      })),
    notMeasured: others
      .filter((size) => size > candidates.length)
      .map((size) => ({
        ablated,
        name: sizeName(size),
        reason: `only ${several(candidates.length, "answer")} beside the tests`,
      })),
  };
}

function sizeName(size: number): string {
  return size === 0 ? "no pool" : `pool of ${size}`;
}

function subjectArms({ base, tests }: Setup): Arms {
  const ablated = "subject";
  const name = "same subject left out";
  const known = new Set(base.pool.map(subjectOf));
  const touched = tests.filter((test) => known.has(subjectOf(test))).length;
  if (touched === 0)
    return {
      arms: [],
      notMeasured: [
        { ablated, name, reason: "no test is about a user or item that an answer in the pool is about" },
      ],
    };
  return {
    arms: [
      {
        ...base,
        ablated,
        name,
        meaning: `nothing is drafted from answers about the same user or item (${touched} of ${several(tests.length, "test")} have any)`,
        excludesSubject: true,
      },
    ],
    notMeasured: [],
  };
}

/** The most tokens of a tree; null for a chain. */
export function treeTokensOf(shape: Shape): number | null {
  return shape === "chain" ? null : Number(shape.slice("tree-".length));
}

function shapeText(shape: Shape, draftTokens: number): string {
  return shape === "chain"
    ? `chains of at most ${several(draftTokens, "token")}`
    : `trees of at most ${treeTokensOf(shape)} tokens and ${TREE_LEAVES} leaves`;
}
