// The input of verification: what stays the same for all steps of an answer, and one step.
import type { Signal } from "../../base/index.ts";
import type { Batches } from "../batchClass.ts";
import type { TokenConstraint } from "../constraint.ts";
import type { Draft } from "../draft.ts";
import type { Guards, Rule, Sampling } from "../rules.ts";
import type { TargetModel, TokenId } from "../target.ts";

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
