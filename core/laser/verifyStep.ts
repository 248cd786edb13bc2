// Verifies the draft of one step: one evaluation of root and draft, every row processed, every token judged. Holds what
// the guards carry from step to step.
import type { Draft } from "./draft.ts";
import { Processor, type ProcessedRow } from "./process.ts";
import {
  INITIAL_JUDGE_STATE,
  type Guards,
  type JudgeState,
  type Rule,
  type Sampling,
  type Verdict,
} from "./rules.ts";
import type { NextKind, RowRecord } from "./step.ts";
import type { Signal } from "../base/index.ts";
import type { TargetModel, TokenId, TopRows } from "./target.ts";
import { stateAfter, judge, probabilityOf, unreached } from "./verify.ts";

/** Factor by which rows are widened and evaluated again where the most probable token is uncertain. */
const WIDENING = 4;
/** Most probable tokens recorded of each evaluated position. */
export const RECORDED_CANDIDATES = 8;
/**
 * From this probability on, a relaxed rule might keep a token, now or in a what-if, so its probability is computed
 * exactly. The K = 128 largest logits leave out 7 % of the mass on average, and leave 43 % of the decisions on the
 * second most probable token undecided at p = 0.1 (our measurement, SmolLM2-135M, 1,152 positions).
 */
export const EXACT_FROM_PROBABILITY = 0.005;

/** What stays the same for all steps of an answer. */
export interface VerifyOptions {
  readonly target: TargetModel;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** K: how many of the largest logits are read at each position. */
  readonly rowWidth: number;
  /** Tokens before the answer, which penalties ignore. */
  readonly promptTokens: number;
  readonly signal: Signal;
  readonly now: () => number;
}

/** One step to verify. */
export interface VerifyInput {
  /** Prompt, committed tokens, draft and perhaps a filler. */
  readonly sequence: Int32Array;
  /** Of the root; the target keeps the tokens before it. */
  readonly position: number;
  readonly draft: Draft;
  /** Root and draft, + 1 for a filler. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  /** The first offered token that was not sent; judged only to learn from. */
  readonly nextUnsent: TokenId | null;
}

/** The outcome of one step. */
export interface Verification {
  /** One per drafted token, in order. */
  readonly verdicts: readonly Verdict[];
  /** Row i is the distribution after evaluated token i (0 = the root). */
  readonly rows: readonly RowRecord[];
  /** How many drafted tokens are kept. */
  readonly kept: number;
  /** The target's own token after them. */
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** Whether the rule would have kept `nextUnsent`; false where it was not judged. */
  readonly nextUnsentAccepted: boolean;
  /** Time spent in the target's evaluations. */
  readonly verifyMs: number;
}

type Judgement = Omit<Verification, "verifyMs">;

/** Verifies the steps of one answer, in order. */
export class StepVerifier {
  private readonly processor: Processor;
  private state: JudgeState = INITIAL_JUDGE_STATE;

  constructor(private readonly options: VerifyOptions) {
    const { target, sampling } = options;
    this.processor = new Processor(target.vocabularySize, sampling, (token) => target.isEndOfText(token));
  }

  /**
   * Evaluates root, draft and filler, all of which the target then keeps. Where penalties leave the most probable token
   * uncertain, evaluates again with more logits per row.
   * @throws whatever the target throws
   */
  async verify(input: VerifyInput): Promise<Verification> {
    const { target, signal, rowWidth, now } = this.options;
    const { sequence, position, evaluatedTokens, threads } = input;
    const tokens = sequence.slice(position, position + evaluatedTokens);
    let topK = Math.min(rowWidth, target.vocabularySize);
    for (let verifyMs = 0; ; topK = Math.min(topK * WIDENING, target.vocabularySize)) {
      const startedAt = now();
      const rows = await target.evaluate(tokens, { rows: "all", topK, threads, signal });
      verifyMs += now() - startedAt;
      const judgement = await this.judgeAll(input, rows);
      if (judgement !== null) return { ...judgement, verifyMs };
      await target.rollback(position);
    }
  }

  /** Judges a whole draft; null where a row's most probable token is uncertain and more logits would settle it. */
  private async judgeAll(
    { sequence, position, draft, nextUnsent }: VerifyInput,
    rows: TopRows,
  ): Promise<Judgement | null> {
    const { rule, guards, target } = this.options;
    const verdicts: Verdict[] = [];
    const records: RowRecord[] = [];
    let { state } = this;
    let next: Judgement["next"] | null = null;
    let kept = 0;
    let nextUnsentAccepted = false;
    for (let i = 0; i <= draft.length; i++) {
      const row = this.processRow(sequence, position, rows, i);
      if (!row.isTopCertain && rows.width < target.vocabularySize) return null;
      if (i < draft.length) await this.tightenInterval(row, i, draft.tokens[i]!, next === null);
      records.push(recordRow(row));
      if (i === draft.length) {
        if (next !== null) break;
        next = { kind: draft.length === 0 ? "plain" : "bonus", token: row.targetToken };
        // By the upper end of its probability: for learning, the exact one is not worth its 0.5 ms.
        if (nextUnsent !== null)
          nextUnsentAccepted = judge(nextUnsent, row, rule, guards, state).kind !== "rejected";
        state = stateAfter(state, null, row);
      } else if (next !== null) {
        verdicts.push(unreached(draft.tokens[i]!, row, rule));
      } else {
        const verdict = judge(draft.tokens[i]!, row, rule, guards, state);
        verdicts.push(verdict);
        state = stateAfter(state, verdict, row);
        if (verdict.kind === "rejected") next = { kind: "correction", token: row.targetToken };
        else kept++;
      }
    }
    this.state = state;
    return { verdicts, rows: records, kept, next: next!, nextUnsentAccepted };
  }

  /**
   * Each row uses as many logits as it needs itself, however wide the others made the batch: a position gets the same
   * distribution whatever is evaluated with it.
   */
  private processRow(sequence: Int32Array, position: number, rows: TopRows, index: number): ProcessedRow {
    const { promptTokens, rowWidth } = this.options;
    const to = position + 1 + index; // Position of the token to be chosen.
    const history = { sequence, from: promptTokens, to };
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      const row = this.processor.process(rows, index, history, to, width);
      if (row.isTopCertain || width === rows.width) return row;
    }
  }

  /**
   * Makes the probability of a drafted token exact where the decision of a relaxed rule may depend on it. In a strict
   * run that is the rejected token alone: whether a relaxed rule would have kept it decides where the answers would
   * diverge.
   */
  private async tightenInterval(
    row: ProcessedRow,
    index: number,
    token: TokenId,
    isReached: boolean,
  ): Promise<void> {
    if (token === row.targetToken || (this.options.rule.kind === "strict" && !isReached)) return;
    const { rank, probability } = probabilityOf(token, row);
    if (rank === null || probability < EXACT_FROM_PROBABILITY) return;
    const full = await this.options.target.fullLogSumExp(index);
    if (full !== null) this.processor.tightenInterval(full);
  }
}

function recordRow(row: ProcessedRow): RowRecord {
  const size = Math.min(RECORDED_CANDIDATES, row.size);
  return {
    targetToken: row.targetToken,
    ids: row.ids.slice(0, size),
    logits: row.logits.slice(0, size),
    logSumExp: row.logSumExp,
    logSumExpHigh: row.logSumExpHigh,
  };
}
