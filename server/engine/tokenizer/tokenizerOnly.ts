// Loads the tokenizer of a model file without its weights: for counting tokens, in a fraction of a second and of the memory.
import type { Token } from "node-llama-cpp";
import { loadFault } from "../loadFaults.ts";
import { fileTokenizer, type FileTokenizer } from "./fileTokenizer.ts";
import { readModelFile } from "../gguf/modelFile.ts";
import { nodeLlamaCpp } from "../nodeLlamaCpp.ts";
import { ErrorLines, startRuntime } from "../runtime.ts";

/** A tokenizer without weights; its owner disposes of it. */
export interface TokenizerOnly extends FileTokenizer {
  /** The context length that the model was trained for, in tokens; null if the file doesn't say. */
  readonly trainContextTokens: number | null;
  dispose(): Promise<void>;
}

/** @throws EngineError for a file that can't be used; the signal's reason when stopped */
export async function loadTokenizer(path: string, signal?: AbortSignal): Promise<TokenizerOnly> {
  const { GgufInsights } = await nodeLlamaCpp();
  const { info, bytes } = await readModelFile(path, signal);
  const { llama, listen } = await startRuntime(null, 1);
  const errors = new ErrorLines();
  const unlisten = listen((level, line) => {
    if (level === "error") errors.add(line.trim());
  });
  try {
    const { trainContextSize } = await GgufInsights.from(info, llama);
    const options = { modelPath: path, vocabOnly: true, gpuLayers: 0 };
    const model = await llama.loadModel({ ...options, ...(signal && { loadSignal: signal }) });
    try {
      const found = fileTokenizer(model, info, path, (token) => model.isEogToken(token as Token));
      return { ...found, trainContextTokens: trainContextSize ?? null, dispose: () => model.dispose() };
    } catch (error) {
      await model.dispose();
      throw error;
    }
  } catch (error) {
    signal?.throwIfAborted();
    await errors.waitForFirst();
    throw loadFault(error, { path, bytes }, errors.lines);
  } finally {
    unlisten();
  }
}
