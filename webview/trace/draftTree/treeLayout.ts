// The draft of one step as a tree to be drawn from left to right: the sent tokens with their verdicts, the target's own token,
// and the alternatives that were not sent. An alternative beyond what was sent has no recorded parent: it is counted, not
// drawn. Pure.
import { t } from "../../../core/base/index.ts";
import { isKept } from "../../../core/laser/index.ts";
import {
  parentOf,
  probabilityWords,
  isChainDraft,
  rowIndexOf,
  standingIn,
  type TraceAlternative,
  type TraceStep,
} from "../../../core/trace/index.ts";
import { several } from "../../page/amounts.ts";
import { className } from "../../run/model/items.ts";

/** More nodes of a step, as only a file made by hand has, would neither fit nor be drawn quickly. */
const MAX_NODES = 256;

export interface TreeNode {
  readonly kind: "root" | "sent" | "own" | "alternative";
  /** As in `Item.place`: that of the drafted or the target's token; −1 for the root and for alternatives. */
  readonly place: number;
  /** Index of the node it hangs from; −1 for the root. */
  readonly parent: number;
  readonly id: number;
  readonly shownClass: string;
  /** Whether it is in the answer. */
  readonly isCommitted: boolean;
  /** A one-line description. */
  readonly detail: string;
}

export interface DrawnNode extends TreeNode {
  /** From 0, the root's, to the right; and from 0 downwards. */
  readonly column: number;
  readonly row: number;
  /** Indices of the nodes that hang from it. */
  readonly children: readonly number[];
}

/** The nodes of a step: each after its parent, the root first. */
export function treeOf(step: TraceStep): readonly DrawnNode[] {
  const nodes: TreeNode[] = [rootNode(step)];
  const nodeOf = new Map<number, number>([[-1, 0]]);
  const add = (node: Omit<TreeNode, "parent">, parentPlace: number): void => {
    const parent = nodeOf.get(parentPlace);
    if (parent === undefined) return;
    if (node.place >= 0) nodeOf.set(node.place, nodes.length);
    nodes.push({ ...node, parent });
  };
  // Tokens of the answer come first, so that they form the straight line at the top and are always drawn.
  for (const place of step.path) add(sentNode(step, place), parentOf(step, place));
  add(ownNode(step), parentOf(step, step.draft.length));
  const path = new Set(step.path);
  for (let place = 0; place < step.draft.length && nodes.length < MAX_NODES; place++)
    if (!path.has(place)) add(sentNode(step, place), parentOf(step, place));
  for (const other of drawnAlternatives(step)) {
    if (nodes.length === MAX_NODES) break;
    add(alternativeNode(step, other), alternativeParent(step, other.place)!);
  }
  return laidOut(nodes);
}

function rootNode({ root }: TraceStep): TreeNode {
  const detail = t("root: the last committed token");
  return { kind: "root", place: -1, parent: -1, id: root, shownClass: "root", isCommitted: true, detail };
}

function sentNode(step: TraceStep, place: number): Omit<TreeNode, "parent"> {
  const { id, count, share } = step.draft[place]!;
  const verdict = step.verdicts[place]!;
  const detail = `sent, ${verdict.kind}; seen ${count}×, ${votes(share)}; ${probabilityWords(verdict)}`;
  const isCommitted = isKept(verdict.kind);
  return { kind: "sent", place, id, shownClass: verdict.kind, isCommitted, detail };
}

function ownNode(step: TraceStep): Omit<TreeNode, "parent"> {
  const { kind, id } = step.next;
  const known = step.alternatives.find((other) => isNext(step, other));
  const seen = known === undefined ? "" : t("; an alternative, seen {0}×, not sent", known.count);
  const detail = t("{0}: the target's choice here{1}", kind, seen);
  return { kind: "own", place: step.draft.length, id, shownClass: kind, isCommitted: true, detail };
}

