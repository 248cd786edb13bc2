// Estimates what a model with a context takes, and refuses what does not fit, before anything is allocated: llama.cpp
// takes the memory first, and the system may then end this program or another.
import type { GgufFileInfo } from "node-llama-cpp";
import { memory, type Memory } from "./availableMemory.ts";
import { EngineError } from "../errors.ts";
import { KV_TYPES, type FileToLoad, type KvType } from "../loadOptions.ts";

/** Bytes of the attention mask, and of a logit. */
const FLOAT_BYTES = 4;
/** Contexts are made in multiples of this many tokens. */
const CONTEXT_UNIT = 256;
/** Kept for other programs: this share of the memory, within bounds. */
const RESERVE_SHARE = 1 / 16;
const MIN_RESERVE_BYTES = 256 * 1024 ** 2;
const MAX_RESERVE_BYTES = 2 * 1024 ** 3;

/** What a model needs in the machine's own memory. */
export interface MemoryNeed {
  /** Whatever the context: weights and buffers. */
  readonly fixedBytes: number;
  readonly bytesPerToken: number;
}

/** What an estimate of memory depends on besides the model's head. */
export interface NeedOptions {
  /** The file's size; its weights are nearly all of it. */
  readonly modelBytes: number;
  /** The share of the layers that the CPU holds, 0 … 1. */
  readonly cpuShare: number;
  /** Most tokens of one evaluation. */
  readonly batchTokens: number;
  /** f16 if omitted. */
  readonly kvType?: KvType | undefined;
}

/** Null if the file does not say enough. Lower than the truth for layers that also keep their own state. */
export function memoryNeed(
  { architectureMetadata, metadata }: Pick<GgufFileInfo, "architectureMetadata" | "metadata">,
  options: NeedOptions,
): MemoryNeed | null {
  return memoryNeedOf(architectureMetadata, metadata.tokenizer.ggml.tokens.length, options);
}

/** @param architecture the keys below the architecture's name, as nested objects */
export function memoryNeedOf(
  architecture: Readonly<Record<string, unknown>>,
  vocabularySize: number,
  { modelBytes, cpuShare, batchTokens, kvType = "f16" }: NeedOptions,
): MemoryNeed | null {
  const numbers = cacheNumbersPerToken(architecture);
  if (numbers === null) return null;
  const logits = vocabularySize * batchTokens * FLOAT_BYTES;
  return {
    fixedBytes: modelBytes * cpuShare + logits,
    bytesPerToken: numbers * KV_TYPES[kvType].bytes * cpuShare + batchTokens * FLOAT_BYTES,
  };
}

/** Keys and values of one token in all layers. */
function cacheNumbersPerToken(architecture: Readonly<Record<string, unknown>>): number | null {
  const layers = architecture.block_count;
  const attention = recordOf(architecture.attention);
  if (!isCount(layers)) return null;
  const rank = attention.kv_lora_rank;
  // Latent attention keeps one compressed row for keys and values together.
  if (isCount(rank)) return layers * (rank + (countOf(recordOf(architecture.rope).dimension_count) ?? 0));
  const heads = overLayers(attention.head_count, layers);
  if (heads === null) return null;
  const { sum: keyHeads } = overLayers(attention.head_count_kv, layers) ?? heads;
  const width = countOf(architecture.embedding_length);
  const headWidth = width === null ? null : width / Math.max(heads.most, 1);
  const keyWidth = countOf(attention.key_length) ?? headWidth;
  const valueWidth = countOf(attention.value_length) ?? headWidth;
  return keyWidth === null || valueWidth === null ? null : keyHeads * (keyWidth + valueWidth);
}

/** A field that is one number for all layers, or a list with one for each. */
function overLayers(value: unknown, layers: number): { readonly sum: number; readonly most: number } | null {
  if (isCount(value)) return { sum: value * layers, most: value };
  if (!Array.isArray(value) || !value.every(isCount)) return null;
  return {
    sum: value.reduce((sum, count) => sum + count, 0),
    most: value.reduce((a, b) => Math.max(a, b), 0),
  };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const countOf = (value: unknown): number | null => (isCount(value) ? value : null);
const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Of the memory, what is left to other programs, in bytes. */
export function reserveBytes({ totalBytes }: Memory): number {
  return Math.min(MAX_RESERVE_BYTES, Math.max(MIN_RESERVE_BYTES, totalBytes * RESERVE_SHARE));
}

/** @throws EngineError contextTooLarge, with the largest context that fits */
export function requireMemory(
  { path, contextTokens }: { readonly path: string; readonly contextTokens: number },
  need: MemoryNeed,
  now: Memory = memory(),
): void {
  const reservedBytes = reserveBytes(now);
  const neededBytes = need.fixedBytes + need.bytesPerToken * contextTokens;
  const room = now.availableBytes - reservedBytes;
  if (neededBytes <= room) return;
  const fitting = Math.floor((room - need.fixedBytes) / need.bytesPerToken / CONTEXT_UNIT) * CONTEXT_UNIT;
  throw new EngineError({
    tag: "contextTooLarge",
    path,
    contextTokens,
    neededBytes,
    availableBytes: now.availableBytes,
    reservedBytes,
    largestTokens: fitting > 0 ? fitting : null,
  });
}

/** Where the layers of a model are to be. */
export interface Layers {
  readonly gpuLayers: number;
  readonly totalLayers: number;
  /** The GPU's memory is the machine's own, so that a model that is split between the two gains no room. */
  readonly isShared: boolean;
}

/** The share of a model that must fit in the machine's own memory: the library takes all layers as equally large. */
export function cpuShareOf({ gpuLayers, totalLayers, isShared }: Layers): number {
  const share = Math.max(0, 1 - gpuLayers / Math.max(1, totalLayers));
  return isShared && share > 0 ? 1 : share;
}

/** For a context of a model that is about to be loaded. @throws EngineError contextTooLarge */
export function refuseTooLarge(
  { info, insights, bytes, options: { path, kvType } }: FileToLoad,
  contextTokens: number,
  { batchTokens, ...placed }: Omit<Layers, "totalLayers"> & { readonly batchTokens: number },
): void {
  // The library knows how much a GPU holds; this is about what remains for the machine's own memory.
  const cpuShare = cpuShareOf({ ...placed, totalLayers: insights.totalLayers });
  const need = memoryNeed(info, { modelBytes: bytes, cpuShare, batchTokens, kvType });
  if (need !== null) requireMemory({ path, contextTokens }, need);
}
