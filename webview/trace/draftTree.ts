// The draft of one step as a tree from left to right: the root, the chain that was sent with its verdicts, and at each
// position the alternatives that were not sent. Only the sent part of an offered chain is recorded, so alternatives
// beyond the first position after it have no recorded parent; they are counted, not drawn. Arrow keys walk through the
// tree; a `laser-place` event carries the chosen position of the chain.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { isKept } from "../../core/laser/index.ts";
import {
  keptOf,
  oneLineText,
  probabilityWords,
  spokenText,
  standingIn,
  tokenText,
  type NamedTokens,
  type TraceAlternative,
  type TraceStep,
} from "../../core/trace/index.ts";
import { several } from "../run/figures.ts";
import { className } from "../run/items.ts";
import type { StepView } from "../run/model.ts";
import { emit } from "../page/events.ts";
import { LightElement } from "../page/lightElement.ts";

/** A node: `place` −1 is the root, then the positions of the chain; `branch` 0 is the sent token, then alternatives. */
interface Node {
  readonly place: number;
  readonly branch: number;
  readonly id: number;
  readonly kind: "root" | "sent" | "alternative" | "own";
  readonly shownClass: string;
  /** A one-line description. */
  readonly detail: string;
}

function isNext(step: TraceStep, { place, id }: TraceAlternative): boolean {
  return place === keptOf(step) && id === step.next.id;
}

/** Those whose parent is recorded, except the token that was kept in the end. */
function drawnAlternatives(step: TraceStep): readonly TraceAlternative[] {
  return step.alternatives.filter((other) => other.place <= step.draft.length && !isNext(step, other));
}

/** The columns of a step's tree. */
export function treeOf(step: TraceStep): readonly (readonly Node[])[] {
  const kept = keptOf(step);
  const columns: Node[][] = [
    [
      {
        place: -1,
        branch: 0,
        id: step.root,
        kind: "root",
        shownClass: "root",
        detail: "root: the last committed token",
      },
    ],
  ];
  const alternatives = drawnAlternatives(step);
  const places = Math.max(step.draft.length, ...alternatives.map(({ place }) => place + 1), kept + 1);
  for (let place = 0; place < places; place++) {
    const column: Node[] = [];
    const drafted = step.draft[place];
    const verdict = step.verdicts[place];
    if (drafted !== undefined && verdict !== undefined) {
      const { count, share } = drafted;
      const detail = `sent, ${verdict.kind}; seen ${count}×, ${(100 * share).toFixed(0)} % of the votes; ${probabilityWords(verdict)}`;
      column.push({ place, branch: 0, id: drafted.id, kind: "sent", shownClass: verdict.kind, detail });
    }
    if (place === kept) {
      const known = step.alternatives.find((other) => isNext(step, other));
      const seen = known === undefined ? "" : `; an alternative, seen ${known.count}×, not sent`;
      const detail = `${step.next.kind}: the target's choice here${seen}`;
      column.push({
        place,
        branch: column.length,
        id: step.next.id,
        kind: "own",
        shownClass: step.next.kind,
        detail,
      });
    }
    for (const { id, count, share } of alternatives.filter((other) => other.place === place)) {
      const figures = standingIn(step.rows[place], id);
      const had =
        figures === null ? "" : `; the target had it at rank ${figures.rank}, ${probabilityWords(figures)}`;
      const detail = `not sent; seen ${count}×, ${(100 * share).toFixed(0)} % of the votes${had}`;
      column.push({
        place,
        branch: column.length,
        id,
        kind: "alternative",
        shownClass: "alternative",
        detail,
      });
    }
    columns.push(column);
  }
  return columns;
}

@customElement("laser-draft-tree")
export class DraftTree extends LightElement {
  @property({ attribute: false }) accessor view!: StepView;
  @property({ attribute: false }) accessor tokens: NamedTokens = {};
  /** The position of the page's cursor. */
  @property({ attribute: false }) accessor place = 0;
  @state() accessor at: { readonly column: number; readonly branch: number } = { column: 1, branch: 0 };

