// The settings editor: head, contents, the settings under their headings, and the what-if beside the settings
// that it depends on. A change is sent as soon as it is made; an invalid value is reported at its field and
// not sent.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { customElement, state } from "lit/decorators.js";
import type {
  Json,
  FromSettingsEditor,
  TargetId,
  ToSettingsEditor,
} from "../../extension/shared/settingsEditor.ts";
import type { WebviewHost } from "../page/host.ts";
import { goTo, headingInView, isTyping, watchRoom } from "../page/pagePlace.ts";
import { LightElement } from "../page/lightElement.ts";
import { shownName } from "./settingFacts.ts";
import { foundSettings } from "./settingSearch.ts";
import { readKeptSettings, type KeptSettings } from "./settingsKept.ts";
import {
  NO_SETTINGS,
  reduceSettings,
  withDraft,
  withoutDraft,
  withSent,
  withTarget,
} from "./settingsModel.ts";
import type { SettingsModel } from "./settingsState.ts";
import { isPreviewed, keptDrafts, pendingChanges, type PendingChange } from "./judgedSettings.ts";
import { draftOf } from "./settingDrafts.ts";
import { contentsView } from "./contents.ts";
import { groupsOf, groupsView, noneFoundView } from "./groups.ts";
import type { FieldActions } from "./settingField.ts";
import { settingsHead } from "./settingsHead.ts";

@customElement("laser-settings")
export class LaserSettings extends LightElement {
  @state() accessor model: SettingsModel;
  /** The heading that the page is scrolled to. */
  @state() accessor current = "";
  /** The values before the last change; undefined if none was set. */
  @state() accessor undoable: {
    readonly target: TargetId;
    readonly before: readonly { readonly key: string; readonly value: Json | undefined }[];
  } | null = null;
  /** The scroll position to restore once the page is rendered. */
  private scrollWish: number;
  /** Called after the change is rendered. */
  private afterRender: (() => void) | null = null;
  private unwatchRoom: (() => void) | null = null;
  /** Settings that were entered before it was known whether there is a trace to preview them with. */
  private readonly enteredEarly = new Set<string>();

  constructor(private readonly host: WebviewHost<FromSettingsEditor>) {
    super();
    const { target, search, scrollTop, drafts } = readKeptSettings(host.getState());
    this.model = { ...NO_SETTINGS, target, search, drafts: new Map(Object.entries(drafts)) };
    this.scrollWish = scrollTop;
  }

