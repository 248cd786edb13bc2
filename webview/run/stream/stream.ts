// The answer token by token: each step's tokens in order, ghosts in place; or word by word, line by line. It
// is split into blocks of which only those near the visible part contain tokens; the others are plain text of
// about the same size, so that the page stays small however long the answer is. A step is rendered again only
// when something about it changes.
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { customElement, property } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { leftBranch, type Cursor } from "../model/cursor.ts";
import { unitAt, unitsOf, type Granularity, type Unit } from "./granularity.ts";
import { keepInView } from "../../page/inView.ts";
import { isGhost, SHOWN_CLASSES, type Item, type ShownClass } from "../model/items.ts";
import { NO_MARKS, type Marks } from "./marks.ts";
import type { StepView } from "../model/model.ts";
import { NearBlocks } from "../../page/nearBlocks.ts";
import { visibleText } from "../../../core/trace/index.ts";
import { emit } from "../../page/events.ts";
import { LightElement } from "../../page/lightElement.ts";
import { stepView } from "./streamStep.ts";
import { unitView, type TokenRole } from "./token.ts";

const BLOCK_STEPS = 64;
const BLOCK_UNITS = 128;
/** Distance from the end within which a pane counts as scrolled to its end. */
const AT_END_PX = 24;
/** The update for a move, and two after it in which blocks come near. */
const REVEALS = 3;

/** The content of one block. */
type Block =
  | { readonly kind: "steps"; readonly steps: readonly StepView[] }
  | { readonly kind: "units"; readonly units: readonly Unit[] };

/**
 * The pane itself scrolls and is the list box of its tokens, or their tree once a step has branches: `data-step` and
 * `data-place` identify the pressed one. Branches are unfolded while the cursor is in them, and by a press on the mark
 * that represents them (`data-branches`). A `laser-cursor` event carries the place to go to when they are folded.
 */
@customElement("laser-stream")
export class TokenStream extends LightElement {
  @property({ attribute: false }) accessor steps: readonly StepView[] = [];
  @property({ attribute: false }) accessor cursor: Cursor | null = null;
  @property({ attribute: false }) accessor hiddenClasses: ReadonlySet<ShownClass> = new Set();
  @property({ attribute: false }) accessor marks: Marks = NO_MARKS;
  @property({ attribute: false }) accessor granularity: Granularity = "token";
  /** Follows the end while the answer grows, unless the reader scrolled away. */
  @property({ attribute: false }) accessor following = false;

  /** Text of the answer before the run's own; untrusted. */
  @property({ attribute: false }) accessor inherited = "";
  /** The first step of the loop in which the answer ends; null without one. */
  @property({ attribute: false }) accessor loopFrom: number | null = null;

  private isAtEnd = true;
  /**
   * Updates that still move the cursor's token into view: blocks that come near have a different height from
   * before.
   */
  private revealsLeft = 0;
  private wantsFocus = false;
  private blocks: readonly Block[] = [];
  private units: readonly Unit[] = [];
  private tokenRole: TokenRole = "option";
  /** Steps whose branches were unfolded by a press. */
  private readonly unfolded = new Set<number>();
  private readonly near = new NearBlocks(this, { root: this });

  /** Focuses the cursor's token after it is rendered. */
  focusCursor(): void {
    this.wantsFocus = true;
    this.requestUpdate();
  }

  /** Stops following the end, because the reader is looking at something. */
  stay(): void {
    this.isAtEnd = false;
  }

  /** Scrolls to the cursor's token, e.g. after the pane became smaller. */
  showCursor(): void {
    const token = this.querySelector('.token[aria-selected="true"]');
    if (token !== null) keepInView(this, token);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ariaOrientation = "horizontal";
    this.addEventListener("scroll", this.onScroll);
    this.addEventListener("click", this.onClick);
    this.addEventListener("wheel", this.onReader, { passive: true });
    this.addEventListener("pointerdown", this.onReader);
  }

