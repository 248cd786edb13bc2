// Verifies the draft of one step: one evaluation of root and draft, every row processed, every token judged. Holds what
// the guards carry from step to step.
import type { Draft } from "../draft.ts";
import { INITIAL_JUDGE_STATE, type JudgeState } from "../rules.ts";
import type { TopRows } from "../target.ts";
import { isGreedy, judgeGreedily } from "./greedyPath.ts";
import { TreeJudge, type JudgedRows, type Judgement } from "./judgeTree.ts";
import { noTokenAllowed, StepRows, WIDENING } from "./stepRows.ts";
import type { VerifyInput, VerifyOptions } from "./verifyInput.ts";

const NOTHING_RECORDED: JudgedRows = { verdicts: [], rows: [] };

/** The rows of an evaluation, the tokens that they were requested with, how long it took, and when it ended. */
export interface Evaluation {
  readonly rows: TopRows;
  readonly alsoTokens: Int32Array;
  readonly ms: number;
  /** The same by the clock of the planner. */
  readonly workMs: number;
  readonly endedAt: number;
}

/** The outcome of one step. */
export interface Verification extends Omit<Judgement, "state"> {
  /** Time spent in the target's evaluations. */
  readonly verifyMs: number;
  /** The same by the clock of the planner. */
  readonly workMs: number;
  /** Whether rows that no verdict needs are left to `complete`, which must then come before the next `judge`. */
  readonly isDeferred: boolean;
  /** Resolves when to `complete` costs least. */
  readonly ready: Promise<void> | undefined;
  /** The record of all rows. */
  complete(): JudgedRows;
}

/** Verifies the steps of one answer, in order. */
export class StepVerifier {
  private readonly rows: StepRows;
  private state: JudgeState = INITIAL_JUDGE_STATE;

  constructor(private readonly options: VerifyOptions) {
    this.rows = new StepRows(options);
  }

  /** Evaluates root, draft and fillers, all of which the target then keeps. @throws whatever the target throws */
  async evaluate(input: VerifyInput, topK = this.rowWidth): Promise<Evaluation> {
    const { target, signal, now, workNow = now } = this.options;
    const { draft, threads } = input;
    const tokens = tokensToEvaluate(input);
    const alsoTokens = this.rows.alsoTokens(input);
    const startedAt = now();
    const begun = workNow();
    const rows = await target.evaluate(tokens, {
      rows: this.options.recordsRows === false ? "reached" : "all",
      topK,
      alsoTokens,
      threads,
      fillers: tokens.length - 1 - draft.length,
      isReproducible: (this.options.batches ?? null) !== null,
      signal,
      ...(input.isTree && { parents: evaluatedParents(draft, tokens.length) }),
    });
    const workMs = workNow() - begun;
    const endedAt = now();
    return { rows, alsoTokens, ms: endedAt - startedAt, workMs, endedAt };
  }

  /**
   * Judges an evaluation. If penalties leave the most probable token uncertain, evaluates again with more logits per
   * row.
   * @throws whatever the target throws
   */
  async judge(input: VerifyInput, first: Evaluation): Promise<Verification> {
    const { target } = this.options;
    let evaluation = first;
    for (let { ms: verifyMs, workMs } = first; ; verifyMs += evaluation.ms, workMs += evaluation.workMs) {
      const { rows } = evaluation;
      const judged = await this.judgeKept(input, evaluation);
      if (judged !== null) {
        const { state, ...outcome } = judged.judgement;
        this.state = state;
        return {
          ...outcome,
          verifyMs,
          workMs,
          isDeferred: judged.isDeferred,
          ready: rows.ready,
          complete: judged.complete,
        };
      }
      await target.rollback(input.position);
      // Repeated tokens are kept by now: fillers take their place, so that as many tokens are evaluated as before.
      const room = target.contextTokens + (target.fillerTokens ?? 0) - input.position;
      const evaluatedTokens = Math.min(room, input.evaluatedTokens + input.repeatedTokens);
      evaluation = await this.evaluate(
        { ...input, evaluatedTokens },
        Math.min(rows.width * WIDENING, target.vocabularySize),
      );
    }
  }

  private get rowWidth(): number {
    return Math.min(this.options.rowWidth, this.options.target.vocabularySize);
  }

  /**
   * Judges the nodes that are kept and those that follow them; the other rows too, unless the target can read them
   * later. null if a row's most probable token is uncertain and more logits would settle it.
   */
  private async judgeKept(
    input: VerifyInput,
    { rows, alsoTokens }: Evaluation,
  ): Promise<{ judgement: Judgement; isDeferred: boolean; complete: () => JudgedRows } | null> {
    const { rule, guards, target, sampling, recordsRows = true } = this.options;
    const { draft, nextUnsent } = input;
    this.rows.begin(input);
    const best = isGreedy(rule, sampling) ? this.rows.bestOf(input, rows, alsoTokens) : null;
    if (best !== null)
      return {
        judgement: judgeGreedily(draft, this.state, nextUnsent, best),
        isDeferred: recordsRows,
        complete: () => (recordsRows ? this.recordAll(input, rows, alsoTokens) : NOTHING_RECORDED),
      };
    const judge = new TreeJudge(draft, rule, guards, this.state, nextUnsent);
    const later: number[] = [];
    for (let index = 0; index <= draft.length; index++) {
      if (!judge.isReached(index) && (rows.load !== undefined || !recordsRows)) {
        if (recordsRows) later.push(index);
        continue;
      }
      const row = this.rows.at(input, rows, alsoTokens, index);
      if (!row.isTopCertain && rows.width < target.vocabularySize) return null;
      if (row.size === 0) throw noTokenAllowed(input, index);
      if (rows.logSumExp === null && index < draft.length)
        await this.rows.tightenInterval(row, index, draft.tokens[index]!, judge.isReached(index));
      judge.take(row, index);
    }
    const complete = (): JudgedRows => {
      this.rows.begin(input);
      for (const index of later) judge.take(this.rows.at(input, rows, alsoTokens, index), index);
      later.length = 0;
      return judge.recorded();
    };
    return { judgement: judge.end(), isDeferred: later.length > 0, complete };
  }

  /** Every row of a step that was judged by its largest logits. */
  private recordAll(input: VerifyInput, rows: TopRows, alsoTokens: Int32Array): JudgedRows {
    const { rule, guards } = this.options;
    this.rows.begin(input);
    const judge = new TreeJudge(input.draft, rule, guards, this.state, input.nextUnsent);
    for (let index = 0; index <= input.draft.length; index++)
      judge.take(this.rows.at(input, rows, alsoTokens, index), index);
    return judge.recorded();
  }
}

/** Root, draft, and fillers: any token will do, the root does. */
function tokensToEvaluate({ sequence, position, draft, evaluatedTokens }: VerifyInput): Int32Array {
  const tokens = new Int32Array(evaluatedTokens).fill(sequence[position]!);
  tokens.set(draft.tokens, 1);
  return tokens;
}

/** The parents of root, draft and fillers; each filler follows the token before it, which adds no leaf. */
function evaluatedParents(draft: Draft, evaluatedTokens: number): Int32Array {
  const parents = new Int32Array(evaluatedTokens);
  for (let i = 0; i < evaluatedTokens; i++)
    parents[i] = i === 0 || i > draft.length ? i - 1 : draft.parents[i - 1]! + 1;
  return parents;
}
