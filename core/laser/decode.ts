// The decoding loop: draft, verify, commit, roll back. One generator for every strategy, plain decoding included.
import { DecodeRun, type FinishedStep } from "./decodeRun.ts";
import { DecodeError } from "./errors.ts";
import { loopStop } from "./loops.ts";
import { earliestStop } from "./offer.ts";
import { readPrompt } from "./readPrompt.ts";
import type { DecodeRequest } from "./request.ts";
import type { DecodeEvent, DecodeResult } from "./step.ts";
import type { TargetModel, TokenId } from "./target.ts";

/**
 * Decodes one answer. Yields prefill progress and steps as they happen; returns how it ended. The last prompt token is
 * the first root. After each step the target keeps prompt and committed tokens except the last one, as in plain
 * decoding. A run that continues another one's tokens commits, under the strict rule, what that run would have
 * committed next.
 * @throws DecodeError before anything is evaluated, if the request can't be met; whatever the target throws
 */
export async function* decode(request: DecodeRequest): AsyncGenerator<DecodeEvent, DecodeResult> {
  checkRequest(request);
  const { prompt, inheritedTokens = 0, signal, now, stops = null, stopAtLoop = null } = request;
  const loop =
    stopAtLoop === null ? null : loopStop(stopAtLoop, prompt.subarray(prompt.length - inheritedTokens));
  const run = new DecodeRun({ ...request, stops: earliestStop(stops, loop) });
  const totalTokens = prompt.length - 1;
  const startedAt = now();
  let prefillTokens = 0;
  let prefillMs = 0;
  for await (const { doneTokens, heldTokens } of readPrompt(request)) {
    prefillTokens = doneTokens - heldTokens;
    prefillMs = now() - startedAt;
    yield { kind: "prefill", doneTokens, totalTokens, heldTokens, ms: prefillMs };
  }
  const tokens: TokenId[] = [];
  const result = (finish: DecodeResult["finish"]): DecodeResult => ({
    finish,
    tokens,
    prefillTokens,
    prefillMs,
  });

  request.drafter?.begin(prompt, inheritedTokens, request.label);
  // A step whose record is completed while the model computes the next one.
  let unfinished: FinishedStep | null = null;
  try {
    while (tokens.length < request.maxTokens) {
      if (!signal.aborted) run.begin(request.maxTokens - tokens.length);
      if (unfinished !== null) {
        await unfinished.ready;
        const event = unfinished.event();
        const yieldedAt = now();
        yield event;
        run.wasInterrupted(now() - yieldedAt);
      }
      unfinished = null;
      if (signal.aborted && !run.isUnderWay) return result("stopped");
      const finished = await run.finish();
      tokens.push(...finished.committed);
      const isLooping = loop?.commit(finished.committed) === true;
      const finish = endOf(finished, tokens.length, { isComplete: run.isComplete, isLooping }, request);
      if (finish === null && finished.isDeferred) unfinished = finished;
      else yield finished.event();
      if (finish !== null) return result(finish);
    }
  } finally {
    // A consumer that leaves early must not find the target busy.
    await run.settled();
  }
  return result("maxTokens");
}

/** Why a step ends the answer; null if it doesn't. */
function endOf(
  { next, committed }: FinishedStep,
  tokens: number,
  { isComplete, isLooping }: { readonly isComplete: boolean; readonly isLooping: boolean },
  { target, stops, maxTokens }: DecodeRequest,
): DecodeResult["finish"] | null {
  if (target.isEndOfText(next)) return "endOfText";
  if (stops?.commit(committed)) return "stop";
  if (isComplete) return "complete";
  if (isLooping) return "loop";
  return tokens >= maxTokens ? "maxTokens" : null;
}

/** @throws DecodeError if the request can't be met */
export function checkRequest({
  prompt,
  maxTokens,
  target,
}: Pick<DecodeRequest, "prompt" | "maxTokens"> & {
  readonly target: Pick<TargetModel, "contextTokens" | "vocabularySize">;
}): void {
  const { contextTokens, vocabularySize } = target;
  if (prompt.length === 0) throw new DecodeError({ tag: "promptEmpty" });
  prompt.forEach((token, position) => {
    if (token < 0 || token >= vocabularySize)
      throw new DecodeError({ tag: "tokenOutsideVocabulary", token, place: position, vocabularySize });
  });
  // The last committed token is never evaluated, which leaves room for one filler after any root.
  if (prompt.length + maxTokens > contextTokens)
    throw new DecodeError({ tag: "contextTooSmall", promptTokens: prompt.length, maxTokens, contextTokens });
}