  private columns: readonly (readonly Node[])[] = [];
  private wantsFocus = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "tree";
    this.ariaLabel = "Draft tree";
    this.ariaOrientation = "horizontal";
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("view")) this.columns = treeOf(this.view.step);
    if (changed.has("view") || changed.has("place")) {
      this.at = this.nodeOfPlace();
    }
  }

  /** The node of the page's cursor. In the answer the target's token comes after the draft, in the tree it does not. */
  private nodeOfPlace(): { readonly column: number; readonly branch: number } {
    const isOwn = this.place === this.view.step.draft.length;
    for (const [column, nodes] of this.columns.entries()) {
      const branch = nodes.findIndex(({ kind, place }) =>
        isOwn ? kind === "own" : kind === "sent" && place === this.place,
      );
      if (branch >= 0) return { column, branch };
    }
    return { column: Math.min(1, this.columns.length - 1), branch: 0 };
  }

  protected override render(): TemplateResult {
    return html`${this.columns.map(
      (column, index) =>
        html`<div class="column" role="presentation">
          ${column.map((node, branch) => this.nodeView(node, index, branch, column.length))}
        </div>`,
    )}`;
  }

  protected override updated(): void {
    const node = this.querySelector<HTMLElement>('[tabindex="0"]');
    if (this.wantsFocus) node?.focus();
    this.wantsFocus = false;
  }

  private nodeView(node: Node, column: number, branch: number, size: number): TemplateResult {
    const isAt = column === this.at.column && branch === this.at.branch;
    const text = tokenText({ tokens: this.tokens }, node.id);
    const isCommitted = node.kind === "own" || (node.kind === "sent" && isKept(node.shownClass));
    return html`<div
      class="node ${node.kind} ${isCommitted ? "path" : ""}"
      role="treeitem"
      aria-level=${column + 1}
      aria-posinset=${branch + 1}
      aria-setsize=${size}
      aria-selected=${String(isAt)}
      aria-label="${spokenText(text)}, ${node.detail}"
      tabindex=${isAt ? 0 : -1}
      data-column=${column}
      data-branch=${branch}
    >
      <bdi class="token ${node.shownClass}" title=${node.detail}
        >${text === "" ? "◌" : oneLineText(text.slice(0, 80))}</bdi
      >
      ${node.kind === "alternative" ? html`<span class="sr-only">not sent</span>` : nothing}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { column, branch } = this.at;
    const targetByKey: Readonly<Record<string, readonly [column: number, branch: number]>> = {
      ArrowRight: [column + 1, 0],
      ArrowLeft: [column - 1, 0],
      ArrowDown: [column, branch + 1],
      ArrowUp: [column, branch - 1],
      Home: [0, 0],
      End: [this.columns.length - 1, 0],
    };
    const target = targetByKey[event.key];
    if (target !== undefined) {
      event.preventDefault();
      if (this.columns[target[0]]?.[target[1]] === undefined) return;
      this.at = { column: target[0], branch: target[1] };
      this.wantsFocus = true;
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.take();
    }
  };

  private readonly onClick = (event: MouseEvent): void => {
    const node = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-column]") : null;
    if (node === null) return;
    this.at = { column: Number(node.dataset.column), branch: Number(node.dataset.branch) };
    this.take();
  };

  /** The chain and the target's token have a position in the answer; alternatives don't. */
  private take(): void {
    const node = this.columns[this.at.column]?.[this.at.branch];
    if (node === undefined || node.place < 0 || node.kind === "alternative") return;
    const place = node.kind === "own" ? this.view.step.draft.length : node.place;
    emit(this, "laser-place", place);
  }
}

/** The tree in words, for its caption. */
export function treeCaption(step: TraceStep): string {
  const { draft, alternatives } = step;
  const sent =
    draft.length === 0
      ? `nothing sent (${className("plain")} step)`
      : `${draft.length} sent, ${keptOf(step)} kept`;
  const further = alternatives.filter(({ place }) => place > draft.length).length;
  const hidden = further === 0 ? "" : ` (${further} more not recorded)`;
  return `Draft tree: ${sent}, ${several(drawnAlternatives(step).length, "alternative")}${hidden}`;
}
