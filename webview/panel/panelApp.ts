// The side panel: one model, one cursor, and the views of both. Turns messages into the model, and keys and
// clicks into moves and commands.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { FromPanel, PanelCommand, ToPanel } from "../../extension/shared/panel.ts";
import { announce, NOTHING_ANNOUNCED } from "./announcer.ts";
import {
  isStuck,
  itemAt,
  leftBranch,
  moved,
  moveOfKey,
  noneWords,
  type Cursor,
} from "../run/model/cursor.ts";
import { FocusKeeper } from "../page/focusKeeper.ts";
import type { WebviewHost } from "../page/host.ts";
import { withToggled, type Item, type ShownClass } from "../run/model/items.ts";
import { inheritedText, oneLineText } from "../../core/trace/index.ts";
import { lastOf } from "../page/last.ts";
import { limitShare, readKept, type KeptState, type PanelView } from "./keptState.ts";
import { nextLiveText } from "../page/liveText.ts";
import { isChord, TokenCursor } from "../page/tokenCursor.ts";
import { LightElement } from "../page/lightElement.ts";
import {
  EMPTY_MODEL,
  isRunning,
  reduce,
  shownServerError,
  type PanelModel,
  type RunModel,
} from "../run/model/model.ts";
import { cardView, type CardActions } from "../run/card/card.ts";
import { dividerView } from "./divider.ts";
import { endView, failureView, type EndActions } from "./endView.ts";
import { viewBar, type BarActions, type BarState } from "./viewBar.ts";
import { awaitedView, chipsView, emptyView, progressView, queueView, titleView } from "../run/parts/parts.ts";
import "./stepList.ts";
import { firstOfRow } from "./stepRows.ts";
import { TokenStream } from "../run/stream/stream.ts";
import { cursorAt } from "../run/stream/token.ts";
import { whyOf } from "../run/card/why.ts";

/** Changes of these change the height of the pane, so that the cursor's token may be out of view. */
const RESIZES_THE_PANE = ["isCardOpen", "isCardShort", "cardShare", "view", "areMeaningsOpen"];

@customElement("laser-panel")
export class LaserPanel extends LightElement {
  @state() accessor model: PanelModel = EMPTY_MODEL;
  @state() accessor cursor: Cursor | null;
  @state() accessor isCardOpen: boolean;
  @state() accessor isCardShort: boolean;
  @state() accessor cardShare: number;
  @state() accessor view: PanelView;
  @state() accessor areMeaningsOpen: boolean;
  @state() accessor hiddenClasses: ReadonlySet<ShownClass>;
  @state() accessor announced = NOTHING_ANNOUNCED;

  /** The run that the cursor belongs to; after a reload, the kept value until the snapshot comes. */
  private cursorRun: string | null;
  /** The state last passed to the editor, as JSON. */
  private lastState = "";
  /** The card's content stays the same while further steps come: a step carries all names that it mentions. */
  private readonly whyOf = lastOf(whyOf, (run, view, { place }) => [run.header, view, place]);
  private readonly inheritedText = lastOf(inheritedText, (request) => [request]);
  protected readonly focusKeeper = new FocusKeeper(this);
  private readonly tokens = new TokenCursor<Cursor>(this, {
    tokenAt: cursorAt,
    movedBy: (key, from) => this.movedBy(key, from),
    onMove: (to) => {
      this.cursor = to;
    },
    onOpen: (at) => {
      this.openCard(at);
    },
    onFocus: (at) => {
      this.cursor = at;
    },
    onEscape: () => {
      const left = this.cursor && leftBranch(this.model.run?.steps ?? [], this.cursor);
      if (left === null) this.closeCard();
      else {
        this.cursor = left;
        this.tokens.focusToken();
      }
      return true;
    },
    focusToken: () => {
      this.stream()?.focusCursor();
    },
  });

  constructor(private readonly host: WebviewHost<FromPanel>) {
    super();
    const kept = readKept(host.getState());
    this.cursor = kept.cursor;
    this.cursorRun = kept.runId;
    this.isCardOpen = kept.isCardOpen;
    this.isCardShort = kept.isCardShort;
    this.cardShare = kept.cardShare;
    this.view = kept.view;
    this.areMeaningsOpen = kept.areMeaningsOpen;
    this.hiddenClasses = new Set(kept.hidden);
  }

