// Verification of a draft tree: which branch is kept. The published rule is its relaxed rule without guards.
// Pure; it judges tokens with laser/verify.ts and must not know models, drafters or loops.
import type { Distribution } from "../process.ts";
import {
  FRESH_JUDGE_STATE,
  isKept,
  type Guards,
  type JudgeState,
  type Rule,
  type Verdict,
} from "../rules.ts";
import type { NextKind } from "../step.ts";
import type { TokenId } from "../target.ts";
import { afterVerdict, judge, unreached } from "../verify.ts";
import type { DraftTree } from "./draftTree.ts";

/** The published code has none: it may pass over the target's end. */
export const NO_GUARDS: Guards = { endOfText: false, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

export interface TreeOutcome {
  /** Verdict i belongs to slot i + 1; "unreached" behind a rejected token. */
  readonly verdicts: readonly Verdict[];
  /** The slots of the kept branch, from the root's child on; empty where no drafted token is kept. */
  readonly path: readonly number[];
  /** The target's own choice behind the kept branch. */
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** What the answer carries into the next step. */
  readonly state: JudgeState;
}

/**
 * A drafted token is kept iff all above it are and it is allowed behind the token above: among the k most probable
 * with P > p, or the arg-max, which is all that is left where no token exceeds p. The longest kept branch wins; of
 * equals the first in depth-first order, however probable the others are. Own choice at temperature 0 = arg-max.
 * @param rowAt the distribution behind a slot; asked once a slot, in slot order, and read before the next is asked
 */
export function verifyTree(
  tree: DraftTree,
  rowAt: (slot: number) => Distribution,
  rule: Rule,
  guards: Guards = NO_GUARDS,
  state: JudgeState = FRESH_JUDGE_STATE,
): TreeOutcome {
  const { size, tokens, parents } = tree;
  const verdicts = new Array<Verdict>(size - 1);
  /** Kept tokens on the way to a slot, its own included; −1 where one was rejected. */
  const depths = new Int32Array(size).fill(-1);
  const states: JudgeState[] = [state];
  let best = 0;
  let next = -1;
  let nextState = state;
  depths[0] = 0;
  for (let slot = 0; slot < size; slot++) {
    const row = rowAt(slot);
    const reached = depths[slot]! >= 0;
    const own = states[slot] ?? state;
    // Slots are in depth-first order: the first of the deepest belongs to the first of the longest branches.
    if (reached && (slot === 0 || depths[slot]! > depths[best]!)) {
      best = slot;
      next = row.own;
      nextState = afterVerdict(own, null, row);
    }
    for (let child = slot + 1; child < size; child++) {
      if (parents[child] !== slot) continue;
      const verdict = reached
        ? judge(tokens[child]!, row, rule, guards, own)
        : unreached(tokens[child]!, row, rule);
      verdicts[child - 1] = verdict;
      if (!isKept(verdict.kind)) continue;
      depths[child] = depths[slot]! + 1;
      states[child] = afterVerdict(own, verdict, row);
    }
  }
  const path: number[] = [];
  for (let slot = best; slot > 0; slot = parents[slot]!) path.unshift(slot);
  return { verdicts, path, next: { kind: nextKind(tree, best), token: next }, state: nextState };
}

function nextKind({ size, parents }: DraftTree, last: number): NextKind {
  if (size === 1) return "plain";
  for (let slot = last + 1; slot < size; slot++) if (parents[slot] === last) return "correction";
  return "bonus";
}
