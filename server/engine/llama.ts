// Loads a GGUF model through node-llama-cpp and reports what was really loaded, and where.
// Native log lines go to the given logger, never to stdout, which may be a protocol stream.
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { GgufFileInfo, Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../../core/base/index.ts";
import { readModelFile } from "./gguf.ts";
import type { DeviceFacts, Engine } from "./engine.ts";
import { EngineError, type EngineFault, type GpuChoice } from "./errors.ts";
import { LlamaTarget } from "./llamaTarget.ts";
import { ErrorLines, startRuntime, type NativeLog } from "./runtime.ts";
import { createVocabulary } from "./vocabulary.ts";

export interface LoadOptions {
  readonly path: string;
  readonly gpu: GpuChoice;
  /** Layers that the GPU holds; as many as fit by default. */
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  /** SHA-256 of the file in hex, if known. */
  readonly sha256?: string | null;
  /** The most CPU threads; all cores by default. */
  readonly maxThreads?: number;
  /** The most memory for model and context together; all free memory by default. */
  readonly memoryCapBytes?: number;
  readonly signal?: AbortSignal;
  /** Called with the fraction of the model that is loaded, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  readonly log?: NativeLog;
}

/** The options, with the size of the file. */
type FileToLoad = LoadOptions & { readonly bytes: number };

/** How many of the last native error lines are given as the reason of a failed load. */
const REASON_LINES = 3;

/**
 * Loads a model and one context of `contextTokens` tokens, or as many as the model was trained for if that is fewer.
 * @throws EngineError for a bad file, an unavailable GPU that was requested, or too little memory; AbortError
 */
export async function loadLlamaEngine(options: LoadOptions): Promise<Engine> {
  options.signal?.throwIfAborted();
  const { info, bytes } = await readModelFile(options.path);
  const file = { ...options, bytes };
  const maxThreads = options.maxThreads ?? availableParallelism();
  const runtime = await startRuntime(options.gpu, maxThreads);
  const errors = new ErrorLines();
  const unlisten = runtime.listen((level, line) => {
    if (level === "error") errors.add(line.trim());
    options.log?.(level, line);
  });
  try {
    await runtime.llama.setRamCap(options.memoryCapBytes ?? null);
    const model = await loadModel(runtime.llama, file, errors);
    try {
      return await assemble({ llama: runtime.llama, model, info, file, maxThreads, unlisten });
    } catch (error) {
      await model.dispose();
      throw error;
    }
  } catch (error) {
    unlisten();
    throw error;
  }
}

interface Parts {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly info: GgufFileInfo;
  readonly file: FileToLoad;
  readonly maxThreads: number;
  readonly unlisten: () => void;
}

async function assemble({ llama, model, info, file, maxThreads, unlisten }: Parts): Promise<Engine> {
  const { path, gpu } = file;
  const { general, tokenizer } = info.metadata;
  if (model.fileInsights.isRecurrent)
    throw new EngineError({ tag: "modelRecurrent", path, architecture: general.architecture });
  const device = await deviceFacts(llama, model, maxThreads);
  if (gpu !== "auto" && gpu !== "off" && file.gpuLayers !== 0 && device.backend !== gpu)
    throw new EngineError({ tag: "gpuUnavailable", wanted: gpu, reason: "no device was found" });
  const vocabulary = createVocabulary(tokenizer.ggml.model, tokenizer.ggml.tokens, tokenizer.ggml.token_type);
  const context = await createContext(model, file);
  const onCpu = device.backend === "cpu";
  const target = new LlamaTarget(llama, model, context.getSequence(), vocabulary.size, maxThreads, onCpu);
  return {
    model: {
      name: general.name ?? basename(path),
      file: basename(path),
      modelBytes: file.bytes,
      sha256: file.sha256 ?? null,
      architecture: general.architecture,
      vocabularySize: vocabulary.size,
      tokenizerFingerprint: vocabulary.fingerprint,
      trainContextTokens: model.trainContextSize,
      endOfTextTokens: tokenizer.ggml.tokens.flatMap((_, id) => (target.isEndOfText(id) ? [id] : [])),
    },
    // The library passes the option on only if the model supports it.
    device: { ...device, flashAttention: context.flashAttention !== false && model.flashAttentionSupported },
    tokenizer: {
      tokenize: (text, control) => model.tokenize(text, control),
      bytesOf: (token) => vocabulary.bytesOf(token),
      isControl: (token) => vocabulary.isControl(token),
      controlTokens: vocabulary.controlTokens,
    },
    chat: {
      template: tokenizer.chat_template ?? null,
      bosToken: model.tokens.bosString ?? "",
      eosToken: model.tokens.eosString ?? "",
    },
    target,
    async dispose() {
      unlisten();
      target.dispose();
      await model.dispose(); // Includes its context.
    },
  };
}

async function loadModel(llama: Llama, options: FileToLoad, errors: ErrorLines): Promise<LlamaModel> {
  const { path, signal, onProgress, contextTokens, gpuLayers } = options;
  try {
    return await llama.loadModel({
      modelPath: path,
      ...(gpuLayers !== undefined && { gpuLayers }),
      defaultContextFlashAttention: true,
      ...(signal && { loadSignal: signal }),
      ...(onProgress && { onLoadProgress: onProgress }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    await errors.waitForFirst();
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, options, errors.lines);
  }
}

async function createContext(model: LlamaModel, options: FileToLoad): Promise<LlamaContext> {
  const { contextTokens, signal, path } = options;
  try {
    return await model.createContext({
      contextSize: Math.min(contextTokens, model.trainContextSize),
      flashAttention: true, // Keeps one-token and many-token evaluation bit-identical; see LlamaTarget.
      threads: { ideal: 0, min: 1 },
      ...(signal && { createSignal: signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, options, []);
  }
}

function memoryFault(error: unknown, path: string, contextTokens: number): EngineError | null {
  // The library exports this class, but a context too large for the backend fails with a plain Error.
  if (!(error instanceof Error)) return null;
  if (error.constructor.name !== "InsufficientMemoryError" && error.message !== "Failed to create context")
    return null;
  return new EngineError(
    { tag: "memoryTooSmall", path, contextTokens, reason: error.message },
    { cause: error },
  );
}

function loadFault(error: unknown, { path, bytes }: FileToLoad, errors: readonly string[]): EngineError {
  const lines = errors.slice(-REASON_LINES).join(" · ");
  const reason = lines || messageOf(error);
  // The header was complete and the last tensor is not. Only llama.cpp knows that tensor's size.
  const isTruncated = reason.includes("not within the file bounds");
  const fault: EngineFault = isTruncated
    ? { tag: "modelFileTruncated", path, bytes, neededBytes: null }
    : { tag: "modelLoadFailed", path, reason };
  return new EngineError(fault, { cause: error });
}

/** The layers and devices really in use, not those requested. */
async function deviceFacts(
  llama: Llama,
  model: LlamaModel,
  maxThreads: number,
): Promise<Omit<DeviceFacts, "flashAttention">> {
  const names = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
  const onDevice = llama.gpu !== false && names.length > 0 && model.gpuLayers > 0;
  return {
    backend: onDevice ? llama.gpu : "cpu",
    names: onDevice ? names : [],
    offloadedLayers: onDevice ? model.gpuLayers : 0,
    totalLayers: model.fileInsights.totalLayers,
    maxThreads,
  };
}