  /** Handles one message of the extension. */
  take(message: ToPanel): void {
    this.model = reduce(this.model, message);
    if (this.model.outOfStep) this.host.post({ kind: "ready" });
    const { run } = this.model;
    if (run !== null && run.runId !== this.cursorRun) {
      this.cursorRun = run.runId;
      this.cursor = null;
      this.isCardOpen = false;
    }
    // A run that arrives as a whole was not followed live: announce only what comes next.
    if (message.kind === "snapshot" && run !== null) {
      const { runId, steps, ended } = run;
      this.announced = {
        ...this.announced,
        runId,
        steps: steps.length,
        hasEnded: ended !== null,
      };
    } else this.announced = announce(this.announced, run, performance.now());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("resize", this.showCursor);
  }

  override disconnectedCallback(): void {
    window.removeEventListener("resize", this.showCursor);
    super.disconnectedCallback();
  }

  /** Steps that come within one frame are rendered together, because each render lays out the answer. */
  protected override async scheduleUpdate(): Promise<void> {
    const { run } = this.model;
    if (run !== null && isRunning(run)) await new Promise((resolve) => requestAnimationFrame(resolve));
    await super.scheduleUpdate();
  }

  /** Complete when its stream is. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const isDone = await super.getUpdateComplete();
    await this.stream()?.updateComplete;
    return isDone;
  }

  protected override render(): TemplateResult {
    const { run, status } = this.model;
    const serverError = shownServerError(this.model);
    return html`<main class=${this.isCardOpen ? "with-card" : ""}>
      ${serverError === null ? nothing : failureView(serverError, "server", this.actions)}
      ${run === null ? this.noRunView(status) : this.runView(run)}
      <div class="sr-only" role="status" aria-live="polite">${this.announced.text}</div>
    </main>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    this.keep();
    // Set by script, because the page's content policy forbids style attributes.
    if (changed.has("cardShare")) this.style.setProperty("--card-share", `${this.cardShare}vh`);
    if (RESIZES_THE_PANE.some((name) => changed.has(name))) this.showCursor();
  }

  /** Saves the state in the editor; steps of a run don't change it. */
  private keep(): void {
    const state: KeptState = {
      runId: this.cursorRun,
      cursor: this.cursor,
      isCardOpen: this.isCardOpen,
      isCardShort: this.isCardShort,
      cardShare: this.cardShare,
      view: this.view,
      areMeaningsOpen: this.areMeaningsOpen,
      hidden: [...this.hiddenClasses],
    };
    const lastState = JSON.stringify(state);
    if (lastState === this.lastState) return;
    this.lastState = lastState;
    this.host.setState(state);
  }

  /** Without a run: whether there is none is known only if none is awaited. */
  private noRunView(status: PanelModel["status"]): TemplateResult | typeof nothing {
    const { awaited } = this.model;
    if (status === null) return nothing;
    return awaited === null ? emptyView(status, this.send) : awaitedView(awaited);
  }

  private runView(run: RunModel): TemplateResult {
    const { queue, awaited } = this.model;
    const item = itemAt(run.steps, this.cursor);
    const view = item === null ? undefined : run.steps[item.step];
    const hasSteps = run.steps.length > 0;
    return html`<header class="head">
        ${titleView(run)} ${isRunning(run) ? progressView(run, queue, this.send) : endView(run, this.actions)}
        ${queueView(queue)}
        ${awaited === null ? nothing : html`<p class="queue detail">${oneLineText(awaited)}…</p>`}
        ${hasSteps ? chipsView(run, this.send) : nothing}
        ${hasSteps ? viewBar(run, this.barState, this.barActions) : nothing}
      </header>
      ${
        hasSteps
          ? html`${this.view === "text" ? this.streamView(run, item === null ? null : this.cursor) : this.stepsView(run, item)}
            ${
              this.isCardOpen && item !== null && view !== undefined
                ? html`${this.isCardShort ? nothing : dividerView(this.cardShare, this.onShare)}
                  ${cardView(item, this.whyOf(run, view, item), this.isCardShort, this.cardActions)}`
                : nothing
            }`
          : nothing
      }`;
  }

  private get barState(): BarState {
    const { view, areMeaningsOpen, hiddenClasses } = this;
    return { view, areMeaningsOpen, hiddenClasses };
  }

  private readonly barActions: BarActions = {
    onView: (view) => {
      this.view = view;
    },
    onMeanings: () => {
      this.areMeaningsOpen = !this.areMeaningsOpen;
    },
    onClass: (shownClass) => {
      this.toggle(shownClass);
    },
  };

  private stepsView(run: RunModel, item: Item | null): TemplateResult {
    return html`<laser-step-list
      .steps=${run.steps}
      .step=${item?.step ?? -1}
      .place=${item?.place ?? -1}
      .hiddenClasses=${this.hiddenClasses}
      .following=${isRunning(run)}
      @laser-choose=${this.onChoose}
      @laser-cursor=${this.onChip}
      @keydown=${this.onStepKey}
    ></laser-step-list>`;
  }

