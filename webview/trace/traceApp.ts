// The trace editor: one trace, one cursor, and every view of it. Turns keys, clicks and events of the views
// into changes of its state.
import { nothing, type LitElement, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, state } from "lit/decorators.js";
import type { FromTraceEditor, ToTraceEditor, TraceCommand } from "../../extension/shared/traceEditor.ts";
import { unreachable, type ErrorText, t } from "../../core/base/index.ts";
import { serialiseTrace } from "../../core/trace/index.ts";
import {
  isStuck,
  itemAt,
  firstOf,
  isWalk,
  leftBranch,
  moved,
  moveOfKey,
  noneWords,
  type Cursor,
} from "../run/model/cursor.ts";
import { FocusKeeper } from "../page/focusKeeper.ts";
import { GRANULARITIES } from "../run/stream/granularity.ts";
import type { WebviewHost } from "../page/host.ts";
import { withToggled, type ShownClass } from "../run/model/items.ts";
import { nextLiveText } from "../page/liveText.ts";
import { isChord, TokenCursor } from "../page/tokenCursor.ts";
import { LightElement } from "../page/lightElement.ts";
import { goneView } from "./notes.ts";
import { loadTrace, type LoadedTrace, type LoadResult } from "./loadTrace.ts";
import { TraceCommands, type CommandedPage } from "./traceCommands.ts";
import { Lookups } from "./traceLookups.ts";
import { PANES, readTraceState, type Pane, type TraceState } from "./traceState.ts";
import { PANE_NAMES, refusedView, traceView, type TraceActions } from "./tracePage.ts";
import { TokenStream } from "../run/stream/stream.ts";
import { cursorAt } from "../run/stream/token.ts";

/** Controls that use typed keys themselves; sliders and checkboxes have no use for letters and digits. */
const TYPED_INTO = "input:not([type=range], [type=checkbox]), select, textarea";

@customElement("laser-trace")
export class LaserTrace extends LightElement implements CommandedPage {
  @state() accessor loaded: LoadedTrace | null = null;
  @state() accessor refused: {
    readonly name: string;
    readonly error: ErrorText;
  } | null = null;
  /** Why the file of the trace that is shown can't be read any more. */
  @state() accessor gone: ErrorText | null = null;
  @state() accessor plain: LoadedTrace | null = null;
  /** Whether the extension still looks for it. */
  @state() accessor isPlainPending: boolean;
  @state() accessor state: TraceState;
  @state() accessor budgetNats = 5;
  @state() accessor isHelpOpen = false;
  @state() accessor areKeysOpen = false;
  /** The text of the live region, visible until the next key or click. */
  @state() accessor announcement = "";
  @state() accessor isAnnouncementOld = false;

  /** Where each pane was left, in CSS pixels from its top. */
  private readonly scrolledPx = new Map<Pane, number>();
  private shownPane: Pane | null = null;

  readonly lookups = new Lookups();
  private readonly commands = new TraceCommands(this);
  private readonly focusKeeper = new FocusKeeper(this);
  private readonly tokens = new TokenCursor<Cursor>(this, {
    tokenAt: cursorAt,
    movedBy: (key, from) => this.movedBy(key, from),
    onMove: (cursor) => {
      this.change({ cursor });
    },
    onOpen: (cursor, by) => {
      const { pane } = this.state;
      this.change({
        cursor,
        pane: by === "key" || pane === "about" ? "step" : pane,
      });
    },
    onFocus: (cursor) => {
      this.goTo(cursor);
    },
    onEscape: () => this.leaveBranch(),
    focusToken: () => this.querySelector<TokenStream>("laser-stream")?.focusCursor(),
  });

  /** @param isReadOnly a report, without an editor that could run or write anything */
  constructor(
    readonly host: WebviewHost<FromTraceEditor>,
    private readonly isReadOnly = false,
  ) {
    super();
    this.state = readTraceState(host.getState());
    this.isPlainPending = !isReadOnly;
    this.addEventListener("keydown", this.onNextAction, { capture: true });
    this.addEventListener("pointerdown", this.onNextAction, { capture: true });
    this.addEventListener("keydown", this.onPageKey);
    this.addEventListener("laser-filter", ({ detail: filter }) => {
      this.change({ filter });
    });
    this.addEventListener("laser-cursor", ({ detail: { step, place } }) => {
      this.goTo(place === undefined ? firstOf(this.loaded?.run.steps ?? [], step) : { step, place });
    });
    this.addEventListener("laser-measure-plain", () => {
      this.command("measurePlain");
    });
    this.addEventListener("laser-say", ({ detail }) => {
      this.say(detail);
    });
  }

