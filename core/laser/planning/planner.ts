// Decides before each step how much of an offered draft is sent, and learns from the step once it is done.
import type { Draft } from "../draft.ts";
import type { PlanRecord } from "../step.ts";
import type { TokenId } from "../target.ts";

/** A step's time outside its evaluation is averaged over about this many steps. */
export const OTHER_MEMORY_STEPS = 16;

/** What to do in a step. */
export interface Plan {
  readonly record: PlanRecord;
  /** Tokens to evaluate: root and draft, + fillers if they keep the run reproducible or the evaluation's shape. */
  readonly evaluatedTokens: number;
}

/** What a step did, and how long it took. */
export interface FinishedStep {
  readonly committed: readonly TokenId[];
  /** Whether the rule would have kept the first offered token that was not sent, even if another one was committed. */
  readonly nextUnsentAccepted: boolean;
  /** Duration of the whole step, the evaluation's by the request's `workNow`. */
  readonly stepMs: number;
  /** The evaluation: tokens, repeated ones included, threads, tokens of context before the root, and duration by `workNow`. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly verifyMs: number;
}

/** Chooses draft lengths: `sendable` and `plan` before each step, `observe` after it. */
export interface Planner {
  /**
   * The most tokens of a draft tree that the next plan can use, if the target computes `repeatedTokens` again: more would
   * be drafted for nothing. At least 1, since even the tokens that are not sent teach, and 0 only while drafting itself
   * costs more than it gains; Infinity if all may be used.
   */
  sendable(repeatedTokens: number): number;
  /**
   * Chooses how many tokens of `draft` to send after `contextTokens` tokens that the target keeps, the last
   * `repeatedTokens` of which it computes again. Returns a promise if that depends on other requests.
   */
  plan(draft: Draft, contextTokens: number, repeatedTokens: number): Plan | Promise<Plan>;
  /** Learns from the step that was planned last. */
  observe(step: FinishedStep): void;
}
