// The named strategies: which draft sources and which rule go together.
import type { Rule } from "./rules.ts";

/** Names as in settings, traces and the command line. */
export const STRATEGIES = ["plain", "prompt-lookup", "laser-strict", "laser"] as const;
export type Strategy = (typeof STRATEGIES)[number];
export const DEFAULT_STRATEGY: Strategy = "laser";

/** What a strategy does; `description` is shown to users. */
export interface StrategyTraits {
  readonly drafts: boolean;
  readonly usesPool: boolean;
  /** True if the rule is strict regardless of the settings. */
  readonly strict: boolean;
  readonly description: string;
}

export const STRATEGY_TRAITS: Readonly<Record<Strategy, StrategyTraits>> = {
  plain: { drafts: false, usesPool: false, strict: true, description: "one token per step, no drafts" },
  "prompt-lookup": {
    drafts: true,
    usesPool: false,
    strict: true,
    description: "drafts from the prompt and its own output, strict",
  },
  "laser-strict": {
    drafts: true,
    usesPool: true,
    strict: true,
    description: "drafts also from the pool, strict",
  },
  laser: { drafts: true, usesPool: true, strict: false, description: "drafts also from the pool, relaxed" },
};

/** Whether a name is that of a strategy. */
export function isStrategy(name: string): name is Strategy {
  return (STRATEGIES as readonly string[]).includes(name);
}

/** The rule that a strategy uses, given the relaxed rule of the settings. */
export function ruleFor(strategy: Strategy, relaxed: Rule): Rule {
  return STRATEGY_TRAITS[strategy].strict ? { kind: "strict" } : relaxed;
}
