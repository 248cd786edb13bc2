// What may be drafted in a step: within answer and context, and nothing that would end the answer.
import { stateAfterDrafted, type ConstraintState } from "./constraint.ts";
import { cutDraft, isChain, keepNodes, type Draft } from "./draft.ts";
import type { Drafter } from "./drafting/drafter.ts";
import { pathTo } from "./verification/judgeTree.ts";
import type { TargetModel, TokenId } from "./target.ts";

/** Recognizes tokens that would end an answer. */
export interface DraftEnd {
  /** Index of the first of these tokens that would complete a stop after the committed ones; −1 if none would. */
  indexIn(tokens: ArrayLike<TokenId>): number;
}

/** Recognizes the end of an answer, e.g. by its text, which the core can't see. */
export interface StopCheck extends DraftEnd {
  /** Takes committed tokens; true if they complete a stop. */
  commit(tokens: readonly TokenId[]): boolean;
}

/** Where the first of two checks would end an answer. Each commits for itself. */
export function earliestStop(a: StopCheck | null, b: StopCheck | null): DraftEnd | null {
  if (a === null || b === null) return a ?? b;
  return {
    indexIn(tokens) {
      const found = [a.indexIn(tokens), b.indexIn(tokens)].filter((index) => index >= 0);
      return found.length === 0 ? -1 : Math.min(...found);
    },
  };
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
 * The drafter's draft of at most `maxNodes` nodes if it is a tree, without tokens deeper than `limit`, which a drafter may
 * ignore, without tokens that a constraint
 * refuses, and without tokens that would end the answer: end-of-text, or one that completes a stop or the constraint. So
 * only the target's own choice ends an answer.
 */
export function requestDraft(
  drafter: Pick<Drafter, "draft">,
  limit: number,
  target: Pick<TargetModel, "isEndOfText">,
  stops: DraftEnd | null = null,
  constrained: ConstraintState | null = null,
  maxNodes = Infinity,
): Draft {
  const draft = drafter.draft(limit, constrained, maxNodes);
  return keepAllowed(withinAnswer(draft, limit, target, stops), constrained);
}

/** The draft up to the first token of each path that is refused, or that only end-of-text may follow. */
function keepAllowed(draft: Draft, constrained: ConstraintState | null): Draft {
  if (constrained === null || draft.length === 0) return draft;
  const { constraint, state } = constrained;
  const states = new Int32Array(draft.length);
  return keepNodes(draft, (index) => {
    const parent = draft.parents[index]!;
    const before = parent < 0 ? state : states[parent]!;
    states[index] = stateAfterDrafted(constraint, before, draft.tokens[index]!);
    return states[index] >= 0;
  });
}

function withinAnswer(
  draft: Draft,
  limit: number,
  target: Pick<TargetModel, "isEndOfText">,
  stops: DraftEnd | null,
): Draft {
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
  stops: DraftEnd | null,
): boolean {
  if (target.isEndOfText(draft.tokens[index]!)) return false;
  const path = pathTo(draft, index);
  if (path.length > limit) return false;
  return stops === null || stops.indexIn(path.map((at) => draft.tokens[at]!)) < 0;
}
