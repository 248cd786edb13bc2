// A rule in a few words, e.g. "relaxed (k = 2, p = 0.1)".
import type { Rule } from "../../core/laser/index.ts";

const SHORT: Readonly<Record<string, string>> = { topK: "k", minProbability: "p", delta: "δ", alpha: "α" };

export function ruleWords(rule: Rule): string {
  const numbers = Object.entries(rule).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "number" ? [`${SHORT[key] ?? key} = ${+value.toFixed(4)}`] : [],
  );
  return numbers.length === 0 ? rule.kind : `${rule.kind} (${numbers.join(", ")})`;
}
