// The table of a batch run: all rows, one of them in full. Turns keys, clicks and messages into its state.
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, state } from "lit/decorators.js";
import { t, type ErrorText } from "../../core/base/index.ts";
import { shareWords } from "../../core/trace/index.ts";
import type { FromRunTable, ToRunTable } from "../../extension/shared/runTable.ts";
import { FocusKeeper } from "../page/focusKeeper.ts";
import type { WebviewHost } from "../page/host.ts";
import { LightElement } from "../page/lightElement.ts";
import { nextLiveText } from "../page/liveText.ts";
import { isTyping } from "../page/pagePlace.ts";
import { isChord } from "../page/tokenCursor.ts";
import { grouped, several } from "../page/amounts.ts";
import { rowDetails } from "./rowDetails.ts";
import "./rowTable.ts";
import {
  COLUMNS,
  countsOf,
  filtered,
  readRows,
  sorted,
  type ColumnKey,
  type Filter,
  type ReadRows,
  type Sorting,
  type TableRow,
} from "./tableModel.ts";

type RowsMessage = Extract<ToRunTable, { kind: "rows" }>;

@customElement("laser-table")
export class LaserTable extends LightElement {
  @state() accessor file: Omit<RowsMessage, "kind" | "bytes"> | null = null;
  @state() accessor refused: { readonly name: string; readonly error: ErrorText } | null = null;
  @state() accessor read: ReadRows = { rows: [], unread: 0 };
  @state() accessor filter: Filter = { text: "", onlyFailed: false };
  @state() accessor sorting: Sorting = { key: "place", isDescending: false };
  /** Place in the file of the row at the cursor; −1 for none. */
  @state() accessor current = -1;
  @state() accessor announcement = "";

  private matching: readonly TableRow[] = [];
  private shown: readonly TableRow[] = [];
  protected readonly focusKeeper = new FocusKeeper(this);

  constructor(private readonly host: WebviewHost<FromRunTable>) {
    super();
  }

  /** Handles one message of the extension. */
  take(message: ToRunTable): void {
    if (message.kind === "unreadable") {
      this.refused = message;
      return;
    }
    const { bytes, name, fileBytes, hasSummary } = message;
    this.refused = null;
    this.file = { name, fileBytes, hasSummary };
    this.read = readRows(new TextDecoder().decode(bytes));
    this.isWhole = bytes.length >= fileBytes;
    if (this.current < 0 && this.read.rows.length > 0) this.current = 0;
  }

