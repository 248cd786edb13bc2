// Whether a model fits this machine, before anything of it is loaded: by its head, the memory that is free, and what trials of
// back ends found. Nothing is tried here.
import { memory, type Memory } from "../memory/availableMemory.ts";
import { backendsOf, installedFiles, type GpuBackend, type Machine } from "../devices/backends.ts";
import { keptResult } from "../devices/trialCache.ts";
import { numberAt, numbersAt } from "../gguf/metadata.ts";
import type { GgufHead } from "../gguf/readHead.ts";
import { memoryNeedOf, reserveBytes } from "../memory/memoryNeed.ts";

/** Most tokens of one evaluation, as both engines have it. */
const BATCH_TOKENS = 512;

export interface ModelFit {
  /** Weights, buffers and the cache of the context, estimated; null if the head doesn't say enough. */
  readonly neededBytes: number | null;
  /** What this machine can still give, without what is left to other programs. */
  readonly freeBytes: number;
  /** The best back end that a trial found usable, and the memory that was free then; null: none, or none was tried. */
  readonly gpu: { readonly backend: GpuBackend; readonly freeBytes: number } | null;
}

export type MachineRoom = Omit<ModelFit, "neededBytes">;

/** What this machine has room for now. */
export async function machineRoom(machine: Machine, now: Memory = memory()): Promise<MachineRoom> {
  const freeBytes = Math.max(0, now.availableBytes - reserveBytes(now));
  for (const backend of backendsOf(machine)) {
    for (const file of installedFiles(backend, machine)) {
      const outcome = (await keptResult(file, machine))?.outcome;
      if (outcome?.kind === "usable") return { freeBytes, gpu: { backend, freeBytes: outcome.freeBytes } };
    }
  }
  return { freeBytes, gpu: null };
}

/** What a model needs with a context of this many tokens, wherever its layers are. */
export function neededBytes(
  head: GgufHead,
  architecture: string,
  modelBytes: number,
  contextTokens: number,
): number | null {
  const at = (name: string): number | undefined => numberAt(head, `${architecture}.${name}`) ?? undefined;
  const perLayer = (name: string): number | readonly number[] | undefined => {
    const found = numbersAt(head, `${architecture}.${name}`);
    return found.length > 1 ? found : found[0];
  };
  const vocabulary = head.metadata.get("tokenizer.ggml.tokens");
  const need = memoryNeedOf(
    {
      block_count: at("block_count"),
      embedding_length: at("embedding_length"),
      attention: {
        head_count: perLayer("attention.head_count"),
        head_count_kv: perLayer("attention.head_count_kv"),
        key_length: at("attention.key_length"),
        value_length: at("attention.value_length"),
        kv_lora_rank: at("attention.kv_lora_rank"),
      },
      rope: { dimension_count: at("rope.dimension_count") },
    },
    vocabulary?.type === "array" ? vocabulary.length : 0,
    { modelBytes, cpuShare: 1, batchTokens: BATCH_TOKENS },
  );
  return need === null ? null : need.fixedBytes + need.bytesPerToken * contextTokens;
}
