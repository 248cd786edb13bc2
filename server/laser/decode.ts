// The loop: draft, verify, commit, roll back. One generator for every strategy, plain decoding included.
// Time comes from the `now` it is given; it must not know text, files, the engine or who listens.
import { cutDraft, EMPTY_DRAFT, type Draft } from "./draft.ts";
import type { Drafter } from "./drafter.ts";
import { DecodeError } from "./errors.ts";
import type { Planner } from "./planner.ts";
import { Processor, type ProcessedRow } from "./process.ts";
import {
  FRESH_JUDGE_STATE,
  type Guards,
  type JudgeState,
  type Rule,
  type Sampling,
  type Verdict,
} from "./rules.ts";
import type { DecodeEvent, DecodeResult, NextKind, PlanRecord, RowRecord, Step } from "./step.ts";
import type { Signal, TargetModel, TokenId, TopRows } from "./target.ts";
import { afterVerdict, judge, unreached } from "./verify.ts";

export interface DecodeRequest {
  readonly target: TargetModel;
  readonly prompt: Int32Array;
  /** The most tokens to commit, an end-of-text token included. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** null decodes plainly. */
  readonly drafter: Drafter | null;
  readonly planner: Planner;
  /** The cap on tokens drafted in a step. */
  readonly maxDraftTokens: number;
  /** K: logits held for each position. */
  readonly rowWidth: number;
  readonly signal: Signal;
  /** Milliseconds from any fixed moment. */
  readonly now: () => number;
}

/** Prompt tokens evaluated between two looks at the signal. */
const PREFILL_CHUNK_TOKENS = 128;
/** How much wider a row is evaluated again whose best token is in doubt. */
const WIDENING = 4;
/** Candidates kept of each evaluated position. */
export const RECORDED_CANDIDATES = 8;

/**
 * Decodes one answer. Yields progress and steps as they happen and returns how it ended. The last prompt token is
 * the first root. After each step the target keeps prompt and committed tokens but the last: what plain decoding holds.
 * @throws DecodeError before anything is evaluated, when the request can't be met
 */
export async function* decode(request: DecodeRequest): AsyncGenerator<DecodeEvent, DecodeResult> {
  checkRequest(request);
  const run = new Run(request);
  const { prompt, signal, now } = request;
  const prefillTokens = prompt.length - 1;
  const begun = now();
  await request.target.rollback(0);
  for (let done = 0; done < prefillTokens && !signal.aborted;) {
    const chunk = prompt.subarray(done, Math.min(prefillTokens, done + PREFILL_CHUNK_TOKENS));
    await request.target.evaluate(chunk, { rows: "none", topK: 0, signal });
    done += chunk.length;
    yield { kind: "prefill", doneTokens: done, totalTokens: prefillTokens };
  }
  const prefillMs = now() - begun;
  const tokens: TokenId[] = [];
  const result = (finish: DecodeResult["finish"]): DecodeResult => ({
    finish,
    tokens,
    prefillTokens,
    prefillMs,
  });

  request.drafter?.begin(prompt);
  while (tokens.length < request.maxTokens) {
    if (signal.aborted) return result("stopped");
    const { step, committed } = await run.step(request.maxTokens - tokens.length);
    tokens.push(...committed);
    yield { kind: "step", step, committed };
    if (request.target.isEndOfText(step.next.token)) return result("endOfText");
  }
  return result("maxTokens");
}

function checkRequest({ prompt, maxTokens, target }: DecodeRequest): void {
  const { contextTokens, vocabularySize } = target;
  if (prompt.length === 0) throw new DecodeError({ tag: "promptEmpty" });
  prompt.forEach((token, place) => {
    if (token < 0 || token >= vocabularySize)
      throw new DecodeError({ tag: "tokenOutsideVocabulary", token, place, vocabularySize });
  });
  // The last committed token is never evaluated: there is room for one filler behind any root.
  if (prompt.length + maxTokens > contextTokens)
    throw new DecodeError({ tag: "contextTooSmall", promptTokens: prompt.length, maxTokens, contextTokens });
}

/** What one run carries from step to step. */
class Run {
  /** Prompt, committed tokens and, behind them, the draft being judged. */
  private readonly sequence: Int32Array;
  private length: number;
  private readonly processor: Processor;
  private state: JudgeState = FRESH_JUDGE_STATE;
  private steps = 0;

  constructor(private readonly request: DecodeRequest) {
    const { prompt, target, sampling } = request;
    this.sequence = new Int32Array(target.contextTokens + 1);
    this.sequence.set(prompt);
    this.length = prompt.length;
    this.processor = new Processor(target.vocabularySize, sampling, (token) => target.isEndOfText(token));
  }

