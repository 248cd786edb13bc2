// The named ways to decode: which drafter, which pool and which rule go together. A table, nothing else.
import type { Rule } from "./rules.ts";

export const STRATEGIES = ["plain", "prompt-lookup", "laser-strict", "laser"] as const;
export type Strategy = (typeof STRATEGIES)[number];
export const DEFAULT_STRATEGY: Strategy = "laser";

export interface StrategyTraits {
  readonly drafts: boolean;
  readonly usesPool: boolean;
  /** True when the rule is strict whatever the settings say. */
  readonly strict: boolean;
  readonly description: string;
}

export const STRATEGY_TRAITS: Readonly<Record<Strategy, StrategyTraits>> = {
  plain: { drafts: false, usesPool: false, strict: true, description: "one token a step, no drafts" },
  "prompt-lookup": {
    drafts: true,
    usesPool: false,
    strict: true,
    description: "drafts from prompt and own output, strict",
  },
  "laser-strict": {
    drafts: true,
    usesPool: true,
    strict: true,
    description: "drafts from the pool too, strict",
  },
  laser: { drafts: true, usesPool: true, strict: false, description: "drafts from the pool too, relaxed" },
};

export function isStrategy(name: string): name is Strategy {
  return (STRATEGIES as readonly string[]).includes(name);
}

/** The rule a strategy runs under, given the relaxed rule of the settings. */
export function ruleFor(strategy: Strategy, relaxed: Rule): Rule {
  return STRATEGY_TRAITS[strategy].strict ? { kind: "strict" } : relaxed;
}
