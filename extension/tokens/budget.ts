// How the context is divided between a prompt and its answer.
import type { PromptTokens } from "../../server/protocol/methods.ts";

/** All in tokens. */
export interface Budget {
  readonly contextTokens: number;
  readonly promptTokens: number;
  /** The maximum length of the answer, or less if the room is smaller. */
  readonly answerTokens: number;
  /** Tokens that neither takes. */
  readonly freeTokens: number;
  /** By how much prompt and longest answer together exceed the context; 0 if they fit. */
  readonly missingTokens: number;
}

/** @param settingMaxTokens the limit if the prompt file has none */
export function budgetOf(
  {
    promptTokens,
    contextTokens,
    maxTokens,
  }: Pick<PromptTokens, "promptTokens" | "contextTokens" | "maxTokens">,
  settingMaxTokens: number,
): Budget {
  const prompt = promptTokens ?? 0;
  const wanted = maxTokens ?? settingMaxTokens;
  const room = Math.max(0, contextTokens - prompt);
  const answerTokens = Math.min(wanted, room);
  return {
    ...{ contextTokens, promptTokens: prompt, answerTokens },
    freeTokens: room - answerTokens,
    missingTokens: Math.max(0, prompt + wanted - contextTokens),
  };
}
