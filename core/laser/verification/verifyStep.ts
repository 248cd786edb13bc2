// Verifies the draft of one step: one evaluation of root and draft, every row processed, every token judged. Holds what
// the guards carry from step to step.
import type { Batches } from "../batchClass.ts";
import { ConstraintError, DraftStates, type TokenConstraint } from "../constraint.ts";
import type { Draft } from "../draft.ts";
import { isGreedy, judgeGreedily } from "./greedyPath.ts";
import { pathTo, TreeJudge, type JudgedRows, type Judgement } from "./judgeTree.ts";
import { Processor, type ProcessedRow } from "./process.ts";
import { INITIAL_JUDGE_STATE, type Guards, type JudgeState, type Rule, type Sampling } from "../rules.ts";
import type { Signal } from "../../base/index.ts";
import type { TargetModel, TokenId, TopRows } from "../target.ts";
import { probabilityOf } from "./verify.ts";

/** Factor by which rows are widened and evaluated again if the most probable token is uncertain. */
const WIDENING = 4;
/**
 * From this probability on, a relaxed rule might keep a token, now or in a what-if, so its probability is computed
 * exactly where rows hold only the K largest logits. The K = 128 largest leave out 7 % of the mass on average, and
 * leave 43 % of the decisions on the second most probable token undecided at p = 0.1 (our measurement, SmolLM2-135M,
 * 1,152 positions).
 */
export const EXACT_FROM_PROBABILITY = 0.005;

const NOTHING_RECORDED: JudgedRows = { verdicts: [], rows: [] };

/** What stays the same for all steps of an answer. */
export interface VerifyOptions {
  readonly target: TargetModel;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** K: how many of the largest logits are read at each position. */
  readonly rowWidth: number;
  /** As in DecodeRequest. */
  readonly recordsRows?: boolean;
  readonly batches?: Batches | null;
  readonly constraint?: TokenConstraint | null;
  /** Tokens before the answer, which penalties ignore. */
  readonly promptTokens: number;
  readonly signal: Signal;
  readonly now: () => number;
  readonly workNow?: () => number;
}

/** One step to verify. */
export interface VerifyInput {
  /** Prompt and committed tokens. */
  readonly sequence: Int32Array;
  /** Of the root; the target keeps the tokens before it. */
  readonly position: number;
  readonly draft: Draft;
  readonly isTree: boolean;
  /** Root, draft and fillers. */
  readonly evaluatedTokens: number;
  /** What the target evaluates ahead of them. */
  readonly repeatedTokens: number;
  readonly threads: number;
  /** The first offered token that was not sent; judged only to learn from. */
  readonly nextUnsent: TokenId | null;
  /** Of the constraint after the root; 0 if omitted. */
  readonly constraintState?: number;
}

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
  private readonly processor: Processor;
  private state: JudgeState = INITIAL_JUDGE_STATE;
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

  /** Evaluates root, draft and fillers, all of which the target then keeps. @throws whatever the target throws */
  async evaluate(input: VerifyInput, topK = this.rowWidth): Promise<Evaluation> {
    const { target, signal, now, workNow = now } = this.options;
    const { draft, threads } = input;
    const tokens = tokensToEvaluate(input);
    const history = this.historyBefore(input, input.position);
    const alsoTokens = this.processor.alsoTokens(history, draft.tokens);
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
    this.draftStates?.fill(input.constraintState ?? 0, draft);
    const best = isGreedy(rule, sampling) ? this.bestOf(input, rows, alsoTokens) : null;
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
      const row = this.rowAt(input, rows, alsoTokens, index);
      if (!row.isTopCertain && rows.width < target.vocabularySize) return null;
      if (row.size === 0) throw noTokenAllowed(input, index);
      if (rows.logSumExp === null && index < draft.length)
        await this.tightenInterval(row, index, draft.tokens[index]!, judge.isReached(index));
      judge.take(row, index);
    }
    const complete = (): JudgedRows => {
      this.draftStates?.fill(input.constraintState ?? 0, draft);
      for (const index of later) judge.take(this.rowAt(input, rows, alsoTokens, index), index);
      later.length = 0;
      return judge.recorded();
    };
    return { judgement: judge.end(), isDeferred: later.length > 0, complete };
  }

  /** The target's choice by only the largest logits; null if rows don't show them. */
  private bestOf(
    input: VerifyInput,
    rows: TopRows,
    alsoTokens: Int32Array,
  ): ((index: number) => TokenId) | null {
    const { best, whole } = rows;
    const { allows } = this;
    if (best === undefined || allows === null) return best ?? null;
    if (whole === undefined) return null;
    return (index) => {
      const token = best(index);
      this.rowIndex = index;
      if (allows(token)) return token;
      const row = this.rowAt(input, rows, alsoTokens, index);
      if (row.size === 0) throw noTokenAllowed(input, index);
      return row.targetToken;
    };
  }

  /** Every row of a step that was judged by its largest logits. */
  private recordAll(input: VerifyInput, rows: TopRows, alsoTokens: Int32Array): JudgedRows {
    const { rule, guards } = this.options;
    this.draftStates?.fill(input.constraintState ?? 0, input.draft);
    const judge = new TreeJudge(input.draft, rule, guards, this.state, input.nextUnsent);
    for (let index = 0; index <= input.draft.length; index++)
      judge.take(this.rowAt(input, rows, alsoTokens, index), index);
    return judge.recorded();
  }

  /** The distribution after evaluated token `index`, given the drafted tokens on its own path. */
  private rowAt(input: VerifyInput, rows: TopRows, alsoTokens: Int32Array, index: number): ProcessedRow {
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

function noTokenAllowed({ position, draft }: VerifyInput, index: number): ConstraintError {
  return new ConstraintError({
    tag: "noTokenAllowed",
    position: position + pathTo(draft, index - 1).length + 1,
  });
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