function alternativeNode(
  step: TraceStep,
  { place, id, count, share }: TraceAlternative,
): Omit<TreeNode, "parent"> {
  const figures = standingIn(step.rows[rowIndexOf(step, Math.min(place, step.draft.length))], id);
  const had =
    figures === null
      ? ""
      : t("; the target had it at rank {0}, {1}", figures.rank, probabilityWords(figures));
  const detail = t("not sent; seen {0}×, {1}{2}", count, votes(share), had);
  return { kind: "alternative", place: -1, id, shownClass: "alternative", isCommitted: false, detail };
}

function votes(share: number): string {
  return t("{0} % of the votes", (100 * share).toFixed(0));
}

/** The place that an alternative hangs from: that of the token it is an alternative to; null if it is not recorded. */
function alternativeParent(step: TraceStep, place: number): number | null {
  const { draft } = step;
  if (place < draft.length) return parentOf(step, place);
  return place === draft.length && isChainDraft(draft) ? draft.length - 1 : null;
}

/** Whether an alternative is the token that the target put there in the end. */
function isNext(step: TraceStep, { place, id }: TraceAlternative): boolean {
  return id === step.next.id && alternativeParent(step, place) === parentOf(step, step.draft.length);
}

function drawnAlternatives(step: TraceStep): readonly TraceAlternative[] {
  return step.alternatives.filter(
    (other) => alternativeParent(step, other.place) !== null && !isNext(step, other),
  );
}

/**
 * Rows and columns. A first child stays in its parent's row; each further one goes below its siblings, with all that
 * hangs from it, by as little as keeps them apart in every column. So lines never cross.
 */
function laidOut(nodes: readonly TreeNode[]): DrawnNode[] {
  const children = nodes.map((): number[] => []);
  nodes.forEach(({ parent }, node) => {
    if (parent >= 0) children[parent]!.push(node);
  });
  /** Rows below the node's parent. */
  const below = nodes.map(() => 0);
  /** The first and the last row of each node's subtree, by columns from it, from its own row. */
  const outlines: { readonly top: number[]; readonly bottom: number[] }[] = [];
  for (let node = nodes.length - 1; node >= 0; node--) {
    const top = [0];
    const bottom = [0];
    for (const child of children[node]!) {
      const outline = outlines[child]!;
      let shift = 0;
      outline.top.forEach((first, column) => {
        shift = Math.max(shift, (bottom[column + 1] ?? -1) + 1 - first);
      });
      below[child] = shift;
      outline.top.forEach((first, column) => {
        top[column + 1] ??= first + shift;
        bottom[column + 1] = outline.bottom[column]! + shift;
      });
    }
    outlines[node] = { top, bottom };
  }
  const drawn: DrawnNode[] = [];
  nodes.forEach((node, index) => {
    const parent = drawn[node.parent];
    const column = parent === undefined ? 0 : parent.column + 1;
    const row = (parent?.row ?? 0) + below[index]!;
    drawn.push({ ...node, column, row, children: children[index]! });
  });
  return drawn;
}

/** The tree in words, for its caption. */
export function treeCaption(step: TraceStep): string {
  const { draft, alternatives, path } = step;
  const sent =
    draft.length === 0
      ? t("nothing sent ({0} step)", className("plain"))
      : t("{0} sent, {1} kept", draft.length, path.length);
  const unknown = alternatives.filter(({ place }) => alternativeParent(step, place) === null).length;
  const drawn = drawnAlternatives(step).length;
  const undrawn = Math.max(0, 2 + draft.length + drawn - MAX_NODES);
  const notes = [
    ...(unknown === 0 ? [] : [t("{0} more not recorded", unknown)]),
    ...(undrawn === 0 ? [] : [t("{0} not drawn", undrawn)]),
  ];
  return t(
    "Draft tree: {0}, {1}{2}",
    sent,
    several(drawn, "alternative"),
    notes.length === 0 ? "" : ` (${notes.join(", ")})`,
  );
}
