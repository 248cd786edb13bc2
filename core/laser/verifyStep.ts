// Verifies the draft of one step: one evaluation of root and draft, every row processed, every token judged. Holds what
// the guards carry from step to step.
import { isChain, type Draft } from "./draft.ts";
import { pathTo, TreeJudge, type Judgement } from "./judgeTree.ts";
import { Processor, type ProcessedRow } from "./process.ts";
import { INITIAL_JUDGE_STATE, type Guards, type JudgeState, type Rule, type Sampling } from "./rules.ts";
import type { Signal } from "../base/index.ts";
import type { TargetModel, TokenId, TopRows } from "./target.ts";
import { probabilityOf } from "./verify.ts";

/** Factor by which rows are widened and evaluated again where the most probable token is uncertain. */
const WIDENING = 4;
/**
 * From this probability on, a relaxed rule might keep a token, now or in a what-if, so its probability is computed
 * exactly where rows hold the K largest logits alone. The K = 128 largest leave out 7 % of the mass on average, and
 * leave 43 % of the decisions on the second most probable token undecided at p = 0.1 (our measurement, SmolLM2-135M,
 * 1,152 positions).
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
  /** Prompt and committed tokens; what follows the root is overwritten by the paths that are judged. */
  readonly sequence: Int32Array;
  /** Of the root; the target keeps the tokens before it. */
  readonly position: number;
  readonly draft: Draft;
  /** Root, draft and fillers. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  /** The first offered token that was not sent; judged only to learn from. */
  readonly nextUnsent: TokenId | null;
}

/** The outcome of one step. */
export interface Verification extends Omit<Judgement, "state"> {
  /** Time spent in the target's evaluations. */
  readonly verifyMs: number;
}

/** Verifies the steps of one answer, in order. */
export class StepVerifier {
  private readonly processor: Processor;
  private state: JudgeState = INITIAL_JUDGE_STATE;

  constructor(private readonly options: VerifyOptions) {
    const { target, sampling } = options;
    this.processor = new Processor(target.vocabularySize, sampling, (token) => target.isEndOfText(token));
  }

  /**
   * Evaluates root, draft and fillers, all of which the target then keeps. Where penalties leave the most probable
   * token uncertain, evaluates again with more logits per row.
   * @throws whatever the target throws
   */
  async verify(input: VerifyInput): Promise<Verification> {
    const { target, signal, rowWidth, now } = this.options;
    const { position, draft, threads } = input;
    const tokens = tokensToEvaluate(input);
    const alsoTokens = this.processor.alsoTokens(this.historyBefore(input, position), draft.tokens);
    const parents = isChain(draft) ? null : evaluatedParents(draft, tokens.length);
    let topK = Math.min(rowWidth, target.vocabularySize);
    for (let verifyMs = 0; ; topK = Math.min(topK * WIDENING, target.vocabularySize)) {
      const startedAt = now();
      const rows = await target.evaluate(tokens, {
        rows: "all",
        topK,
        alsoTokens,
        threads,
        signal,
        ...(parents !== null && { parents }),
      });
      verifyMs += now() - startedAt;
      const judgement = await this.judgeAll(input, rows, alsoTokens);
      if (judgement !== null) {
        const { state, ...outcome } = judgement;
        this.state = state;
        return { ...outcome, verifyMs };
      }
      await target.rollback(position);
    }
  }

  /** Judges a whole draft; null where a row's most probable token is uncertain and more logits would settle it. */
  private async judgeAll(
    input: VerifyInput,
    rows: TopRows,
    alsoTokens: Int32Array,
  ): Promise<Judgement | null> {
    const { rule, guards, target } = this.options;
    const { draft, sequence, position, nextUnsent } = input;
    const judge = new TreeJudge(draft, rule, guards, this.state, nextUnsent);
    const isTree = !isChain(draft);
    if (!isTree) sequence.set(draft.tokens, position + 1);
    for (let index = 0; index <= draft.length; index++) {
      const depth = isTree ? writePath(draft, index - 1, sequence, position + 1) : index;
      const row = this.processRow(input, rows, alsoTokens, index, depth);
      if (!row.isTopCertain && rows.width < target.vocabularySize) return null;
      if (rows.logSumExp === null && index < draft.length)
        await this.tightenInterval(row, index, draft.tokens[index]!, judge.isReached(index));
      judge.take(row, index);
    }
    return judge.end();
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
    const history = this.historyBefore(input, input.position + depth);
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      // The history ends where the token to be chosen stands.
      const row = this.processor.process(rows, index, history, history.to, width, alsoTokens);
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

/** Writes the drafted tokens from the root's child to `last` into the sequence; returns how many they are. */
function writePath(draft: Draft, last: number, sequence: Int32Array, from: number): number {
  const path = pathTo(draft, last);
  path.forEach((index, depth) => {
    sequence[from + depth] = draft.tokens[index]!;
  });
  return path.length;
}
