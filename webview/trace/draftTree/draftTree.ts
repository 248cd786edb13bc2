// The draft tree of one step as an element: its nodes from left to right, joined to their parents, the tokens of the answer
// as the line at the top. Arrow keys walk through the tree; a `laser-place` event carries the chosen token's place.
import { t } from "../../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { customElement, property, state } from "lit/decorators.js";
import { oneLineText, spokenText, tokenText, type NamedTokens } from "../../../core/trace/index.ts";
import type { StepView } from "../../run/model/model.ts";
import { emit } from "../../page/events.ts";
import { LightElement } from "../../page/lightElement.ts";
import { pathUnder, type StepFlips } from "../../run/whatIf/whatIfPath.ts";
import { treeOf, type DrawnNode } from "./treeLayout.ts";

/** Longer tokens are cut by their box anyway. */
const MAX_SHOWN = 80;

@customElement("laser-draft-tree")
export class DraftTree extends LightElement {
  @property({ attribute: false }) accessor view!: StepView;
  @property({ attribute: false }) accessor tokens: NamedTokens = {};
  /** The place of the page's cursor. */
  @property({ attribute: false }) accessor place = 0;
  /** The verdicts that a what-if changes; null without one. */
  @property({ attribute: false }) accessor flips: StepFlips | null = null;
  /** Index of the node in the tab order. */
  @state() accessor at = 0;

  private nodes: readonly DrawnNode[] = [];
  /** The places that would be kept in the what-if. */
  private wouldKeep: ReadonlySet<number> = new Set();
  private wantsFocus = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "tree";
    this.ariaLabel = t("Draft tree");
    this.ariaOrientation = "horizontal";
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("view")) this.nodes = treeOf(this.view.step);
    if (changed.has("view") || changed.has("flips"))
      this.wouldKeep = new Set(this.flips === null ? [] : pathUnder(this.view.step, this.flips));
    if (changed.has("view") || changed.has("place"))
      this.at = Math.max(
        0,
        this.nodes.findIndex(({ kind, place }) => kind !== "root" && place === this.place),
      );
  }

  protected override render(): TemplateResult {
    return html`${this.nodes.map((node, index) => this.nodeView(node, index))}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("view")) this.placeNodes();
    const node = this.querySelector<HTMLElement>('[tabindex="0"]');
    if (this.wantsFocus) node?.focus();
    else if (node !== null) this.showNode(node);
    this.wantsFocus = false;
  }

  /** Scrolls only sideways: the page around stays where the reader left it. */
  private showNode(node: HTMLElement): void {
    const [outer, inner] = [this.getBoundingClientRect(), node.getBoundingClientRect()];
    if (inner.left < outer.left) this.scrollLeft -= outer.left - inner.left;
    else if (inner.right > outer.right) this.scrollLeft += inner.right - outer.right;
  }

  /** By script, because the page's content policy forbids style attributes. */
  private placeNodes(): void {
    const elements = this.querySelectorAll<HTMLElement>(".node");
    this.nodes.forEach(({ column, row, parent }, index) => {
      const style = elements[index]!.style;
      style.gridColumn = String(column + 1);
      style.gridRow = String(row + 1);
      style.setProperty("--below", String(row - (this.nodes[parent]?.row ?? row)));
    });
  }

  private nodeView(node: DrawnNode, index: number): TemplateResult {
    const { kind, column, row, children, parent, shownClass, detail, isCommitted } = node;
    const siblings = this.nodes[parent]?.children ?? [index];
    const isAt = index === this.at;
    const flip = this.flips?.get(node.place);
    const words = flip === undefined ? detail : t("{0}; what-if: {1}", detail, flip);
    const text = tokenText({ tokens: this.tokens }, node.id);
    const shown = text === "" ? "◌" : oneLineText(text.slice(0, MAX_SHOWN));
    const classes = [
      "node",
      kind,
      ...(isCommitted ? ["path"] : []),
      ...(children.length > 0 ? ["inner"] : []),
      ...(this.wouldKeep.has(node.place) ? ["would"] : []),
      ...(row > (this.nodes[parent]?.row ?? row) ? ["lower"] : []),
    ];
    return html`<div
      class=${classes.join(" ")}
      role="treeitem"
      aria-level=${column + 1}
      aria-posinset=${siblings.indexOf(index) + 1}
      aria-setsize=${siblings.length}
      aria-selected=${String(isAt)}
      aria-label="${spokenText(text)}, ${words}"
      tabindex=${isAt ? 0 : -1}
      data-node=${index}
    >
      <bdi class="token ${shownClass}" title="${shown}: ${words}">${shown}</bdi>
      ${flip === undefined ? nothing : html`<span class="turned" aria-hidden="true">▲</span>`}
      ${kind === "alternative" ? html`<span class="sr-only">not sent</span>` : nothing}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.take();
      return;
    }
    const target = this.targetOf(event.key);
    if (target === null) return;
    event.preventDefault();
    if (target === undefined || target === this.at) return;
    this.at = target;
    this.wantsFocus = true;
  };

  /** The node that a key leads to; undefined at an edge of the tree, null for other keys. */
  private targetOf(key: string): number | undefined | null {
    const { nodes, at } = this;
    const node = nodes[at];
    if (node === undefined) return null;
    switch (key) {
      case "ArrowRight":
        return node.children[0];
      case "ArrowLeft":
        return node.parent < 0 ? undefined : node.parent;
      case "ArrowDown":
      case "ArrowUp": {
        // Siblings first; after the last of them, the next token of the same depth.
        const column = nodes.flatMap((other, index) => (other.column === node.column ? [index] : []));
        column.sort((a, b) => nodes[a]!.row - nodes[b]!.row);
        return column[column.indexOf(at) + (key === "ArrowDown" ? 1 : -1)];
      }
      case "Home":
        return 0;
      case "End": {
        // The end of the answer's line.
        let end = 0;
        while (nodes[end]!.children.length > 0) end = nodes[end]!.children[0]!;
        return end;
      }
      default:
        return null;
    }
  }

  private readonly onClick = (event: MouseEvent): void => {
    const node = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-node]") : null;
    if (node === null) return;
    this.at = Number(node.dataset.node);
    this.take();
  };

  /** Sent tokens and the target's token have a place in the answer or its branches; alternatives don't. */
  private take(): void {
    const node = this.nodes[this.at];
    if (node !== undefined && node.place >= 0) emit(this, "laser-place", node.place);
  }
}
