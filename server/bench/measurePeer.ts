// The library's own decoding as an arm. Its loop is not accessible: only the total time is known.
import type { Peer, PeerAnswer } from "../engine/index.ts";
import type { Arm, BenchPrompt, MeasuredAnswer } from "./measure.ts";

const DESCRIPTIONS = {
  "llama-lookup": "node-llama-cpp's evaluate() with its InputLookupTokenPredictor, with its defaults",
  "llama-plain": "node-llama-cpp's evaluate(), no predictor",
} as const;

/** A peer as an arm. It answers the warm-up once with each number of threads and then uses the fastest. */
export function createPeerArm(peer: Peer, threadChoices: readonly number[], now: () => number): Arm {
  let threads = threadChoices[0]!;
  const ask = ({ tokens, maxTokens, sampling }: BenchPrompt, signal: AbortSignal, by: number) =>
    peer.answer({
      prompt: tokens,
      maxTokens,
      repetitionPenalty: sampling.repetitionPenalty,
      repetitionTokens: sampling.repetitionTokens,
      threads: by,
      signal,
      now,
    });
  return {
    name: peer.name,
    get description() {
      return `${DESCRIPTIONS[peer.name]}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
    },
    usesPool: false,
    drafterFor: null,
    async warmUp(prompt, _pool, signal) {
      await ask(prompt, signal, threads);
      let best = Infinity;
      for (const choice of threadChoices) {
        const { decodeMs } = await ask(prompt, signal, choice);
        if (decodeMs >= best) continue;
        best = decodeMs;
        threads = choice;
      }
    },
    async answer(prompt, _pool, signal) {
      return measuredPeer(await ask(prompt, signal, threads));
    },
  };
}

function measuredPeer({ predicted, tokenMs, ...answer }: PeerAnswer): MeasuredAnswer {
  const { tokens, finish, prefillMs, decodeMs, drafted } = answer;
  const stepTokens: number[] = [];
  const stepMs: number[] = [];
  // A step ends when the next token needs its own evaluation.
  predicted.forEach((_, place) => {
    if (predicted[place + 1] === true) return;
    stepTokens.push(place + 1);
    stepMs.push(tokenMs[place]!);
  });
  return {
    tokens,
    finish,
    prefillMs,
    decodeMs,
    stepTokens,
    stepMs,
    stepDrafted: [],
    drafted,
    kept: predicted.filter(Boolean).length,
    relaxedPlaces: [],
    natsGivenUp: 0,
    expectedKept: null,
    expectedMs: null,
    evaluateMs: null,
    evaluations: [],
    draftMs: null,
    lookupMs: [],
  };
}
