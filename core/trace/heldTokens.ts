// How much of a run's prompt was not evaluated again.
import type { Trace } from "./types.ts";

/**
 * Tokens of the prompt that the model's cache still held from the run before, so that they were not evaluated; 0 if it is
 * not known, because no step was made, or if another program counted the root as well: the last prompt token, which the first step
 * evaluates.
 */
export function heldTokens({ request, result, steps }: Pick<Trace, "request" | "result" | "steps">): number {
  return steps.length === 0 ? 0 : Math.max(0, request.promptTokens.length - 1 - result.prefillTokens);
}
