// A step's draft as the answer shows it: the kept path in the line, and every other node in one of the branches that
// are folded after it. A chain has no branches: its tokens stay in the line, kept or not. Pure.
import { branchTo, depthsOf, isChainDraft, parentOf, type TraceStep } from "../../../core/trace/index.ts";
import { several } from "../../page/amounts.ts";

/** Drafted tokens one after the other, off the kept path: from where they leave it, or another branch, to a leaf. */
export interface Branch {
  /** The place of the token that it leaves; −1 for the root. */
  readonly parent: number;
  /** 0 if it leaves the kept path, 1 if it leaves such a branch, and so on. */
  readonly level: number;
  /** Its tokens' places, from the fork on. */
  readonly places: readonly number[];
}

/** Places are those of `Item`: the drafted tokens in order, then the target's token. */
export interface DraftShape {
  /** The places in the line, in order. */
  readonly line: readonly number[];
  /** In the order of their forks along the path, those that leave a branch after it. */
  readonly branches: readonly Branch[];
  /** Every place in the order shown: the line, with the branches before the target's token. */
  readonly order: readonly number[];
  /** By place: tokens from the root, 1 directly after it. The target's token is one deeper than the path. */
  readonly depths: readonly number[];
  /** By place: the index of its branch; −1 in the line. */
  readonly branchOf: readonly number[];
  /** How many tokens are off the line. */
  readonly folded: number;
}

type Drafted = Pick<TraceStep, "draft" | "path">;

export function shapeOf({ draft, path }: Drafted): DraftShape {
  const end = draft.length;
  const depths = [...depthsOf(draft), path.length].map((before) => before + 1);
  const children = draft.map((): number[] => []);
  const fromRoot: number[] = [];
  draft.forEach(({ parent }, place) => (parent < 0 ? fromRoot : children[parent]!).push(place));
  const isChain = isChainDraft(draft);
  const line = isChain ? depths.map((_, place) => place) : [...path, end];
  const branchOf = depths.map(() => -1);
  const branches: Branch[] = [];
  const inLine = new Set(line);
  const childrenOf = (place: number): readonly number[] => (place < 0 ? fromRoot : children[place]!);
  const addBranches = (parents: readonly number[], level: number): void => {
    for (const parent of parents) {
      for (const first of childrenOf(parent)) {
        if (inLine.has(first) || branchOf[first]! >= 0) continue;
        const places: number[] = [];
        for (let at: number | undefined = first; at !== undefined; at = children[at]![0]) {
          branchOf[at] = branches.length;
          places.push(at);
        }
        branches.push({ parent, level, places });
        addBranches(places, level + 1);
      }
    }
  };
  if (!isChain) addBranches([-1, ...path], 0);
  const folded = branches.reduce((sum, { places }) => sum + places.length, 0);
  const order = [...line.slice(0, -1), ...branches.flatMap(({ places }) => places), end];
  return { line, branches, order, depths, branchOf, folded };
}

/** E.g. "+12 in 4 branches". */
export function foldedWords({ folded, branches }: DraftShape): string {
  return `+${folded} in ${several(branches.length, "branch", "branches")}`;
}

/** The deepest token of the line that a place follows, itself if it is in the line; −1 for the root. */
export function leavesLineAt({ branches, branchOf }: DraftShape, place: number): number {
  let at = place;
  while (at >= 0 && branchOf[at]! >= 0) at = branches[branchOf[at]!]!.parent;
  return at;
}

/** Whether the tokens before a place are all in the answer: it is on the kept path, or leaves it there. */
export function followsPath(step: Drafted, place: number): boolean {
  const parent = parentOf(step, place);
  return parent < 0 || step.path.includes(parent);
}

/** The drafter's estimate that the target keeps a drafted token and all tokens before it. */
export function jointChance(step: Drafted, place: number): number {
  return branchTo(step, place).reduce((product, at) => product * step.draft[at]!.chance, 1);
}

/** How many tokens the longest branch of a draft has; 0 without a draft. */
export function draftDepth({ draft }: Pick<TraceStep, "draft">): number {
  return depthsOf(draft).reduce((most, depth) => Math.max(most, depth + 1), 0);
}
