// The words of the compare page: names and formats of figures, and why two answers diverge. Figures are
// rounded as everywhere else, and comparisons hold for the rounded values. Pure.
import {
  finishWords,
  type AnswerDivergence,
  type FigureName,
  type FigureRelation,
  type FigureRow,
} from "../../core/inspect/index.ts";
import { unreachable, t } from "../../core/base/index.ts";
import { oneLineText, tokenText, type Trace } from "../../core/trace/index.ts";
import { several } from "../page/amounts.ts";
import type { Pair, ReadRun } from "./compareModel.ts";

const NAMES: Readonly<Record<FigureName, string>> = {
  tokensPerSecond: t("Speed"),
  edl: "EDL",
  edlDrafted: t("EDL with a draft"),
  acceptance: t("Acceptance"),
  relaxedShare: t("Relaxed share"),
  natsGivenUp: t("Given up"),
  openDecisions: t("Open decisions"),
  committed: t("Tokens"),
  steps: t("Steps"),
  draftlessSteps: t("Steps without a draft"),
  drafted: t("Drafted"),
  accepted: t("Accepted"),
  relaxed: t("Relaxed"),
  rejected: t("Rejected"),
  unreached: t("Unreached"),
  committedDrafted: t("Tokens of steps with a draft"),
  totalMs: t("Time"),
  draftMs: t("Time drafting"),
  verifyMs: t("Time verifying"),
  otherMs: t("Other time"),
};

/** Shown at first; the others on demand. */
export const FIRST_FIGURES: readonly FigureName[] = [
  "tokensPerSecond",
  "edl",
  "acceptance",
  "relaxedShare",
  "natsGivenUp",
  "committed",
  "steps",
];

export function figureName(name: FigureName): string {
  return NAMES[name];
}

/** The definition of a figure, with its numerator and denominator. */
export function figureMeaning({ definition, numerator, denominator }: FigureRow): string {
  return numerator === null ? definition : `${definition} ${numerator} ÷ ${denominator ?? ""}.`;
}

