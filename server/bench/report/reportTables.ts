// The figures of a benchmark as tables of short texts, with the meaning of each column. Terminal and report
// show the same ones.
import { CostModel, type CostTable } from "../../../core/laser/index.ts";
import type { ArmFigures, BenchmarkFigures } from "./benchmarkFigures.ts";
import type { Interval } from "../statistics.ts";

export interface FigureTable {
  readonly title: string;
  /** The first column names the row; all others are figures. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a column means, by its title. */
  readonly meanings: readonly (readonly [column: string, meaning: string])[];
}

/** Shown for a figure that was not measured or has a denominator of 0. */
const NONE = "–";

export function figureTables({ arms }: BenchmarkFigures): readonly FigureTable[] {
  return [speedTable(arms), textTable(arms), planTable(arms), loopTable(arms)];
}

function speedTable(arms: readonly ArmFigures[]): FigureTable {
  return {
    title: "Speed",
    columns: ["strategy", "vs plain", "95 %", "tokens/s", "s/answer", "with prefill", "EDL", "EDL 95 %"],
    rows: arms.map((arm) => [
      arm.name,
      times(arm.ratioToPlain.value),
      range(arm.ratioToPlain),
      decimals(arm.tokensPerSecond, 1),
      decimals(arm.secondsAnAnswer, 3, UP),
      decimals(arm.secondsWithPrefill, 3, UP),
      decimals(arm.edl.value, 2),
      range(arm.edl),
    ]),
    meanings: [
      ["vs plain", "Σ decoding time of plain ÷ Σ decoding time of the strategy, same prompts and repeats"],
      ["95 %", "paired cluster bootstrap: whole prompts are resampled, with all their repeats"],
      ["tokens/s", "committed tokens ÷ decoding time, prefill excluded"],
      ["s/answer", "mean decoding time; with prefill: including the time to read the prompt"],
      ["EDL", "committed tokens ÷ steps, steps without a draft included, prefill excluded"],
    ],
  };
}

function textTable(arms: readonly ArmFigures[]): FigureTable {
  return {
    title: "Text",
    columns: ["strategy", "acceptance", "relaxed share", "nats/token", "length", "equal answers", "looping"],
    rows: arms.map((arm) => [
      arm.name,
      shareOf(arm.kept, arm.drafted),
      shareOf(arm.relaxed, arm.tokens, UP),
      decimals(arm.natsGivenUpPerToken, 4, UP),
      `${times(arm.lengthRatio.value)} ${range(arm.lengthRatio)}`,
      `${arm.equalAnswers}/${arm.comparedAnswers}`,
      `${arm.loopingAnswers}/${arm.answers}`,
    ]),
    meanings: [
      ["acceptance", "drafted tokens kept ÷ drafted tokens"],
      ["relaxed share", "tokens kept that are not the target's choice ÷ committed tokens"],
      ["nats/token", "log-probability given up: Σ ln P(top) − ln P(kept) ÷ committed tokens"],
      ["length", "Σ tokens ÷ Σ tokens of plain"],
      ["equal answers", "answers identical to plain's exact answer, token for token"],
      ["looping", "answers in which an 8-gram occurs twice"],
    ],
  };
}

function planTable(arms: readonly ArmFigures[]): FigureTable {
  return {
    title: "Where the time goes",
    columns: [
      "strategy",
      "in target",
      "drafting",
      "useless",
      "lookup p50",
      "lookup p99",
      "kept/expected",
      "ms/expected",
      "clairvoyant",
      "efficiency",
    ],
    rows: arms.map((arm) => [
      arm.name,
      percent(arm.evaluateShare),
      percent(arm.draftShare, UP),
      percent(arm.uselessShare, UP),
      microseconds(arm.lookupP50Us),
      microseconds(arm.lookupP99Us),
      decimals(arm.keptToExpected, 2),
      decimals(arm.evaluateToExpected, 2),
      times(arm.clairvoyant?.speedUp ?? null, UP),
      percent(arm.clairvoyant?.efficiency ?? null),
    ]),
    meanings: [
      ["in target", "share of the decoding time spent in evaluations of the target"],
      ["drafting", "share spent on lookups and planning"],
      [
        "useless",
        "time of evaluations whose draft was not kept at all, beyond a plain step's ÷ time in evaluations",
      ],
      ["lookup", "time of one draft lookup in µs: median and 99th percentile"],
      ["kept/expected", "drafted tokens kept ÷ the number the planner expected"],
      [
        "ms/expected",
        "time in evaluations ÷ the time the planner expected from T(n), corrected while running",
      ],
      [
        "clairvoyant",
        "speed-up over plain, by T(n) alone, of a planner that knows which offered tokens will be kept",
      ],
      ["efficiency", "vs plain ÷ clairvoyant"],
    ],
  };
}

