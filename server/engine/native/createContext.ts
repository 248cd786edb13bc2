// Creates a native context: a cache for this many tokens of this many sequences, in one piece.
import type { GgufInsights, Llama } from "node-llama-cpp";
import { loadFault, memoryFault, NO_CONTEXT } from "../loadFaults.ts";
import { KV_TYPES, type FileToLoad } from "../loadOptions.ts";
import type { NativeDevice } from "./deviceList.ts";
import { inBackground, type Native } from "./functions.ts";
import type { Pointer } from "./layouts.ts";

/** Tokens decoded at once, at most; also what a graph is made for. */
export const BATCH_TOKENS = 512;

const FLASH_ATTENTION = { off: 0, on: 1 } as const;

/** A model in memory, and where its layers are. */
export interface PlacedModel {
  readonly file: FileToLoad;
  readonly weights: Pointer;
  readonly gpuLayers: number;
  readonly useMmap: boolean;
  /** The GPU that holds the layers, of several, with its memory as it is now; null: all of the back end's. */
  readonly gpu: () => NativeDevice | null;
}

/** The memory of the chosen GPU for the library's estimates, which otherwise take that of all together. */
export function memoryOf(gpu: NativeDevice | null) {
  if (gpu === null) return {};
  const { totalBytes: total, freeBytes: free, isIntegrated } = gpu;
  return { getVramState: () => Promise.resolve({ total, free, unifiedSize: isIntegrated ? total : 0 }) };
}

/** Whether the memory of the chosen GPU, or of all that the back end has, is the machine's own. */
export async function sharesMemory(
  llama: Pick<Llama, "getVramState">,
  gpu: NativeDevice | null,
): Promise<boolean> {
  if (gpu !== null) return gpu.isIntegrated;
  const { total, unifiedSize } = await llama.getVramState();
  return total > 0 && unifiedSize >= total;
}

/** @throws EngineError memoryTooSmall if the library finds no room for the context beside the weights */
export async function checkMemory(
  { file: { llama, insights, options, bytes }, gpuLayers, useMmap, gpu }: PlacedModel,
  cells: number,
): Promise<void> {
  const { path, contextTokens, memoryCapBytes } = options;
  try {
    // The library counts only what it loads itself against the cap.
    if (memoryCapBytes !== undefined) {
      const { cpuRam } = await insights.estimateModelResourceRequirementsV2({ gpuLayers, useMmap });
      await llama.setRamCap(Math.max(0, memoryCapBytes - cpuRam));
    }
    await insights.configurationResolver.resolveContextContextSize(cells, {
      batchSize: BATCH_TOKENS,
      sequences: 1, // One cache for all.
      modelGpuLayers: gpuLayers,
      modelTrainContextSize: insights.trainContextSize ?? contextTokens,
      flashAttention: true,
      swaFullCache: isWindowed(insights),
      useMmap,
      ...memoryOf(gpu()),
    });
  } catch (error) {
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, { path, bytes }, []);
  }
}

/** @throws EngineError memoryTooSmall; Error with the library's reason */
export async function createContext(
  { functions }: Native,
  { file: { insights, options, maxThreads, errors }, weights }: PlacedModel,
  cells: number,
  sequences: number,
): Promise<Pointer> {
  const context = await inBackground(functions.initFromModel, weights, {
    ...functions.contextDefaultParams(),
    n_ctx: cells,
    n_batch: BATCH_TOKENS,
    n_ubatch: BATCH_TOKENS,
    n_seq_max: sequences,
    n_threads: maxThreads,
    n_threads_batch: maxThreads,
    // Without it a token alone gets different bits from one in a batch, whatever the weights are.
    flash_attn_type: FLASH_ATTENTION.on,
    type_k: KV_TYPES[options.kvType ?? "f16"].ggml,
    type_v: KV_TYPES[options.kvType ?? "f16"].ggml,
    // A window that forgets cells could not be rolled back beyond it.
    swa_full: isWindowed(insights),
    kv_unified: true,
  });
  if (context !== null) return context;
  const { path, contextTokens } = options;
  const reason = errors.lines.at(-1) ?? NO_CONTEXT;
  throw memoryFault(new Error(NO_CONTEXT), path, contextTokens) ?? new Error(reason);
}

function isWindowed({ swaSize }: GgufInsights): boolean {
  return swaSize !== undefined && swaSize > 0;
}
