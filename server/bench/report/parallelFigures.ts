// The figures of several requests at once, by how many there were and by strategy, and their table.
import type { ParallelRun, WaveSample } from "../parallel.ts";
import { decimals, range, times, type FigureTable } from "./reportTables.ts";
import { median, quantile, ratioOfSums, type Interval } from "../statistics.ts";

/** Rates are null if their denominator is 0. */
export interface ParallelFigures {
  /** Requests at once. */
  readonly parallel: number;
  readonly strategy: string;
  readonly waves: number;
  readonly tokens: number;
  readonly ms: number;
  /** Of all requests together: over all waves, and the median, 10th and 90th percentile of waves. */
  readonly tokensPerSecond: number | null;
  readonly medianTokensPerSecond: number;
  readonly tokensPerSecondP10: number;
  readonly tokensPerSecondP90: number;
  /** Σ ms of plain ÷ Σ ms of this strategy for the same waves; interval over waves. */
  readonly ratioToPlain: Interval;
  /** Tokens ÷ steps of all requests. */
  readonly edl: number | null;
  readonly acceptance: number | null;
  /** By evaluation without prompts: tokens, fillers among them, requests, and ms. */
  readonly tokensAnEvaluation: number | null;
  readonly fillersAnEvaluation: number | null;
  readonly requestsAnEvaluation: number | null;
  readonly msAnEvaluation: number | null;
  /** Answers equal to plain's of the same wave, token for token. */
  readonly equalAnswers: number;
  readonly answers: number;
}

/** @param baseline the name of the strategy that all are compared to */
export function parallelFigures(
  parallel: number,
  { samples }: ParallelRun,
  baseline: string,
  seed: number,
): readonly ParallelFigures[] {
  const plain = new Map(samples.filter(({ arm }) => arm === baseline).map((sample) => [sample.wave, sample]));
  const strategies = new Set(samples.length === 0 ? [] : [baseline, ...samples.map(({ arm }) => arm)]);
  return [...strategies].map((strategy) => {
    const own = samples.filter(({ arm }) => arm === strategy);
    const sum = (of: (sample: WaveSample) => number) => own.reduce((total, sample) => total + of(sample), 0);
    const perEvaluation = (of: (sample: WaveSample) => number) =>
      ratio(
        sum(of),
        sum(({ evaluations }) => evaluations),
      );
    const rates = Float64Array.from(own, ({ tokens, ms }) => (1000 * tokens) / ms).sort();
    const tokens = sum((sample) => sample.tokens);
    const ms = sum((sample) => sample.ms);
    return {
      parallel,
      strategy,
      waves: own.length,
      tokens,
      ms,
      tokensPerSecond: ratio(1000 * tokens, ms),
      medianTokensPerSecond: median(rates),
      tokensPerSecondP10: quantile(rates, 0.1),
      tokensPerSecondP90: quantile(rates, 0.9),
      ratioToPlain: ratioOfSums(
        own.map((sample) => ({ numerator: plain.get(sample.wave)!.ms, denominator: sample.ms })),
        { seed },
      ),
      edl: ratio(
        tokens,
        sum(({ steps }) => steps),
      ),
      acceptance: ratio(
        sum(({ kept }) => kept),
        sum(({ drafted }) => drafted),
      ),
      tokensAnEvaluation: perEvaluation(({ evaluatedTokens }) => evaluatedTokens),
      fillersAnEvaluation: perEvaluation(({ fillers }) => fillers),
      requestsAnEvaluation: perEvaluation(({ evaluatedRequests }) => evaluatedRequests),
      msAnEvaluation: perEvaluation(({ evaluateMs }) => evaluateMs),
      equalAnswers: sum((sample) => equalAnswers(sample, plain.get(sample.wave)!)),
      answers: sum(({ answers }) => answers.length),
    };
  });
}

function equalAnswers({ answers }: WaveSample, plain: WaveSample): number {
  return answers.filter((tokens, at) => tokens.join() === plain.answers[at]!.join()).length;
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

export function parallelTable(figures: readonly ParallelFigures[]): FigureTable {
  return {
    title: "Several requests at once",
    columns: [
      "at once, strategy",
      "vs plain",
      "95 %",
      "tokens/s",
      "median",
      "10–90 %",
      "EDL",
      "tokens/eval",
      "fillers",
      "requests/eval",
      "ms/eval",
      "equal answers",
      "waves",
    ],
    rows: figures.map((figure) => [
      `${figure.parallel} ${figure.strategy}`,
      times(figure.ratioToPlain.value),
      range(figure.ratioToPlain),
      decimals(figure.tokensPerSecond, 1),
      decimals(figure.medianTokensPerSecond, 1),
      `${decimals(figure.tokensPerSecondP10, 1)}–${decimals(figure.tokensPerSecondP90, 1)}`,
      decimals(figure.edl, 2),
      decimals(figure.tokensAnEvaluation, 1, Math.ceil),
      decimals(figure.fillersAnEvaluation, 1, Math.ceil),
      decimals(figure.requestsAnEvaluation, 1),
      decimals(figure.msAnEvaluation, 2, Math.ceil),
      `${figure.equalAnswers}/${figure.answers}`,
      String(figure.waves),
    ]),
    meanings: [
      [
        "vs plain",
        "Σ time of plain ÷ Σ time of the strategy, same waves of prompts, as many requests at once",
      ],
      ["95 %", "bootstrap over waves; with few of them it is too narrow"],
      [
        "tokens/s",
        "committed tokens of all requests ÷ time from the first begin to the last end of a wave, prompts included",
      ],
      ["median", "of the waves' own tokens/s, and their 10th and 90th percentile"],
      ["EDL", "committed tokens ÷ steps of all requests"],
      [
        "tokens/eval",
        "tokens of all requests in one evaluation, fillers included; evaluations with prompts excluded",
      ],
      [
        "requests/eval",
        "how many requests had tokens in an evaluation; fewer than asked for at the end of a wave",
      ],
      [
        "equal answers",
        "answers identical to plain's. Not all need be: rounding depends on the other rows of an evaluation",
      ],
    ],
  };
}
