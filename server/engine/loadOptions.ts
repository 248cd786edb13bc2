// What a model is loaded with, and what either engine returns.
import type { GgufFileInfo, GgufInsights, Llama, LlamaModel } from "node-llama-cpp";
import type { TargetModel } from "../../core/laser/index.ts";
import type { GpuBackend, GpuDevice } from "./devices/index.ts";
import type { EngineChoice } from "./engineChoice.ts";
import type { GpuChoice } from "./errors.ts";
import type { LaneGroup, LaneOptions } from "./lanes/lanes.ts";
import type { ErrorLines, NativeLog } from "./runtime.ts";

/** How a context stores keys and values, by llama.cpp's names. */
export type KvType = "f16" | "q8_0" | "q4_0";

/** llama.cpp's number of each type, and bytes per number: blocks of 32 have their own scale. */
export const KV_TYPES: Readonly<Record<KvType, { readonly ggml: number; readonly bytes: number }>> = {
  f16: { ggml: 1, bytes: 2 },
  q8_0: { ggml: 8, bytes: 34 / 32 },
  q4_0: { ggml: 2, bytes: 18 / 32 },
};

/** Which model to load, on what, and within which bounds. */
export interface LoadOptions {
  readonly path: string;
  readonly gpu: GpuChoice;
  /** One GPU of several by its name or number; all of the back end's by default. Ignored without a GPU. */
  readonly device?: string;
  /** Layers that the GPU holds; as many as fit by default. */
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  /** SHA-256 of the file in hex, if known. */
  readonly sha256?: string | null;
  /** The most CPU threads; all cores by default. */
  readonly maxThreads?: number;
  /** f16 by default. */
  readonly kvType?: KvType;
  /** From this many CPU threads on they stay between evaluations; 4 by default. */
  readonly poolFromThreads?: number;
  /** The most memory for model and context together; all free memory by default. */
  readonly memoryCapBytes?: number;
  /** LASER_ENGINE, or auto, by default. */
  readonly engine?: EngineChoice;
  /** The most leaves of a draft tree; 1 for only chains. Without effect on the library's engine. 32 by default. */
  readonly treeLeaves?: number;
  readonly signal?: AbortSignal;
  /** Called with the fraction of the model that is loaded, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  /** Called before a back end is tried, which takes seconds and happens once on a machine. */
  readonly onTrial?: (backend: GpuBackend) => void;
  readonly log?: NativeLog;
}

/** What an engine needs to load a file whose header has been read. */
export interface FileToLoad {
  readonly llama: Llama;
  readonly info: GgufFileInfo;
  readonly insights: GgufInsights;
  readonly bytes: number;
  readonly maxThreads: number;
  readonly errors: ErrorLines;
  readonly options: LoadOptions;
}

/** A loaded model with one context. */
export interface LoadedModel {
  /** Tokenizes, and knows the special tokens; has no weights where the direct engine holds them. */
  readonly model: LlamaModel;
  readonly target: TargetModel;
  readonly gpuLayers: number;
  /** The one that was chosen of several; null: all of the back end's. */
  readonly gpu: GpuDevice | null;
  readonly trainContextTokens: number;
  readonly flashAttention: boolean;
  /** Opens a context for several sequences; null if the engine can't. */
  readonly openLanes: ((options: LaneOptions) => Promise<LaneGroup>) | null;
  /** Waits for a running evaluation. */
  dispose(): Promise<void>;
}

/** Whether anything was offloaded: a library for a GPU may find no device. */
export async function gpuDevices(llama: Llama, gpuLayers: number): Promise<readonly string[]> {
  return llama.gpu === false || gpuLayers === 0 ? [] : llama.getGpuDeviceNames();
}
