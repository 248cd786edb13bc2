// The distributions after the evaluated tokens of one step: each given the drafted tokens on its own path, and the
// constraint of the answer.
import { ConstraintError, DraftStates } from "../constraint.ts";
import type { TokenId, TopRows } from "../target.ts";
import type { ProcessedRow } from "./distribution.ts";
import { pathTo } from "./judgeTree.ts";
import { Processor } from "./process.ts";
import { probabilityOf } from "./verify.ts";
import type { VerifyInput, VerifyOptions } from "./verifyInput.ts";

/** Factor by which rows are widened, by more of their logits, if the most probable token is uncertain. */
export const WIDENING = 4;
/**
 * From this probability on, a relaxed rule might keep a token, now or in a what-if, so its probability is computed
 * exactly where rows hold only the K largest logits. The K = 128 largest leave out 7 % of the mass on average, and
 * leave 43 % of the decisions on the second most probable token undecided at p = 0.1 (our measurement, SmolLM2-135M,
 * 1,152 positions).
 */
export const EXACT_FROM_PROBABILITY = 0.005;

/** Reads the rows of one answer's steps, in order. */
export class StepRows {
  private readonly processor: Processor;
  /** Which tokens may follow each token of a draft; null without a constraint. */
  private readonly draftStates: DraftStates | null;
  /** The evaluated token whose row is processed, for `allows`. */
  private rowIndex = 0;
  private readonly allows: ((token: TokenId) => boolean) | null;

  constructor(private readonly options: VerifyOptions) {
    const { target, sampling, constraint = null } = options;
    const isEndOfText = (token: TokenId): boolean => target.isEndOfText(token);
    this.processor = new Processor(target.vocabularySize, sampling, isEndOfText);
    const states = constraint && new DraftStates(constraint, isEndOfText);
    this.draftStates = states;
    this.allows = states && ((token) => states.allows(this.rowIndex, token));
  }

  /** The tokens whose logits the rows of a step need besides the largest. */
  alsoTokens(input: VerifyInput): Int32Array {
    return this.processor.alsoTokens(this.historyBefore(input, input.position), input.draft.tokens);
  }

  /** To be called before the rows of a step are read, and again before those that were left for later. */
  begin({ constraintState = 0, draft }: VerifyInput): void {
    this.draftStates?.fill(constraintState, draft);
  }

  /** The target's choice by only the largest logits; null if rows don't show them. */
  bestOf(input: VerifyInput, rows: TopRows, alsoTokens: Int32Array): ((index: number) => TokenId) | null {
    const { best, whole } = rows;
    const { allows } = this;
    if (best === undefined || allows === null) return best ?? null;
    if (whole === undefined) return null;
    return (index) => {
      const token = best(index);
      this.rowIndex = index;
      if (allows(token)) return token;
      const row = this.at(input, rows, alsoTokens, index);
      if (row.size === 0) throw noTokenAllowed(input, index);
      return row.targetToken;
    };
  }

  /** The distribution after evaluated token `index`, given the drafted tokens on its own path. */
  at(input: VerifyInput, rows: TopRows, alsoTokens: Int32Array, index: number): ProcessedRow {
    const { draft, sequence, position } = input;
    rows.load?.(index);
    const path = pathTo(draft, index - 1);
    // Only penalties look at the tokens before.
    if (this.options.sampling.repetitionPenalty === 1)
      return this.processRow(input, rows, alsoTokens, index, path.length);
    // Committed tokens may be there by now.
    const before = sequence.slice(position + 1, position + 1 + path.length);
    path.forEach((node, depth) => {
      sequence[position + 1 + depth] = draft.tokens[node]!;
    });
    const row = this.processRow(input, rows, alsoTokens, index, path.length);
    sequence.set(before, position + 1);
    return row;
  }

  private historyBefore({ sequence }: VerifyInput, position: number) {
    return { sequence, from: this.options.promptTokens, to: position + 1 };
  }

  /**
   * Each row uses as many logits as it needs itself, however wide the others made the batch: a position gets the same
   * distribution whatever is evaluated with it.
   */
  private processRow(
    input: VerifyInput,
    rows: TopRows,
    alsoTokens: Int32Array,
    index: number,
    depth: number,
  ): ProcessedRow {
    const { rowWidth } = this.options;
    const { processor, allows } = this;
    const history = this.historyBefore(input, input.position + depth);
    this.rowIndex = index;
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      // The history ends just before the token to be chosen.
      const row = processor.process(rows, index, history, history.to, width, alsoTokens, allows);
      if (row.isTopCertain) return row;
      if (allows !== null && rows.whole !== undefined)
        return processor.widen(rows.whole(index), history.to, width, allows);
      if (width === rows.width) return row;
    }
  }

  /**
   * Makes the probability of a drafted token exact where the decision of a relaxed rule may depend on it. In a strict
   * run that is only the rejected token: whether a relaxed rule would have kept it decides where the answers would
   * diverge.
   */
  async tightenInterval(row: ProcessedRow, index: number, token: TokenId, isReached: boolean): Promise<void> {
    if (token === row.targetToken || (this.options.rule.kind === "strict" && !isReached)) return;
    const { rank, probability } = probabilityOf(token, row);
    if (rank === null || probability < EXACT_FROM_PROBABILITY) return;
    const full = await this.options.target.fullLogSumExp(index);
    if (full !== null) this.processor.tightenInterval(full);
  }
}

/** No token of the row after evaluated token `index` is allowed. */
export function noTokenAllowed({ position, draft }: VerifyInput, index: number): ConstraintError {
  return new ConstraintError({
    tag: "noTokenAllowed",
    position: position + pathTo(draft, index - 1).length + 1,
  });
}
