// How many cells a context has: trees need more of them than the sequence has positions.
import type { GgufFileInfo } from "node-llama-cpp";

/** Cells for the branches of a tree, beyond those of the tokens kept. */
const TREE_CELLS = 160;
/** llama.cpp's own unit. */
export const CELL_UNIT = 256;

/** The cells, and the tokens that can be kept in them. */
export interface CacheSize {
  readonly cells: number;
  readonly contextTokens: number;
}

/** Cells for `contextTokens` kept tokens and trees of `sequences` leaves. */
export function cacheSize(contextTokens: number, sequences: number, info: GgufFileInfo): CacheSize {
  const treeCells = sequences > 1 ? TREE_CELLS : 0;
  const cells = Math.ceil((contextTokens + treeCells) / CELL_UNIT) * CELL_UNIT;
  const original = originalContextTokens(info);
  // A model with long RoPE factors uses them for the whole text as soon as there are more cells than this.
  if (original === null || contextTokens > original || cells <= original) return { cells, contextTokens };
  return { cells: original, contextTokens: Math.min(contextTokens, original - treeCells) };
}

/** The context that a model with long RoPE factors was first trained for; null for others. */
export function originalContextTokens({ architectureMetadata }: GgufFileInfo): number | null {
  const found: unknown = architectureMetadata.rope?.scaling?.original_context_length;
  return typeof found === "number" && found > 0 ? found : null;
}
