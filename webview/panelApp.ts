// The side panel: one model, one cursor, and the views drawn from them. It turns messages into the model, keys and
// clicks into moves and commands. It must not know how a figure or a sentence comes about.
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { FromPanel, PanelCommand, ToPanel } from "../extension/protocol/panel.ts";
import { announce, NOTHING_ANNOUNCED } from "./announcer.ts";
import { itemAt, moved, moveOfKey, readKept, type Cursor } from "./cursor.ts";
import type { WebviewHost } from "./host.ts";
import type { ShownClass } from "./items.ts";
import { EMPTY_MODEL, isRunning, reduce, withoutNotice, type PanelModel, type RunModel } from "./model.ts";
import { cardView } from "./views/card.ts";
import { emptyView, errorView, figuresView, legendView, progressView, titleView } from "./views/parts.ts";
import "./views/stepList.ts";
import { streamView } from "./views/stream.ts";
import { whyOf } from "./why.ts";

/** A pane counts as scrolled to its end within this distance. */
const AT_END_PX = 24;

export class LaserPanel extends LitElement {
  static override properties = {
    model: { state: true },
    cursor: { state: true },
    isCardOpen: { state: true },
    areStepsOpen: { state: true },
    hidden_: { state: true },
    announced: { state: true },
  };
  declare model: PanelModel;
  declare cursor: Cursor | null;
  declare isCardOpen: boolean;
  declare areStepsOpen: boolean;
  declare hidden_: ReadonlySet<ShownClass>;
  declare announced: typeof NOTHING_ANNOUNCED;

  /** The run that the cursor belongs to; as kept over a reload until the snapshot comes. */
  private cursorRun: string | null;
  private followsEnd = true;
  private focusWish: "token" | "card" | null = null;

  constructor(private readonly host: WebviewHost<FromPanel>) {
    super();
    const kept = readKept(host.getState());
    this.model = EMPTY_MODEL;
    this.cursor = kept.cursor;
    this.cursorRun = kept.runId;
    this.isCardOpen = kept.isCardOpen;
    this.areStepsOpen = kept.areStepsOpen;
    this.hidden_ = new Set(kept.hidden);
    this.announced = NOTHING_ANNOUNCED;
  }

  /** Takes one message of the extension. */
  take(message: ToPanel): void {
    this.model = reduce(this.model, message);
    if (this.model.outOfStep) this.host.post({ kind: "ready" });
    const { run } = this.model;
    if (run !== null && run.runId !== this.cursorRun) {
      this.cursorRun = run.runId;
      this.cursor = null;
      this.isCardOpen = false;
      this.followsEnd = true;
    }
    // A run seen whole at once was not lived through: nothing to announce but what comes.
    if (message.kind === "snapshot" && run !== null) {
      const { runId, steps, ended } = run;
      this.announced = { ...this.announced, runId, steps: steps.length, hasEnded: ended !== null };
    } else this.announced = announce(this.announced, run, performance.now());
  }