  private streamView(run: RunModel, cursor: Cursor | null): TemplateResult {
    // Each run gets its own element, so that it starts scrolled to its end.
    return html`${keyed(
      run.runId,
      html`<laser-stream
        class="stream"
        aria-label="Answer, token by token"
        .steps=${run.steps}
        .cursor=${cursor}
        .hiddenClasses=${this.hiddenClasses}
        .following=${isRunning(run)}
        .loopFrom=${run.loop?.stepsBefore ?? null}
        .inherited=${run.header === null ? "" : this.inheritedText(run.header.request, run.tokens)}
        @click=${this.tokens.onClick}
        @keydown=${this.tokens.onKey}
        @focusin=${this.tokens.onFocus}
        @laser-cursor=${this.onCursor}
      ></laser-stream>`,
    )}`;
  }

  private stream(): TokenStream | null {
    return this.querySelector<TokenStream>("laser-stream");
  }

  private readonly actions: EndActions = {
    button: (command, label) => this.button(command, label, "link"),
    runAgain: (runId) => {
      this.host.post({ kind: "runAgain", runId });
    },
    fix: (of, at) => {
      this.host.post({ kind: "fix", of, at });
    },
  };

  private button(command: PanelCommand, label: string, look: string): TemplateResult {
    return html`<button
      class=${look}
      type="button"
      @click=${() => {
        this.send(command);
      }}
    >
      ${label}
    </button>`;
  }

  private readonly send = (command: PanelCommand): void => {
    this.host.post({ kind: "command", command });
  };

  private toggle(shownClass: ShownClass): void {
    this.hiddenClasses = withToggled(this.hiddenClasses, shownClass);
  }

  /** While a card is open the view stays at its token; following resumes when the user scrolls to the end. */
  private openCard(cursor: Cursor): void {
    this.cursor = cursor;
    this.isCardOpen = true;
    this.stream()?.stay();
  }

  private movedBy(key: string, from: Cursor): Cursor | null {
    const move = moveOfKey(key);
    if (move === null || this.model.run === null) return null;
    const to = moved(this.model.run.steps, from, move, this.hiddenClasses);
    if (isStuck(move, from, to))
      this.announced = {
        ...this.announced,
        text: nextLiveText(this.announced.text, noneWords(move)),
      };
    return to;
  }

  private readonly showCursor = (): void => {
    this.stream()?.showCursor();
  };

  private readonly onCardKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.closeCard();
  };

  private readonly closeCard = (): void => {
    this.isCardOpen = false;
    if (this.view === "text") this.tokens.focusToken();
    else this.querySelector<HTMLElement>("laser-step-list")?.focus();
  };

  private readonly onShare = (share: number): void => {
    this.cardShare = limitShare(share);
  };

  private readonly cardActions: CardActions = {
    onLength: () => {
      this.isCardShort = !this.isCardShort;
    },
    onClose: this.closeCard,
    onKey: this.onCardKey,
  };

  private readonly onChoose = (event: HTMLElementEventMap["laser-choose"]): void => {
    this.cursor = firstOfRow(this.model.run?.steps ?? [], event.detail);
  };

  private readonly onCursor = ({
    detail: { step, place = 0 },
  }: HTMLElementEventMap["laser-cursor"]): void => {
    this.cursor = { step, place };
  };

  /** A token of a row. */
  private readonly onChip = ({ detail: { step, place = 0 } }: HTMLElementEventMap["laser-cursor"]): void => {
    this.openCard({ step, place });
  };

  /**
   * In the list, left and right move along the tokens of the step, B leads into the branches of its draft and back; Enter
   * leads to the card, Escape closes it.
   */
  private readonly onStepKey = (event: KeyboardEvent): void => {
    if (isChord(event)) return;
    const { run } = this.model;
    const from = this.cursor ?? { step: 0, place: 0 };
    if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "b") {
      const to = this.movedBy(event.key, from);
      if (to === null || run === null) return;
      const label = itemAt(run.steps, to)?.label ?? "";
      // If there are no branches, that has been announced.
      if (event.key !== "b" || to.step !== from.step || to.place !== from.place)
        this.announced = { ...this.announced, text: nextLiveText(this.announced.text, label) };
      this.cursor = to;
    } else if (event.key === "Enter") {
      this.openCard(from);
      void this.updateComplete.then(() => this.querySelector<HTMLElement>("#card-title")?.focus());
    } else if (event.key === "Escape" && this.isCardOpen) this.isCardOpen = false;
    else return;
    event.preventDefault();
  };
}
