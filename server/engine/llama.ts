// Loads a GGUF model on llama.cpp and reports what was actually loaded, where, and by which engine.
// Native log lines go to the given logger, never to stdout, which may be a protocol stream.
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Llama } from "node-llama-cpp";
import {
  chooseBackend,
  type BackendChoice,
  type BackendFile,
  type DeviceMemory,
  type RefusedBackend,
} from "./devices/index.ts";
import { readModelFile } from "./gguf/modelFile.ts";
import type { DeviceFacts, Engine } from "./engine.ts";
import { engineChoice, type EngineChoice } from "./engineChoice.ts";
import { EngineError } from "./errors.ts";
import { fileTokenizer } from "./tokenizer/fileTokenizer.ts";
import { loadThroughLibrary } from "./library/libraryEngine.ts";
import { gpuDevices, type FileToLoad, type LoadedModel, type LoadOptions } from "./loadOptions.ts";
import { loadNative, openDirect, openLibrary } from "./native/loadNative.ts";
import { nodeLlamaCpp } from "./nodeLlamaCpp.ts";
import { ErrorLines, isRunning, startRuntime } from "./runtime.ts";

export type { LoadOptions } from "./loadOptions.ts";

/**
 * Loads a model and one context of `contextTokens` tokens, or as many as the model was trained for if that is fewer.
 * @throws EngineError for a bad file, an unavailable GPU or engine that was requested, or too little memory; AbortError
 */
export async function loadLlamaEngine(options: LoadOptions): Promise<Engine> {
  options.signal?.throwIfAborted();
  const head = await readModelFile(options.path, options.signal);
  const { file, refused } = await backendFor(options);
  return load(file, head, refused, options);
}

/** What the choice of a back end and the start of the library depend on. */
type PreparedOptions = Pick<LoadOptions, "gpu" | "device" | "maxThreads" | "signal" | "onTrial" | "log">;

/**
 * Starts what loading a model on this device needs besides the model, so that the load finds it done. A GPU is not opened:
 * that takes memory which other programs may want until a model is really loaded.
 * @throws EngineError for a device or the library that can't be used; AbortError
 */
export async function prepareEngine(options: PreparedOptions): Promise<void> {
  const [{ file }] = await Promise.all([backendFor(options), nodeLlamaCpp()]);
  options.signal?.throwIfAborted();
  if (file !== null) return;
  const { llama } = await startRuntime(null, maxThreadsOf(options));
  await openLibrary(llama);
}

function backendFor({ gpu, device, signal, onTrial, log }: PreparedOptions): Promise<BackendChoice> {
  return chooseBackend(gpu, {
    ...(device !== undefined && { device }),
    ...(signal && { signal }),
    onTrial,
    isOpen: isRunning,
    log: (line) => log?.("warning", line),
  });
}

/** More threads than cores only wait for each other, spinning: a thousand of them on two cores never finish a token. */
function maxThreadsOf({ maxThreads }: PreparedOptions): number {
  const cores = availableParallelism();
  return Math.min(maxThreads ?? cores, cores);
}

/** As `loadLlamaEngine`, on a back end that is not tried before. Null: the CPU. */
export async function loadOnBackend(backend: BackendFile | null, options: LoadOptions): Promise<Engine> {
  return load(backend, await readModelFile(options.path, options.signal), [], options);
}

async function load(
  backend: BackendFile | null,
  { info, bytes }: Awaited<ReturnType<typeof readModelFile>>,
  refused: readonly RefusedBackend[],
  options: LoadOptions,
): Promise<Engine> {
  const choice = options.engine ?? engineChoice(process.env.LASER_ENGINE);
  const maxThreads = maxThreadsOf(options);
  const { GgufInsights } = await nodeLlamaCpp();
  const { llama, listen } = await startRuntime(backend, maxThreads);
  const errors = new ErrorLines();
  const unlisten = listen((level, line) => {
    if (level === "error") errors.add(line.trim());
    options.log?.(level, line);
  });
  try {
    await llama.setRamCap(options.memoryCapBytes ?? null);
    const insights = await GgufInsights.from(info, llama);
    const file = { llama, info, insights, bytes, maxThreads, errors, options };
    return { ...(await assemble(file, choice, unlisten)), refused };
  } catch (error) {
    unlisten();
    throw error;
  }
}

