// The head of the settings editor: the search with the number of results, the scope that is shown and written
// to, and what an untrusted workspace means.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { placeName } from "../../extension/shared/settingScopes.ts";
import type { Target, TargetId } from "../../extension/shared/settingsEditor.ts";
import { several } from "../page/amounts.ts";
import { FILTER_WORDS } from "./settingSearch.ts";
import type { SettingsModel } from "./settingsState.ts";
import { oneLineText } from "../../core/trace/index.ts";

export interface HeadActions {
  readonly onSearch: (search: string) => void;
  readonly onTarget: (target: TargetId) => void;
  readonly onTrust: () => void;
  /** Takes back the last change, of the settings named; null if there is none. */
  readonly undo: { readonly words: string; readonly onUndo: () => void } | null;
}

export function settingsHead(model: SettingsModel, found: number, actions: HeadActions): TemplateResult {
  const { search, settings, targets, isTrusted } = model;
  const all = settings?.length ?? 0;
  return html`<header>
    <h1>LASER settings</h1>
    <div class="search">
      <input
        type="search"
        spellcheck="false"
        placeholder="Search settings"
        aria-label="Search settings"
        aria-keyshortcuts="/"
        aria-describedby="search-help"
        title="Search settings: press / to come here, Escape to clear. Also ${FILTER_WORDS}"
        .value=${search}
        @input=${(event: Event) => {
          actions.onSearch((event.target as HTMLInputElement).value);
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          actions.onSearch("");
        }}
      />
      <span class="count quiet" role="status"
        >${search.trim() === "" ? several(all, "setting") : `${found} of ${several(all, "setting")}`}</span
      >
      <span class="sr-only" id="search-help">Filters: ${FILTER_WORDS}</span>
    </div>
    <fieldset class="targets">
      <legend>Show and edit</legend>
      ${targets.map((target) => targetView(target, model, actions.onTarget))}
    </fieldset>
    ${
      actions.undo === null
        ? nothing
        : html`<p class="undo">
            <span class="quiet">Changed: ${actions.undo.words}.</span>
            <button class="link" type="button" @click=${actions.undo.onUndo}>Undo</button>
          </p>`
    }
    ${
      isTrusted
        ? nothing
        : html`<p class="untrusted">
            This workspace is not trusted: its values for settings that choose the model, the device or files
            are ignored.
            <button class="link" type="button" @click=${actions.onTrust}>Manage workspace trust</button>
          </p>`
    }
  </header>`;
}

function targetView(
  { id }: Target,
  model: SettingsModel,
  onTarget: (target: TargetId) => void,
): TemplateResult {
  const set = model.settings?.filter(({ values }) => values.some(({ target }) => target === id)).length ?? 0;
  return html`<label class="target"
    ><input
      type="radio"
      name="target"
      .checked=${id === model.target}
      @change=${() => {
        onTarget(id);
      }}
    /><bdi>${oneLineText(placeName(model.targets, id))}</bdi>${
      set === 0
        ? nothing
        : html` <span class="quiet" title="${several(set, "setting")} set here">${set} set</span>`
    }</label
  >`;
}
