// One run of the decoding loop, step by step: `begin` drafts and starts the evaluation, `finish` judges and commits. What
// no verdict needs is left for `event`, which may be called while the next evaluation runs.
import { ConstraintError } from "./constraint.ts";
import { cutDraft, EMPTY_DRAFT, isChain, type Draft } from "./draft.ts";
import { draftLimit, requestDraft, type DraftEnd } from "./offer.ts";
import type { Plan } from "./planning/planner.ts";
import type { DecodeEvent, NoDraftReason, PlanRecord } from "./step.ts";
import type { TokenId } from "./target.ts";
import type { DecodeRequest } from "./request.ts";
import type { VerifyInput } from "./verification/verifyInput.ts";
import { StepVerifier, type Evaluation } from "./verification/verifyStep.ts";

/** A step that was committed. */
export interface FinishedStep {
  readonly committed: readonly TokenId[];
  /** The target's own token, the last of them. */
  readonly next: TokenId;
  /** Whether rows remain to be read by `event`, which must be called before the next `finish`. */
  readonly isDeferred: boolean;
  /** Resolves when `event` costs least. */
  readonly ready: Promise<void> | undefined;
  /** The record of the step. */
  event(): Extract<DecodeEvent, { readonly kind: "step" }>;
}

/** A drafted step, which is evaluated as soon as it is planned. */
interface BegunStep {
  readonly repeatedTokens: number;
  readonly startedAt: number;
  readonly draftedAt: number;
  readonly started: StartedStep | Promise<StartedStep>;
}

/** A step whose evaluation was started. */
interface StartedStep {
  readonly input: VerifyInput;
  readonly plan: PlanRecord;
  readonly evaluation: Promise<Evaluation>;
}

/** What the drafter offers. */
interface Offered {
  readonly draft: Draft;
  /** Why there can be no draft at all; null if there can. */
  readonly noDraft: NoDraftReason | null;
}

/** A request with all its ways of ending combined. */
type RunRequest = Omit<DecodeRequest, "stops"> & { readonly stops: DraftEnd | null };

/** The state that one run carries from step to step. */
export class DecodeRun {
  /** Prompt and committed tokens, followed by the draft that is being judged. */
  private readonly sequence: Int32Array;
  private length: number;
  private readonly verifier: StepVerifier;
  private steps = 0;
  private begun: BegunStep | null = null;
  /** An upper bound on how long the consumer of the steps kept the current one waiting. */
  private interruptedMs = 0;
  /** Of the constraint after the committed tokens; 0 without one. */
  private constraintState = 0;

  /** @throws ConstraintError inheritedTokenRefused */
  constructor(private readonly request: RunRequest) {
    const { prompt, inheritedTokens = 0, target, constraint = null } = request;
    if (constraint !== null) this.constraintState = constraint.start;
    this.follow(prompt.subarray(prompt.length - inheritedTokens), prompt.length - inheritedTokens);
    this.sequence = new Int32Array(target.contextTokens + 1);
    this.sequence.set(prompt);
    this.length = prompt.length;
    this.verifier = new StepVerifier({ ...request, promptTokens: prompt.length - inheritedTokens });
  }

  get isUnderWay(): boolean {
    return this.begun !== null;
  }

  /** Resolves when no evaluation is running, even if it failed. */
  async settled(): Promise<void> {
    try {
      const started = await this.begun?.started;
      await started?.evaluation;
    } catch {
      // Reported by `finish`.
    }
  }

  /** How long the consumer held up the run during a step: not part of that step's time. */
  wasInterrupted(ms: number): void {
    this.interruptedMs += ms;
  }

  /** Drafts and starts the evaluation, at once unless the planner takes its time; `finish` awaits it. */
  begin(tokensLeft: number): void {
    const { target, planner, now } = this.request;
    const startedAt = now();
    const position = this.length - 1; // Of the root; the target keeps the tokens before it.
    const { repeatedTokens } = target;
    const offered = this.offer(tokensLeft, position);
    const planned = planner.plan(offered.draft, position, repeatedTokens);
    const draftedAt = now();
    const started =
      planned instanceof Promise
        ? planned.then((plan) => this.start(offered, plan, position))
        : this.start(offered, planned, position);
    if (started instanceof Promise) started.catch(() => undefined); // Reported by `finish`, which may never be called.
    this.begun = { repeatedTokens, startedAt, draftedAt, started };
  }

