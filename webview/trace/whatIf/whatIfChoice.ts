// The rule and the guards that the what-if judges with, and how its controls change them. Pure.
import * as Type from "typebox";
import type { AppliedSettings } from "../../../extension/shared/traceEditor.ts";
import { parse, unreachable, type Parsed, t } from "../../../core/base/index.ts";
import { PUBLISHED_RULE, type Guards, type Rule } from "../../../core/laser/index.ts";
import { SETTINGS } from "../../../core/settings/index.ts";
import { GuardsSchema, RuleSchema } from "../../../core/trace/index.ts";

const WhatIfChoiceSchema = Type.Object({ rule: RuleSchema, guards: GuardsSchema });
export type WhatIfChoice = Parsed<typeof WhatIfChoiceSchema>;

export const RULE_KINDS = ["strict", "relaxed", "delta", "ratio"] as const satisfies readonly Rule["kind"][];
export const MAX_K = SETTINGS["relaxed.topK"].maximum;
export type RuleKind = Rule["kind"];

/** k of a rule; 1 for the strict rule. */
export function topKOf(rule: Rule): number {
  return rule.kind === "strict" ? 1 : rule.topK;
}

/** The probability limit of a rule, or null. */
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

/** The label of a rule's limit. */
export function limitName(kind: Exclude<RuleKind, "strict">): string {
  switch (kind) {
    case "relaxed":
      return t("p: must be above this probability");
    case "delta":
      return t("δ: must be at least the best probability minus this");
    case "ratio":
      return t("α: must be at least this fraction of the best probability");
    default:
      return unreachable(kind);
  }
}

/** A rule of a kind, with the published values unless others are given. */
export function ruleOf(kind: RuleKind, topK: number, limit: number | null): Rule {
  const k = Math.max(1, topK);
  switch (kind) {
    case "strict":
      return { kind };
    case "relaxed":
      return { kind, topK: k, minProbability: limit ?? PUBLISHED_RULE.minProbability };
    case "delta":
      return { kind, topK: k, delta: limit ?? PUBLISHED_RULE.minProbability };
    case "ratio":
      return { kind, topK: k, alpha: limit ?? PUBLISHED_RULE.minProbability };
    default:
      return unreachable(kind);
  }
}

/** The settings for a choice; null if there are none: delta and ratio exist only in the what-if. */
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

/** Validates a kept choice, perhaps of another version; null if any of it is invalid. */
export function readChoice(kept: unknown): WhatIfChoice | null {
  const choice = parse(WhatIfChoiceSchema, kept);
  return choice !== null && topKOf(choice.rule) <= MAX_K ? choice : null;
}

export function withGuard<Name extends keyof Guards>(
  choice: WhatIfChoice,
  name: Name,
  value: Guards[Name],
): WhatIfChoice {
  return { ...choice, guards: { ...choice.guards, [name]: value } };
}
