// Computes the figures of each arm from the samples of a benchmark: sums first, then ratios, with intervals
// over prompts.
import { BASELINE, type BenchmarkRun, type Sample } from "../benchmark.ts";
import { isLooping, tokensBeforeLoop } from "../../../core/laser/index.ts";
import type { Arm, MeasuredAnswer } from "../measure.ts";
import { quantile, ratioOfSums, type Interval, type RatioPart } from "../statistics.ts";

/** Rates are null, or NaN in an interval, if the denominator is 0. */
export interface ArmFigures {
  readonly name: string;
  readonly description: string;
  readonly answers: number;
  /** Committed tokens, steps, drafted tokens and kept ones; relaxed ones count as kept. */
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly kept: number;
  readonly relaxed: number;
  /** Sums over all answers. */
  readonly decodeMs: number;
  readonly prefillMs: number;
  /** Σ decodeMs of plain ÷ Σ decodeMs of this arm, same prompts and repeats; interval over prompts. */
  readonly ratioToPlain: Interval;
  readonly tokensPerSecond: number | null;
  /** decodeMs, and decodeMs + prefillMs, of the mean answer. */
  readonly secondsAnAnswer: number | null;
  readonly secondsWithPrefill: number | null;
  /** Tokens ÷ steps, draftless steps included, prefill excluded. */
  readonly edl: Interval;
  readonly acceptance: number | null;
  /** Relaxed ÷ committed tokens. */
  readonly relaxedShare: number | null;
  /** Σ ln P(top) − ln P(kept) ÷ committed tokens. */
  readonly natsGivenUpPerToken: number | null;
  /** Σ tokens ÷ Σ tokens of plain. */
  readonly lengthRatio: Interval;
  /** Answers that equal plain's exact answer token for token, among those that have one to compare to. */
  readonly equalAnswers: number;
  readonly comparedAnswers: number;
  /** Of single draft lookups, in µs. */
  readonly lookupP50Us: number | null;
  readonly lookupP99Us: number | null;
  /** Parts of Σ decodeMs; null for a decoder without access to its loop. */
  readonly evaluateShare: number | null;
  readonly draftShare: number | null;
  /**
   * What drafts of which nothing was kept cost beyond a step of plain decoding of the same answer ÷ Σ time in
   * evaluations; null for a decoder without access to its loop.
   */
  readonly uselessShare: number | null;
  /** Observed ÷ expected by the planner: kept tokens, and ms of evaluation. */
  readonly keptToExpected: number | null;
  readonly evaluateToExpected: number | null;
  readonly clairvoyant: ClairvoyantFigures | null;
  readonly loopingAnswers: number;
  readonly beforeLoop: BeforeLoopFigures;
}

/** All by T(n): see clairvoyant.ts. */
export interface ClairvoyantFigures {
  /** Σ T of plain's answers ÷ Σ T of a clairvoyant planner on this arm's answers. */
  readonly speedUp: number;
  /** ratioToPlain ÷ speedUp. */
  readonly efficiency: number;
}

/** Over the steps that end before the token that completes the answer's first repeated 8-gram. */
export interface BeforeLoopFigures {
  readonly tokens: number;
  readonly steps: number;
  readonly edl: Interval;
  /** Σ (plain's ms per token before its own loop × this arm's tokens) ÷ Σ this arm's ms. */
  readonly ratioToPlain: Interval;
}

export interface BenchmarkFigures {
  readonly arms: readonly ArmFigures[];
}

export function benchmarkFigures(
  { samples, references }: Pick<BenchmarkRun, "samples" | "references">,
  arms: readonly Pick<Arm, "name" | "description">[],
  seed: number,
): BenchmarkFigures {
  const baseline = samples.filter(({ arm }) => arm === BASELINE);
  const plainOf = new Map(baseline.map((sample) => [keyOf(sample), sample]));
  return {
    arms: arms.map(({ name, description }) => {
      const pairs = samples
        .filter(({ arm }) => arm === name)
        .flatMap((own): Pair[] => {
          const plain = plainOf.get(keyOf(own));
          return plain === undefined ? [] : [{ own, plain }];
        });
      return { name, description, ...figuresOf(pairs, references, seed) };
    }),
  };
}