/** E.g. "41.2 tokens/s", "8.3 %", "12". */
export function figureText({ name, unit }: Pick<FigureRow, "name" | "unit">, value: number): string {
  // A time that would round to 1000.0 ms is written in seconds.
  if (unit === "ms") return value < 999.95 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`;
  const shown = shownNumber(name, value).toFixed(decimalsOf(name));
  const written = isShare(name) ? "%" : (WRITTEN_UNITS[name] ?? "");
  return written === "" ? shown : `${shown} ${written}`;
}

/** Figures shown with their unit; the name of a count already says what it counts. */
const WRITTEN_UNITS: Partial<Readonly<Record<FigureName, string>>> = {
  tokensPerSecond: "tokens/s",
  natsGivenUp: "nats",
};

export interface RelationWords {
  /** E.g. "1.42×", "+3.1 points", "−12". */
  readonly text: string;
  readonly isBetter: boolean | null;
}

/** A value relative to the baseline's. Values that are shown with the same digits are not called better or worse. */
export function relationWords(
  row: Pick<FigureRow, "name" | "unit">,
  value: number,
  { kind, amount, baseline, isBetter }: FigureRelation,
): RelationWords {
  const text = kind === "ratio" ? `${amount.toFixed(2)}×` : differenceText(row.name, value, baseline);
  return { text, isBetter: figureText(row, value) === figureText(row, baseline) ? null : isBetter };
}

/** The difference of the rounded values, so that a reader who subtracts gets the same. */
function differenceText(name: FigureName, value: number, baseline: number): string {
  const size = (shownNumber(name, value) - shownNumber(name, baseline)).toFixed(decimalsOf(name));
  if (Number(size) === 0) return "±0";
  const signed = size.startsWith("-") ? `−${size.slice(1)}` : `+${size}`;
  return isShare(name) ? t("{0} points", signed) : signed;
}

/** The number as shown. Only a share of exactly 1 is 100 %. */
function shownNumber(name: FigureName, value: number): number {
  const inUnits = isShare(name) ? Math.min(100 * value, value < 1 ? 99.9 : 100) : value;
  return Number(inUnits.toFixed(decimalsOf(name)));
}

function decimalsOf(name: FigureName): number {
  if (isShare(name) || name === "tokensPerSecond") return 1;
  return name === "edl" || name === "edlDrafted" || name === "natsGivenUp" ? 2 : 0;
}

function isShare(name: FigureName): boolean {
  return name === "acceptance" || name === "relaxedShare";
}

/** Where the answers diverge, e.g. "The answers diverge after 37 tokens." */
export function divergenceWords(
  { leftTokens, rightTokens }: AnswerDivergence,
  { left, right }: Pair,
): string {
  if (leftTokens === 0 && rightTokens === 0) return t("The answers diverge at their first token.");
  const where =
    leftTokens === rightTokens
      ? several(leftTokens, "token")
      : t("{0} of {1} and {2} of {3}", several(leftTokens, "token"), left.tag, rightTokens, right.tag);
  return t("The answers diverge after {0}.", where);
}

/** Where an answer leaves the baseline's and with what, e.g. "after 5 tokens “·slow”". @param trace of that answer */
export function writtenThere({ right, rightTokens }: AnswerDivergence, trace: Trace): string {
  const word = right === null ? t("its end") : `“${oneLineText(tokenText(trace, right.id))}”`;
  return t("after {0} {1}", several(rightTokens, "token"), word);
}

/** Why they diverge, in a sentence. */
export function causeWords({ cause, left, right }: AnswerDivergence, pair: Pair): string {
  switch (cause) {
    case "ended": {
      const [ended, other] = left === null ? [pair.left, pair.right] : [pair.right, pair.left];
      return t(
        "{0} ended there ({1}), {2} continued.",
        ended.tag,
        finishWords(ended.side.trace.result.finish),
        other.tag,
      );
    }
    case "inherited":
      return t(
        "One answer there still has tokens inherited from the run that it continues, and they differ.",
      );
    case "relaxed": {
      const relaxed = [
        ...(left?.written?.tokenClass === "relaxed" ? [pair.left.tag] : []),
        ...(right?.written?.tokenClass === "relaxed" ? [pair.right.tag] : []),
      ];
      return relaxed.length === 2
        ? t("Both kept a drafted token that is not the target's choice.")
        : t("{0} kept a drafted token that is not the target's choice.", relaxed.join(""));
    }
    case "conditions":
      return t("Each wrote the target's choice, under the different conditions listed above.");
    case "numerics": {
      const loose = [pair.left, pair.right].filter(({ side }) => !side.trace.request.reproducible);
      const because =
        loose.length === 0
          ? ""
          : t("; {0} did not run reproducibly", loose.map(({ tag }) => tag).join(" and "));
      return t(
        "Each wrote the target's choice under the same conditions: the probabilities differ, as they do when evaluations round differently{0}.",
        because,
      );
    }
    default:
      return unreachable(cause);
  }
}

/** The sentence for two equal answers. */
export function sameWords({ left, right }: Pair): string {
  const [a, b] = [left.side.texts.length, right.side.texts.length];
  const tokens = a === b ? several(a, "token") : t("{0} and {1} tokens", a, b);
  return t("No divergence: both answers are the same ({0}).", tokens);
}

/** The announcement of a difference. */
export function differenceWords(pair: Pair, difference: number): string {
  const parts = pair.comparison.segments.filter(({ kind }) => kind !== "same");
  const segment = parts[difference];
  if (segment === undefined) return "";
  const sizeWords = (run: ReadRun, [from, to]: readonly [number, number]): string =>
    `${run.tag} has ${from === to ? "nothing" : several(to - from, "token")}`;
  const sizes = `${sizeWords(pair.left, segment.left)}, ${sizeWords(pair.right, segment.right)}`;
  return t("Difference {0} of {1}: {2}.", difference + 1, parts.length, sizes);
}
