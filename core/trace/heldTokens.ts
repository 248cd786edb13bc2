// How much of a run's prompt was not evaluated again.

/** The parts of a trace, or of a run being written, that are needed; of the steps only their number. */
interface PromptRead {
  readonly request: { readonly promptTokens: { readonly length: number } };
  readonly result: { readonly prefillTokens: number };
  readonly steps: { readonly length: number };
}

/**
 * Tokens of the prompt that the model's cache still held from the run before, so that they were not evaluated; 0 if it is
 * not known, because no step was made, or if another program counted the root as well: the last prompt token, which the
 * first step
 * evaluates.
 */
export function heldTokens({ request, result, steps }: PromptRead): number {
  return steps.length === 0 ? 0 : Math.max(0, request.promptTokens.length - 1 - result.prefillTokens);
}
