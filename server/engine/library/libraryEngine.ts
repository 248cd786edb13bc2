// Loads model and context through node-llama-cpp, which then evaluates as well.
import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { loadFault, memoryFault } from "../loadFaults.ts";
import { LlamaTarget } from "./llamaTarget.ts";
import { refuseTooLarge } from "../memory/memoryNeed.ts";
import type { FileToLoad, LoadedModel } from "../loadOptions.ts";

/** The library's own default for the maximum number of tokens in one evaluation. */
const BATCH_TOKENS = 512;

/** @throws EngineError if the model can't be loaded or memory is too small; AbortError */
export async function loadThroughLibrary(file: FileToLoad): Promise<LoadedModel> {
  const { llama, maxThreads, info } = file;
  const model = await loadModel(file);
  try {
    const contextTokens = Math.min(file.options.contextTokens, model.trainContextSize);
    // The weights are there already: what a GPU holds of them is no longer free, wherever its memory is.
    const placed = { gpuLayers: model.gpuLayers, isShared: false };
    refuseTooLarge(file, contextTokens, { ...placed, batchTokens: BATCH_TOKENS });
    const context = await createContext(model, file);
    const vocabularySize = info.metadata.tokenizer.ggml.tokens.length;
    const target = new LlamaTarget(llama, model, context.getSequence(), vocabularySize, maxThreads);
    return {
      model,
      target,
      gpuLayers: model.gpuLayers,
      gpu: null,
      trainContextTokens: model.trainContextSize,
      // The library passes the option on only if the model supports it.
      flashAttention: context.flashAttention !== false && model.flashAttentionSupported,
      openLanes: null,
      async dispose() {
        target.dispose();
        await model.dispose(); // Includes its context.
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

async function loadModel(file: FileToLoad): Promise<LlamaModel> {
  const { path, signal, onProgress, contextTokens, gpuLayers } = file.options;
  try {
    return await file.llama.loadModel({
      modelPath: path,
      ...(gpuLayers !== undefined && { gpuLayers }),
      defaultContextFlashAttention: true,
      ...(signal && { loadSignal: signal }),
      ...(onProgress && { onLoadProgress: onProgress }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    await file.errors.waitForFirst();
    throw (
      memoryFault(error, path, contextTokens) ??
      loadFault(error, { path, bytes: file.bytes }, file.errors.lines)
    );
  }
}

async function createContext(model: LlamaModel, { options, bytes }: FileToLoad): Promise<LlamaContext> {
  const { contextTokens, signal, path } = options;
  try {
    return await model.createContext({
      contextSize: Math.min(contextTokens, model.trainContextSize),
      flashAttention: true, // As the direct engine.
      threads: { ideal: 0, min: 1 },
      ...(signal && { createSignal: signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw memoryFault(error, path, contextTokens) ?? loadFault(error, { path, bytes }, []);
  }
}
