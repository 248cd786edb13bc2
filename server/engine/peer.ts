// The library's own decoding as a peer to be measured against: its evaluate() with its prompt-lookup predictor, or
// without one, on the same model file. Greedy. It must not know our drafts, rules or benchmarks.
import {
  InputLookupTokenPredictor,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type Token,
} from "node-llama-cpp";
import type { FinishReason, TokenId } from "../laser/index.ts";
import { EngineError, type GpuChoice } from "./errors.ts";
import { startRuntime } from "./runtime.ts";

/** llama-lookup: with InputLookupTokenPredictor as the library sets it up · llama-plain: without a predictor. */
export const PEERS = ["llama-lookup", "llama-plain"] as const;
export type PeerName = (typeof PEERS)[number];

export interface PeerOptions {
  readonly path: string;
  readonly gpu: GpuChoice;
  readonly contextTokens: number;
  readonly maxThreads: number;
}

export interface PeerRequest {
  readonly prompt: Int32Array;
  readonly maxTokens: number;
  readonly repetitionPenalty: number;
  /** How many of the last tokens of the answer the penalty looks at. */
  readonly repetitionTokens: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

export interface PeerAnswer {
  /** Every token, an end-of-text token at the end included. */
  readonly tokens: readonly TokenId[];
  readonly finish: FinishReason;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** For each token, ms from the end of the prefill to its arrival. */
  readonly tokenMs: readonly number[];
  /** For each token, whether an earlier evaluation had verified it: it took none of its own. */
  readonly predicted: readonly boolean[];
  /** Predicted tokens that were evaluated. */
  readonly drafted: number;
}

export interface Peer {
  readonly name: PeerName;
  answer(request: PeerRequest): Promise<PeerAnswer>;
}

export interface Peers {
  readonly peers: readonly Peer[];
  dispose(): Promise<void>;
}

/**
 * Loads the file once more, with a context for each peer.
 * @throws EngineError when it can't be loaded beside the engine
 */
export async function loadPeers(names: readonly PeerName[], options: PeerOptions): Promise<Peers> {
  const { path, gpu, contextTokens, maxThreads } = options;
  const { llama } = await startRuntime(gpu, maxThreads);
  let model: LlamaModel | null = null;
  try {
    const loaded = await llama.loadModel({ modelPath: path, defaultContextFlashAttention: true });
    model = loaded;
    const peers: Peer[] = [];
    for (const name of names) {
      const context: LlamaContext = await loaded.createContext({
        contextSize: Math.min(contextTokens, loaded.trainContextSize),
        flashAttention: true, // As the engine does.
        threads: { ideal: 0, min: 1 },
      });
      const predictor = name === "llama-lookup" ? new InputLookupTokenPredictor() : null;
      const sequence = context.getSequence(predictor === null ? {} : { tokenPredictor: predictor });
      peers.push({
        name,
        answer: (request) => {
          llama.maxThreads = request.threads;
          return answer(loaded, sequence, request);
        },
      });
    }
    return {
      peers,
      dispose: () => loaded.dispose(), // Its contexts with it.
    };
  } catch (error) {
    await model?.dispose();
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError({ tag: "modelLoadFailed", path, reason }, { cause: error });
  }
}

async function answer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  request: PeerRequest,
): Promise<PeerAnswer> {
  const { maxTokens, signal, now, repetitionPenalty, repetitionTokens } = request;
  const prompt = Array.from(request.prompt) as Token[];
  const tokens: Token[] = [];
  const tokenMs: number[] = [];
  const predicted: boolean[] = [];
  const begun = now();
  await sequence.clearHistory();
  if (prompt.length > 1) await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
  sequence.tokenPredictor?.updateInputTokens(prompt);
  const before = sequence.tokenPredictions;
  const prefilled = now();
  const result = (finish: FinishReason): PeerAnswer => {
    const after = sequence.tokenPredictions;
    return {
      tokens,
      finish,
      prefillMs: prefilled - begun,
      decodeMs: now() - prefilled,
      tokenMs,
      predicted,
      drafted: after.validated + after.refuted - before.validated - before.refuted,
    };
  };
  let { used } = before;
  const stream = sequence.evaluate(prompt.slice(-1), {
    temperature: 0,
    yieldEogToken: true,
    ...(repetitionPenalty !== 1 && {
      repeatPenalty: {
        penalty: repetitionPenalty,
        punishTokens: () => tokens.slice(-repetitionTokens),
        maxPunishTokens: repetitionTokens,
      },
    }),
  });
  for await (const token of stream) {
    tokens.push(token);
    tokenMs.push(now() - prefilled);
    const { used: usedNow } = sequence.tokenPredictions;
    predicted.push(usedNow > used);
    used = usedNow;
    if (model.isEogToken(token)) return result("endOfText");
    if (tokens.length >= maxTokens) return result("maxTokens");
    if (signal.aborted) return result("stopped");
  }
  return result("endOfText");
}