  private isWhole = true;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.onPageKey);
    this.addEventListener("laser-choose", this.onChoose);
    this.addEventListener("laser-table-sort", this.onSort);
    this.addEventListener("laser-table-open", this.onOpen);
  }

  override disconnectedCallback(): void {
    window.removeEventListener("keydown", this.onPageKey);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("read") || changed.has("filter")) this.matching = filtered(this.read.rows, this.filter);
    if ((["read", "filter", "sorting"] as const).some((name) => changed.has(name)))
      this.shown = sorted(this.matching, this.sorting);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { file, refused } = this;
    if (refused !== null)
      return html`<main class="refused">
        <h1>${refused.name}</h1>
        <p>${refused.error.message}</p>
        <p class="quiet">${refused.error.nextStep}</p>
      </main>`;
    if (file === null) return nothing;
    const row = this.read.rows[this.current] ?? null;
    return html`<main>
      ${this.head(file)}
      <div class="body">
        <laser-row-table
          .rows=${this.shown}
          .current=${this.current}
          .sorting=${this.sorting}
          .whenEmpty=${
            this.read.rows.length === 0
              ? t("No rows yet: they appear here as answers are written.")
              : t("No row matches the filter.")
          }
        ></laser-row-table>
        ${
          row === null
            ? nothing
            : rowDetails(row.row, {
                onTrace: (path) => {
                  this.host.post({ kind: "openTrace", path });
                },
                onCopy: (text) => {
                  this.host.post({ kind: "copy", text });
                },
              })
        }
      </div>
      <div class="sr-only" role="status">${this.announcement}</div>
    </main>`;
  }

  private head({ name, hasSummary, fileBytes }: Omit<RowsMessage, "kind" | "bytes">): TemplateResult {
    return html`<header>
      <div class="title">
        <h1>${name}</h1>
        <p class="quiet">
          ${this.figures().map((part, at) => html`${at === 0 ? "" : " · "}<span class="figure">${part}</span>`)}
        </p>
        ${
          this.isWhole
            ? nothing
            : html`<p class="quiet">
                The beginning of the file, which has ${Math.ceil(fileBytes / 2 ** 20)} MiB.
              </p>`
        }
        ${
          this.read.unread === 0
            ? nothing
            : html`<p class="quiet">${several(this.read.unread, "line")} not shown: not a row of a run.</p>`
        }
      </div>
      <div class="toolbar">
        ${this.filterView()}
        ${
          hasSummary
            ? html`<button
                class="secondary"
                type="button"
                @click=${() => {
                  this.host.post({ kind: "openSummary" });
                }}
              >
                Summary
              </button>`
            : nothing
        }
        <button
          class="secondary"
          type="button"
          @click=${() => {
            this.host.post({ kind: "openAsText" });
          }}
        >
          Open as Text
        </button>
      </div>
    </header>`;
  }

  private filterView(): TemplateResult {
    return html`<label class="search"
        ><span>Filter</span
        ><input
          id="filter"
          type="search"
          placeholder="id, group, text or reason"
          .value=${this.filter.text}
          @input=${(event: InputEvent) => {
            this.filter = { ...this.filter, text: (event.target as HTMLInputElement).value };
            this.say();
          }}
      /></label>
      <label
        ><input
          type="checkbox"
          .checked=${this.filter.onlyFailed}
          @change=${(event: Event) => {
            this.filter = { ...this.filter, onlyFailed: (event.target as HTMLInputElement).checked };
            this.say();
          }}
        />Failed rows only</label
      >`;
  }

  /** Of the rows that match. */
  private figures(): readonly string[] {
    const { rows, failed, tokens, steps, relaxed } = countsOf(this.matching);
    const all = this.read.rows.length;
    return [
      rows === all ? several(rows, "row") : `${grouped(rows)} of ${several(all, "row")}`,
      `${failed} failed`,
      several(tokens, "token"),
      steps === 0
        ? t("EDL not measured")
        : t("EDL {0} ({1}/{2})", (tokens / steps).toFixed(2), grouped(tokens), grouped(steps)),
      tokens === 0
        ? ""
        : t("relaxed {0} ({1}/{2})", shareWords(relaxed / tokens), grouped(relaxed), grouped(tokens)),
    ].filter((part) => part !== "");
  }

  private say(): void {
    const matches = filtered(this.read.rows, this.filter).length;
    this.announcement = nextLiveText(this.announcement, `${several(matches, "row")} shown`);
  }

  private readonly onChoose = ({ detail }: CustomEvent<number>): void => {
    this.current = detail;
  };

  private readonly onSort = ({ detail: key }: CustomEvent<ColumnKey>): void => {
    const isDescending = this.sorting.key === key && !this.sorting.isDescending;
    this.sorting = { key, isDescending };
    const title = COLUMNS.find((column) => column.key === key)?.title ?? key;
    const words = t("Sorted by {0}, {1}", title, isDescending ? "descending" : "ascending");
    this.announcement = nextLiveText(this.announcement, words);
  };

  private readonly onOpen = (): void => {
    const trace = this.read.rows[this.current]?.row.trace ?? null;
    if (trace !== null) this.host.post({ kind: "openTrace", path: trace });
  };

  private readonly onPageKey = (event: KeyboardEvent): void => {
    if (event.key !== "/" || isTyping(event.target) || isChord(event)) return;
    event.preventDefault();
    this.querySelector<HTMLInputElement>("#filter")?.focus();
  };
}
