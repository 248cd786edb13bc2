// The trace page: title, figures, filter and legend; the answer with the steps below it; and one of four
// panes beside them. Values in, templates out.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { keyed } from "lit/directives/keyed.js";
import { icon } from "../page/icons.ts";
import { KEY_GROUPS, REPORT_KEY_GROUPS } from "../../extension/shared/keyHelp.ts";
import type { TraceCommand } from "../../extension/shared/traceEditor.ts";
import { t, type ErrorText } from "../../core/base/index.ts";
import { oneLineText } from "../../core/trace/index.ts";
import { itemAt, type Cursor } from "../run/model/cursor.ts";
import { followsPath } from "../run/model/draftShape.ts";
import { isPlainRun } from "../run/figures/figures.ts";
import { filterCompletions } from "./filter/filterCompletions.ts";
import { GRANULARITIES } from "../run/stream/granularity.ts";
import type { ShownClass } from "../run/model/items.ts";
import type { LoadedTrace } from "./loadTrace.ts";
import type { Marks } from "../run/stream/marks.ts";
import type { Lookups } from "./traceLookups.ts";
import { PANES, type Pane, type TraceState } from "./traceState.ts";
import type { TokenCursor } from "../page/tokenCursor.ts";
import { whyOf, type Candidate } from "../run/card/why.ts";
import { aboutView } from "./about.ts";
import { cardView } from "../run/card/card.ts";
import "../charts/figures.ts";
import { patternsView } from "../charts/marks.ts";
import "./draftTree/draftTree.ts";
import { treeCaption } from "./draftTree/treeLayout.ts";
import { filterView, type FilterActions } from "./filter/filterBox.ts";
import { legendView } from "../run/parts/legend.ts";
import { errorView, summaryView, titleView } from "../run/parts/parts.ts";
import { parentView } from "./notes.ts";
import { qualityView } from "./quality.ts";
import "./stepTable.ts";
import "../run/stream/stream.ts";
import "../timeline/timeline.ts";
import { whatIfPane, type WhatIfActions } from "./whatIf/whatIfPane.ts";

export interface TracePage {
  readonly loaded: LoadedTrace;
  /** A plain run of the same prompt, or null. */
  readonly plain: LoadedTrace | null;
  /** Whether it is still looked for. */
  readonly isPlainPending: boolean;
  readonly state: TraceState;
  readonly marks: Marks;
  readonly lookups: Lookups;
  readonly budgetNats: number;
  readonly isHelpOpen: boolean;
  readonly areKeysOpen: boolean;
  readonly isReadOnly: boolean;
}

export interface TraceActions {
  readonly tokens: TokenCursor<Cursor>;
  readonly onToken: (event: MouseEvent) => void;
  readonly onCardKey: (event: KeyboardEvent) => void;
  readonly onClass: (shownClass: ShownClass) => void;
  readonly onStep: (step: number) => void;
  readonly onPlace: (place: number) => void;
  /** Goes to a token, and focuses it. */
  readonly onPlaceOf: (cursor: Cursor) => void;
  readonly onChange: (change: Partial<TraceState>) => void;
  readonly filter: FilterActions;
  readonly whatIf: WhatIfActions;
  readonly onTake: (candidate: Candidate) => void;
  readonly onCommand: (command: TraceCommand) => void;
  readonly onCopy: () => void;
  readonly onKeys: (isOpen: boolean) => void;
}

export const PANE_NAMES: Readonly<Record<Pane, string>> = {
  step: t("Step"),
  figures: t("Figures"),
  whatIf: t("What if"),
  about: t("About"),
};

/** For a file that is not a valid trace: the reason, and a button to open it as text. */
export function refusedView(
  { name, error }: { readonly name: string; readonly error: ErrorText },
  onCommand: ((command: TraceCommand) => void) | null,
): TemplateResult {
  const open = html`<button class="link" type="button" @click=${() => onCommand?.("openAsText")}>
    Open as text
  </button>`;
  return html`<main class="refused">
    <h1><bdi>${oneLineText(name)}</bdi></h1>
    ${errorView(error, onCommand === null ? nothing : open)}
  </main>`;
}

export function traceView(page: TracePage, actions: TraceActions): TemplateResult {
  const { loaded, state } = page;
  return html`<main class="trace">
    ${patternsView()}
    <header>
      ${titleView(loaded.run)} ${toolbar(page, actions)} ${failureView(loaded)}
      ${parentView(loaded.trace, page.isReadOnly ? null : actions.onCommand)} ${summary(page)}
      ${filterView(filterBox(page), actions.filter)}
      <div class="line">
        ${legendView(loaded.run, page.lookups.hidden(state.hidden), actions.onClass)}
        ${granularityView(state, actions)}
      </div>
      ${page.areKeysOpen ? keysView(page, actions) : nothing}
    </header>
    ${loaded.run.steps.length === 0 ? withoutSteps(loaded) : columns(page, actions)}
  </main>`;
}

