// The library's own decoding as a baseline to measure against: its evaluate() with or without its prompt-lookup
// predictor, on the same model file. Greedy.
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { messageOf } from "../../../core/base/index.ts";
import type { FinishReason, TokenId } from "../../../core/laser/index.ts";
import { chooseBackend } from "../devices/index.ts";
import { EngineError, type GpuChoice } from "../errors.ts";
import { nodeLlamaCpp } from "../nodeLlamaCpp.ts";
import { isRunning, startRuntime } from "../runtime.ts";

/** llama-lookup: with InputLookupTokenPredictor and its default settings · llama-plain: without a predictor. */
export const PEERS = ["llama-lookup", "llama-plain"] as const;
export type PeerName = (typeof PEERS)[number];

/** As for the engine: see LoadOptions. */
export interface PeerOptions {
  readonly path: string;
  readonly gpu: GpuChoice;
  /** As many as fit by default. */
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  readonly maxThreads: number;
}

/** One greedy answer. */
export interface PeerRequest {
  readonly prompt: Int32Array;
  readonly maxTokens: number;
  readonly repetitionPenalty: number;
  /** How many of the last answer tokens the penalty considers. */
  readonly repetitionTokens: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** A clock in milliseconds, from any fixed moment. */
  readonly now: () => number;
}

/** The answer and its timing. */
export interface PeerAnswer {
  /** All tokens, including an end-of-text token at the end. */
  readonly tokens: readonly TokenId[];
  readonly finish: FinishReason;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** By token: ms from the end of the prefill to its arrival. */
  readonly tokenMs: readonly number[];
  /** By token: whether an earlier evaluation had verified it, so that it needed none of its own. */
  readonly predicted: readonly boolean[];
  /** How many predicted tokens were evaluated. */
  readonly drafted: number;
}

/** One way of decoding; calls must not overlap. */
export interface Peer {
  readonly name: PeerName;
  answer(request: PeerRequest): Promise<PeerAnswer>;
}

/** Peers that share one loaded model. */
export interface Peers {
  readonly peers: readonly Peer[];
  dispose(): Promise<void>;
}

/**
 * Loads the file a second time, with one context per peer.
 * @throws EngineError if it can't be loaded in addition to the engine
 */
export async function loadPeers(names: readonly PeerName[], options: PeerOptions): Promise<Peers> {
  const { path, gpu, gpuLayers, contextTokens, maxThreads } = options;
  const { InputLookupTokenPredictor } = await nodeLlamaCpp();
  const { llama } = await startRuntime((await chooseBackend(gpu, { isOpen: isRunning })).file, maxThreads);
  let model: LlamaModel | null = null;
  try {
    const loaded = await llama.loadModel({
      modelPath: path,
      defaultContextFlashAttention: true,
      ...(gpuLayers !== undefined && { gpuLayers }),
    });
    model = loaded;
    const peers: Peer[] = [];
    for (const name of names) {
      const context: LlamaContext = await loaded.createContext({
        contextSize: Math.min(contextTokens, loaded.trainContextSize),
        flashAttention: true, // Like the engine.
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
      dispose: () => loaded.dispose(), // Includes its contexts.
    };
  } catch (error) {
    await model?.dispose();
    const reason = messageOf(error);
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
  const startedAt = now();
  await sequence.clearHistory();
  if (prompt.length > 1) await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
  sequence.tokenPredictor?.updateInputTokens(prompt);
  const before = sequence.tokenPredictions;
  const prefilledAt = now();
  const result = (finish: FinishReason): PeerAnswer => {
    const after = sequence.tokenPredictions;
    return {
      tokens,
      finish,
      prefillMs: prefilledAt - startedAt,
      decodeMs: now() - prefilledAt,
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
    tokenMs.push(now() - prefilledAt);
    const { used: usedNow } = sequence.tokenPredictions;
    predicted.push(usedNow > used);
    used = usedNow;
    if (model.isEogToken(token)) return result("endOfText");
    if (tokens.length >= maxTokens) return result("maxTokens");
    if (signal.aborted) return result("stopped");
  }
  return result("endOfText");
}