  /** Handles one message of the extension. */
  take(message: ToTraceEditor): void {
    switch (message.kind) {
      case "trace":
        this.show(loadTrace(message.file));
        break;
      case "plain":
        this.showPlain(message.file === null ? null : loadTrace(message.file));
        break;
      case "goTo":
        this.goTo({ step: message.step, place: message.place });
        break;
      case "unreadable":
        // The shown trace may be the only copy: it stays.
        if (this.loaded === null) this.refused = message;
        else this.gone = message.error;
        break;
      default:
        unreachable(message);
    }
  }

  show(result: LoadResult): void {
    this.loaded = result.ok ? result.loaded : null;
    this.refused = result.ok ? null : result;
    this.gone = null;
    if (!result.ok) return;
    const { steps } = result.loaded.run;
    if (itemAt(steps, this.state.cursor) === null) {
      this.state = {
        ...this.state,
        cursor: steps.length > 0 ? firstOf(steps, 0) : null,
      };
    }
  }

  /** An unreadable plain run counts as none. */
  showPlain(result: LoadResult | null): void {
    this.plain = result?.ok === true ? result.loaded : null;
    this.isPlainPending = false;
  }

  /** Complete when its views are. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const isDone = await super.getUpdateComplete();
    const parts = this.querySelectorAll<LitElement>(
      "laser-stream, laser-step-table, laser-draft-tree, laser-figures",
    );
    await Promise.all(Array.from(parts, (part) => part.updateComplete));
    return isDone;
  }

  protected override render(): TemplateResult {
    const { loaded, refused } = this;
    if (refused !== null) return refusedView(refused, this.isReadOnly ? null : this.command);
    if (loaded === null)
      return html`<main aria-busy="true">
        <p class="quiet">Reading the trace…</p>
      </main>`;
    const { state, plain, isPlainPending, budgetNats, isHelpOpen, areKeysOpen, isReadOnly } = this;
    return html`${this.gone === null ? nothing : goneView(this.gone, { onSave: this.saveCopy, onCommand: this.command })}${traceView(
        {
          loaded,
          plain,
          isPlainPending,
          state,
          marks: this.lookups.marksOf(loaded, state),
          lookups: this.lookups,
          budgetNats,
          isHelpOpen,
          areKeysOpen,
          isReadOnly,
        },
        this.actions,
      )}
      <div
        class=${this.isAnnouncementOld || this.announcement === "" ? "sr-only" : "said"}
        role="status"
        aria-live="polite"
      >
        ${this.announcement}
      </div>`;
  }

  protected override willUpdate(): void {
    const pane = this.querySelector("#pane");
    if (pane !== null && this.shownPane !== null) this.scrolledPx.set(this.shownPane, pane.scrollTop);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("state")) this.host.setState(this.state);
    const pane = this.querySelector("#pane");
    if (pane === null || this.shownPane === this.state.pane) return;
    this.shownPane = this.state.pane;
    const px = this.scrolledPx.get(this.state.pane) ?? 0;
    pane.scrollTop = px;
    // Figures get their height after the page's own update.
    if (px > 0)
      void this.updateComplete.then(() => {
        pane.scrollTop = px;
      });
  }

  say(words: string): void {
    this.announcement = nextLiveText(this.announcement, words);
    this.isAnnouncementOld = false;
  }

  private readonly onNextAction = (): void => {
    this.isAnnouncementOld = true;
  };

  private readonly change = (change: Partial<TraceState>): void => {
    this.state = { ...this.state, ...change };
  };

  visit(cursor: Cursor): void {
    this.goTo(cursor);
    this.tokens.focusToken();
  }

  private goTo(cursor: Cursor): void {
    if (this.loaded === null || itemAt(this.loaded.run.steps, cursor) === null) return;
    this.change({ cursor });
  }

  private readonly command = (command: TraceCommand): void => {
    this.host.post({ kind: "command", command });
  };

  private readonly saveCopy = (): void => {
    if (this.loaded !== null)
      this.host.post({
        kind: "saveCopy",
        text: serialiseTrace(this.loaded.trace),
      });
  };

  private readonly toggle = (shownClass: ShownClass): void => {
    this.change({ hidden: [...withToggled(new Set(this.state.hidden), shownClass)] });
  };

  private readonly actions: TraceActions = {
    tokens: this.tokens,
    onToken: (event) => {
      // A click beside the tokens would leave nothing focused, and the keys of the answer would do nothing.
      if (!this.tokens.onClick(event) && document.getSelection()?.isCollapsed !== false)
        this.querySelector<HTMLElement>('.stream .token[tabindex="0"]')?.focus({
          preventScroll: true,
        });
    },
    onCardKey: (event) => {
      if (event.key === "Escape") this.tokens.focusToken();
    },
    onClass: this.toggle,
    onStep: (step) => {
      this.goTo(firstOf(this.loaded?.run.steps ?? [], step));
    },
    onPlace: (place) => {
      const { cursor } = this.state;
      if (cursor !== null) this.goTo({ step: cursor.step, place });
    },
    onPlaceOf: (cursor) => {
      this.visit(cursor);
    },
    onChange: this.change,
    filter: {
      onText: (filter) => {
        this.change({ filter });
      },
      onStep: this.commands.toMatch,
      onHelp: (isOpen) => {
        this.isHelpOpen = isOpen;
      },
      onLeave: () => {
        if (this.state.filter !== "") this.change({ filter: "" });
        else this.tokens.focusToken();
      },
    },
    whatIf: {
      onChoice: (whatIf) => {
        this.change({ whatIf });
      },
      onBudget: (nats) => {
        this.budgetNats = nats;
      },
      onReset: () => {
        this.change({ whatIf: null });
      },
      onApply: this.commands.applySettings,
      onRun: this.commands.runAgain,
      onShowFirst: this.commands.toDivergence,
    },
    onTake: this.commands.take,
    onCommand: this.command,
    onCopy: this.commands.copy,
    onKeys: (isOpen) => {
      this.showKeys(isOpen);
    },
  };

  private movedBy(key: string, from: Cursor): Cursor | null {
    const move = moveOfKey(key);
    if (move === null || this.loaded === null) return null;
    const { steps } = this.loaded.run;
    const { granularity, hidden } = this.state;
    if (granularity !== "token" && isWalk(move))
      return this.lookups.movedUnit(steps, granularity, from, move) ?? from;
    const to = moved(steps, from, move, this.lookups.hidden(hidden));
    if (isStuck(move, from, to)) this.say(noneWords(move));
    return to;
  }

  /** @returns whether the cursor was in a branch */
  private leaveBranch(): boolean {
    const { cursor } = this.state;
    const left = cursor && leftBranch(this.loaded?.run.steps ?? [], cursor);
    if (left === null) return false;
    this.visit(left);
    return true;
  }

