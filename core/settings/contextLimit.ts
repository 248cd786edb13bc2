// The context that a model is really given: what the settings ask for, and no more than it was made for.
import { t } from "../base/index.ts";

/** @param trained the longest text that the model was made for, in tokens; null if its file doesn't say */
export function usedContextTokens(asked: number, trained: number | null): number {
  return Math.min(asked, trained ?? Infinity);
}

/** Says that a model is given less than was asked for; null if it isn't. */
export function contextNote(asked: number, trained: number | null): string | null {
  if (trained === null || asked <= trained) return null;
  return t(
    "laser.contextTokens asks for {0} tokens, but the model was made for {1}: only that many are used.",
    asked,
    trained,
  );
}
