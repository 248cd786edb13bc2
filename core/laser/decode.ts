// The decoding loop: draft, verify, commit, roll back. One generator for every strategy, plain decoding included.
import { cutDraft, EMPTY_DRAFT, isChain, keepNodes, type Draft } from "./draft.ts";
import { pathTo, wouldKeep } from "./judgeTree.ts";
import type { Drafter } from "./drafter.ts";
import { DecodeError } from "./errors.ts";
import type { Planner } from "./planner.ts";
import { prefillChunks } from "./prefill.ts";
import type { Guards, Rule, Sampling } from "./rules.ts";
import type { DecodeEvent, DecodeResult, PlanRecord, Step } from "./step.ts";
import type { Signal } from "../base/index.ts";
import type { TargetModel, TokenId } from "./target.ts";
import { StepVerifier } from "./verifyStep.ts";

/** Everything one run needs. */
export interface DecodeRequest {
  readonly target: TargetModel;
  /** Token ids; at least one. */
  readonly prompt: Int32Array;
  /** How many of the last prompt tokens are answer tokens of an earlier run; 0 by default. */
  readonly inheritedTokens?: number;
  /** The most tokens to commit, including an end-of-text token. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** null: plain decoding. */
  readonly drafter: Drafter | null;
  readonly planner: Planner;
  /** The most tokens to draft in a step. */
  readonly maxDraftTokens: number;
  /** Ends the answer at a text; none by default. */
  readonly stops?: StopCheck | null;
  /** K: how many of the largest logits are read at each position. */
  readonly rowWidth: number;
  readonly signal: Signal;
  /** A clock in milliseconds, from any fixed moment. */
  readonly now: () => number;
}

/** Recognizes the end of an answer by its text, which the core can't see. */
export interface StopCheck {
  /** Index of the first of these tokens that would complete a stop after the committed ones; −1 if none would. */
  indexIn(tokens: ArrayLike<TokenId>): number;
  /** Takes committed tokens; true if they complete a stop. */
  commit(tokens: readonly TokenId[]): boolean;
}

/**
 * Decodes one answer. Yields prefill progress and steps as they happen; returns how it ended. The last prompt token is
 * the first root. After each step the target keeps prompt and committed tokens except the last one, as in plain
 * decoding. A run that continues another one's tokens commits, under the strict rule, what that run would have
 * committed next.
 * @throws DecodeError before anything is evaluated, if the request can't be met; whatever the target throws
 */
export async function* decode(request: DecodeRequest): AsyncGenerator<DecodeEvent, DecodeResult> {
  checkRequest(request);
  const run = new Run(request);
  const { prompt, inheritedTokens = 0, signal, now } = request;
  const prefillTokens = prompt.length - 1;
  const startedAt = now();
  await request.target.rollback(0);
  let doneTokens = 0;
  for (const { tokens: chunk, keptTokens } of prefillChunks(prompt, inheritedTokens)) {
    if (signal.aborted) break;
    await request.target.evaluate(chunk, { rows: "none", topK: 0, signal });
    doneTokens += keptTokens;
    if (chunk.length > keptTokens) await request.target.rollback(doneTokens);
    yield { kind: "prefill", doneTokens, totalTokens: prefillTokens };
  }
  const prefillMs = now() - startedAt;
  const tokens: TokenId[] = [];
  const result = (finish: DecodeResult["finish"]): DecodeResult => ({
    finish,
    tokens,
    prefillTokens,
    prefillMs,
  });

  request.drafter?.begin(prompt, inheritedTokens);
  while (tokens.length < request.maxTokens) {
    if (signal.aborted) return result("stopped");
    const { step, committed } = await run.step(request.maxTokens - tokens.length);
    tokens.push(...committed);
    yield { kind: "step", step, committed };
    if (request.target.isEndOfText(step.next.token)) return result("endOfText");
    if (request.stops?.commit(committed)) return result("stop");
  }
  return result("maxTokens");
}

/** @throws DecodeError if the request can't be met */
export function checkRequest({
  prompt,
  maxTokens,
  target,
}: Pick<DecodeRequest, "prompt" | "maxTokens" | "target">): void {
  const { contextTokens, vocabularySize } = target;
  if (prompt.length === 0) throw new DecodeError({ tag: "promptEmpty" });
  prompt.forEach((token, position) => {
    if (token < 0 || token >= vocabularySize)
      throw new DecodeError({ tag: "tokenOutsideVocabulary", token, place: position, vocabularySize });
  });
  // The last committed token is never evaluated, which leaves room for one filler after any root.
  if (prompt.length + maxTokens > contextTokens)
    throw new DecodeError({ tag: "contextTooSmall", promptTokens: prompt.length, maxTokens, contextTokens });
}

/** The state that one run carries from step to step. */
class Run {
  /** Prompt and committed tokens, followed by the draft that is being judged. */
  private readonly sequence: Int32Array;
  private length: number;
  private readonly verifier: StepVerifier;
  private steps = 0;

