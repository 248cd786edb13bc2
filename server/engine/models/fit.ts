// Whether a model fits this machine, before anything of it is loaded: by its head, the memory that is free, and what trials of
// back ends found. Nothing is tried here.
import { usedContextTokens } from "../../../core/settings/index.ts";
import { memory, type Memory } from "../memory/availableMemory.ts";
import { backendsOf, installedFiles, type GpuBackend, type Machine } from "../devices/backends.ts";
import { keptResult } from "../devices/trialCache.ts";
import { placeOf } from "../devices/wanted.ts";
import type { GpuChoice } from "../errors.ts";
import type { KvType } from "../loadOptions.ts";
import { numberAt, numbersAt } from "../gguf/metadata.ts";
import type { ModelHead } from "../gguf/examine.ts";
import { cpuShareOf, memoryNeedOf, reserveBytes, type MemoryNeed } from "../memory/memoryNeed.ts";
import { layerBytes, layersIn } from "./layerFit.ts";

/** Most tokens of one evaluation, as both engines have it. */
const BATCH_TOKENS = 512;

/** How a model would be loaded; see LoadOptions. */
export interface FitOptions {
  readonly gpu: GpuChoice;
  readonly device?: string | undefined;
  readonly gpuLayers?: number | undefined;
  readonly contextTokens: number;
  readonly kvType?: KvType | undefined;
}

export interface ModelFit extends MachineRoom {
  /** Weights, buffers and the cache of the context, estimated; null if the head doesn't say enough. */
  readonly neededBytes: number | null;
  /** What of that is for the context; null if it is not known: `neededBytes` are then the weights alone. */
  readonly contextBytes: number | null;
  /** What of `neededBytes` this machine's own memory must hold, beside the layers on the GPU; null if that is not known. */
  readonly hereBytes: number | null;
  /** The size of that context: what was asked for, or what the model was made for if that is less. */
  readonly contextTokens: number;
  /** All layers, the output's among them, and how many the GPU would hold, estimated; null: not known. */
  readonly layers: { readonly total: number; readonly onGpu: number } | null;
}

/** What this machine has room for. */
export interface MachineRoom {
  /** What this machine can still give, without what is left to other programs. */
  readonly freeBytes: number;
  /** The best back end that a trial found usable, and the memory that was free then; null: none. */
  readonly gpu: {
    readonly backend: GpuBackend;
    readonly freeBytes: number;
    /** Its memory is the machine's own. */
    readonly isShared?: boolean;
  } | null;
  /** A back end that would be used if a trial, which has not been made yet, finds it usable; null: none. */
  readonly untried: GpuBackend | null;
}

/** What this machine has room for now, on the device that is asked for. */
export async function machineRoom(
  machine: Machine,
  { gpu, device, gpuLayers }: Pick<FitOptions, "gpu" | "device" | "gpuLayers">,
  now: Memory = memory(),
): Promise<MachineRoom> {
  const freeBytes = Math.max(0, now.availableBytes - reserveBytes(now));
  const isAllowed = (backend: GpuBackend): boolean => gpuLayers !== 0 && (gpu === "auto" || gpu === backend);
  const allowed = backendsOf(machine).filter(isAllowed);
  for (const backend of allowed) {
    for (const file of installedFiles(backend, machine)) {
      const outcome = (await keptResult(file, machine))?.outcome;
      if (outcome === undefined) return { freeBytes, gpu: null, untried: backend };
      if (outcome.kind !== "usable") continue;
      const place = device === undefined ? null : placeOf(device, outcome.devices);
      if (device !== undefined && place === null) continue;
      const free = place === null ? outcome.freeBytes : outcome.devices[place]!.freeBytes;
      const used = place === null ? outcome.devices : [outcome.devices[place]!];
      const isShared = backend === "metal" || used.every(({ isIntegrated }) => isIntegrated === true);
      return { freeBytes, gpu: { backend, freeBytes: free, isShared }, untried: null };
    }
  }
  return { freeBytes, gpu: null, untried: null };
}

export function fitOf(
  model: ModelHead,
  room: MachineRoom,
  { contextTokens: asked, kvType, gpuLayers }: FitOptions,
): ModelFit {
  const trained = numberAt(model.head, `${model.architecture}.context_length`);
  const contextTokens = usedContextTokens(asked, trained);
  const need = needOf(model, kvType, 1);
  if (need === null)
    return { ...room, neededBytes: null, contextBytes: null, hereBytes: null, contextTokens, layers: null };
  const contextBytes = need.bytesPerToken * contextTokens;
  const layers = layerBytes(model);
  const besides = { contextBytes, bufferBytes: need.fixedBytes - model.bytes };
  const fitting = layers === null || room.gpu === null ? 0 : layersIn(room.gpu.freeBytes, layers, besides);
  const onGpu = Math.min(fitting, gpuLayers ?? Infinity);
  const placed = { gpuLayers: onGpu, isShared: room.gpu?.isShared === true };
  const cpuShare = layers === null ? 1 : cpuShareOf({ ...placed, totalLayers: layers.length });
  // The same estimate refuses a model that is to be loaded.
  const here = needOf(model, kvType, cpuShare) ?? need;
  return {
    ...room,
    ...{ neededBytes: need.fixedBytes + contextBytes, contextBytes, contextTokens },
    hereBytes: here.fixedBytes + here.bytesPerToken * contextTokens,
    layers: layers && { total: layers.length, onGpu },
  };
}

/** The fit of a model that is not there yet: by the size of its file. */
export function fitBySize(bytes: number, room: MachineRoom, { contextTokens }: FitOptions): ModelFit {
  const beyondGpu = Math.max(0, bytes - (room.gpu?.freeBytes ?? 0));
  const hereBytes = beyondGpu > 0 && room.gpu?.isShared === true ? bytes : beyondGpu;
  return { ...room, neededBytes: bytes, contextBytes: null, hereBytes, contextTokens, layers: null };
}

/** What a model needs of the machine's own memory, which holds this share of its layers. */
function needOf(
  { head, architecture, bytes }: ModelHead,
  kvType: KvType | undefined,
  cpuShare: number,
): MemoryNeed | null {
  const at = (name: string): number | undefined => numberAt(head, `${architecture}.${name}`) ?? undefined;
  const perLayer = (name: string): number | readonly number[] | undefined => {
    const found = numbersAt(head, `${architecture}.${name}`);
    return found.length > 1 ? found : found[0];
  };
  const vocabulary = head.metadata.get("tokenizer.ggml.tokens");
  return memoryNeedOf(
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
    { modelBytes: bytes, cpuShare, batchTokens: BATCH_TOKENS, kvType },
  );
}