/** A sample and the baseline's of the same prompt and repeat. */
interface Pair {
  readonly own: Sample;
  readonly plain: Sample;
}

function figuresOf(
  pairs: readonly Pair[],
  references: BenchmarkRun["references"],
  seed: number,
): Omit<ArmFigures, "name" | "description"> {
  const answers = pairs.map(({ own }) => own.answer);
  const tokens = sum(answers, (answer) => answer.tokens.length);
  const steps = sum(answers, ({ stepTokens }) => stepTokens.length);
  const drafted = sum(answers, (answer) => answer.drafted);
  const kept = sum(answers, (answer) => answer.kept);
  const relaxed = sum(answers, ({ relaxedPlaces }) => relaxedPlaces.length);
  const decodeMs = sum(answers, (answer) => answer.decodeMs);
  const prefillMs = sum(answers, (answer) => answer.prefillMs);
  const lookups = Float64Array.from(answers.flatMap(({ lookupMs }) => lookupMs)).sort();
  const compared = pairs.filter(({ own }) => references[own.prompt] != null);
  const overPrompts = (numerator: (pair: Pair) => number, denominator: (pair: Pair) => number) =>
    ratioOfSums(
      clusters(pairs, ({ own }) => own.prompt, numerator, denominator),
      { seed },
    );
  const ratioToPlain = overPrompts(
    ({ plain }) => plain.answer.decodeMs,
    ({ own }) => own.answer.decodeMs,
  );
  return {
    answers: answers.length,
    tokens,
    steps,
    drafted,
    kept,
    relaxed,
    decodeMs,
    prefillMs,
    ratioToPlain,
    tokensPerSecond: share(1000 * tokens, decodeMs),
    secondsAnAnswer: share(decodeMs / 1000, answers.length),
    secondsWithPrefill: share((decodeMs + prefillMs) / 1000, answers.length),
    edl: overPrompts(
      ({ own }) => own.answer.tokens.length,
      ({ own }) => own.answer.stepTokens.length,
    ),
    acceptance: share(kept, drafted),
    relaxedShare: share(relaxed, tokens),
    natsGivenUpPerToken: share(
      sum(answers, (answer) => answer.natsGivenUp),
      tokens,
    ),
    lengthRatio: overPrompts(
      ({ own }) => own.answer.tokens.length,
      ({ plain }) => plain.answer.tokens.length,
    ),
    equalAnswers: compared.filter(({ own }) => isEqual(own.answer.tokens, references[own.prompt]!)).length,
    comparedAnswers: compared.length,
    lookupP50Us: lookups.length === 0 ? null : 1000 * quantile(lookups, 0.5),
    lookupP99Us: lookups.length === 0 ? null : 1000 * quantile(lookups, 0.99),
    evaluateShare: partOf(
      answers.map((answer) => answer.evaluateMs),
      decodeMs,
    ),
    draftShare: partOf(
      answers.map((answer) => answer.draftMs),
      decodeMs,
    ),
    uselessShare: uselessShareOf(pairs),
    keptToExpected: toExpected(kept, answers, (answer) => answer.expectedKept),
    evaluateToExpected: toExpected(
      sum(answers, ({ evaluateMs }) => evaluateMs ?? 0),
      answers,
      (answer) => answer.expectedMs,
    ),
    clairvoyant: clairvoyantOf(pairs, ratioToPlain.value),
    loopingAnswers: answers.filter((answer) => isLooping(answer.tokens)).length,
    beforeLoop: beforeLoopOf(pairs, seed),
  };
}

