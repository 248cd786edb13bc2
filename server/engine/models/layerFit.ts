// How many of a model's layers a GPU holds, estimated from the sizes of its tensors, as llama.cpp places them: the output
// first, then layers from the last one on; the table of token embeddings stays with the CPU.
import { numberAt } from "../gguf/metadata.ts";
import type { ModelHead } from "../gguf/examine.ts";

/** Of the memory that is free, the share that stays free, as the library leaves it, and its bound. */
const SPARE_SHARE = 0.06;
const MAX_SPARE_BYTES = 1024 ** 3;

/** Memory besides the weights, if all layers are on the GPU. */
export interface BesidesWeights {
  /** Keys and values of the whole context: each layer has an equal part, except the output. */
  readonly contextBytes: number;
  /** For one evaluation, wherever the layers are. */
  readonly bufferBytes: number;
}

/** Bytes of each layer's weights, the last being the output; null if the head doesn't say how many layers there are. */
export function layerBytes({
  head,
  architecture,
  tensors,
}: Pick<ModelHead, "head" | "architecture" | "tensors">): readonly number[] | null {
  const blocks = numberAt(head, `${architecture}.block_count`);
  if (blocks === null || !Number.isSafeInteger(blocks) || blocks < 1) return null;
  const layers = Array.from({ length: blocks }, () => 0);
  let output = 0;
  let embeddings = 0;
  let hasOutput = false;
  for (const { name, bytes } of tensors) {
    const block = /^blk\.(\d+)\./.exec(name)?.[1];
    if (block !== undefined && Number(block) < blocks) layers[Number(block)]! += bytes;
    else if (name === "token_embd.weight") embeddings = bytes;
    else if (name.startsWith("output")) output += bytes;
    hasOutput ||= name === "output.weight";
  }
  if (layers.some((bytes) => bytes === 0)) return null;
  // Without an output of its own the model multiplies by the embeddings once more, which are then kept twice.
  return [...layers, hasOutput ? output : output + embeddings];
}

/** How many layers fit into memory of this size, the output among them. @param layers of layerBytes */
export function layersIn(
  freeBytes: number,
  layers: readonly number[],
  { contextBytes, bufferBytes }: BesidesWeights,
): number {
  const perBlock = contextBytes / (layers.length - 1);
  let left = freeBytes - Math.min(freeBytes * SPARE_SHARE, MAX_SPARE_BYTES) - bufferBytes;
  let count = 0;
  for (let at = layers.length - 1; at >= 0; at--) {
    left -= layers[at]! + (at === layers.length - 1 ? 0 : perBlock);
    if (left < 0) break;
    count++;
  }
  return count;
}
