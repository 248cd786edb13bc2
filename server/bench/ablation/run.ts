// Replays the same tests under every arm of an ablation. Strict decoding commits the recorded answer whatever is drafted,
// so no model is needed, and arms differ only in their steps.
import type { InPieces } from "../../../core/base/index.ts";
import type { Pool } from "../../../core/laser/index.ts";
import { vocabularyOf, type Recording } from "../recordings/recordings.ts";
import { replayAnswer, type AnswerCounts } from "../replay/replay.ts";
import type { ReplayDrafter } from "../replay/replayRetrieval.ts";
import { entryOf, replayDrafter, ReplayPools, subjectOf } from "../replay/replayStrategies.ts";
import { median, pairedDifference, ratioOfSums, type Interval, type RatioPart } from "../statistics.ts";
import { planAblation, type AblationOptions, type AblationPlan, type ArmPlan } from "./plan.ts";

export interface AblatedArm {
  readonly plan: ArmPlan;
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly edl: Interval;
  /** EDL minus that of the base arm over the same answers; null: the base arm itself. */
  readonly difference: Interval | null;
  /** Median of all drafts, in microseconds. */
  readonly draftUs: number;
  /** Entries that a test can draft from, and their tokens with the openings before them: means over the tests. */
  readonly entries: number;
  readonly poolTokens: number;
}

/** Two arms of the same kind against each other. */
export interface ArmComparison {
  readonly name: string;
  readonly difference: Interval;
}

export interface Ablation {
  readonly plan: AblationPlan;
  /** The base arm first. */
  readonly arms: readonly AblatedArm[];
  readonly comparisons: readonly ArmComparison[];
}

export interface RunOptions extends AblationOptions {
  /** A clock in milliseconds, for the times of drafts. */
  readonly now: () => number;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Replayed beforehand by discarded drafters, so that no time includes compiling the code. */
const WARM_UP_ANSWERS = 2;

/** Yields after each answer. @throws BenchError ablationTooFewAnswers */
export function* ablating(recordings: readonly Recording[], options: RunOptions): InPieces<Ablation> {
  const plan = planAblation(recordings, options);
  const { tests } = plan;
  const plans = [plan.base, ...plan.arms];
  const vocabularySize = vocabularyOf(recordings);
  const pools = new SharedPools();
  const arms: RunningArm[] = [];
  for (const arm of plans) {
    arms.push(new RunningArm(arm, pools.of(arm), vocabularySize, options));
    yield;
  }
  for (const arm of arms)
    for (const test of tests.slice(0, WARM_UP_ANSWERS)) {
      arm.warmUp(test);
      yield;
    }
  for (const [index, test] of tests.entries()) {
    // In rotation, so that what slows the machine affects them all.
    for (let i = 0; i < arms.length; i++) {
      arms[(index + i) % arms.length]!.replay(test);
      options.onProgress?.(index * arms.length + i + 1, tests.length * arms.length);
      yield;
    }
  }
  const [base] = arms;
  return {
    plan,
    arms: arms.map((arm) => arm.figures(base!, options.seed)),
    comparisons: comparisonsOf(arms, options.seed),
  };
}

/** Pools that arms share; one that grows belongs to its arm alone. */
class SharedPools {
  private readonly made = new Map<
    string,
    { readonly of: readonly Recording[]; readonly pools: ReplayPools }
  >();

  of({ pool, groups, online, name }: ArmPlan): ReplayPools {
    const isHard = groups === "hard";
    const key = online ? `on line ${name}` : `${pool.length} ${isHard}`;
    const known = this.made.get(key);
    if (known?.of === pool) return known.pools;
    const pools = new ReplayPools(pool, isHard);
    this.made.set(key, { of: pool, pools });
    return pools;
  }
}

class RunningArm {
  readonly answers: AnswerCounts[] = [];
  private readonly timesUs: number[] = [];
  private readonly drafter: ReplayDrafter;
  private readonly subjects: ReadonlyMap<string, Pick<Pool, "entries" | "tokens">>;
  private entries = 0;
  private poolTokens = 0;

  constructor(
    readonly plan: ArmPlan,
    private readonly pools: ReplayPools,
    private readonly vocabularySize: number,
    private readonly options: RunOptions,
  ) {
    this.drafter = this.create();
    this.subjects = plan.excludesSubject ? sizesBySubject(plan.pool) : new Map();
  }

  warmUp(test: Recording): void {
    replayAnswer(this.create(), test, [], this.options.now);
  }

  replay(test: Recording): void {
    const { plan, pools } = this;
    const pool = pools.of(test, plan.groups);
    const excluded = this.subjects.get(subjectOf(test));
    this.entries += pool.entries - (excluded?.entries ?? 0);
    this.poolTokens += pool.tokens - (excluded?.tokens ?? 0);
    this.answers.push(replayAnswer(this.drafter, test, this.timesUs, this.options.now));
    if (plan.online) pools.insert(test);
  }

  figures(base: RunningArm, seed: number): AblatedArm {
    const { answers, plan } = this;
    const sum = (count: (answer: AnswerCounts) => number) =>
      answers.reduce((total, answer) => total + count(answer), 0);
    return {
      plan,
      tokens: sum(({ tokens }) => tokens),
      steps: sum(({ steps }) => steps),
      drafted: sum(({ drafted }) => drafted),
      edl: ratioOfSums(answers.map(partOf), { seed }),
      difference: this === base ? null : differenceOf(this, base, seed),
      draftUs: median(this.timesUs),
      entries: this.entries / answers.length,
      poolTokens: this.poolTokens / answers.length,
    };
  }

  private create(): ReplayDrafter {
    const { plan, pools, vocabularySize, options } = this;
    const { strategy, groups, online, excludesSubject } = plan;
    const { draftTokens } = options;
    return replayDrafter(
      { strategy, groups },
      { vocabularySize, pools, draftTokens, online, excludesSubject },
    );
  }
}

function partOf({ tokens, steps }: AnswerCounts): RatioPart {
  return { numerator: tokens, denominator: steps };
}

function differenceOf(a: RunningArm, b: RunningArm, seed: number): Interval {
  const pairs = a.answers.map((answer, i) => ({ a: partOf(answer), b: partOf(b.answers[i]!) }));
  return pairedDifference(pairs, { seed });
}

/** At equal size: what groups are worth beyond a smaller pool. */
function comparisonsOf(arms: readonly RunningArm[], seed: number): readonly ArmComparison[] {
  const named = (name: string) => arms.find(({ plan }) => plan.name === name);
  const [own, random] = [named("own groups"), named("random groups")];
  if (own === undefined || random === undefined) return [];
  return [{ name: "own groups − random groups", difference: differenceOf(own, random, seed) }];
}

function sizesBySubject(pool: readonly Recording[]): Map<string, { entries: number; tokens: number }> {
  const sizes = new Map<string, { entries: number; tokens: number }>();
  for (const answer of pool) {
    const size = sizes.get(subjectOf(answer)) ?? { entries: 0, tokens: 0 };
    sizes.set(subjectOf(answer), {
      entries: size.entries + 1,
      tokens: size.tokens + entryOf(answer).length,
    });
  }
  return sizes;
}
