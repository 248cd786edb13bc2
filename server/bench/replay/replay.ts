// Replays recorded answers: drafts at every step as a run would, compares with the model's answer, and
// counts. Strict decoding commits exactly the recorded answer, so no model is needed.
import { isLooping, tokensBeforeLoop, type CalibrationBin } from "../../../core/laser/index.ts";
import { BenchError } from "../errors.ts";
import { vocabularyOf, type Recording } from "../recordings/recordings.ts";
import {
  type GroupMode,
  isGroupMode,
  isReplayStrategy,
  GROUP_MODES,
  REPLAY_STRATEGIES,
  replayDrafter,
  ReplayPools,
  type ReplaySetting,
  type ReplayStrategy,
  type ReplayVariant,
  variantsOf,
} from "./replayStrategies.ts";
import type { ReplayDrafter } from "./replayRetrieval.ts";
import { pairedDifference, quantile, ratioOfSums, type Interval } from "../statistics.ts";

export interface ReplayOptions {
  /** Names the recordings in errors. */
  readonly path: string;
  /** How many of the first answers form the pool. */
  readonly poolAnswers: number;
  /** How many of the answers after them are tests; null: all. */
  readonly testAnswers: number | null;
  readonly strategies: readonly ReplayStrategy[];
  /** Each answer joins the pool when it is complete; otherwise the pool is frozen. */
  readonly online: boolean;
  /** Strategies that can use groups are measured in each of these modes. */
  readonly groups: readonly GroupMode[];
  readonly draftTokens: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** The counts of one answer. tokens = kept + steps: each step commits its kept drafts and one more token. */
export interface AnswerCounts {
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly kept: number;
  /** The same as if the answer had ended before its first repeated 8-gram. */
  readonly tokensBeforeLoop: number;
  readonly stepsBeforeLoop: number;
}

export interface StrategyReplay extends ReplayVariant {
  readonly answers: readonly AnswerCounts[];
  /** Times of all lookups in microseconds, ascending. A lookup is one whole draft. */
  readonly lookupUs: Float64Array;
  /**
   * Drafted tokens by the probability, expected of them, that they and all before them are kept; null for drafters
   * without expectations.
   */
  readonly calibration: readonly CalibrationBin[] | null;
}

export interface Replay {
  readonly poolAnswers: number;
  readonly poolTokens: number;
  readonly testAnswers: number;
  /** Tests in which an 8-gram occurs twice. */
  readonly loopingAnswers: number;
  readonly strategies: readonly StrategyReplay[];
}

/** Names as strategies; all of them if none is named. @throws BenchError naming an unknown or repeated one */
export function parseStrategies(names: readonly string[]): readonly ReplayStrategy[] {
  if (names.length === 0) return REPLAY_STRATEGIES;
  return names.map((name, index) => {
    if (!isReplayStrategy(name))
      throw new BenchError({ tag: "replayStrategyUnknown", name, known: REPLAY_STRATEGIES });
    if (names.indexOf(name) < index) throw new BenchError({ tag: "replayStrategyTwice", name });
    return name;
  });
}

/** Names as ways to use groups; one pool of all answers if none is named. @throws BenchError for an unknown one */
export function parseGroupModes(names: readonly string[]): readonly GroupMode[] {
  if (names.length === 0) return ["global"];
  return names.map((name, index) => {
    if (!isGroupMode(name)) throw new BenchError({ tag: "groupModeUnknown", name, known: GROUP_MODES });
    if (names.indexOf(name) < index) throw new BenchError({ tag: "replayStrategyTwice", name });
    return name;
  });
}

/** @throws BenchError when pool and tests don't fit into the recordings */
export function replay(recordings: readonly Recording[], options: ReplayOptions): Replay {
  const { poolAnswers } = options;
  const strategies = variantsOf(options.strategies, options.groups);
  const pooled = recordings.slice(0, poolAnswers);
  const tests = testsOf(recordings, options);
  const vocabularySize = vocabularyOf(recordings);
  warmUp(pooled, tests, vocabularySize, options);
  const pools = new ReplayPools(pooled, options.groups.includes("hard"));
  const poolTokens = pools.answerTokens;
  const drafters = strategies.map((strategy) =>
    replayDrafter(strategy, { ...options, vocabularySize, pools }),
  );
  const answers = strategies.map((): AnswerCounts[] => []);
  const times = strategies.map((): number[] => []);
  tests.forEach((recording, index) => {
    // Each answer runs under every strategy before the next, in rotation: what slows the machine affects them all.
    for (let i = 0; i < drafters.length; i++) {
      const at = (index + i) % drafters.length;
      answers[at]!.push(replayAnswer(drafters[at]!, recording, times[at]!, options.now));
    }
    if (options.online) pools.insert(recording);
  });
  return {
    poolAnswers: pooled.length,
    poolTokens,
    testAnswers: tests.length,
    loopingAnswers: tests.filter(({ out }) => isLooping(out)).length,
    strategies: strategies.map((variant, at) => ({
      ...variant,
      answers: answers[at]!,
      lookupUs: Float64Array.from(times[at]!).sort(),
      calibration: drafters[at]!.calibration?.rows() ?? null,
    })),
  };
}

function testsOf(
  recordings: readonly Recording[],
  { path, poolAnswers, testAnswers }: ReplayOptions,
): readonly Recording[] {
  const left = recordings.length - poolAnswers;
  if (left <= 0) throw new BenchError({ tag: "noTests", path, answers: recordings.length, poolAnswers });
  if (testAnswers !== null && testAnswers > left)
    throw new BenchError({ tag: "tooFewTests", path, asked: testAnswers, left });
  return recordings.slice(poolAnswers, poolAnswers + (testAnswers ?? left));
}

/** Answers replayed beforehand with separate drafters, so that no lookup's time includes compiling the code. */
const WARM_UP_ANSWERS = 2;
const WARM_UP_POOL_ANSWERS = 50;

function warmUp(
  pooled: readonly Recording[],
  tests: readonly Recording[],
  vocabularySize: number,
  options: ReplayOptions,
): void {
  const pools = new ReplayPools(pooled.slice(0, WARM_UP_POOL_ANSWERS), options.groups.includes("hard"));
  const setting: ReplaySetting = { ...options, vocabularySize, pools };
  for (const strategy of variantsOf(options.strategies, options.groups)) {
    const drafter = replayDrafter(strategy, setting);
    for (const recording of tests.slice(0, WARM_UP_ANSWERS))
      replayAnswer(drafter, recording, [], options.now);
  }
}

/** Replays one answer; adds the time of each lookup in microseconds. */
export function replayAnswer(
  drafter: ReplayDrafter,
  recording: Recording,
  timesUs: number[],
  now: () => number,
): AnswerCounts {
  const { out } = recording;
  const loopAt = tokensBeforeLoop(out);
  let steps = 0;
  let drafted = 0;
  let stepsBeforeLoop = 0;
  drafter.begin(recording);
  for (let place = 0; place < out.length;) {
    // As in a run, the last token an answer has room for is never drafted: the step commits it anyway.
    const limit = out.length - place - 1;
    let kept = 0;
    if (limit > 0) {
      const startMs = now();
      const made = drafter.draft(limit);
      timesUs.push((now() - startMs) * 1000);
      drafted += made;
      kept = drafter.keptOf(out, place);
    }
    steps++;
    if (place < loopAt) stepsBeforeLoop++;
    const next = place + kept + 1;
    drafter.commit(Array.from(out.subarray(place, next)));
    place = next;
  }
  drafter.end();
  return {
    tokens: out.length,
    steps,
    drafted,
    kept: out.length - steps,
    tokensBeforeLoop: loopAt,
    stepsBeforeLoop,
  };
}

/** The figures of one strategy. EDL = tokens committed ÷ steps, steps without a draft included, prefill excluded. */
export interface ReplayFigures {
  readonly edl: Interval;
  readonly edlBeforeLoop: Interval;
  /** EDL minus that of the first strategy, over the same answers; null for the first itself. */
  readonly difference: Interval | null;
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly kept: number;
  readonly draftedPerStep: number;
  /** kept ÷ drafted; NaN if nothing was drafted. */
  readonly acceptance: number;
  /** kept ÷ expected, the sum of the probabilities that drafted tokens are kept; NaN without expectations. */
  readonly keptOfExpected: number;
  readonly lookupP50Us: number;
  readonly lookupP99Us: number;
}

/** @param first the strategy that the others are compared to */
export function figuresOf(
  { answers, lookupUs, calibration }: StrategyReplay,
  first: StrategyReplay,
): ReplayFigures {
  const sum = (count: (answer: AnswerCounts) => number): number =>
    answers.reduce((total, answer) => total + count(answer), 0);
  const steps = sum((answer) => answer.steps);
  const drafted = sum((answer) => answer.drafted);
  const kept = sum((answer) => answer.kept);
  const part = ({ tokens, steps: taken }: AnswerCounts) => ({ numerator: tokens, denominator: taken });
  return {
    edl: ratioOfSums(answers.map(part)),
    edlBeforeLoop: ratioOfSums(
      answers.map((answer) => ({
        numerator: answer.tokensBeforeLoop,
        denominator: answer.stepsBeforeLoop,
      })),
    ),
    difference:
      answers === first.answers
        ? null
        : pairedDifference(answers.map((answer, i) => ({ a: part(answer), b: part(first.answers[i]!) }))),
    tokens: sum((answer) => answer.tokens),
    steps,
    drafted,
    kept,
    draftedPerStep: drafted / steps,
    acceptance: kept / drafted,
    keptOfExpected:
      calibration === null ? NaN : kept / calibration.reduce((total, bin) => total + bin.expectedAccepted, 0),
    lookupP50Us: quantile(lookupUs, 0.5),
    lookupP99Us: quantile(lookupUs, 0.99),
  };
}
