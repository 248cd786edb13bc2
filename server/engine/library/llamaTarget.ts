// Adapts a node-llama-cpp sequence to the core's TargetModel. It translates and holds no policy.
import type { Llama, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { messageOf } from "../../../core/base/index.ts";
import {
  NO_ROWS,
  ReadPrefix,
  type EvaluateOptions,
  type PrefillChunk,
  type TargetModel,
  type TokenId,
  type TopRows,
} from "../../../core/laser/index.ts";
import { EngineError } from "../errors.ts";
import { softmaxNormaliserOf, type SoftmaxNormaliser } from "./softmaxNormaliser.ts";

/** Uses the sequence exclusively: nothing else may evaluate on it. */
export class LlamaTarget implements TargetModel {
  readonly maxTreeLeaves = 1; // The library's interface has one sequence id per token and no mask.
  readonly repeatedTokens = 0;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  private readonly normaliser: SoftmaxNormaliser | null;
  private readonly prefix = new ReadPrefix();
  /** Of the last evaluation. */
  private lastRows: TopRows = NO_ROWS;

  constructor(
    private readonly llama: Llama,
    private readonly model: LlamaModel,
    private readonly sequence: LlamaContextSequence,
    vocabularySize: number,
    private readonly maxThreads: number,
  ) {
    this.vocabularySize = vocabularySize;
    this.normaliser = softmaxNormaliserOf(model, sequence);
    this.contextTokens = sequence.contextSize - 1; // The library silently shifts the context one token earlier.
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
    const { rows } = options;
    const topK = Math.min(options.topK, this.vocabularySize);
    // Temperature 1 with only top-k gives K raw logits, sorted, almost free. The library's default seed is the clock.
    const row = {
      generateNext: { logits: true, options: { temperature: 1, topK, topP: 1, minP: 0, seed: 0 } },
    };
    const input = Array.from(tokens, (token): Token | [Token, typeof row] =>
      rows === "none" ? (token as Token) : [token as Token, row],
    );
    try {
      const output = await this.sequence.controlledEvaluate(input);
      this.prefix.evaluated(tokens, keptTokens, options);
      const read = () => output.map((one) => one?.next.logits);
      this.lastRows = rows === "none" ? NO_ROWS : flatten(read(), topK);
      return this.lastRows;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const reason = messageOf(error);
      throw new EngineError({ tag: "evaluationFailed", reason }, { cause: error });
    }
  }

  async fullLogSumExp(row: number): Promise<number | null> {
    const { rows, width, logits } = this.lastRows;
    if (this.normaliser === null || row >= rows) return null;
    const sum = await this.normaliser.at(row);
    return sum >= 1 ? logits[row * width]! + Math.log(sum) : null;
  }

  /** Releases only what belongs to this target; the engine disposes of the model. */
  dispose(): void {
    this.normaliser?.dispose();
  }

  keepPrefix(wanted: readonly PrefillChunk[]): Promise<number> {
    // A recurrent state can't be rolled back, and a window has forgotten the tokens before it: the library would evaluate
    // them again, in different pieces.
    const possible = this.sequence.needsCheckpoints ? [] : wanted;
    return this.prefix.keep(possible, (keptTokens) => this.rollback(keptTokens));
  }

  async rollback(keptTokens: number): Promise<void> {
    this.prefix.cut(keptTokens);
    const end = this.sequence.nextTokenIndex;
    if (keptTokens < end) await this.sequence.eraseContextTokenRanges([{ start: keptTokens, end }]);
  }
}

/** The library's maps, which are sorted by logit, as flat rows; equal logits by ascending id. */
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
      let slot = at++;
      for (; slot > row * topK && logits[slot - 1] === Math.fround(logit) && ids[slot - 1]! > token; slot--) {
        ids[slot] = ids[slot - 1]!;
        logits[slot] = logits[slot - 1]!;
      }
      ids[slot] = token;
      logits[slot] = logit;
    }
  });
  return { rows: maps.length, width: topK, ids, logits, logSumExp: null, alsoLogits: null };
}
