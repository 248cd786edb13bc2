// Vectors of texts from a GGUF model, through node-llama-cpp: the model's state after the text's last token, as the
// library gives it. An embedding model is made for this; any other model works, but captures less.
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { FreeCores } from "./costs/freeCores.ts";
import { chooseBackend } from "./devices/index.ts";
import type { GpuChoice } from "./errors.ts";
import { readModelFile } from "./gguf/modelFile.ts";
import { isRunning, startRuntime } from "./runtime.ts";

/** Which model embeds, where, and how much of a text it reads. */
export interface EmbedderOptions {
  readonly path: string;
  readonly gpu: GpuChoice;
  /** The most tokens of a text; of a longer one, the first. */
  readonly contextTokens: number;
  /**
   * CPU threads; as many as have a free core while the model is loaded if omitted. On a busy machine one is faster than several
   * that wait for each other: 60 texts took 2 minutes on one and 6 on two.
   */
  readonly threads?: number;
  readonly signal: AbortSignal;
}

/** A loaded embedding model; its owner disposes of it. */
export interface Embedder {
  readonly name: string;
  readonly dimensions: number;
  /** How many texts were cut to the context. */
  readonly cutTexts: number;
  /** @returns `dimensions` finite numbers; all 0 for a text without tokens */
  embed(text: string): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** @throws EngineError for a bad file or an unavailable GPU; the signal's AbortError */
export async function openEmbedder(options: EmbedderOptions): Promise<Embedder> {
  const { path, gpu, contextTokens, signal } = options;
  const threads = Math.min(options.threads ?? Infinity, availableParallelism());
  const freeCores = new FreeCores(threads);
  const { info } = await readModelFile(path, signal);
  const { file } = await chooseBackend(gpu, { signal, isOpen: isRunning });
  const { llama } = await startRuntime(file, threads);
  const model = await llama.loadModel({ modelPath: path, loadSignal: signal });
  try {
    const context = await model.createEmbeddingContext({
      contextSize: contextTokens,
      threads: options.threads === undefined ? freeCores.threadsNow() : threads,
      createSignal: signal,
    });
    const dimensions = model.embeddingVectorSize;
    let cutTexts = 0;
    return {
      name: info.metadata.general.name ?? basename(path),
      dimensions,
      get cutTexts() {
        return cutTexts;
      },
      async embed(text) {
        const tokens = model.tokenize(text, false);
        if (tokens.length === 0) return new Float32Array(dimensions);
        // The library adds the tokens that the model wants around a text.
        const room = contextTokens - 2;
        if (tokens.length > room) cutTexts++;
        const { vector } = await context.getEmbeddingFor(tokens.slice(0, room));
        return Float32Array.from(vector);
      },
      async dispose() {
        await model.dispose(); // Includes its context.
      },
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