  /** Keys of the page, wherever the focus is, unless text is being typed. */
  private readonly onPageKey = (event: KeyboardEvent): void => {
    if (this.loaded === null || isChord(event)) return;
    if (event.target instanceof Element && event.target.closest(TYPED_INTO) !== null) return;
    const pane: Pane | undefined = PANES[Number(event.key) - 1];
    if (pane !== undefined) this.showPane(pane);
    else if (event.key === "/") this.querySelector<HTMLElement>("#filter")?.focus();
    else if (event.key === "m") this.commands.toMatch(1);
    else if (event.key === "M") this.commands.toMatch(-1);
    else if (event.key === "f") this.commands.toFlip(1);
    else if (event.key === "F") this.commands.toFlip(-1);
    else if (event.key === "g") this.nextGranularity();
    else if (event.key === "c" && !this.isReadOnly) this.commands.copy();
    else if (event.key === "?") this.showKeys(!this.areKeysOpen);
    else return;
    event.preventDefault();
  };

  private showPane(pane: Pane): void {
    this.change({ pane });
    const tabs = this.querySelector(".tabs");
    if (tabs?.contains(document.activeElement) === true)
      tabs.querySelector<HTMLElement>(`#tab-${pane}`)?.focus();
    else this.say(t("Pane: {0}", PANE_NAMES[pane]));
  }

  private showKeys(isOpen: boolean): void {
    if (!isOpen) this.focusKeeper.comeBack();
    this.areKeysOpen = isOpen;
    if (!isOpen) return;
    void this.updateComplete.then(() => {
      this.focusKeeper.detour(this.querySelector<HTMLElement>("#keys-title"));
    });
  }

  private nextGranularity(): void {
    const at = GRANULARITIES.indexOf(this.state.granularity);
    const granularity = GRANULARITIES[(at + 1) % GRANULARITIES.length]!;
    this.change({ granularity });
    this.say(t("By {0}", granularity));
    this.tokens.focusToken();
  }
}
