// A node-llama-cpp sequence as the core's TargetModel. An adapter: it translates and holds no policy.
import type { Llama, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import {
  NO_ROWS,
  type EvaluateOptions,
  type TargetModel,
  type TokenId,
  type TopRows,
} from "../laser/index.ts";
import { EngineError } from "./errors.ts";
import { fullWeightOf, type FullWeight } from "./fullWeight.ts";

/**
 * With flash attention on CPU and several threads, a token evaluated alone goes through another attention kernel from
 * this position on (the cache is padded to 256 cells, and 512 or more are split between threads): logits then differ
 * by up to 0.6. By one thread, or before, they are the same bits for 1, 2, 4 … 16 tokens at contexts of 40 … 600
 * (our measurement, SmolLM2-135M Q4_0, node-llama-cpp 3.22.1).
 */
const CPU_SPLIT_FROM_POSITION = 256;

export class LlamaTarget implements TargetModel {
  readonly canVerifyTrees = false; // One sequence id a token and no mask in the library's interface.
  readonly vocabularySize: number;
  readonly contextTokens: number;
  private readonly fullWeight: FullWeight | null;
  /** The last evaluation's rows, and how many of its tokens stand before the first of them. */
  private last: { readonly rows: TopRows; readonly before: number } = { rows: NO_ROWS, before: 0 };

  constructor(
    private readonly llama: Llama,
    private readonly model: LlamaModel,
    private readonly sequence: LlamaContextSequence,
    vocabularySize: number,
    private readonly maxThreads: number,
    private readonly onCpu: boolean,
  ) {
    this.vocabularySize = vocabularySize;
    this.fullWeight = fullWeightOf(model, sequence);
    this.contextTokens = sequence.contextSize - 1; // The library shifts the context in silence one token earlier.
  }

  isExactAlone(position: number, threads: number): boolean {
    // Other devices were not measured: assume the worst.
    return this.onCpu && (threads === 1 || position < CPU_SPLIT_FROM_POSITION);
  }

  isEndOfText(token: TokenId): boolean {
    return this.model.isEogToken(token as Token);
  }

  async evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    if (tokens.length === 0) return NO_ROWS;
    const keptTokens = this.sequence.nextTokenIndex;
    if (keptTokens + tokens.length > this.contextTokens)
      throw new EngineError({
        tag: "contextOverflow",
        keptTokens,
        newTokens: tokens.length,
        contextTokens: this.contextTokens,
      });
    this.llama.maxThreads = options.threads ?? this.maxThreads;
    const { rows, topK } = options;
    // Temperature 1 with top-k alone gives K raw logits, sorted, almost free; without a seed the draw would be timed.
    const row = {
      generateNext: { logits: true, options: { temperature: 1, topK, topP: 1, minP: 0, seed: 0 } },
    };
    const wantsRow = (i: number) => rows === "all" || (rows === "last" && i === tokens.length - 1);
    const input = Array.from(tokens, (token, i): Token | [Token, typeof row] =>
      wantsRow(i) ? [token as Token, row] : (token as Token),
    );
    try {
      const output = await this.sequence.controlledEvaluate(input);
      const before = rows === "all" ? 0 : rows === "last" ? tokens.length - 1 : tokens.length;
      const result =
        rows === "none"
          ? NO_ROWS
          : flatten(
              output.slice(before).map((one) => one?.next.logits),
              topK,
            );
      this.last = { rows: result, before };
      return result;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EngineError({ tag: "evaluationFailed", reason }, { cause: error });
    }
  }

  async fullLogSumExp(row: number): Promise<number | null> {
    const { rows, before } = this.last;
    if (this.fullWeight === null || row >= rows.rows) return null;
    const weight = await this.fullWeight.at(before + row);
    return weight >= 1 ? rows.logits[row * rows.width]! + Math.log(weight) : null;
  }

  /** Ends what only this target uses; the model itself is the engine's. */
  dispose(): void {
    this.fullWeight?.dispose();
  }

  async rollback(keptTokens: number): Promise<void> {
    const end = this.sequence.nextTokenIndex;
    if (keptTokens < end) await this.sequence.eraseContextTokenRanges([{ start: keptTokens, end }]);
  }
}

/** The library's maps, sorted by logit, as flat rows; equal logits by ascending id. */
function flatten(maps: readonly (ReadonlyMap<Token, number> | undefined)[], topK: number): TopRows {
  const ids = new Int32Array(maps.length * topK);
  const logits = new Float32Array(maps.length * topK);
  maps.forEach((map, row) => {
    if (map?.size !== topK)
      throw new EngineError({
        tag: "evaluationFailed",
        reason: `expected ${topK} logits, got ${map?.size ?? 0}`,
      });
    let at = row * topK;
    for (const [token, logit] of map) {
      let place = at++;
      for (
        ;
        place > row * topK && logits[place - 1] === Math.fround(logit) && ids[place - 1]! > token;
        place--
      ) {
        ids[place] = ids[place - 1]!;
        logits[place] = logits[place - 1]!;
      }
      ids[place] = token;
      logits[place] = logit;
    }
  });
  return { rows: maps.length, width: topK, ids, logits };
}