async function assemble(
  file: FileToLoad,
  choice: EngineChoice,
  unlisten: () => void,
): Promise<Omit<Engine, "refused">> {
  const { options, info, insights } = file;
  const { path } = options;
  const { general, tokenizer: head } = info.metadata;
  if (insights.isRecurrent)
    throw new EngineError({ tag: "modelRecurrent", path, architecture: general.architecture });
  const { loaded, engineReason } = await loadModel(file, choice);
  const { model, target } = loaded;
  try {
    const device = await deviceFacts(file, loaded, engineReason);
    const { facts, tokenizer, chat } = fileTokenizer(model, info, path, (token) => target.isEndOfText(token));
    return {
      model: {
        ...facts,
        modelBytes: file.bytes,
        bitsPerWeight: bitsPerWeight(info, file.bytes),
        sha256: options.sha256 ?? null,
        architecture: general.architecture,
        weightsFingerprint: weightsFingerprint(info),
        trainContextTokens: loaded.trainContextTokens,
        isHybrid: insights.isHybrid,
        endOfTextTokens: head.ggml.tokens.flatMap((_, id) => (target.isEndOfText(id) ? [id] : [])),
      },
      device,
      deviceMemory: device.backend === "cpu" ? null : await memoryOf(file.llama, loaded.gpu),
      tokenizer,
      chat,
      target,
      async openLanes(lanes) {
        if (loaded.openLanes !== null) return loaded.openLanes(lanes);
        const reason = `node-llama-cpp evaluates here (${engineReason}), one request at a time`;
        throw new EngineError({ tag: "lanesUnavailable", lanes: lanes.lanes, reason });
      },
      async dispose() {
        unlisten();
        await loaded.dispose();
      },
    };
  } catch (error) {
    await loaded.dispose();
    throw error;
  }
}

/** By the direct engine if nothing prevents that, else by the library's. */
async function loadModel(
  file: FileToLoad,
  choice: EngineChoice,
): Promise<{ loaded: LoadedModel; engineReason: string | null }> {
  const direct =
    choice === "library"
      ? { reason: "LASER_ENGINE asks for it" }
      : await openDirect(file.llama, file.insights);
  if (!("reason" in direct)) return { loaded: await loadNative(direct, file), engineReason: null };
  const { reason } = direct;
  if (choice === "native") throw new EngineError({ tag: "directEngineUnavailable", reason });
  await refuseDevice(file, reason);
  refuseKvType(file, reason);
  file.options.log?.("info", `node-llama-cpp evaluates, not the direct engine: ${reason}`);
  return { loaded: await loadThroughLibrary(file), engineReason: reason };
}

/** The library spreads layers over all GPUs. @throws EngineError deviceNotChoosable if there are several */
async function refuseDevice({ llama, options: { device } }: FileToLoad, why: string): Promise<void> {
  if (device === undefined || llama.gpu === false) return;
  const { length } = await llama.getGpuDeviceNames();
  const reason = `node-llama-cpp evaluates it (${why}), on all of ${length} GPUs`;
  if (length > 1) throw new EngineError({ tag: "deviceNotChoosable", wanted: device, reason });
}

/** The library calls every type but its own unstable. @throws EngineError kvTypeNotChoosable */
function refuseKvType({ options: { kvType = "f16" } }: FileToLoad, why: string): void {
  if (kvType === "f16") return;
  const reason = `node-llama-cpp evaluates it (${why}), which keeps them in f16`;
  throw new EngineError({ tag: "kvTypeNotChoosable", wanted: kvType, reason });
}

function bitsPerWeight({ fullTensorInfo = [] }: FileToLoad["info"], bytes: number): number | null {
  const sizes = fullTensorInfo.map(({ dimensions }) =>
    dimensions.reduce<number>((size, length) => size * Number(length), 1),
  );
  const weights = sizes.reduce((sum, size) => sum + size, 0);
  return weights === 0 ? null : (bytes * 8) / weights;
}

function weightsFingerprint({ fullTensorInfo = [] }: FileToLoad["info"]): string {
  const tensors = fullTensorInfo.map(({ name, ggmlType, dimensions }) => [
    name,
    ggmlType,
    dimensions.map(Number),
  ]);
  return createHash("sha256").update(JSON.stringify(tensors)).digest("hex").slice(0, 16);
}

/** The layers and devices really in use, not those requested. */
async function deviceFacts(
  { llama, insights, maxThreads, options: { gpu, gpuLayers, kvType = "f16" } }: FileToLoad,
  loaded: LoadedModel,
  engineReason: string | null,
): Promise<DeviceFacts> {
  const all = await gpuDevices(llama, loaded.gpuLayers);
  const chosen = loaded.gpu;
  const names = all.length === 0 || chosen === null ? all : [`${chosen.description} (${chosen.name})`];
  const backend = llama.gpu !== false && names.length > 0 ? llama.gpu : "cpu";
  if (gpu !== "auto" && gpu !== "off" && gpuLayers !== 0 && backend !== gpu)
    throw new EngineError({
      tag: "gpuUnavailable",
      wanted: gpu,
      reason: "no layer was placed on a device",
      advice: null,
    });
  return {
    backend,
    names,
    offloadedLayers: backend === "cpu" ? 0 : loaded.gpuLayers,
    totalLayers: insights.totalLayers,
    flashAttention: loaded.flashAttention,
    maxThreads,
    // What is usual is not recorded, so that its traces and kept costs do not change.
    ...(kvType !== "f16" && { kvType }),
    engine: engineReason === null ? "native" : "library",
    engineReason,
  };
}

async function memoryOf(llama: Llama, gpu: LoadedModel["gpu"]): Promise<DeviceMemory | null> {
  if (gpu !== null && gpu.totalBytes > 0)
    return { usedBytes: Math.max(0, gpu.totalBytes - gpu.freeBytes), totalBytes: gpu.totalBytes };
  const { used, total } = await llama.getVramState();
  return total > 0 ? { usedBytes: used, totalBytes: total } : null;
}
