// Opens the direct engine and loads a model with it: node-llama-cpp chooses binaries, layers and memory and tokenizes;
// weights, context and evaluation belong to llama.cpp called directly.
import type { GgufInsights, Llama, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../../../core/base/index.ts";
import { FreeCores } from "../costs/freeCores.ts";
import { foreignFunctions } from "../foreignFunctions.ts";
import { loadFault, memoryFault } from "../loadFaults.ts";
import { gpuDevices, type FileToLoad, type LoadedModel } from "../loadOptions.ts";
import { refuseTooLarge } from "../memory/memoryNeed.ts";
import { MAX_TREE_TOKENS } from "../../../core/laser/index.ts";
import { RowScanner } from "../rows/rowScanner.ts";
import { RowReader } from "./rowReader.ts";
import { cacheSize } from "./cacheSize.ts";
import { listedDevice } from "../devices/wanted.ts";
import { EngineError } from "../errors.ts";
import {
  BATCH_TOKENS,
  checkMemory,
  createContext,
  memoryOf,
  sharesMemory,
  type PlacedModel,
} from "./createContext.ts";
import { gpuNamed, listGpus, type NativeDevice } from "./deviceList.ts";
import { SoleEvaluator } from "./evaluator.ts";
import { inBackground, openNative, type Native } from "./functions.ts";
import { observe, refusal } from "./guard.ts";
import type { Pointer } from "./layouts.ts";
import { findLibrary } from "./library.ts";
import { NativeContext, Turns } from "./nativeContext.ts";
import type { NativeLanes } from "./nativeLanes.ts";
import { NativeTarget } from "./nativeTarget.ts";
import { openLanes } from "./openLanes.ts";
import { MIN_POOL_THREADS, type ThreadPool } from "./threadPool.ts";
import { TokenBatch } from "./tokenBatch.ts";
import { WaitingPlace } from "./waitingPlace.ts";

/** A root and the largest draft. */
const MAX_ROWS = 1 + MAX_TREE_TOKENS;
const TREE_LEAVES = 32;

const LOAD_MODE = { copy: 0, map: 1 } as const;
const LAZY_MODE_OFF = 0;

/** Two contexts that decode at once crash Vulkan (llama.cpp 7575, 11371). */
const vulkanTurns = new Turns();

const opened = new Map<string, Promise<Native>>();

/** The open library, or why the direct engine can't be used for a model. */
export async function openDirect(
  llama: Llama,
  insights: Pick<GgufInsights, "isHybrid" | "hasEncoder">,
): Promise<Native | { readonly reason: string }> {
  if (insights.isHybrid) return { reason: "part of the model is recurrent" };
  if (insights.hasEncoder) return { reason: "the model has an encoder" };
  return openLibrary(llama);
}

/** The same whatever model there will be. */
export async function openLibrary(llama: Llama): Promise<Native | { readonly reason: string }> {
  const found = findLibrary(llama.gpu);
  if ("reason" in found) return found;
  try {
    let opening = opened.get(found.file);
    if (opening === undefined) {
      opening = foreignFunctions().then((koffi) => openNative(koffi, found.file));
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
    const gpu = () => chosenGpu(native, file);
    const { gpuLayers, useMmap } = await resolveLayers(file, gpu());
    const trainContextTokens = insights.trainContextSize ?? options.contextTokens;
    const sequences = options.treeLeaves ?? TREE_LEAVES;
    const size = cacheSize(Math.min(options.contextTokens, trainContextTokens), sequences, info);
    const isShared = await sharesMemory(llama, gpu());
    refuseTooLarge(file, size.contextTokens, { gpuLayers, isShared, batchTokens: BATCH_TOKENS });
    // From here on, so that the first prompt finds what other programs used while the weights were read.
    const freeCores = new FreeCores(file.maxThreads);
    const weights = await loadWeights(native, file, { gpuLayers, useMmap, gpu });
    try {
      const placed = { file, weights, gpuLayers, useMmap, gpu };
      await checkMemory(placed, size.cells);
      const onCpu = (await gpuDevices(llama, gpuLayers)).length === 0;
      const pointer = await createContext(native, placed, size.cells, sequences);
      const vocabularySize = info.metadata.tokenizer.ggml.tokens.length;
      const turns = llama.gpu === "vulkan" ? vulkanTurns : null;
      const pool = onCpu ? threadPoolFor(native, file) : null;
      const place = onCpu ? null : new WaitingPlace();
      const context = new NativeContext(native, pointer, size.cells, turns, pool, place);
      const isEndOfText = endOfTextOf(vocabulary, vocabularySize);
      const { maxThreads } = file;
      const shared = { vocabularySize, maxThreads, freeCores: onCpu ? freeCores : null, onCpu, isEndOfText };
      const target = await orFree(context, () => {
        const scanner = new RowScanner(vocabularySize, MAX_ROWS + 1, vocabularySize);
        return new NativeTarget({
          ...shared,
          evaluator: new SoleEvaluator(context, new TokenBatch(native, BATCH_TOKENS, sequences)),
          reader: new RowReader(context, scanner, MAX_ROWS, !onCpu),
          contextTokens: size.contextTokens,
        });
      });
      const groups = new Set<NativeLanes>();
      options.onProgress?.(1);
      return {
        model: vocabulary,
        target,
        gpuLayers,
        gpu: gpu(),
        trainContextTokens,
        flashAttention: insights.flashAttentionSupported,
        async openLanes(lanes) {
          const group = await openLanes(native, { ...placed, ...shared, turns, lanes });
          groups.add(group);
          return group;
        },
        async dispose() {
          for (const group of groups) await group.dispose();
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

/** The GPU that the options name, with its memory as it is now; null if they name none. @throws EngineError deviceUnknown */
function chosenGpu(native: Native, { llama, options: { device } }: FileToLoad): NativeDevice | null {
  if (device === undefined || llama.gpu === false) return null;
  const functions = native.devices();
  const found = gpuNamed(device, functions);
  if (found !== null) return found;
  throw new EngineError({
    tag: "deviceUnknown",
    wanted: device,
    known: listGpus(functions).map(listedDevice),
  });
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
async function resolveLayers(
  file: FileToLoad,
  gpu: NativeDevice | null,
): Promise<{ gpuLayers: number; useMmap: boolean }> {
  const { path, gpuLayers, contextTokens, signal } = file.options;
  try {
    return await file.insights.configurationResolver.resolveModelGpuLayersV2(gpuLayers ?? "auto", {
      defaultContextFlashAttention: true,
      useMmap: file.llama.supportsMmap ? "auto" : false,
      ...memoryOf(gpu),
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
  { functions, pointerList }: Native,
  { options, bytes, errors }: FileToLoad,
  { gpuLayers, useMmap, gpu }: Pick<PlacedModel, "gpuLayers" | "useMmap" | "gpu">,
): Promise<Pointer> {
  const { path, signal } = options;
  await releasing;
  signal?.throwIfAborted();
  const chosen = gpu();
  const devices = chosen === null ? null : pointerList([chosen.pointer]);
  const loading = inBackground(functions.modelLoadFromFile, path, {
    ...functions.modelDefaultParams(),
    devices: devices?.pointer ?? null,
    n_gpu_layers: gpuLayers,
    load_mode: useMmap ? LOAD_MODE.map : LOAD_MODE.copy,
    lazy_mode: LAZY_MODE_OFF,
  }).finally(() => devices?.free());
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

/** null if it would gain nothing, or this platform's ggml isn't the one known: evaluations need none. */
function threadPoolFor(native: Native, { maxThreads, options }: FileToLoad): ThreadPool | null {
  const { poolFromThreads = MIN_POOL_THREADS, log } = options;
  if (maxThreads < Math.max(2, poolFromThreads)) return null;
  try {
    return native.makeThreadPool(maxThreads);
  } catch (error) {
    log?.("info", `threads are started at each evaluation: ${messageOf(error)}`);
    return null;
  }
}

/** Frees the context if something made for it fails, such as a row scanner that runs out of memory. */
async function orFree<T>(context: NativeContext, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await context.free();
    throw error;
  }
}

function endOfTextOf(model: LlamaModel, vocabularySize: number): (token: number) => boolean {
  type Token = Parameters<LlamaModel["isEogToken"]>[0];
  const ends = Uint8Array.from({ length: vocabularySize }, (_, id) => Number(model.isEogToken(id as Token)));
  return (token) => ends[token] === 1;
}