  /** Handles one message of the extension. */
  take(message: ToSettingsEditor): void {
    const hasNoPreview = message.kind === "trace" && message.trace === null;
    const isDone = ({ view }: PendingChange): boolean => this.enteredEarly.has(view.key);
    const written = hasNoPreview ? pendingChanges(this.model).filter(isDone) : [];
    this.model = reduceSettings(this.model, message);
    if (message.kind === "trace") this.enteredEarly.clear();
    if (written.length > 0) this.change(written);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.onKey);
    window.addEventListener("scroll", this.onScroll, { passive: true });
    window.addEventListener("scrollend", this.keep);
  }

  override disconnectedCallback(): void {
    window.removeEventListener("keydown", this.onKey);
    window.removeEventListener("scroll", this.onScroll);
    window.removeEventListener("scrollend", this.keep);
    this.unwatchRoom?.();
    this.unwatchRoom = null;
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { settings, search } = this.model;
    if (settings === null) return nothing;
    const found = foundSettings(settings, search);
    const groups = groupsOf(found);
    return html`<main>
      ${settingsHead(this.model, found.length, {
        onSearch: this.onSearch,
        onTarget: (target) => {
          this.model = withTarget(this.model, target);
        },
        undo:
          this.undoable === null
            ? null
            : {
                words: this.undoable.before.map(({ key }) => this.actions.labelOf(key)).join(", "),
                onUndo: this.undo,
              },
        onTrust: () => {
          this.host.post({ kind: "manageTrust" });
        },
      })}
      <div class="page">
        ${contentsView(groups, this.current, this.showHeading)}
        ${found.length === 0 ? noneFoundView(search, this.clearSearch) : groupsView(groups, this.model, this.actions)}
      </div>
    </main>`;
  }

  protected override updated(): void {
    const head = this.querySelector("header");
    if (head === null) return;
    this.unwatchRoom ??= watchRoom(this, head);
    if (this.scrollWish > 0) window.scrollTo({ top: this.scrollWish });
    this.scrollWish = 0;
    this.keep();
    this.onScroll();
    const run = this.afterRender;
    this.afterRender = null;
    run?.();
  }

  private readonly actions: FieldActions = {
    controls: (setting) => ({
      onDraft: (draft) => {
        this.model = withDraft(this.model, setting.key, draft);
        // Continue in the row that was just added.
        if (typeof draft !== "string" && draft.at(-1) === "")
          this.afterRender = () => this.lastRow(setting.key)?.focus();
      },
      onValue: (value) => {
        if (!isPreviewed(this.model, setting)) {
          this.change([{ view: setting, value }]);
          return;
        }
        this.model = withDraft(this.model, setting.key, draftOf(value));
        if (!this.model.isTraceKnown) this.enteredEarly.add(setting.key);
      },
    }),
    onApply: () => {
      this.change(pendingChanges(this.model));
    },
    onDiscard: () => {
      for (const { view } of pendingChanges(this.model)) this.model = withoutDraft(this.model, view.key);
    },
    onJudge: (name) => {
      this.host.post({ kind: "judge", name });
    },
    onReset: (key) => {
      this.remember([key]);
      this.model = withoutDraft(this.model, key);
      this.host.post({ kind: "reset", key, target: this.model.target });
      // The button disappears with the value.
      this.fieldOf(key)?.focus({ preventScroll: true });
    },
    onBrowse: (key, value) => {
      this.remember([key]);
      this.model = withoutDraft(this.model, key);
      this.host.post({ kind: "browse", key, target: this.model.target, value });
    },
    onInstall: () => {
      this.host.post({ kind: "installGpuSupport" });
    },
    onNative: (key) => {
      this.host.post({ kind: "openNative", key });
    },
    onSetting: (key) => {
      if (this.model.settings?.some((setting) => setting.key === key) !== true) {
        this.host.post({ kind: "openNative", key });
        return;
      }
      // If the search hides it, clear the search.
      if (this.fieldOf(key) === null) this.onSearch("");
      this.requestUpdate();
      this.afterRender = () => {
        goTo(this.fieldOf(key));
      };
    },
    onTarget: (target: TargetId, key) => {
      this.model = withTarget(this.model, target);
      this.afterRender = () => {
        goTo(this.fieldOf(key));
      };
    },
    labelOf: (key) => {
      const named = this.model.settings?.find((setting) => setting.key === key);
      return named === undefined ? key : shownName(named);
    },
  };

  private change(changes: readonly PendingChange[]): void {
    const { target } = this.model;
    this.remember(changes.map(({ view }) => view.key));
    for (const { view, value } of changes) {
      this.model = withSent(this.model, view.key, value);
      this.host.post({ kind: "change", key: view.key, target, value });
    }
  }

  /** The previous values, for "Undo". */
  private remember(keys: readonly string[]): void {
    const { settings, target } = this.model;
    const before = keys.map((key) => ({
      key,
      value: settings?.find((view) => view.key === key)?.values.find((set) => set.target === target)?.value,
    }));
    this.undoable = keys.length === 0 ? null : { target, before };
  }

  private readonly undo = (): void => {
    const { undoable } = this;
    this.undoable = null;
    if (undoable === null) return;
    const { target, before } = undoable;
    for (const { key, value } of before) {
      this.model = withoutDraft(this.model, key);
      if (value === undefined) this.host.post({ kind: "reset", key, target });
      else {
        this.model = withSent(this.model, key, value);
        this.host.post({ kind: "change", key, target, value });
      }
    }
  };

  private readonly onSearch = (search: string): void => {
    this.model = { ...this.model, search };
  };

  private readonly clearSearch = (): void => {
    this.onSearch("");
    this.searchBox?.focus();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      event.preventDefault();
      this.searchBox?.select();
      this.searchBox?.focus();
    } else if (event.key === "Escape") this.dropDraft(event.target);
  };

  /** Resets invalid typed text to the saved value. */
  private dropDraft(target: EventTarget | null): void {
    const field = target instanceof Element ? target.closest<HTMLElement>("[data-key]") : null;
    const key = field?.dataset.key;
    if (key !== undefined && this.model.drafts.has(key)) this.model = withoutDraft(this.model, key);
  }

  private readonly onScroll = (): void => {
    const headings = [...this.querySelectorAll<HTMLElement>("h2[id^=group-]")];
    this.current = headingInView(headings, this.querySelector("header"))?.id ?? "";
  };

  private readonly keep = (): void => {
    const { target, search, settings } = this.model;
    if (settings === null) return;
    const drafts = Object.fromEntries(keptDrafts(this.model));
    this.host.setState({ target, search, scrollTop: window.scrollY, drafts } satisfies KeptSettings);
  };

  private readonly showHeading = (id: string): void => {
    goTo(document.getElementById(id));
  };

  private get searchBox(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[type=search]");
  }

  private fieldOf(key: string): HTMLElement | null {
    return document.getElementById(`setting-${key}`);
  }

  private lastRow(key: string): HTMLElement | null {
    const rows = this.fieldOf(key)?.querySelectorAll<HTMLElement>("li :is(input, vscode-dropdown)");
    return rows?.item(rows.length - 1) ?? null;
  }
}