function loopTable(arms: readonly ArmFigures[]): FigureTable {
  return {
    title: "Before the first repeated 8-gram",
    columns: ["strategy", "tokens", "of all", "EDL", "EDL 95 %", "vs plain", "95 %"],
    rows: arms.map(({ name, tokens, beforeLoop }) => [
      name,
      String(beforeLoop.tokens),
      percent(tokens === 0 ? null : beforeLoop.tokens / tokens),
      decimals(beforeLoop.edl.value, 2),
      range(beforeLoop.edl),
      times(beforeLoop.ratioToPlain.value),
      range(beforeLoop.ratioToPlain),
    ]),
    meanings: [
      ["tokens", "committed in the steps that end before the answer's first repeated 8-gram is complete"],
      ["vs plain", "plain's time per token before its own loop × tokens ÷ time of the strategy"],
    ],
  };
}

/** T(n, threads) in ms after `contextTokens` tokens, and its ratio to T(1), each at its best number of threads. */
export function costTable(costs: CostTable, before: CostTable, contextTokens: number): FigureTable {
  const model = new CostModel(costs, true);
  const threads = [...new Set(costs.points.map((point) => point.threads))].sort((a, b) => a - b);
  const toOne = (table: CostModel, tokens: number) =>
    times(table.cheapest(tokens, contextTokens).ms / table.cheapest(1, contextTokens).ms);
  const modelBefore = new CostModel(before, true);
  return {
    title: `T(n) of this run after ${contextTokens} tokens`,
    columns: [
      "n",
      ...threads.map((count) => `${count} ${count === 1 ? "thread" : "threads"}, ms`),
      "vs T(1)",
      "before",
    ],
    rows: model.measuredTokens.map((tokens) => [
      String(tokens),
      ...threads.map((count) => decimals(model.expectedMs(tokens, count, contextTokens), 2)),
      toOne(model, tokens),
      toOne(modelBefore, tokens),
    ]),
    meanings: [
      [
        "ms",
        "as measured before the run, × Σ ms of the run's evaluations ÷ Σ ms that this table predicted for them",
      ],
      ["vs T(1)", "T(n) ÷ T(1), each with its cheapest number of threads"],
      ["before", "the same ratio in the table measured before the run"],
    ],
  };
}

function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** Rounding is always to our disadvantage: figures for which larger is better go down, others up. */
const DOWN = Math.floor;
const UP = Math.ceil;
type Cut = (value: number) => number;
/** Tolerance for binary fractions next to an exact decimal. */
const SLACK = 1e-6;

export function decimals(value: number | null, digits: number, cut: Cut = DOWN): string {
  if (!isKnown(value)) return NONE;
  const scaled = value * 10 ** digits;
  const whole = Math.abs(scaled - Math.round(scaled)) < SLACK ? Math.round(scaled) : cut(scaled);
  return (whole / 10 ** digits).toFixed(digits);
}

export function times(value: number | null, cut: Cut = DOWN): string {
  return isKnown(value) ? `${decimals(value, 2, cut)}×` : NONE;
}

function percent(value: number | null, cut: Cut = DOWN): string {
  return isKnown(value) ? `${decimals(100 * value, 1, cut)} %` : NONE;
}

function microseconds(value: number | null): string {
  return decimals(value, 0, UP);
}

function shareOf(numerator: number, denominator: number, cut: Cut = DOWN): string {
  return denominator === 0 ? NONE : `${percent(numerator / denominator, cut)} (${numerator}/${denominator})`;
}

/** "1.43–1.71", rounded outwards; a dash if there were too few answers for an interval. */
export function range({ low, high }: Interval): string {
  return isKnown(low) && isKnown(high) ? `${decimals(low, 2)}–${decimals(high, 2, UP)}` : NONE;
}

/** "[−0.12, 0.30]", rounded outwards; a dash if there were too few answers for an interval. */
export function brackets({ low, high }: Interval, digits: number): string {
  if (!isKnown(low) || !isKnown(high)) return NONE;
  return `[${withMinus(decimals(low, digits))}, ${withMinus(decimals(high, digits, UP))}]`;
}

/** A difference with its sign, "+0.12" or "−0.12", rounded down. */
export function signed(value: number, digits: number): string {
  if (!isKnown(value)) return NONE;
  return value < 0 ? withMinus(decimals(value, digits)) : `+${decimals(value, digits)}`;
}

function withMinus(text: string): string {
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}