  private start(offered: Offered, plan: Plan, position: number): StartedStep {
    const { draft, nextUnsent, evaluatedTokens } = this.planned(offered, plan, position);
    const { threads } = plan.record;
    const isTree = !isChain(draft);
    const input = {
      sequence: this.sequence,
      position,
      draft,
      isTree,
      evaluatedTokens,
      repeatedTokens: this.request.target.repeatedTokens,
      threads,
      nextUnsent,
      constraintState: this.constraintState,
    };
    const evaluation = this.verifier.evaluate(input);
    evaluation.catch(() => undefined); // Reported by `finish`, which may never be called.
    return { input, plan: { ...plan.record, noDraft: offered.noDraft ?? plan.record.noDraft }, evaluation };
  }

  /** Judges and commits what `begin` started. @throws whatever the target throws */
  async finish(): Promise<FinishedStep> {
    const { begun, request } = this;
    if (begun === null) throw new Error("no step was begun");
    const { target, planner, drafter, rule, now } = request;
    const { repeatedTokens, startedAt, draftedAt } = begun;
    const { input, plan, evaluation } = await begun.started;
    const { draft, position, evaluatedTokens } = input;
    const evaluated = await evaluation;
    const interruptedMs = this.waitedSince(evaluated.endedAt);
    const outcome = await this.verifier.judge(input, evaluated);
    this.begun = null;
    const { path, next, verifyMs, workMs, nextUnsentAccepted } = outcome;
    const committed = [...Array.from(path, (index) => draft.tokens[index]!), next.token];
    if (!input.isTree) await target.rollback(position + committed.length);
    else await target.rollback(position, Int32Array.of(0, ...path.map((index) => index + 1)));
    this.follow(committed, this.length);
    this.sequence.set(committed, this.length);
    this.length += committed.length;
    const judged = { draft, isKept: outcome.isKept };
    drafter?.commit(committed, rule.kind === "strict" ? null : { nextUnsentAccepted, judged });

    const endedAt = now() - interruptedMs;
    planner.observe({
      committed,
      nextUnsentAccepted,
      stepMs: endedAt - startedAt - verifyMs + workMs,
      evaluatedTokens: repeatedTokens + evaluatedTokens,
      threads: plan.threads,
      contextTokens: position,
      verifyMs: workMs,
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

  /** Whether the constraint allows nothing after the committed tokens. */
  get isComplete(): boolean {
    return this.request.constraint?.isComplete(this.constraintState) === true;
  }

  /** Brings the constraint to the state after these tokens of the answer. @param position of the first of them */
  private follow(tokens: ArrayLike<TokenId>, position: number): void {
    const { constraint = null, target } = this.request;
    if (constraint === null) return;
    for (let i = 0; i < tokens.length; i++) {
      if (target.isEndOfText(tokens[i]!)) return;
      this.constraintState = constraint.advance(this.constraintState, tokens[i]!);
      if (this.constraintState < 0)
        throw new ConstraintError({ tag: "inheritedTokenRefused", position: position + i });
    }
  }

  /** The part of the interruption that was not spent on the evaluation. */
  private waitedSince(evaluatedAt: number): number {
    if (this.interruptedMs === 0) return 0;
    const waited = Math.min(this.interruptedMs, Math.max(0, this.request.now() - evaluatedAt));
    this.interruptedMs = 0;
    return waited;
  }

  /** Asks the drafter. A draft never holds a token that would end the answer, and fits into answer and context. */
  private offer(tokensLeft: number, position: number): Offered {
    const { drafter, planner, target, stops, constraint = null } = this.request;
    const limit = draftLimit(tokensLeft, position, this.request);
    const constrained = constraint && { constraint, state: this.constraintState };
    const sendable = planner.sendable(target.repeatedTokens);
    const draft =
      drafter === null || sendable === 0
        ? EMPTY_DRAFT
        : requestDraft(drafter, limit, target, stops, constrained, sendable);
    return { draft, noDraft: drafter === null ? "strategy" : limit === 0 ? "noRoom" : null };
  }

  /** The part of an offer that was planned. */
  private planned({ draft: offered }: Offered, { record, evaluatedTokens }: Plan, position: number) {
    const draft = cutDraft(offered, record.sentTokens);
    const isCut = offered.length > draft.length && isChain(offered);
    const nextUnsent: TokenId | null = isCut ? offered.tokens[draft.length]! : null;
    // Fillers must fit into the context, too.
    const { target } = this.request;
    const room = target.contextTokens + (target.fillerTokens ?? 0) - position;
    const withinRoom = Math.max(draft.length + 1, Math.min(evaluatedTokens, room));
    return { draft, nextUnsent, evaluatedTokens: withinRoom };
  }
}