/** Why a run failed, from its file: untrusted text. */
function failureView({ run }: LoadedTrace): TemplateResult | typeof nothing {
  const error = run.ended?.error ?? null;
  return error === null ? nothing : errorView({ ...error, message: oneLineText(error.message) }, nothing);
}

/** Without steps there is nothing to show except the request. */
function withoutSteps({ trace }: LoadedTrace): TemplateResult {
  return html`<p>The run ended before its first step.</p>
    <section aria-label=${PANE_NAMES.about}>${aboutView(trace)}</section>`;
}

function columns(page: TracePage, actions: TraceActions): TemplateResult {
  const { loaded, state, marks, lookups } = page;
  const { steps } = loaded.run;
  const shown = lookups.shownSteps(loaded.run, marks.matches);
  const current = state.cursor?.step ?? -1;
  return html`<div class="columns">
    <div class="left">
      ${keyed(
        loaded,
        html`<laser-stream
          class="stream"
          aria-label="Answer, ${state.granularity} by ${state.granularity}"
          .steps=${steps}
          .cursor=${state.cursor}
          .hiddenClasses=${lookups.hidden(state.hidden)}
          .marks=${marks}
          .granularity=${state.granularity}
          .loopFrom=${loaded.run.loop?.stepsBefore ?? null}
          .inherited=${lookups.inherited(loaded.trace)}
          @click=${actions.onToken}
          @keydown=${actions.tokens.onKey}
          @focusin=${actions.tokens.onFocus}
        ></laser-stream>`,
      )}
      <laser-timeline
        .steps=${lookups.plainSteps(steps)}
        .currentStep=${current}
        .loopFrom=${loaded.run.loop?.stepsBefore ?? null}
        .matching=${marks.matches === null ? null : lookups.stepSet(marks.matches)}
        .flips=${marks.flips === null ? null : lookups.flipSteps(marks.flips)}
      ></laser-timeline>
      <laser-step-table
        .steps=${shown}
        .current=${current}
        @laser-choose=${(event: HTMLElementEventMap["laser-choose"]) => {
          actions.onStep(event.detail);
        }}
      ></laser-step-table>
    </div>
    <div class="right">${tabs(state.pane, actions)} ${pane(page, actions)}</div>
  </div>`;
}

function tabs(chosen: Pane, { onChange }: TraceActions): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = PANES[(PANES.indexOf(chosen) + by + PANES.length) % PANES.length]!;
    onChange({ pane: next });
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  };
  return html`<div class="tabs" role="tablist" aria-label="About the trace" @keydown=${onKey}>
    ${PANES.map(
      (name, index) =>
        html`<button
          id="tab-${name}"
          type="button"
          role="tab"
          aria-selected=${String(name === chosen)}
          aria-controls="pane"
          tabindex=${name === chosen ? 0 : -1}
          title="${PANE_NAMES[name]} (${index + 1})"
          @click=${() => {
            onChange({ pane: name });
          }}
        >
          ${PANE_NAMES[name]}
        </button>`,
    )}
  </div>`;
}

function pane(page: TracePage, actions: TraceActions): TemplateResult {
  const { pane: name } = page.state;
  return html`<div id="pane" class="pane ${name}" role="tabpanel" aria-labelledby="tab-${name}" tabindex="0">
    ${paneContent(page, actions)}
  </div>`;
}

function paneContent(page: TracePage, actions: TraceActions): TemplateResult {
  const { loaded, plain, isPlainPending, state, lookups, budgetNats, isReadOnly } = page;
  const { run, trace } = loaded;
  switch (state.pane) {
    case "step":
      return stepPane(page, actions);
    case "figures":
      return html`${qualityView(lookups.quality(trace, plain?.trace ?? null), isPlainPending, actions.onPlaceOf)}
        <laser-figures
          .steps=${lookups.plainSteps(run.steps)}
          .counts=${run.counts}
          .countsBefore=${run.loop?.countsBefore ?? null}
          .prefillMs=${trace.result.prefillMs}
          .committed=${trace.result.tokens}
          .currentStep=${state.cursor?.step ?? -1}
          .isReadOnly=${isReadOnly}
          .isPlain=${isPlainRun(run)}
          .plain=${plain === null ? null : lookups.plainRun(plain)}
          .isPlainPending=${isPlainPending}
        ></laser-figures>`;
    case "whatIf": {
      const choice = state.whatIf ?? lookups.ownChoice(trace);
      const result = lookups.whatIf(trace, choice);
      const curve = lookups.curve(trace, choice.guards);
      return whatIfPane({ trace, choice, result, curve, budgetNats, isReadOnly }, actions.whatIf);
    }
    case "about":
      return aboutView(trace);
  }
}