  override disconnectedCallback(): void {
    this.removeEventListener("scroll", this.onScroll);
    this.removeEventListener("click", this.onClick);
    this.removeEventListener("wheel", this.onReader);
    this.removeEventListener("pointerdown", this.onReader);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("steps") || changed.has("granularity")) {
      this.units = this.granularity === "token" ? [] : unitsOf(this.steps, this.granularity);
      this.blocks = blocksOf(this.steps, this.units, this.granularity);
      const isTree = this.granularity === "token" && this.steps.some(({ shape }) => shape.folded > 0);
      this.tokenRole = isTree ? "treeitem" : "option";
      this.role = isTree ? "tree" : "listbox";
    }
    const hidden = SHOWN_CLASSES.map((name) => [`without-${name}`, this.hiddenClasses.has(name)] as const);
    for (const [name, isOn] of hidden) this.classList.toggle(name, isOn);
    this.classList.toggle("filtered", this.marks.matches !== null);
  }

  protected override render(): TemplateResult {
    const focusable = this.focusable();
    const at = this.blockOf(focusable);
    const end = this.following && this.isAtEnd ? this.blocks.length - 1 : -1;
    // Read aloud with the prompt, in About: here it is not a token that could be chosen.
    const inherited = html`<span
      class="inherited"
      aria-hidden="true"
      title="Inherited from the earlier answer"
      >${visibleText(this.inherited).replaceAll("⏎", "⏎\n")}</span
    >`;
    return html`${this.inherited === "" ? nothing : inherited}${repeat(
      this.blocks,
      (_, index) => index,
      (block, index) => {
        const isNear = this.near.has(index) || index === at || index === end;
        return isNear
          ? html`<span class="block" data-block=${index}>${this.blockView(block, focusable)}</span>`
          : html`<span class="block far" data-block=${index} aria-hidden="true"
              >${guard([block], () => farText(block))}</span
            >`;
      },
    )}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.following && this.isAtEnd) this.scrollTop = this.scrollHeight;
    else {
      if (changed.has("cursor") || changed.has("granularity")) this.revealsLeft = REVEALS;
      if (this.revealsLeft-- > 0) this.showCursor();
    }
    if (!this.wantsFocus) return;
    this.wantsFocus = false;
    this.querySelector<HTMLElement>('.token[tabindex="0"]')?.focus();
  }

  /** One token is in the tab order: the cursor's, or the first. */
  private focusable(): Cursor {
    const cursor = this.cursor ?? { step: 0, place: 0 };
    if (this.granularity === "token") return cursor;
    return this.units[Math.max(0, unitAt(this.units, cursor))]?.at ?? cursor;
  }

  private blockOf(cursor: Cursor): number {
    if (this.granularity === "token") return Math.floor(cursor.step / BLOCK_STEPS);
    return Math.floor(Math.max(0, unitAt(this.units, cursor)) / BLOCK_UNITS);
  }

  private blockView(block: Block, focusable: Cursor): unknown {
    const { cursor, marks } = this;
    if (block.kind === "steps") {
      return repeat(
        block.steps,
        ({ step }) => step.index,
        (view) => {
          const isHere = focusable.step === view.step.index;
          const place = isHere ? focusable.place : -1;
          const isChosen = isHere && cursor !== null;
          const isInBranch = isChosen && (view.shape.branchOf[place] ?? -1) >= 0;
          const isUnfolded = isInBranch || this.unfolded.has(view.step.index);
          const inLoop = this.inLoop(view.step.index);
          const state = { focusable: place, isChosen, isUnfolded, inLoop, role: this.tokenRole };
          return guard([view, place, isChosen, isUnfolded, inLoop, this.tokenRole, marks], () =>
            stepView(view, state, marks),
          );
        },
      );
    }
    return block.units.map((unit) => {
      const isFocusable = unit.at.step === focusable.step && unit.at.place === focusable.place;
      const isChosen = isFocusable && cursor !== null;
      const inLoop = this.inLoop(unit.at.step) === null ? null : "later";
      return guard([unit, isFocusable, isChosen, inLoop, marks], () =>
        unitView(unit, { isFocusable, isChosen, inLoop }, marks),
      );
    });
  }

  /** The reader moves elsewhere. */
  private readonly onReader = (): void => {
    this.revealsLeft = 0;
  };

  private inLoop(step: number): "first" | "later" | null {
    const { loopFrom } = this;
    if (loopFrom === null || step < loopFrom) return null;
    return step === loopFrom ? "first" : "later";
  }

  private readonly onClick = ({ target }: MouseEvent): void => {
    const mark = target instanceof Element ? target.closest<HTMLElement>("[data-branches]") : null;
    if (mark === null) return;
    const step = Number(mark.dataset.branches);
    const left = this.cursor?.step === step ? leftBranch(this.steps, this.cursor) : null;
    const isFolded = left === null && !this.unfolded.has(step);
    if (isFolded) this.unfolded.add(step);
    else this.unfolded.delete(step);
    if (left !== null) emit(this, "laser-cursor", left);
    this.requestUpdate();
  };

  private readonly onScroll = (): void => {
    this.isAtEnd = this.scrollHeight - this.scrollTop - this.clientHeight < AT_END_PX;
  };
}

function blocksOf(
  steps: readonly StepView[],
  units: readonly Unit[],
  granularity: Granularity,
): readonly Block[] {
  return granularity === "token"
    ? chunks(steps, BLOCK_STEPS).map((part) => ({ kind: "steps", steps: part }))
    : chunks(units, BLOCK_UNITS).map((part) => ({ kind: "units", units: part }));
}

function chunks<Entry>(entries: readonly Entry[], size: number): (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, i) =>
    entries.slice(i * size, (i + 1) * size),
  );
}

/** Takes about as much space as its tokens. */
function farText(block: Block): string {
  const items: readonly (Item | Unit)[] =
    block.kind === "steps"
      ? block.steps.flatMap(({ items, shape }) => shape.line.map((place) => items[place]!))
      : block.units;
  return items
    .map((item) => {
      const shown = visibleText(item.text);
      return "shownClass" in item && isGhost(item.shownClass) ? shown : shown.replaceAll("⏎", "⏎\n");
    })
    .join("");
}
