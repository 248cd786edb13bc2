// The loop: draft, verify, commit, roll back. One generator for every strategy, plain decoding included.
// Time comes from the `now` it is given; it must not know text, files, the engine or who listens.
import { cutDraft, EMPTY_DRAFT, type Draft } from "./draft.ts";
import type { Drafter } from "./drafter.ts";
import { DecodeError } from "./errors.ts";
import type { Planner } from "./planner.ts";
import { prefillChunks } from "./prefill.ts";
import type { Guards, Rule, Sampling } from "./rules.ts";
import type { DecodeEvent, DecodeResult, PlanRecord, Step } from "./step.ts";
import type { Signal, TargetModel, TokenId } from "./target.ts";
import { StepVerifier } from "./verifyStep.ts";

export interface DecodeRequest {
  readonly target: TargetModel;
  readonly prompt: Int32Array;
  /** How many of the last tokens of `prompt` are answer tokens that an earlier run wrote; none when left out. */
  readonly inheritedTokens?: number;
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

/**
 * Decodes one answer. Yields progress and steps as they happen and returns how it ended. The last prompt token is
 * the first root. After each step the target keeps prompt and committed tokens but the last: what plain decoding holds.
 * A run that goes on from another one's tokens commits, under the strict rule, what that one would have committed next.
 * @throws DecodeError before anything is evaluated, when the request can't be met
 */
export async function* decode(request: DecodeRequest): AsyncGenerator<DecodeEvent, DecodeResult> {
  checkRequest(request);
  const run = new Run(request);
  const { prompt, inheritedTokens = 0, signal, now } = request;
  const prefillTokens = prompt.length - 1;
  const begun = now();
  await request.target.rollback(0);
  let done = 0;
  for (const { tokens: chunk, keptTokens } of prefillChunks(prompt, inheritedTokens)) {
    if (signal.aborted) break;
    await request.target.evaluate(chunk, { rows: "none", topK: 0, signal });
    done += keptTokens;
    if (chunk.length > keptTokens) await request.target.rollback(done);
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

  request.drafter?.begin(prompt, inheritedTokens);
  while (tokens.length < request.maxTokens) {
    if (signal.aborted) return result("stopped");
    const { step, committed } = await run.step(request.maxTokens - tokens.length);
    tokens.push(...committed);
    yield { kind: "step", step, committed };
    if (request.target.isEndOfText(step.next.token)) return result("endOfText");
  }
  return result("maxTokens");
}

/** @throws DecodeError when the request can't be met */
export function checkRequest({
  prompt,
  maxTokens,
  target,
}: Pick<DecodeRequest, "prompt" | "maxTokens" | "target">): void {
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
    const begun = now();
    const position = this.length - 1; // The root's place; the target keeps the tokens before it.
    const { draft, nextOffered, plan, evaluatedTokens } = this.chooseDraft(tokensLeft, position);
    this.sequence.set(draft.tokens, this.length);
    const drafted = now();

    // A filler, where there is one, stands behind the draft: what it is does not matter.
    if (evaluatedTokens > draft.length + 1)
      this.sequence[this.length + draft.length] = this.sequence[position]!;
    const outcome = await this.verifier.verify(
      this.sequence,
      position,
      draft,
      evaluatedTokens,
      plan.threads,
      nextOffered,
    );
    const committed = [...draft.tokens.subarray(0, outcome.kept), outcome.next.token];
    await target.rollback(position + committed.length);
    this.sequence[this.length + outcome.kept] = outcome.next.token;
    this.length += committed.length;
    const { verifyMs, wouldKeepNext } = outcome;
    drafter?.commit(committed, rule.kind === "strict" ? null : { wouldKeepNext });

    const ended = now();
    planner.observe({
      committed,
      wouldKeepNext,
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
      otherMs: ended - drafted - verifyMs,
    };
    return { step, committed };
  }

  /** Asks drafter and planner; a draft never holds an end-of-text token nor more than answer and context leave room for. */
  private chooseDraft(
    tokensLeft: number,
    position: number,
  ): { draft: Draft; nextOffered: TokenId | null; plan: PlanRecord; evaluatedTokens: number } {
    const { drafter, planner } = this.request;
    const limit = draftLimit(tokensLeft, position, this.request);
    const offered = drafter === null ? EMPTY_DRAFT : offerOf(drafter, limit, this.request.target);
    const { record, evaluatedTokens } = planner.plan(offered, position);
    const draft = cutDraft(offered, record.sentTokens);
    const noDraft = drafter === null ? "strategy" : limit === 0 ? "noRoom" : record.noDraft;
    const nextOffered = offered.length > draft.length ? offered.tokens[draft.length]! : null;
    return { draft, nextOffered, plan: { ...record, noDraft }, evaluatedTokens };
  }
}

/** The most tokens that may be drafted behind the root at `position`: kept drafts + 1 must fit the answer, all the context. */
export function draftLimit(
  tokensLeft: number,
  position: number,
  { target, maxDraftTokens }: DraftBounds,
): number {
  const room = Math.min(tokensLeft - 1, target.contextTokens - position - 1);
  return Math.max(0, Math.min(room, maxDraftTokens));
}

export interface DraftBounds {
  readonly target: Pick<TargetModel, "contextTokens" | "isEndOfText">;
  readonly maxDraftTokens: number;
}

/** A draft cut at the first end-of-text token and at `limit`, whatever the drafter promised. */
export function offerOf(
  drafter: Pick<Drafter, "draft">,
  limit: number,
  target: Pick<TargetModel, "isEndOfText">,
): Draft {
  const draft = drafter.draft(limit);
  let length = 0;
  while (length < Math.min(limit, draft.length) && !target.isEndOfText(draft.tokens[length]!)) length++;
  return cutDraft(draft, length);
}