  async step(tokensLeft: number): Promise<{ step: Step; committed: readonly TokenId[] }> {
    const { target, planner, drafter, now } = this.request;
    const begun = now();
    const position = this.length - 1; // The root's place; the target keeps the tokens before it.
    const { draft, plan, evaluatedTokens } = this.chooseDraft(tokensLeft, position);
    this.sequence.set(draft.tokens, this.length);
    const drafted = now();

    const rows = await this.evaluate(position, draft.length + 1, evaluatedTokens, plan.threads);
    const verified = now();

    const outcome = this.judgeAll(draft, rows, position);
    const committed = [...draft.tokens.subarray(0, outcome.kept), outcome.next.token];
    await target.rollback(position + committed.length);
    this.sequence[this.length + outcome.kept] = outcome.next.token;
    this.length += committed.length;
    drafter?.commit(committed);

    const ended = now();
    const verifyMs = verified - drafted;
    planner.observe({
      committed: committed.length,
      stepMs: ended - begun,
      evaluatedTokens,
      threads: plan.threads,
      contextTokens: position,
      verifyMs,
    });
    const step: Step = {
      index: this.steps++,
      position,
      root: this.sequence[position]!,
      draft,
      verdicts: outcome.verdicts,
      next: outcome.next,
      rows: outcome.rows,
      plan,
      evaluatedTokens,
      draftMs: drafted - begun,
      verifyMs,
      otherMs: ended - verified,
    };
    return { step, committed };
  }

  /** Asks drafter and planner; a draft never holds an end-of-text token nor more than answer and context leave room for. */
  private chooseDraft(
    tokensLeft: number,
    position: number,
  ): { draft: Draft; plan: PlanRecord; evaluatedTokens: number } {
    const { drafter, planner, target, maxDraftTokens } = this.request;
    // Kept drafts + 1 must fit the answer; root + drafts must fit the context.
    const room = Math.min(tokensLeft - 1, target.contextTokens - position - 1);
    const limit = Math.max(0, Math.min(room, maxDraftTokens));
    const offered = drafter === null ? EMPTY_DRAFT : cutAtEnd(drafter.draft(limit), limit, target);
    const { record, evaluatedTokens } = planner.plan(offered, position);
    const draft = cutDraft(offered, record.sentTokens);
    const noDraft = drafter === null ? "strategy" : limit === 0 ? "noRoom" : record.noDraft;
    return { draft, plan: { ...record, noDraft }, evaluatedTokens };
  }

  /**
   * Evaluates `evaluatedTokens` tokens from the root on, of which `wanted` are root and draft: one more is a filler.
   * Where penalties leave the best token in doubt, evaluates again with more logits a row.
   */
  private async evaluate(
    position: number,
    wanted: number,
    evaluatedTokens: number,
    threads: number,
  ): Promise<TopRows> {
    const { target, signal, rowWidth } = this.request;
    if (evaluatedTokens > wanted) this.sequence[position + wanted] = this.sequence[position]!;
    const tokens = this.sequence.slice(position, position + evaluatedTokens);
    let topK = Math.min(rowWidth, target.vocabularySize);
    for (;;) {
      const rows = await target.evaluate(tokens, { rows: "all", topK, threads, signal });
      if (topK === target.vocabularySize || this.allCertain(rows, wanted, position)) return rows;
      await target.rollback(position);
      topK = Math.min(topK * WIDENING, target.vocabularySize);
    }
  }

  private allCertain(rows: TopRows, wanted: number, position: number): boolean {
    if (this.request.sampling.repetitionPenalty === 1) return true;
    for (let i = 0; i < wanted; i++) if (!this.processRow(rows, i, position).certain) return false;
    return true;
  }

  /**
   * Each row counts as many logits as it needs itself, however wide the others made the batch: so a position gets the
   * same distribution whatever is evaluated beside it.
   */
  private processRow(rows: TopRows, index: number, position: number): ProcessedRow {
    const { prompt, rowWidth } = this.request;
    const to = position + 1 + index; // The token to be chosen stands at `to`.
    const history = { sequence: this.sequence, from: prompt.length, to };
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      const row = this.processor.process(rows, index, history, to, width);
      if (row.certain || width === rows.width) return row;
    }
  }

  private judgeAll(draft: Draft, rows: TopRows, position: number): Outcome {
    const { rule, guards } = this.request;
    const verdicts: Verdict[] = [];
    const records: RowRecord[] = [];
    let next: Outcome["next"] | null = null;
    let kept = 0;
    for (let i = 0; i <= draft.length; i++) {
      const row = this.processRow(rows, i, position);
      records.push(recordRow(row));
      if (i === draft.length) {
        if (next === null) {
          next = { kind: nextKind(draft), token: row.own };
          this.state = afterVerdict(this.state, null, row);
        }
        break;
      }
      const token = draft.tokens[i]!;
      if (next !== null) {
        verdicts.push(unreached(token, row, rule));
        continue;
      }
      const verdict = judge(token, row, rule, guards, this.state);
      verdicts.push(verdict);
      this.state = afterVerdict(this.state, verdict, row);
      if (verdict.kind === "rejected") next = { kind: "correction", token: row.own };
      else kept++;
    }
    return { verdicts, rows: records, kept, next: next! };
  }
}

interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly rows: readonly RowRecord[];
  /** Drafted tokens kept. */
  readonly kept: number;
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
}

function nextKind(draft: Draft): NextKind {
  return draft.length === 0 ? "plain" : "bonus";
}

/** Cuts a draft at the first end-of-text token and at `limit`, whatever the drafter promised. */
function cutAtEnd(draft: Draft, limit: number, target: TargetModel): Draft {
  let length = 0;
  while (length < Math.min(limit, draft.length) && !target.isEndOfText(draft.tokens[length]!)) length++;
  return cutDraft(draft, length);
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