  /** In the page's own tree: its style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { run, notice, status } = this.model;
    return html`<main>
      ${notice === null ? nothing : errorView(notice, this.dismissButton())}
      ${status?.error ? errorView(status.error, this.logButton()) : nothing}
      ${run === null ? (status === null ? nothing : emptyView(status, this.send)) : this.runView(run)}
      <div class="sr-only" role="status" aria-live="polite">${this.announced.text}</div>
    </main>`;
  }

  protected override updated(): void {
    this.host.setState({
      runId: this.cursorRun,
      cursor: this.cursor,
      isCardOpen: this.isCardOpen,
      areStepsOpen: this.areStepsOpen,
      hidden: [...this.hidden_],
    });
    const pane = this.querySelector(".stream");
    if (pane !== null && this.followsEnd && isRunning(this.model.run)) pane.scrollTop = pane.scrollHeight;
    const wish = this.focusWish;
    this.focusWish = null;
    if (wish === "card") this.querySelector<HTMLElement>("#card-title")?.focus();
    if (wish === "token") this.querySelector<HTMLElement>('.stream .token[tabindex="0"]')?.focus();
  }

  private runView(run: RunModel): TemplateResult {
    const item = itemAt(run.steps, this.cursor);
    const view = item === null ? undefined : run.steps[item.step];
    return html`${titleView(run)} ${isRunning(run) ? progressView(run, this.send) : this.endView(run)}
    ${
      run.steps.length === 0
        ? nothing
        : html`${figuresView(run, this.send)}
            ${legendView(run, this.hidden_, (shownClass) => {
              this.toggle(shownClass);
            })}
            ${streamView(run, item === null ? null : this.cursor, this.hidden_, {
              onToken: this.onToken,
              onKey: this.onKey,
              onFocus: this.onFocus,
              onScroll: this.onScroll,
            })}
            ${
              this.isCardOpen && item !== null && view !== undefined
                ? cardView(item, whyOf(run, view, item), { onClose: this.closeCard, onKey: this.onCardKey })
                : nothing
            }
            <details class="steps" ?open=${this.areStepsOpen} @toggle=${this.onStepsToggle}>
              <summary>Steps <span class="count">${run.steps.length}</span></summary>
              ${
                this.areStepsOpen
                  ? html`<laser-step-list
                      .steps=${run.steps}
                      .current=${item?.step ?? -1}
                      @choose=${this.onChoose}
                    ></laser-step-list>`
                  : nothing
              }
            </details>`
    }`;
  }

  private endView({ ended }: RunModel): TemplateResult {
    return html`${ended?.error ? errorView(ended.error, this.logButton()) : nothing}
      <div class="toolbar">
        ${this.button("generate", "Generate", "secondary")}
        ${ended?.tracePath ? this.button("openTrace", "Open trace", "secondary") : nothing}
        ${this.button("openSettings", "Settings", "secondary")}
      </div>`;
  }

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

  private logButton(): TemplateResult {
    return this.button("showLog", "Show log", "link");
  }

  private dismissButton(): TemplateResult {
    return html`<button
      class="link"
      type="button"
      @click=${() => {
        this.model = withoutNotice(this.model);
      }}
    >
      Dismiss
    </button>`;
  }

  private readonly send = (command: PanelCommand): void => {
    this.host.post({ kind: "command", command });
  };

  private toggle(shownClass: ShownClass): void {
    const hidden = new Set(this.hidden_);
    if (!hidden.delete(shownClass)) hidden.add(shownClass);
    this.hidden_ = hidden;
  }

  private readonly onToken = (event: MouseEvent): void => {
    const cursor = cursorOf(event.target);
    if (cursor === null) return;
    this.cursor = cursor;
    this.isCardOpen = true;
  };

  /** Tabbing into the stream puts the cursor there. */
  private readonly onFocus = (event: FocusEvent): void => {
    this.cursor = cursorOf(event.target) ?? this.cursor;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const at = cursorOf(event.target);
    if (at === null || this.model.run === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveOfKey(event.key);
    if (move !== null) {
      this.cursor = moved(this.model.run.steps, at, move, this.hidden_);
      this.focusWish = "token";
    } else if (event.key === "Enter" || event.key === " ") {
      this.cursor = at;
      this.isCardOpen = true;
      this.focusWish = "card";
    } else if (event.key === "Escape") this.closeCard();
    else return;
    event.preventDefault();
  };

  private readonly onCardKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.closeCard();
  };

  private readonly closeCard = (): void => {
    this.isCardOpen = false;
    this.focusWish = "token";
  };

  private readonly onChoose = (event: CustomEvent<number>): void => {
    this.cursor = { step: event.detail, place: 0 };
    this.isCardOpen = true;
    this.followsEnd = false;
    this.querySelector(`[data-step="${event.detail}"]`)?.scrollIntoView({ block: "nearest" });
  };

  private readonly onStepsToggle = (event: Event): void => {
    this.areStepsOpen = (event.currentTarget as HTMLDetailsElement).open;
  };

  private readonly onScroll = (event: Event): void => {
    const pane = event.currentTarget as HTMLElement;
    this.followsEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < AT_END_PX;
  };
}

function cursorOf(target: EventTarget | null): Cursor | null {
  const token = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
  if (token === null) return null;
  return { step: Number(token.dataset.step), place: Number(token.dataset.place) };
}

customElements.define("laser-panel", LaserPanel);
