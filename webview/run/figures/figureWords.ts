// Figures and rules in words. Pure.
import { t } from "../../../core/base/index.ts";
import type { Rule } from "../../../core/laser/index.ts";

export { shareWords } from "../../../core/trace/index.ts";

/** E.g. "0.05 ms", "3.4 ms", "31 ms", "1.24 s". */
export function msWords(ms: number | null): string {
  if (ms === null) return t("not measured");
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms < 99_995 ? 2 : 0)} s`;
  if (ms >= 9.95) return `${ms.toFixed(0)} ms`;
  return `${ms.toFixed(ms === 0 ? 0 : ms < 0.995 ? 2 : 1)} ms`;
}

/** A rate, e.g. "1.88"; "–" if the denominator is 0. */
export function rateWords(rate: number | null, digits = 2): string {
  return rate === null ? "–" : rate.toFixed(digits);
}

/** Steps by their numbers from 1: "step 12", "steps 12 to 15". */
export function stepsWords(from: number, to: number): string {
  return from === to ? `step ${from + 1}` : t("steps {0} to {1}", from + 1, to + 1);
}

/** The same as a query: "@step:12", "@step:12..15". */
export function stepsQuery(from: number, to: number): string {
  return from === to ? `@step:${from + 1}` : `@step:${from + 1}..${to + 1}`;
}

const SHORT: Readonly<Record<string, string>> = { topK: "k", minProbability: "p", delta: "δ", alpha: "α" };

/** E.g. "relaxed (k = 2, p = 0.1)". */
export function ruleWords(rule: Rule): string {
  const numbers = Object.entries(rule).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "number" ? [`${SHORT[key] ?? key} = ${+value.toFixed(4)}`] : [],
  );
  return numbers.length === 0 ? rule.kind : `${rule.kind} (${numbers.join(", ")})`;
}
