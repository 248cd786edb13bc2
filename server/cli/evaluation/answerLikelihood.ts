// How probable the answers about items are under the model that wrote them: what `laser evaluate --target` asks.
import { createHash } from "node:crypto";
import { scoreTokens } from "../../../core/laser/index.ts";
import { Utf8Stream } from "../../../core/trace/index.ts";
import { promptMaker } from "../../batch/index.ts";
import { openRowSource } from "../../data/index.ts";
import { tokenizeFragments, type Engine, type GpuChoice } from "../../engine/index.ts";
import { measureLikelihood, type ItemPrompt, type Knowledge, type Likelihood } from "../../evaluate/index.ts";
import { loadSession } from "../loadSession.ts";
import { readPrompt } from "../run/runInputs.ts";
import type { Progress } from "../terminal/progress.ts";

export interface LikelihoodFlags {
  readonly data: string;
  /** The prompt file of the answers, and the model that wrote them. */
  readonly prompt: string;
  readonly target: string;
  readonly scoredItems: number;
  readonly gpu: GpuChoice;
  readonly threads?: number;
}

/** Room for a prompt about an item and its answer. */
const CONTEXT_TOKENS = 4096;

/**
 * Mean ln p per token (nats) of each arm's answers under the target, keyed by the arm's name, over the `scoredItems` items
 * with the
 * lowest hashes of their ids; null if the answers were written without their tokens or the model can't score them.
 * @throws CliError, ModelError, EngineError, EvaluateError; AbortError
 */
export async function answerLikelihood(
  { data, prompt, target, scoredItems, gpu, threads }: LikelihoodFlags,
  items: readonly { readonly id: string }[],
  arms: readonly Knowledge[],
  progress: Progress,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Likelihood> | null> {
  const { file, name } = await readPrompt(prompt);
  const { engine } = await loadSession(
    { model: target, gpu, contextTokens: CONTEXT_TOKENS, ...(threads !== undefined && { threads }) },
    signal,
  );
  try {
    const promptOf = promptMaker({
      file,
      name,
      values: {},
      history: null,
      engine,
      now: new Date(),
      systemInUserTurn: false,
    });
    const drawn = new Set(
      items
        .map(({ id }) => id)
        .sort(byHash)
        .slice(0, scoredItems),
    );
    const source = await openRowSource(data, { of: "items", historyItems: 0, trainOnly: true, signal });
    const prompts: ItemPrompt[] = [];
    for await (const row of source.rows({ signal, onBadRow: () => undefined })) {
      if (!drawn.has(row.id)) continue;
      const { fragments } = promptOf(row).prompt;
      prompts.push({ id: row.id, tokens: tokenizeFragments(engine.tokenizer, fragments) });
    }
    return await measureLikelihood(scorerOf(engine, signal), prompts, arms, {
      signal,
      onProgress: (share) => {
        progress.update("scoring the answers", share);
      },
    });
  } finally {
    await engine.dispose();
  }
}

function scorerOf({ target, tokenizer, model }: Engine, signal: AbortSignal) {
  return {
    vocabularySize: model.vocabularySize,
    score: (prompt: Int32Array, tokens: readonly number[], keptTokens: number) =>
      scoreTokens(target, prompt, tokens, { keptTokens, signal }),
    textOf: (tokens: readonly number[]) => {
      const stream = new Utf8Stream();
      const nothing = new Uint8Array();
      return tokens
        .map((token) => stream.push(tokenizer.isControl(token) ? nothing : tokenizer.bytesOf(token)))
        .join("")
        .concat(stream.end());
    },
  };
}

const hashOf = (id: string): string => createHash("sha256").update(id).digest("hex");
const byHash = (one: string, other: string): number => (hashOf(one) < hashOf(other) ? -1 : 1);