function stepPane(
  { loaded, state, marks, lookups, isReadOnly }: TracePage,
  actions: TraceActions,
): TemplateResult {
  const { run } = loaded;
  const item = itemAt(run.steps, state.cursor);
  const view = item === null ? undefined : run.steps[item.step];
  if (item === null || view === undefined) return html`<p class="quiet">Select a token.</p>`;
  const { onCardKey, onTake } = actions;
  // Off the answer no token was chosen at a position, so no candidate can be taken there.
  const canTake = !isReadOnly && followsPath(view.step, item.place);
  return html`${cardView(item, whyOf(run, view, item), false, {
      onKey: onCardKey,
      ...(canTake ? { onTake } : {}),
    })}
    <h3 id="tree-title">${treeCaption(view.step)}</h3>
    <laser-draft-tree
      .view=${view}
      .tokens=${run.tokens}
      .place=${item.place}
      .flips=${lookups.flipsOf(marks.flips, view)}
      @laser-place=${(event: HTMLElementEventMap["laser-place"]) => {
        actions.onPlace(event.detail);
      }}
    ></laser-draft-tree>`;
}

function toolbar(
  { isReadOnly, areKeysOpen }: TracePage,
  { onCommand, onCopy, onKeys }: TraceActions,
): TemplateResult {
  const button = (label: string, onPress: () => void, title = label): TemplateResult =>
    html`<button class="secondary" type="button" title=${title} @click=${onPress}>${label}</button>`;
  const command = (label: string, name: TraceCommand, title: string): TemplateResult =>
    button(
      label,
      () => {
        onCommand(name);
      },
      title,
    );
  // In a narrow page the actions are a menu that a button opens; otherwise they are side by side, without the button.
  return html`<div class="toolbar">
    ${
      isReadOnly
        ? nothing
        : html`<button class="secondary more" type="button" popovertarget="trace-actions">
              Actions ${icon("chevronDown")}
            </button>
            <div
              id="trace-actions"
              class="actions"
              role="group"
              aria-label="Actions"
              popover
              @click=${closeMenu}
            >
              ${command(t("Compare…"), "compare", t("Compare with another trace"))}
              ${command(t("Export report…"), "exportHtml", t("One HTML file that works offline. It contains the prompt and the answer."))}
              ${command(t("Export CSV…"), "exportCsv", t("The steps as a table. It contains the text of the answer."))}
              ${button(t("Copy as JSON"), onCopy, t("Copy the steps of the selected text, or those that match the filter, or the one at the cursor (C)"))}
              ${command(t("Open as text"), "openAsText", t("The trace as JSON"))}
            </div>`
    }
    <button
      class="secondary"
      type="button"
      aria-expanded=${String(areKeysOpen)}
      title="Keyboard shortcuts (?)"
      @click=${() => {
        onKeys(!areKeysOpen);
      }}
    >
      Keys
    </button>
  </div>`;
}

/** A menu closes after a choice, as every menu does. */
function closeMenu({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement && currentTarget.matches(":popover-open"))
    currentTarget.hidePopover();
}

function summary({ loaded, plain, isPlainPending, lookups }: TracePage): TemplateResult {
  const plainRun = plain === null ? null : lookups.measuredAgainst(plain, loaded);
  return summaryView({
    ...loaded.run,
    ...{ plainRun, isPlainPending },
    plainTokensPerSecond: plainRun?.tokensPerSecond ?? null,
  });
}

function filterBox({
  loaded,
  state,
  marks,
  lookups,
  isHelpOpen,
}: TracePage): Parameters<typeof filterView>[0] {
  const { filter } = state;
  const parsed = lookups.query(filter);
  return {
    text: filter,
    problem: parsed.ok ? null : parsed.message,
    matches: marks.matches?.size ?? null,
    isHelpOpen,
    suggestions: filterCompletions(filter, lookups.names(loaded.run)),
  };
}

function granularityView(state: TraceState, { onChange }: TraceActions): TemplateResult {
  return html`<div class="granularity" role="group" aria-label="Granularity (G)">
    ${GRANULARITIES.map(
      (name) =>
        html`<button
          type="button"
          aria-pressed=${String(name === state.granularity)}
          title="The answer by ${name}. Ghosts of rejected drafts are shown by token only."
          @click=${() => {
            onChange({ granularity: name });
          }}
        >
          ${name}
        </button>`,
    )}
  </div>`;
}

function keysView({ isReadOnly }: TracePage, { onKeys }: TraceActions): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onKeys(false);
  };
  return html`<section class="keys" aria-labelledby="keys-title" @keydown=${onKey}>
    <h2 id="keys-title" tabindex="-1">Keys</h2>
    <button
      class="icon"
      type="button"
      aria-label="Close the list of keys"
      @click=${() => {
        onKeys(false);
      }}
    >
      ${icon("close")}
    </button>
    ${(isReadOnly ? REPORT_KEY_GROUPS : KEY_GROUPS).map(
      ({ title, keys }) =>
        html`<h3>${title}</h3>
          <dl>
            ${keys.map(
              (entry) =>
                html`<div>
                  <dt>${entry.keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                  <dd>${entry.does}</dd>
                </div>`,
            )}
          </dl>`,
    )}
  </section>`;
}
