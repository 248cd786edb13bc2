// The trace editor: one trace, one cursor, and every view of it. Turns keys, clicks and events of the views
// into changes of its state.
import { html, type LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { FromTraceEditor, ToTraceEditor, TraceCommand } from "../../extension/shared/traceEditor.ts";
import { selectionOf, serialiseSelection } from "../../core/inspect/index.ts";
import { unreachable } from "../../core/base/index.ts";
import type { ErrorText } from "../../server/protocol/errors/text.ts";
import { itemAt, moved, moveOfKey, noneWords, type Cursor } from "../run/cursor.ts";
import { FocusKeeper } from "../page/focusKeeper.ts";
import { GRANULARITIES } from "../run/granularity.ts";
import type { WebviewHost } from "../page/host.ts";
import type { ShownClass } from "../run/items.ts";
import { saidAfter } from "../page/liveText.ts";
import { LightElement } from "../page/lightElement.ts";
import { loadTrace, type LoadedTrace, type LoadResult } from "./loadTrace.ts";
import { nextMark, stepsOf, type Marks } from "../run/marks.ts";
import { Lookups } from "./traceLookups.ts";
import { PANES, readTraceState, type Pane, type TraceState } from "./traceState.ts";
import { PANE_NAMES, refusedView, traceView, type TraceActions } from "./tracePage.ts";
import { TokenStream } from "../run/stream.ts";
import { cursorAt, selectedSteps } from "../run/token.ts";
import { settingsOf } from "./whatIfChoice.ts";
import { tokensBefore } from "../run/why.ts";

/** Controls that use typed keys themselves; sliders and checkboxes have no use for letters and digits. */
const TYPED_INTO = "input:not([type=range], [type=checkbox]), select, textarea";

@customElement("laser-trace")
export class LaserTrace extends LightElement {
  @state() accessor loaded: LoadedTrace | null = null;
  @state() accessor refused: { readonly name: string; readonly error: ErrorText } | null = null;
  @state() accessor plain: LoadedTrace | null = null;
  @state() accessor state: TraceState;
  @state() accessor budgetNats = 5;
  @state() accessor isHelpOpen = false;
  @state() accessor areKeysOpen = false;
  /** The text of the live region, visible until the next key or click. */
  @state() accessor said = "";
  @state() accessor isSaidOld = false;

  private readonly lookups = new Lookups();
  private readonly focusKeeper = new FocusKeeper(this);
  private wantsToken = false;

  /** @param isReadOnly a report, without an editor that could run or write anything */
  constructor(
    private readonly host: WebviewHost<FromTraceEditor>,
    private readonly isReadOnly = false,
  ) {
    super();
    this.state = readTraceState(host.getState());
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
        this.loaded = null;
        this.refused = message;
        break;
      default:
        unreachable(message);
    }
  }

  show(result: LoadResult): void {
    this.loaded = result.ok ? result.loaded : null;
    this.refused = result.ok ? null : result;
    if (!result.ok) return;
    const { steps } = result.loaded.run;
    if (itemAt(steps, this.state.cursor) === null) {
      this.state = { ...this.state, cursor: steps.length > 0 ? { step: 0, place: 0 } : null };
    }
  }

  /** An unreadable plain run counts as none. */
  showPlain(result: LoadResult | null): void {
    this.plain = result?.ok === true ? result.loaded : null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.onNextAction, { capture: true });
    this.addEventListener("pointerdown", this.onNextAction, { capture: true });
    this.addEventListener("keydown", this.onPageKey);
    this.addEventListener("laser-filter", this.onFilterEvent);
    this.addEventListener("laser-cursor", this.onCursorEvent);
    this.addEventListener("laser-measure-plain", this.onMeasure);
    this.addEventListener("laser-say", this.onSay);
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
    if (loaded === null) return html`<main aria-busy="true"><p class="quiet">Reading the trace…</p></main>`;
    const { state, plain, budgetNats, isHelpOpen, areKeysOpen, isReadOnly } = this;
    return html`${traceView(
        {
          loaded,
          plain,
          state,
          marks: this.marks(loaded),
          lookups: this.lookups,
          budgetNats,
          isHelpOpen,
          areKeysOpen,
          isReadOnly,
        },
        this.actions,
      )}
      <div class=${this.isSaidOld ? "sr-only" : "said"} role="status" aria-live="polite">${this.said}</div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("state")) this.host.setState(this.state);
    if (this.wantsToken) this.querySelector<TokenStream>("laser-stream")?.focusCursor();
    this.wantsToken = false;
  }

  private marks({ trace, run }: LoadedTrace): Marks {
    const { filter, whatIf } = this.state;
    return this.lookups.marks(
      this.lookups.matches(run, filter),
      whatIf === null ? null : this.lookups.whatIf(trace, whatIf),
    );
  }

  private say(words: string): void {
    this.said = saidAfter(this.said, words);
    this.isSaidOld = false;
  }

  private readonly onNextAction = (): void => {
    this.isSaidOld = true;
  };

  private change(change: Partial<TraceState>): void {
    this.state = { ...this.state, ...change };
  }

  private goTo(cursor: Cursor): void {
    if (this.loaded === null || itemAt(this.loaded.run.steps, cursor) === null) return;
    this.change({ cursor });
  }

  private readonly command = (command: TraceCommand): void => {
    this.host.post({ kind: "command", command });
  };

  private toggle(shownClass: ShownClass): void {
    const { hidden } = this.state;
    const others = hidden.filter((name) => name !== shownClass);
    this.change({ hidden: others.length < hidden.length ? others : [...hidden, shownClass] });
  }

  /** Moves to the next or previous of some positions; announces if there is none. */
  private jump(keys: Iterable<number> | null, direction: 1 | -1, none: string): void {
    const found = keys === null ? null : nextMark(keys, this.state.cursor, direction);
    if (found === null) {
      this.say(none);
      return;
    }
    this.goTo(found);
    this.wantsToken = true;
  }

  private readonly actions: TraceActions = {
    onToken: (event) => {
      const cursor = cursorAt(event.target);
      if (cursor !== null)
        this.change({ cursor, pane: this.state.pane === "about" ? "step" : this.state.pane });
      // A click beside the tokens would leave nothing focused, and the keys of the answer would do nothing.
      else if (document.getSelection()?.isCollapsed !== false)
        this.querySelector<HTMLElement>('.stream .token[tabindex="0"]')?.focus({ preventScroll: true });
    },
    onFocus: (event) => {
      const cursor = cursorAt(event.target);
      if (cursor !== null) this.goTo(cursor);
    },
    onStreamKey: (event) => {
      this.onStreamKey(event);
    },
    onCardKey: (event) => {
      if (event.key === "Escape") this.focusToken();
    },
    onClass: (shownClass) => {
      this.toggle(shownClass);
    },
    onStep: (step) => {
      this.goTo({ step, place: 0 });
    },
    onPlace: (place) => {
      const { cursor } = this.state;
      if (cursor !== null) this.goTo({ step: cursor.step, place });
    },
    onPane: (pane) => {
      this.change({ pane });
    },
    onGranularity: (granularity) => {
      this.change({ granularity });
    },
    filter: {
      onText: (filter) => {
        this.change({ filter });
      },
      onStep: (direction) => {
        this.jumpToMatch(direction);
      },
      onHelp: (isOpen) => {
        this.isHelpOpen = isOpen;
      },
      onLeave: () => {
        if (this.state.filter !== "") this.change({ filter: "" });
        else this.focusToken();
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
      onApply: () => {
        if (this.loaded === null) return;
        const settings = settingsOf(this.state.whatIf ?? this.lookups.ownChoice(this.loaded.trace));
        if (settings !== null) this.host.post({ kind: "applySettings", settings });
      },
      onRun: () => {
        this.runAgain();
      },
      onShow: () => {
        this.goToDivergence();
      },
    },
    onTake: (candidate) => {
      const { loaded, state } = this;
      const view = state.cursor === null ? undefined : loaded?.run.steps[state.cursor.step];
      if (loaded === null || view === undefined || state.cursor === null) return;
      const before = tokensBefore(loaded.run, view, state.cursor.place);
      this.host.post({ kind: "continueFrom", tokensBefore: before, token: candidate.id });
    },
    onCommand: this.command,
    onCopy: () => {
      this.copy();
    },
    onKeys: (isOpen) => {
      this.showKeys(isOpen);
    },
  };

  private onStreamKey(event: KeyboardEvent): void {
    const at = cursorAt(event.target);
    if (at === null || this.loaded === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveOfKey(event.key);
    if (move !== null) {
      const { granularity, hidden } = this.state;
      const cursor =
        granularity === "token" || typeof move === "object"
          ? moved(this.loaded.run.steps, at, move, new Set(hidden))
          : (this.lookups.movedUnit(this.loaded.run.steps, granularity, at, move) ?? at);
      if (typeof move === "object" && cursor.step === at.step && cursor.place === at.place)
        this.say(noneWords(move));
      this.change({ cursor });
      this.wantsToken = true;
    } else if (event.key === "Enter" || event.key === " ") {
      this.change({ cursor: at, pane: "step" });
      void this.updateComplete.then(() => {
        this.querySelector<HTMLElement>("#card-title")?.focus();
      });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keys of the page, wherever the focus is, unless text is being typed. */
  private readonly onPageKey = (event: KeyboardEvent): void => {
    if (this.loaded === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(TYPED_INTO) !== null) return;
    const pane: Pane | undefined = PANES[Number(event.key) - 1];
    if (pane !== undefined) this.showPane(pane);
    else if (event.key === "/") this.querySelector<HTMLElement>("#filter")?.focus();
    else if (event.key === "m") this.jumpToMatch(1);
    else if (event.key === "M") this.jumpToMatch(-1);
    else if (event.key === "f") this.jumpToFlip(1);
    else if (event.key === "F") this.jumpToFlip(-1);
    else if (event.key === "g") this.nextGranularity();
    else if (event.key === "c" && !this.isReadOnly) this.copy();
    else if (event.key === "?") this.showKeys(!this.areKeysOpen);
    else return;
    event.preventDefault();
  };

  private showPane(pane: Pane): void {
    this.change({ pane });
    const tabs = this.querySelector(".tabs");
    if (tabs?.contains(document.activeElement) === true)
      tabs.querySelector<HTMLElement>(`#tab-${pane}`)?.focus();
    else this.say(`Pane: ${PANE_NAMES[pane]}`);
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
    this.say(`By ${granularity}`);
    this.wantsToken = true;
  }

  private jumpToMatch(direction: 1 | -1): void {
    const matches = this.loaded === null ? null : this.marks(this.loaded).matches;
    this.jump(matches, direction, matches === null ? "No filter is set." : "No token matches the filter.");
  }

  private jumpToFlip(direction: 1 | -1): void {
    const flips = this.loaded === null ? null : this.marks(this.loaded).flips;
    this.jump(flips?.keys() ?? null, direction, "The what-if changes no verdict.");
  }

  private goToDivergence(): void {
    const { loaded, state } = this;
    if (loaded === null || state.whatIf === null) return;
    const { divergence } = this.lookups.whatIf(loaded.trace, state.whatIf);
    if (divergence === null) {
      this.say("The text would be the same.");
      return;
    }
    this.goTo(divergence);
    this.wantsToken = true;
  }

  private runAgain(): void {
    const { loaded, state } = this;
    if (loaded === null || state.whatIf === null) return;
    const { divergence } = this.lookups.whatIf(loaded.trace, state.whatIf);
    if (divergence === null) return;
    const { rule, guards } = state.whatIf;
    // The token that the what-if would put there is taken; the new run continues after it with the new rule.
    const { tokensBefore: before, becomes: token } = divergence;
    this.host.post({ kind: "continueFrom", tokensBefore: before, token, rule, guards });
  }

  /** The steps of the selected text, or those that match the filter, or the one at the cursor. */
  private copy(): void {
    if (this.loaded === null) return;
    const { matches } = this.marks(this.loaded);
    const { cursor } = this.state;
    const found = matches === null ? new Set(cursor === null ? [] : [cursor.step]) : stepsOf(matches);
    const steps = selectedSteps() ?? found;
    const text = serialiseSelection(selectionOf(this.loaded.trace, steps));
    this.host.post({ kind: "copy", text });
    this.say(`Copied ${steps.size === 1 ? "one step" : `${steps.size} steps`} as JSON.`);
  }

  private focusToken(): void {
    this.wantsToken = true;
    this.requestUpdate();
  }

  private readonly onFilterEvent = (event: Event): void => {
    this.change({ filter: String((event as CustomEvent<unknown>).detail) });
  };

  private readonly onCursorEvent = (event: Event): void => {
    const { step, place = 0 } = (event as CustomEvent<Partial<Cursor>>).detail;
    if (step !== undefined) this.goTo({ step, place });
  };

  private readonly onSay = (event: Event): void => {
    this.say(String((event as CustomEvent<unknown>).detail));
  };

  private readonly onMeasure = (): void => {
    this.command("measurePlain");
  };
}
