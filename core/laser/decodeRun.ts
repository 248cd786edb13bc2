// One run of the decoding loop, step by step: `begin` drafts and starts the evaluation, `finish` judges and commits. What
// no verdict needs is left for `event`, which may be called while the next evaluation runs.
import { cutDraft, EMPTY_DRAFT, isChain, type Draft } from "./draft.ts";
import { draftLimit, requestDraft } from "./offer.ts";
import type { DecodeEvent, PlanRecord } from "./step.ts";
import type { TokenId } from "./target.ts";
import type { DecodeRequest } from "./request.ts";
import { StepVerifier, type Evaluation, type VerifyInput } from "./verifyStep.ts";

/** A step that was committed. */
export interface FinishedStep {
  readonly committed: readonly TokenId[];
  /** The target's own token, the last of them. */
  readonly next: TokenId;
  /** Whether rows are left to be read, which `event` does; the next `finish` comes too late for it. */
  readonly isDeferred: boolean;
  /** Resolves when `event` costs least. */
  readonly ready: Promise<void> | undefined;
  /** The record of the step. */
  event(): Extract<DecodeEvent, { readonly kind: "step" }>;
}

/** A step whose evaluation was started. */
interface BegunStep {
  readonly input: VerifyInput;
  readonly plan: PlanRecord;
  readonly repeatedTokens: number;
  readonly startedAt: number;
  readonly draftedAt: number;
  readonly evaluation: Promise<Evaluation>;
}

/** The state that one run carries from step to step. */
export class DecodeRun {
  /** Prompt and committed tokens, followed by the draft that is being judged. */
  private readonly sequence: Int32Array;
  private length: number;
  private readonly verifier: StepVerifier;
  private steps = 0;
  private begun: BegunStep | null = null;

  constructor(private readonly request: DecodeRequest) {
    const { prompt, inheritedTokens = 0, target } = request;
    this.sequence = new Int32Array(target.contextTokens + 1);
    this.sequence.set(prompt);
    this.length = prompt.length;
    this.verifier = new StepVerifier({ ...request, promptTokens: prompt.length - inheritedTokens });
  }

  get isUnderWay(): boolean {
    return this.begun !== null;
  }

  /** Resolves when no evaluation is running, whatever became of it. */
  async settled(): Promise<void> {
    await this.begun?.evaluation.catch(() => undefined);
  }

  /** Drafts and starts the evaluation; `finish` awaits it. */
  begin(tokensLeft: number): void {
    const { target, now } = this.request;
    const startedAt = now();
    const position = this.length - 1; // Of the root; the target keeps the tokens before it.
    const { repeatedTokens } = target;
    const { draft, nextUnsent, plan, evaluatedTokens } = this.chooseDraft(tokensLeft, position);
    const input = {
      sequence: this.sequence,
      position,
      draft,
      evaluatedTokens,
      repeatedTokens,
      threads: plan.threads,
      nextUnsent,
    };
    const draftedAt = now();
    const evaluation = this.verifier.evaluate(input);
    evaluation.catch(() => undefined); // Reported by `finish`, which may never be called.
    this.begun = { input, plan, repeatedTokens, startedAt, draftedAt, evaluation };
  }

  /** Judges and commits what `begin` started. @throws whatever the target throws */
  async finish(): Promise<FinishedStep> {
    const { begun, request } = this;
    if (begun === null) throw new Error("no step was begun");
    const { target, planner, drafter, rule, now } = request;
    const { input, plan, repeatedTokens, startedAt, draftedAt } = begun;
    const { draft, position, evaluatedTokens } = input;
    const outcome = await this.verifier.judge(input, await begun.evaluation);
    this.begun = null;
    const { path, next, verifyMs, nextUnsentAccepted } = outcome;
    const committed = [...Array.from(path, (index) => draft.tokens[index]!), next.token];
    if (isChain(draft)) await target.rollback(position + committed.length);
    else await target.rollback(position, Int32Array.of(0, ...path.map((index) => index + 1)));
    this.sequence.set(committed, this.length);
    this.length += committed.length;
    const judged = { draft, isKept: outcome.isKept };
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
    const index = this.steps++;
    const root = this.sequence[position]!;
    return {
      committed,
      next: next.token,
      isDeferred: outcome.isDeferred,
      ready: outcome.ready,
      event: () => ({
        kind: "step",
        committed,
        step: {
          index,
          position,
          root,
          draft,
          path,
          next,
          ...outcome.complete(),
          plan,
          evaluatedTokens,
          repeatedTokens,
          draftMs: draftedAt - startedAt,
          verifyMs,
          otherMs: endedAt - draftedAt - verifyMs,
        },
      }),
    };
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
    // Fillers must fit into the context, too.
    const room = target.contextTokens + (target.fillerTokens ?? 0) - position;
    const withinRoom = Math.max(draft.length + 1, Math.min(evaluatedTokens, room));
    return { draft, nextUnsent, plan: { ...record, noDraft }, evaluatedTokens: withinRoom };
  }
}
