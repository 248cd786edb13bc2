// The compare page from top to bottom: traces, differing conditions, divergence, figures, texts, card. Values
// in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { MAX_COMPARED } from "../../extension/shared/compare.ts";
import { compareAnswers, compareFigures, sweepOf, type SweepPoint } from "../../core/inspect/index.ts";
import { oneLineText, type Trace } from "../../core/trace/index.ts";
import { icon } from "../page/icons.ts";
import type { CompareCursor, SideName } from "./compareCursor.ts";
import {
  isRead,
  roundsOf,
  warningsOf,
  type ComparedRun,
  type Pair,
  type SweptPrompt,
} from "./compareModel.ts";
import { lastOf } from "../page/last.ts";
import type { TokenCursor } from "../page/tokenCursor.ts";
import { whyOf } from "../run/card/why.ts";
import { cardView, type CardActions } from "../run/card/card.ts";
import { divergenceView } from "./divergence.ts";
import { figuresView } from "./figures.ts";
import { MIN_POINTS, sweepView, type SweepActions } from "./sweep.ts";
import "./text.ts";
import { textHeadView, type TextHeadActions } from "./textHead.ts";
import { tracesView, warningsView, type TraceActions } from "./traces.ts";

export interface ComparePage {
  readonly runs: readonly ComparedRun[];
  /** One of them is shown at a time; null if all runs are. */
  readonly prompts: readonly SweptPrompt[] | null;
  /** null if fewer than two can be read. */
  readonly pair: Pair | null;
  /** Indices of the two, if any. The left one is the baseline. */
  readonly left: number;
  readonly right: number;
  readonly hasGhosts: boolean;
  readonly hasAllFigures: boolean;
  readonly cursor: CompareCursor | null;
  readonly isCardOpen: boolean;
  readonly isCardShort: boolean;
  readonly difference: number;
  readonly announcement: string;
}

export interface CompareActions extends TraceActions, TextHeadActions, SweepActions {
  readonly onSwap: () => void;
  readonly onPrompt: (at: number) => void;
  readonly onPick: (side: SideName, place: number) => void;
  readonly onAll: () => void;
  readonly onFirst: () => void;
  readonly tokens: TokenCursor<CompareCursor>;
  readonly card: CardActions;
}

/** Kept while the same traces are shown: texts are aligned for it. */
const pointsOf = lastOf(sweepOf, (traces, baseline) => [...traces, baseline]);

export function pageView(page: ComparePage, actions: CompareActions): TemplateResult {
  const { runs, prompts, pair, left, right } = page;
  const ofPrompt = prompts?.find((prompt) => prompt.places.includes(left))?.places ?? null;
  // Two cards are in the order of their texts; more keep their order.
  const places = ofPrompt ?? (runs.length === 2 && pair !== null ? [left, right] : runs.map((_, at) => at));
  const points = pair === null ? [] : sweptPoints(page);
  const add = (): void => {
    actions.onChoose(runs.length);
  };
  return html`<main>
    <header class="page-head">
      <h1>Compare traces</h1>
      <div class="toolbar">
        ${pair === null ? nothing : button(t("Swap sides"), actions.onSwap)}
        ${prompts !== null || runs.length >= MAX_COMPARED ? nothing : button(t("Add a trace…"), add)}
      </div>
    </header>
    ${points.length < MIN_POINTS ? nothing : sweepView(points, runs.filter(isRead), actions)}
    ${prompts === null ? nothing : promptChoice(prompts, left, actions)} ${tracesView(runs, places, actions)}
    ${
      pair === null
        ? html`<p class="too-few">A comparison needs two readable traces.</p>`
        : pairView(page, pair, places, actions)
    }
    <div class="sr-only" role="status" aria-live="polite">${page.announcement}</div>
  </main>`;
}

/** Over all prompts; texts are compared with those of the setting to the left. */
function sweptPoints({ runs, left }: ComparePage): SweepPoint[] {
  const read = runs.filter(isRead);
  const baseline = read.findIndex((run) => run === runs[left]);
  return pointsOf(
    read.map(({ side }) => side.trace),
    baseline,
  );
}

/** Of each run from the baseline. Kept while the same traces are shown: texts are aligned for it. */
const divergencesOf = lastOf(
  (traces: readonly Trace[], baseline: number) =>
    traces.map((trace) => compareAnswers(traces[baseline]!, trace).divergence),
  (traces, baseline) => [...traces, baseline],
);

function promptChoice(
  prompts: readonly SweptPrompt[],
  left: number,
  { onPrompt }: CompareActions,
): TemplateResult {
  return html`<label class="prompts">
    <span>Prompt</span>
    <span class="select"
      ><select
        @change=${(event: Event) => {
          onPrompt((event.target as HTMLSelectElement).selectedIndex);
        }}
      >
        ${prompts.map(
          ({ name, places }) =>
            html`<option .selected=${places.includes(left)}>${oneLineText(name)}</option>`,
        )}</select
      >${icon("chevronDown")}</span
    >
    <span class="detail">1 of ${prompts.length} is shown below; the settings above are over all.</span>
  </label>`;
}

function pairView(
  page: ComparePage,
  pair: Pair,
  places: readonly number[],
  actions: CompareActions,
): TemplateResult {
  const { runs, left, right, hasGhosts, difference, cursor } = page;
  const columns = places.filter((place) => isRead(runs[place]!));
  const read = columns.map((place) => runs[place]!).filter(isRead);
  const rows = compareFigures(
    read.map(({ side }) => side.trace),
    columns.indexOf(left),
  );
  const table = {
    runs,
    places: columns,
    left,
    right,
    rows,
    divergences: divergencesOf(
      read.map(({ side }) => side.trace),
      columns.indexOf(left),
    ),
    rounds: roundsOf(read),
    hasAll: page.hasAllFigures,
  };
  return html`${warningsView(warningsOf(read, pair.left), read.length > 2)}
    ${divergenceView(pair, actions.onFirst)} ${figuresView(table, actions)}
    <section class="text" aria-labelledby="text-title">
      ${textHeadView({ pair, difference, hasGhosts }, actions)}
      <laser-compare-text
        .pair=${pair}
        .cursor=${cursor}
        .hasGhosts=${hasGhosts}
        .difference=${difference}
        @click=${actions.tokens.onClick}
        @keydown=${actions.tokens.onKey}
        @focusin=${actions.tokens.onFocus}
      ></laser-compare-text>
      ${cardOf(page, pair, actions.card)}
    </section>`;
}

function cardOf(
  { cursor, isCardOpen, isCardShort }: ComparePage,
  pair: Pair,
  actions: CardActions,
): TemplateResult | typeof nothing {
  if (!isCardOpen || cursor === null) return nothing;
  const { entries, run } = pair[cursor.side].side;
  const item = entries[cursor.entry]?.item ?? null;
  const view = item === null ? undefined : run.steps[item.step];
  if (item === null || view === undefined) return nothing;
  return cardView(item, whyOf(run, view, item), isCardShort, actions);
}

function button(label: string, press: () => void): TemplateResult {
  return html`<button class="secondary" type="button" @click=${press}>${label}</button>`;
}