  constructor(private readonly request: DecodeRequest) {
    const { prompt, inheritedTokens = 0, target } = request;
    this.sequence = new Int32Array(target.contextTokens + 1);
    this.sequence.set(prompt);
    this.length = prompt.length;
    this.verifier = new StepVerifier({ ...request, promptTokens: prompt.length - inheritedTokens });
  }

  async step(tokensLeft: number): Promise<{ step: Step; committed: readonly TokenId[] }> {
    const { target, planner, drafter, rule, now } = this.request;
    const startedAt = now();
    const position = this.length - 1; // Of the root; the target keeps the tokens before it.
    const { repeatedTokens } = target;
    const { draft, nextUnsent, plan, evaluatedTokens } = this.chooseDraft(tokensLeft, position);
    const draftedAt = now();
    const outcome = await this.verifier.verify({
      sequence: this.sequence,
      position,
      draft,
      evaluatedTokens,
      threads: plan.threads,
      nextUnsent,
    });
    const { path } = outcome;
    const committed = [...Array.from(path, (index) => draft.tokens[index]!), outcome.next.token];
    if (isChain(draft)) await target.rollback(position + committed.length);
    else await target.rollback(position, Int32Array.of(0, ...path.map((index) => index + 1)));
    this.sequence.set(committed, this.length);
    this.length += committed.length;
    const { verifyMs, nextUnsentAccepted } = outcome;
    const judged = { draft, isKept: outcome.verdicts.map(wouldKeep) };
    drafter?.commit(committed, rule.kind === "strict" ? null : { nextUnsentAccepted, judged });

    const endedAt = now();
    planner.observe({
      committed,
      nextUnsentAccepted,
      stepMs: endedAt - startedAt,
      evaluatedTokens: repeatedTokens + evaluatedTokens,
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
      path,
      next: outcome.next,
      rows: outcome.rows,
      plan,
      evaluatedTokens,
      repeatedTokens,
      draftMs: draftedAt - startedAt,
      verifyMs,
      otherMs: endedAt - draftedAt - verifyMs,
    };
    return { step, committed };
  }

  /**
   * Asks drafter and planner. A draft never holds a token that would end the answer, and fits into answer and context.
   */
  private chooseDraft(
    tokensLeft: number,
    position: number,
  ): { draft: Draft; nextUnsent: TokenId | null; plan: PlanRecord; evaluatedTokens: number } {
    const { drafter, planner, target, stops = null } = this.request;
    const limit = draftLimit(tokensLeft, position, this.request);
    const offered = drafter === null ? EMPTY_DRAFT : requestDraft(drafter, limit, target, stops);
    const { record, evaluatedTokens } = planner.plan(offered, position, target.repeatedTokens);
    const draft = cutDraft(offered, record.sentTokens);
    const noDraft = drafter === null ? "strategy" : limit === 0 ? "noRoom" : record.noDraft;
    const isCut = offered.length > draft.length && isChain(offered);
    const nextUnsent = isCut ? offered.tokens[draft.length]! : null;
    return { draft, nextUnsent, plan: { ...record, noDraft }, evaluatedTokens };
  }
}

/**
 * The most tokens that may be drafted after the root at `position`: all must fit into the context, and the kept ones
 * and one more into the answer.
 */
export function draftLimit(
  tokensLeft: number,
  position: number,
  { target, maxDraftTokens }: DraftBounds,
): number {
  const room = Math.min(tokensLeft - 1, target.contextTokens - position - 1);
  return Math.max(0, Math.min(room, maxDraftTokens));
}

/** What limits a draft besides the tokens left. */
export interface DraftBounds {
  readonly target: Pick<TargetModel, "contextTokens" | "isEndOfText">;
  readonly maxDraftTokens: number;
}

/**
 * The drafter's draft, without tokens deeper than `limit`, which a drafter may ignore, and without tokens that would end
 * the answer: end-of-text, or one that completes a stop. So only the target's own choice ends an answer.
 */
export function requestDraft(
  drafter: Pick<Drafter, "draft">,
  limit: number,
  target: Pick<TargetModel, "isEndOfText">,
  stops: StopCheck | null = null,
): Draft {
  const draft = drafter.draft(limit);
  if (!isChain(draft)) return keepNodes(draft, (index) => mayDraft(draft, index, limit, target, stops));
  let length = 0;
  while (length < Math.min(limit, draft.length) && !target.isEndOfText(draft.tokens[length]!)) length++;
  const stop = stops?.indexIn(draft.tokens.subarray(0, length)) ?? -1;
  return cutDraft(draft, stop < 0 ? length : stop);
}

/** Whether a node of a tree may be drafted after its parent. */
function mayDraft(
  draft: Draft,
  index: number,
  limit: number,
  target: Pick<TargetModel, "isEndOfText">,
  stops: StopCheck | null,
): boolean {
  if (target.isEndOfText(draft.tokens[index]!)) return false;
  const path = pathTo(draft, index);
  if (path.length > limit) return false;
  return stops === null || stops.indexIn(path.map((at) => draft.tokens[at]!)) < 0;
}
