// The rule and the guards that the what-if judges under, as its controls change them. Pure; it must not know the DOM.
import type { AppliedSettings } from "../extension/protocol/traceEditor.ts";
import { unreachable, type Guards, type Rule } from "../server/laser/index.ts";
import type { WhatIfChoice } from "./traceState.ts";

export const RULE_KINDS = ["strict", "relaxed", "delta", "ratio"] as const satisfies readonly Rule["kind"][];
export type RuleKind = Rule["kind"];

/** k of a rule; the strict rule keeps rank 1. */
export function topKOf(rule: Rule): number {
  return rule.kind === "strict" ? 1 : rule.topK;
}

/** What a rule asks of a probability; null where it asks nothing. */
export function limitOf(rule: Rule): number | null {
  switch (rule.kind) {
    case "strict":
      return null;
    case "relaxed":
      return rule.minProbability;
    case "delta":
      return rule.delta;
    case "ratio":
      return rule.alpha;
    default:
      return unreachable(rule);
  }
}

/** How the limit of a rule is called. */
export function limitName(kind: Exclude<RuleKind, "strict">): string {
  switch (kind) {
    case "relaxed":
      return "p: kept only above this probability";
    case "delta":
      return "δ: kept down to the best probability minus this";
    case "ratio":
      return "α: kept with at least this share of the best probability";
    default:
      return unreachable(kind);
  }
}

/** A rule of a kind; without values of its own it begins at the published ones. */
export function ruleOf(kind: RuleKind, topK: number, limit: number | null): Rule {
  const k = Math.max(1, topK);
  switch (kind) {
    case "strict":
      return { kind };
    case "relaxed":
      return { kind, topK: k, minProbability: limit ?? 0.1 };
    case "delta":
      return { kind, topK: k, delta: limit ?? 0.1 };
    case "ratio":
      return { kind, topK: k, alpha: limit ?? 0.1 };
    default:
      return unreachable(kind);
  }
}

/** The settings that stand for a choice; null where no setting does: delta and ratio are rules of the what-if alone. */
export function settingsOf({ rule, guards }: WhatIfChoice): AppliedSettings | null {
  if (rule.kind === "delta" || rule.kind === "ratio") return null;
  const isStrict = rule.kind === "strict";
  return {
    strategy: isStrict ? "laser-strict" : "laser",
    topK: isStrict ? null : rule.topK,
    minProbability: isStrict ? null : rule.minProbability,
    ...guards,
  };
}

export function withGuard<Name extends keyof Guards>(
  choice: WhatIfChoice,
  name: Name,
  value: Guards[Name],
): WhatIfChoice {
  return { ...choice, guards: { ...choice.guards, [name]: value } };
}
