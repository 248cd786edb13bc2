// Opens the direct engine and loads a model with it: node-llama-cpp chooses binaries, layers and memory and tokenizes;
// weights, context and evaluation belong to llama.cpp called directly.
import type { GgufInsights, Llama, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../../../core/base/index.ts";
import { loadFault, memoryFault, NO_CONTEXT } from "../loadFaults.ts";
import { gpuDevices, type FileToLoad, type LoadedModel } from "../loadOptions.ts";
import { refuseTooLarge } from "../memoryNeed.ts";
import { MAX_TREE_TOKENS } from "../../../core/laser/index.ts";
import { RowScanner } from "../rows/rowScanner.ts";
import { RowReader } from "./rowReader.ts";
import { cacheSize } from "./cacheSize.ts";
import { inBackground, openNative, type Native } from "./functions.ts";
import { observe, refusal } from "./guard.ts";
import type { Pointer } from "./layouts.ts";
import { findLibrary } from "./library.ts";
import { NativeContext, Turns } from "./nativeContext.ts";
import { NativeTarget } from "./nativeTarget.ts";
import { TokenBatch } from "./tokenBatch.ts";

/** Tokens decoded at once, at most; also what a graph is made for. */
const BATCH_TOKENS = 512;
/** A root and the largest draft. */
const MAX_ROWS = 1 + MAX_TREE_TOKENS;
const TREE_LEAVES = 32;

const FLASH_ATTENTION = { off: 0, on: 1 } as const;
const LOAD_MODE = { copy: 0, map: 1 } as const;
const LAZY_MODE_OFF = 0;

/** Two contexts that decode at once crash Vulkan (llama.cpp 7575, 11371). */
const vulkanTurns = new Turns();

const opened = new Map<string, Promise<Native>>();

/** The open library, or why the direct engine can't be used for a model. */
export async function openDirect(
  llama: Llama,
  insights: GgufInsights,
): Promise<Native | { readonly reason: string }> {
  if (insights.isHybrid) return { reason: "part of the model is recurrent" };
  if (insights.hasEncoder) return { reason: "the model has an encoder" };
  const found = findLibrary(llama.gpu);
  if ("reason" in found) return found;
  try {
    let opening = opened.get(found.file);
    if (opening === undefined) {
      opening = import("koffi").then(({ default: koffi }) => openNative(koffi, found.file));
      opened.set(found.file, opening);
    }
    const native = await opening;
    const reason = refusal(observe(native));
    return reason === null ? native : { reason };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** @throws EngineError if the model can't be loaded or memory is too small; AbortError */
export async function loadNative(native: Native, file: FileToLoad): Promise<LoadedModel> {
  const { llama, insights, options, info } = file;
  const vocabulary = await loadVocabulary(file);
  try {
    const { gpuLayers, useMmap } = await resolveLayers(file);
    const trainContextTokens = insights.trainContextSize ?? options.contextTokens;
    const sequences = options.treeLeaves ?? TREE_LEAVES;
    const size = cacheSize(Math.min(options.contextTokens, trainContextTokens), sequences, info);
    refuseTooLarge(file, size.contextTokens, { gpuLayers, batchTokens: BATCH_TOKENS });
    const weights = await loadWeights(native, file, gpuLayers, useMmap);
    try {
      await checkMemory(file, size.cells, gpuLayers, useMmap);
      const pointer = await createContext(native, file, weights, size.cells, sequences);
      const vocabularySize = info.metadata.tokenizer.ggml.tokens.length;
      const turns = llama.gpu === "vulkan" ? vulkanTurns : null;
      const context = new NativeContext(native, pointer, size.cells, turns);
      const target = new NativeTarget({
        context,
        batch: new TokenBatch(native, BATCH_TOKENS, sequences),
        reader: new RowReader(context, new RowScanner(vocabularySize, MAX_ROWS, vocabularySize), MAX_ROWS),
        vocabularySize,
        contextTokens: size.contextTokens,
        maxThreads: file.maxThreads,
        onCpu: (await gpuDevices(llama, gpuLayers)).length === 0,
        isEndOfText: endOfTextOf(vocabulary, vocabularySize),
      });
      options.onProgress?.(1);
      return {
        model: vocabulary,
        target,
        gpuLayers,
        trainContextTokens,
        flashAttention: insights.flashAttentionSupported,
        async dispose() {
          await target.dispose();
          await inBackground(native.functions.modelFree, weights);
          await vocabulary.dispose();
        },
      };
    } catch (error) {
      await inBackground(native.functions.modelFree, weights);
      throw error;
    }
  } catch (error) {
    await vocabulary.dispose();
    throw error;
  }
}

/** The tokenizer, without weights. */
async function loadVocabulary({ llama, options, bytes, errors }: FileToLoad): Promise<LlamaModel> {
  const { path, signal, onProgress } = options;
  try {
    const model = await llama.loadModel({
      modelPath: path,
      vocabOnly: true,
      gpuLayers: 0,
      ...(signal && { loadSignal: signal }),
    });
    onProgress?.(0);
    return model;
  } catch (error) {
    signal?.throwIfAborted();
    await errors.waitForFirst();
    throw loadFault(error, { path, bytes }, errors.lines);
  }
}

/** What the library would choose for the model. */
async function resolveLayers(file: FileToLoad): Promise<{ gpuLayers: number; useMmap: boolean }> {
  const { path, gpuLayers, contextTokens, signal } = file.options;
  try {
    return await file.insights.configurationResolver.resolveModelGpuLayersV2(gpuLayers ?? "auto", {
      defaultContextFlashAttention: true,
      useMmap: file.llama.supportsMmap ? "auto" : false,
      ...(signal && { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, { path, bytes: file.bytes }, []);
  }
}

/** Memory of loads that were stopped: it is released when they end, and no other load begins before. */
let releasing: Promise<unknown> = Promise.resolve();

/** Returns the native model. A stop is answered at once, although the call itself can't be stopped. */
async function loadWeights(
  { functions }: Native,
  { options, bytes, errors }: FileToLoad,
  gpuLayers: number,
  useMmap: boolean,
): Promise<Pointer> {
  const { path, signal } = options;
  await releasing;
  signal?.throwIfAborted();
  const loading = inBackground(functions.modelLoadFromFile, path, {
    ...functions.modelDefaultParams(),
    n_gpu_layers: gpuLayers,
    load_mode: useMmap ? LOAD_MODE.map : LOAD_MODE.copy,
    lazy_mode: LAZY_MODE_OFF,
  });
  const model = await untilStopped(loading, signal, () => {
    releasing = loading
      .then((late) => (late === null ? undefined : inBackground(functions.modelFree, late)))
      .catch(() => undefined);
  });
  if (model !== null) return model;
  await errors.waitForFirst();
  throw loadFault(new Error("llama.cpp returned no model"), { path, bytes }, errors.lines);
}

/** @throws the signal's AbortError, after calling `stopped` */
function untilStopped<T>(work: Promise<T>, signal: AbortSignal | undefined, stopped: () => void): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      stopped();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  });
}

/** @throws EngineError memoryTooSmall if the library finds no room for the context beside the weights */
async function checkMemory(
  { llama, insights, options, bytes }: FileToLoad,
  cells: number,
  gpuLayers: number,
  useMmap: boolean,
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
    });
  } catch (error) {
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, { path, bytes }, []);
  }
}

async function createContext(
  { functions }: Native,
  { insights, options, maxThreads, errors }: FileToLoad,
  weights: Pointer,
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
    // Keeps one-token and many-token evaluation bit-identical; see batchInvariance.ts.
    flash_attn_type: FLASH_ATTENTION.on,
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

function endOfTextOf(model: LlamaModel, vocabularySize: number): (token: number) => boolean {
  type Token = Parameters<LlamaModel["isEogToken"]>[0];
  const ends = Uint8Array.from({ length: vocabularySize }, (_, id) => Number(model.isEogToken(id as Token)));
  return (token) => ends[token] === 1;
}
