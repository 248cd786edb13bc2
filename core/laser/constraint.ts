// What restricts the tokens of an answer, such as a grammar. The target chooses among the tokens that it allows, at each
// position after the tokens before it, so strict output equals what plain decoding writes under the same constraint.
import { FaultError, type FaultTable } from "../base/index.ts";
import type { Draft } from "./draft.ts";
import type { TokenId } from "./target.ts";

/**
 * A constraint as states, numbered from 0: any number of continuations can be tried from a state, in any order, so
 * branches of a tree need neither copies nor rollback.
 */
export interface TokenConstraint {
  /** The state before the first token of an answer. */
  readonly start: number;
  /** The state after one more token, which is not an end-of-text token; negative if it is not allowed. */
  advance(state: number, token: TokenId): number;
  /** Whether the answer may end here: whether end-of-text is allowed. */
  mayEnd(state: number): boolean;
  /** Whether end-of-text is the only token allowed. */
  isComplete(state: number): boolean;
}

/** A constraint in the state after the committed tokens. */
export interface ConstraintState {
  readonly constraint: TokenConstraint;
  readonly state: number;
}

/**
 * The state after one more drafted token; negative if it may not be drafted: if the constraint refuses it, or if it
 * completes the answer, since only the target's own choice ends one.
 */
export function stateAfterDrafted(constraint: TokenConstraint, state: number, token: TokenId): number {
  const next = constraint.advance(state, token);
  return next >= 0 && !constraint.isComplete(next) ? next : -1;
}

/** The states along a draft, one for each of its nodes and the root. Refilled at every step. */
export class DraftStates {
  private states = new Int32Array(64);

  constructor(
    readonly constraint: TokenConstraint,
    private readonly isEndOfText: (token: TokenId) => boolean,
  ) {}

  /** @param root the state after the root; @param draft tokens that are all allowed */
  fill(root: number, draft: Draft): void {
    if (this.states.length <= draft.length) this.states = new Int32Array(2 * draft.length + 1);
    this.states[0] = root;
    for (let i = 0; i < draft.length; i++)
      this.states[i + 1] = this.constraint.advance(this.states[draft.parents[i]! + 1]!, draft.tokens[i]!);
  }

  /** Whether a token may follow evaluated token `index` (0 = the root). */
  allows(index: number, token: TokenId): boolean {
    const { constraint } = this;
    const state = this.states[index]!;
    return this.isEndOfText(token) ? constraint.mayEnd(state) : constraint.advance(state, token) >= 0;
  }
}

/** position: in the sequence, of the token that could not be chosen. */
export type ConstraintFault =
  | { readonly tag: "noTokenAllowed"; readonly position: number }
  | { readonly tag: "inheritedTokenRefused"; readonly position: number };

const CONSTRAINT_FAULTS: FaultTable<ConstraintFault> = {
  noTokenAllowed: {
    blame: "input",
    message: ({ position }) =>
      `At position ${position}, no token of the model's vocabulary continues the answer as its JSON schema or grammar requires.`,
    nextStep: "Allow characters there that the model has tokens for, or use another model.",
  },
  inheritedTokenRefused: {
    blame: "input",
    message: ({ position }) =>
      `The JSON schema or grammar does not allow the answer that is to be continued: its token at position ${position} is refused.`,
    nextStep: "Continue from an earlier token, or leave the JSON schema or grammar out.",
  },
};

/** Thrown when a constraint does not match the answer or the vocabulary. */
export class ConstraintError extends FaultError<ConstraintFault> {
  protected override get table() {
    return CONSTRAINT_FAULTS;
  }
}
