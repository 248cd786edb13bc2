// How many tokens a chat may send and gets back: both share the context.

export interface ChatLimits {
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
}

/**
 * The longest answer is that of the settings, and half of the context at most; the rest of the context is for what is sent.
 * @param contextTokens of the model as it is loaded
 * @param maxTokens of the settings
 */
export function chatLimits(contextTokens: number, maxTokens: number): ChatLimits {
  const maxOutputTokens = Math.max(1, Math.min(maxTokens, Math.floor(contextTokens / 2)));
  return { maxInputTokens: Math.max(1, contextTokens - maxOutputTokens), maxOutputTokens };
}