function uselessShareOf(pairs: readonly Pair[]): number | null {
  let uselessMs = 0;
  for (const { own, plain } of pairs) {
    const { evaluations, stepTokens, stepDrafted } = own.answer;
    const single = plain.answer.evaluations;
    const plainMs = sum(single, ({ ms }) => ms) / single.length;
    for (const [step, { ms }] of evaluations.entries()) {
      const committed = stepTokens[step]! - (stepTokens[step - 1] ?? 0);
      if (stepDrafted[step]! > 0 && committed === 1) uselessMs += Math.max(0, ms - plainMs);
    }
  }
  return share(
    uselessMs,
    sum(pairs, ({ own }) => sum(own.answer.evaluations, ({ ms }) => ms)),
  );
}

function clairvoyantOf(pairs: readonly Pair[], ratioToPlain: number): ClairvoyantFigures | null {
  if (pairs.length === 0 || pairs.some(({ own }) => own.clairvoyantMs === null)) return null;
  const speedUp = sum(pairs, ({ plain }) => plain.plainMs) / sum(pairs, ({ own }) => own.clairvoyantMs ?? 0);
  return { speedUp, efficiency: ratioToPlain / speedUp };
}

function beforeLoopOf(pairs: readonly Pair[], seed: number): BeforeLoopFigures {
  const parts = pairs.map(({ own, plain }) => ({
    prompt: own.prompt,
    own: beforeLoop(own),
    plain: beforeLoop(plain),
  }));
  const usable = parts.filter(({ own, plain }) => own.tokens > 0 && plain.tokens > 0);
  const overPrompts = (numerator: (part: LoopPart) => number, denominator: (part: LoopPart) => number) =>
    ratioOfSums(
      clusters(usable, ({ prompt }) => prompt, numerator, denominator),
      { seed },
    );
  return {
    tokens: sum(parts, ({ own }) => own.tokens),
    steps: sum(parts, ({ own }) => own.steps),
    edl: overPrompts(
      ({ own }) => own.tokens,
      ({ own }) => own.steps,
    ),
    ratioToPlain: overPrompts(
      ({ own, plain }) => (plain.ms / plain.tokens) * own.tokens,
      ({ own }) => own.ms,
    ),
  };
}

interface LoopPart {
  readonly prompt: number;
  readonly own: StepSums;
  readonly plain: StepSums;
}

interface StepSums {
  readonly tokens: number;
  readonly steps: number;
  readonly ms: number;
}

/** The counts and time of the steps that end before the answer's loop. */
function beforeLoop({ answer }: Sample): StepSums {
  const limit = tokensBeforeLoop(answer.tokens);
  const steps = answer.stepTokens.filter((tokens) => tokens <= limit).length;
  if (steps === 0) return { tokens: 0, steps: 0, ms: 0 };
  return { tokens: answer.stepTokens[steps - 1]!, steps, ms: answer.stepMs[steps - 1]! };
}

/** Sums by prompt: the repeats of a prompt resemble each other, so the bootstrap must draw them together. */
function clusters<T>(
  items: readonly T[],
  promptOf: (item: T) => number,
  numerator: (item: T) => number,
  denominator: (item: T) => number,
): RatioPart[] {
  const byPrompt = new Map<number, RatioPart>();
  for (const item of items) {
    const before = byPrompt.get(promptOf(item)) ?? { numerator: 0, denominator: 0 };
    byPrompt.set(promptOf(item), {
      numerator: before.numerator + numerator(item),
      denominator: before.denominator + denominator(item),
    });
  }
  return [...byPrompt.values()];
}

function keyOf({ prompt, repeat }: Sample): string {
  return `${prompt} ${repeat}`;
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}

function partOf(parts: readonly (number | null)[], whole: number): number | null {
  return parts.includes(null)
    ? null
    : share(
        sum(parts, (part) => part ?? 0),
        whole,
      );
}

/** null if nothing was expected, or without a planner. */
function toExpected(
  observed: number,
  answers: readonly MeasuredAnswer[],
  expectedBy: (answer: MeasuredAnswer) => number | null,
): number | null {
  const expected = answers.map(expectedBy);
  return expected.includes(null)
    ? null
    : share(
        observed,
        sum(expected, (value) => value ?? 0),
      );
}

function share(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
