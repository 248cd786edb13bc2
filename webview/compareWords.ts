// The words of the compare page: what figures are called and how they read, and why two answers part. Figures are never
// rounded up. Pure; it must not know the DOM.
import type { AnswerDivergence, FigureName, FigureRelation, FigureRow } from "../server/inspect/index.ts";
import { unreachable } from "../server/laser/index.ts";
import type { Trace } from "../server/trace/index.ts";
import { several } from "./figures.ts";
import type { Pair, ReadRun } from "./compareModel.ts";

const NAMES: Readonly<Record<FigureName, string>> = {
  tokensPerSecond: "Speed",
  edl: "EDL",
  edlDrafted: "EDL with a draft",
  acceptance: "Acceptance",
  relaxedShare: "Relaxed share",
  natsGivenUp: "Given up",
  openDecisions: "Open decisions",
  committed: "Tokens",
  steps: "Steps",
  draftlessSteps: "Steps without a draft",
  drafted: "Drafted",
  accepted: "Accepted",
  relaxed: "Relaxed",
  rejected: "Rejected",
  unreached: "Unreached",
  committedDrafted: "Tokens of steps with a draft",
  totalMs: "Time",
  draftMs: "Time drafting",
  verifyMs: "Time verifying",
  otherMs: "Other time",
};

/** Shown at once; the others when they are asked for. */
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

/** What a figure means, with what it is a share of. */
export function figureMeaning({ definition, numerator, denominator }: FigureRow): string {
  return numerator === null ? definition : `${definition} ${numerator} ÷ ${denominator ?? ""}.`;
}

/** E.g. "41.2 tokens/s", "8.3 %", "12". */
export function figureText({ name, unit }: Pick<FigureRow, "name" | "unit">, value: number): string {
  if (isShare(name)) return `${floored(100 * value, 1)} %`;
  if (unit === "ms") return value >= 1000 ? `${floored(value / 1000, 2)} s` : `${floored(value, 1)} ms`;
  if (name === "tokensPerSecond") return `${floored(value, 1)} tokens/s`;
  if (name === "natsGivenUp") return `${floored(value, 2)} nats`;
  return Number.isInteger(value) && name !== "edl" && name !== "edlDrafted"
    ? String(value)
    : floored(value, 2);
}

/** E.g. "1.42×", "+3.1 points", "−12". */
export function relationText(row: Pick<FigureRow, "name">, { kind, amount }: FigureRelation): string {
  if (kind === "ratio") return `${floored(amount, 2)}×`;
  const sign = amount < 0 ? "−" : "+";
  const size = Math.abs(amount);
  if (amount === 0) return "±0";
  if (isShare(row.name)) return `${sign}${floored(100 * size, 1)} points`;
  return `${sign}${Number.isInteger(size) ? String(size) : floored(size, 2)}`;
}

function isShare(name: FigureName): boolean {
  return name === "acceptance" || name === "relaxedShare";
}

/** Cut, not rounded: 1.999 is no 2. What is off by the last bit of its calculation is not cut. */
export function floored(value: number, decimals: number): string {
  const unit = 10 ** decimals;
  return (Math.floor(value * unit + 1e-6) / unit).toFixed(decimals);
}

export function finishWords(finish: Trace["result"]["finish"]): string {
  switch (finish) {
    case "endOfText":
      return "finished";
    case "maxTokens":
      return "token limit reached";
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
    default:
      return unreachable(finish);
  }
}

/** Where the answers part, e.g. "The answers part behind 37 tokens." */
export function divergenceWords(
  { leftTokens, rightTokens }: AnswerDivergence,
  { left, right }: Pair,
): string {
  if (leftTokens === 0 && rightTokens === 0) return "The answers part at their first token.";
  const behind =
    leftTokens === rightTokens
      ? several(leftTokens, "token")
      : `${several(leftTokens, "token")} of ${left.tag} and ${rightTokens} of ${right.tag}`;
  return `The answers part after ${behind}.`;
}

/** Why they part, in a sentence. */
export function causeWords({ cause, left, right }: AnswerDivergence, pair: Pair): string {
  switch (cause) {
    case "ended": {
      const [ended, other] = left === null ? [pair.left, pair.right] : [pair.right, pair.left];
      return `${ended.tag} ended there (${finishWords(ended.side.trace.result.finish)}), ${other.tag} went on.`;
    }
    case "inherited":
      return "There one goes on from an earlier run: another token was written or chosen in it.";
    case "relaxed": {
      const relaxed = [
        ...(left?.written?.tokenClass === "relaxed" ? [pair.left.tag] : []),
        ...(right?.written?.tokenClass === "relaxed" ? [pair.right.tag] : []),
      ];
      return relaxed.length === 2
        ? "Both kept a drafted token that is not the target's own choice."
        : `${relaxed.join("")} kept a drafted token that is not the target's own choice.`;
    }
    case "conditions":
      return "Each wrote the target's own choice, under the unlike conditions named above.";
    case "numerics": {
      const loose = [pair.left, pair.right].filter(({ side }) => !side.trace.request.reproducible);
      const because =
        loose.length === 0 ? "" : `; ${loose.map(({ tag }) => tag).join(" and ")} did not run reproducibly`;
      return `Each wrote the target's own choice under like conditions: the probabilities differ, as they do where evaluations round otherwise${because}.`;
    }
    default:
      return unreachable(cause);
  }
}

/** Both answers are the same text. */
export function sameWords({ left, right }: Pair): string {
  const [a, b] = [left.side.texts.length, right.side.texts.length];
  const tokens = a === b ? several(a, "token") : `${a} and ${b} tokens`;
  return `No divergence: both answers read the same (${tokens}).`;
}

/** What a listener is told of a difference. */
export function differenceWords(pair: Pair, difference: number): string {
  const parts = pair.comparison.segments.filter(({ kind }) => kind !== "same");
  const segment = parts[difference];
  if (segment === undefined) return "";
  const said = (run: ReadRun, [from, to]: readonly [number, number]): string =>
    `${run.tag} has ${from === to ? "nothing" : several(to - from, "token")}`;
  const sizes = `${said(pair.left, segment.left)}, ${said(pair.right, segment.right)}`;
  return `Difference ${difference + 1} of ${parts.length}: ${sizes}.`;
}
