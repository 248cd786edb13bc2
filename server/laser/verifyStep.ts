// Verifies the draft of one step: one evaluation of root and draft, every row processed, every token judged. What the
// judging of an answer carries from step to step lives here. It must not know drafters, planners or what is committed.
import type { Draft } from "./draft.ts";
import { Processor, type ProcessedRow } from "./process.ts";
import {
  FRESH_JUDGE_STATE,
  type Guards,
  type JudgeState,
  type Rule,
  type Sampling,
  type Verdict,
} from "./rules.ts";
import type { NextKind, RowRecord } from "./step.ts";
import type { Signal, TargetModel, TokenId, TopRows } from "./target.ts";
import { afterVerdict, judge, standing, unreached } from "./verify.ts";

/** How much wider rows are evaluated again when a best token is in doubt. */
const WIDENING = 4;
/** Candidates kept of each evaluated position. */
export const RECORDED_CANDIDATES = 8;
/**
 * From this probability on a relaxed rule might keep a token, now or in a what-if: its probability is told exactly.
 * The K = 128 largest logits leave 7 % of the mass unseen on average, and 43 % of the decisions on the second most
 * probable token open at p = 0.1 (our measurement, SmolLM2-135M, 1,152 positions).
 */
export const EXACT_FROM_PROBABILITY = 0.005;

export interface VerifyOptions {
  readonly target: TargetModel;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** K: logits held for each position. */
  readonly rowWidth: number;
  /** Tokens before the answer: what penalties do not look at. */
  readonly promptTokens: number;
  readonly signal: Signal;
  readonly now: () => number;
}

export interface Verification {
  /** One a drafted token, in order. */
  readonly verdicts: readonly Verdict[];
  /** Row i is the distribution behind evaluated token i (0 = the root). */
  readonly rows: readonly RowRecord[];
  /** Drafted tokens kept. */
  readonly kept: number;
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** Whether the rule would have kept the first offered token that was not sent; false also where none is judged. */
  readonly wouldKeepNext: boolean;
  /** Time inside the target's evaluation. */
  readonly verifyMs: number;
}

type Judged = Omit<Verification, "verifyMs">;

/** Verifies the steps of one answer, in order. */
export class StepVerifier {
  private readonly processor: Processor;
  private state: JudgeState = FRESH_JUDGE_STATE;

  constructor(private readonly options: VerifyOptions) {
    const { target, sampling } = options;
    this.processor = new Processor(target.vocabularySize, sampling, (token) => target.isEndOfText(token));
  }

  /**
   * Evaluates `evaluatedTokens` tokens of `sequence` from the root at `position` on: root, draft and perhaps a filler.
   * Where penalties leave a best token in doubt, evaluates again with more logits a row. The target then holds all.
   * @param nextOffered the token that was offered behind the draft and not sent: judged for what can be learned of it
   */
  async verify(
    sequence: Int32Array,
    position: number,
    draft: Draft,
    evaluatedTokens: number,
    threads: number,
    nextOffered: TokenId | null = null,
  ): Promise<Verification> {
    const { target, signal, rowWidth, now } = this.options;
    const tokens = sequence.slice(position, position + evaluatedTokens);
    let topK = Math.min(rowWidth, target.vocabularySize);
    for (let verifyMs = 0; ; topK = Math.min(topK * WIDENING, target.vocabularySize)) {
      const begun = now();
      const rows = await target.evaluate(tokens, { rows: "all", topK, threads, signal });
      verifyMs += now() - begun;
      const judged = await this.judgeAll(sequence, position, draft, rows, nextOffered);
      if (judged !== null) return { ...judged, verifyMs };
      await target.rollback(position);
    }
  }

  /** Judges a whole draft; null when a row is in doubt that more logits would settle. */
  private async judgeAll(
    sequence: Int32Array,
    position: number,
    draft: Draft,
    rows: TopRows,
    nextOffered: TokenId | null,
  ): Promise<Judged | null> {
    const { rule, guards, target } = this.options;
    const verdicts: Verdict[] = [];
    const records: RowRecord[] = [];
    let { state } = this;
    let next: Judged["next"] | null = null;
    let kept = 0;
    let wouldKeepNext = false;
    for (let i = 0; i <= draft.length; i++) {
      const row = this.processRow(sequence, position, rows, i);
      if (!row.certain && rows.width < target.vocabularySize) return null;
      if (i < draft.length) await this.narrow(row, i, draft.tokens[i]!, next === null);
      records.push(recordRow(row));
      if (i === draft.length) {
        if (next !== null) break;
        next = { kind: draft.length === 0 ? "plain" : "bonus", token: row.own };
        // By the upper end of its probability: to learn from, an exact one is not worth its 0.5 ms.
        if (nextOffered !== null)
          wouldKeepNext = judge(nextOffered, row, rule, guards, state).kind !== "rejected";
        state = afterVerdict(state, null, row);
      } else if (next !== null) {
        verdicts.push(unreached(draft.tokens[i]!, row, rule));
      } else {
        const verdict = judge(draft.tokens[i]!, row, rule, guards, state);
        verdicts.push(verdict);
        state = afterVerdict(state, verdict, row);
        if (verdict.kind === "rejected") next = { kind: "correction", token: row.own };
        else kept++;
      }
    }
    this.state = state;
    return { verdicts, rows: records, kept, next: next!, wouldKeepNext };
  }

  /**
   * Each row counts as many logits as it needs itself, however wide the others made the batch: so a position gets the
   * same distribution whatever is evaluated beside it.
   */
  private processRow(sequence: Int32Array, position: number, rows: TopRows, index: number): ProcessedRow {
    const { promptTokens, rowWidth } = this.options;
    const to = position + 1 + index; // The token to be chosen stands at `to`.
    const history = { sequence, from: promptTokens, to };
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      const row = this.processor.process(rows, index, history, to, width);
      if (row.certain || width === rows.width) return row;
    }
  }

  /**
   * Tells the probability of a drafted token exactly where a relaxed rule may hang on it. In a strict run that is the one it
   * rejects: whether a relaxed rule would have kept it decides where the answers would part.
   */
  private async narrow(row: ProcessedRow, index: number, token: TokenId, isReached: boolean): Promise<void> {
    if (token === row.own || (this.options.rule.kind === "strict" && !isReached)) return;
    const { rank, probability } = standing(token, row);
    if (rank === null || probability < EXACT_FROM_PROBABILITY) return;
    const full = await this.options.target.fullLogSumExp(index);
    if (full !== null) this.processor.narrow(full);
  }
}

function recordRow(row: ProcessedRow): RowRecord {
  const size = Math.min(RECORDED_CANDIDATES, row.size);
  return {
    own: row.own,
    ids: row.ids.slice(0, size),
    logits: row.logits.slice(0, size),
    logSumExp: row.logSumExp,
    logSumExpHigh: row.logSumExpHigh,
  };
}
