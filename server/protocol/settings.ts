// The resolved settings of one generation, as sent with each request, and their defaults.
import {
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  DEFAULT_STRATEGY,
  PUBLISHED_RULE,
  STRATEGY_TRAITS,
  type Guards,
  type Rule,
  type Sampling,
  type Strategy,
} from "../../core/laser/index.ts";
import type { PromptParameters } from "../../core/prompts/index.ts";

/** auto is on for strict strategies, which promise reproducible output. */
export type Reproducible = "auto" | "on" | "off";

export interface GenerationSettings {
  readonly strategy: Strategy;
  /** The rule of relaxed strategies; strict ones ignore it. */
  readonly relaxed: Rule;
  readonly guards: Guards;
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly maxDraftTokens: number;
  readonly reproducible: Reproducible;
}

export const DEFAULT_SETTINGS: GenerationSettings = {
  strategy: DEFAULT_STRATEGY,
  relaxed: PUBLISHED_RULE,
  guards: DEFAULT_GUARDS,
  sampling: DEFAULT_SAMPLING,
  maxTokens: 256,
  maxDraftTokens: 15,
  reproducible: "auto",
};

/** The settings overridden by those that a prompt file contains. */
export function withParameters(
  settings: GenerationSettings,
  parameters: PromptParameters,
): GenerationSettings {
  const { sampling, maxTokens } = settings;
  return {
    ...settings,
    maxTokens: parameters.maxTokens ?? maxTokens,
    sampling: {
      ...sampling,
      temperature: parameters.temperature ?? sampling.temperature,
      topK: parameters.topK ?? sampling.topK,
      topP: parameters.topP ?? sampling.topP,
      seed: parameters.seed ?? sampling.seed,
      repetitionPenalty: parameters.repetitionPenalty ?? sampling.repetitionPenalty,
    },
  };
}

export function isReproducible({ reproducible, strategy }: GenerationSettings): boolean {
  // Plain decoding is the speed baseline: fast one-token evaluation unless requested otherwise.
  if (reproducible === "auto") return strategy !== "plain" && STRATEGY_TRAITS[strategy].strict;
  return reproducible === "on";
}
