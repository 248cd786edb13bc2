// A step's draft as a tree: where each drafted token hangs, which row it was judged by, and what the step keeps. A chain
// is the tree in which every token follows the one before it.
import type { TraceStep } from "./types.ts";

/** `place` 0 … n − 1 are the drafted tokens, n is the target's token at the end of the step. */
type Shape = Pick<TraceStep, "draft" | "path">;

/** The place of the token that this one follows; −1 = the root. The target's token follows the kept path. */
export function parentOf({ draft, path }: Shape, place: number): number {
  return place < draft.length ? draft[place]!.parent : (path.at(-1) ?? -1);
}

/** The index of the row that the token at `place` was judged by or chosen from. */
export function rowIndexOf(step: Shape, place: number): number {
  return parentOf(step, place) + 1;
}

/** Whether every drafted token follows the one before it. */
export function isChainDraft(draft: TraceStep["draft"]): boolean {
  return draft.every(({ parent }, place) => parent === place - 1);
}

/** Tokens between the root and each drafted token: 0 = directly after the root. O(drafted tokens). */
export function depthsOf(draft: TraceStep["draft"]): number[] {
  const depths: number[] = [];
  for (const { parent } of draft) depths.push(parent < 0 ? 0 : depths[parent]! + 1);
  return depths;
}

/** The same for one token, the target's own included: how many tokens are between the root and it. */
export function depthOf(step: Shape, place: number): number {
  let depth = 0;
  for (let at = parentOf(step, place); at >= 0; at = step.draft[at]!.parent) depth++;
  return depth;
}

/** The places from the root's child down to `place`, this one included. */
export function branchTo(step: Shape, place: number): number[] {
  const branch = [place];
  for (let at = parentOf(step, place); at >= 0; at = step.draft[at]!.parent) branch.push(at);
  return branch.reverse();
}

/** The places of the drafted tokens that follow the one at `place`, in their order; −1 = the root. */
export function childrenOf(draft: TraceStep["draft"], place: number): number[] {
  const children: number[] = [];
  for (let at = place + 1; at < draft.length; at++) if (draft[at]!.parent === place) children.push(at);
  return children;
}

/**
 * Where the branch of a token leaves the kept path: its first token that is not kept, which may be the token itself;
 * null for a kept token and the target's own.
 */
export function turnOf(step: Shape, place: number): number | null {
  const turn = branchTo(step, place).find((at, depth) => at !== step.path[depth]);
  return turn === undefined || turn === step.draft.length ? null : turn;
}

/** The places of the committed tokens: the kept path, then the target's token. */
export function committedPlaces({ draft, path }: Shape): number[] {
  return [...path, draft.length];
}

/** All drafted places, each branch whole before the next one: as a tree is read. The kept path comes first at each fork. */
export function depthFirst({ draft, path }: Shape): number[] {
  const children = new Map<number, number[]>();
  draft.forEach(({ parent }, place) => {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [place]);
    else siblings.push(place);
  });
  const kept = new Set(path);
  const order: number[] = [];
  // A stack, since a draft may be as deep as it is long. What is pushed last comes first.
  const open: number[] = [-1];
  while (open.length > 0) {
    const place = open.pop()!;
    if (place >= 0) order.push(place);
    const next = children.get(place) ?? [];
    open.push(...next.filter((at) => !kept.has(at)).reverse(), ...next.filter((at) => kept.has(at)));
  }
  return order;
}
