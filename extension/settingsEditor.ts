// The settings editor's owner: gives the page the values in force and the latest trace, checks what it wants changed
// and writes that where it is in force. It must not know how settings are drawn or traces judged again.
import * as vscode from "vscode";
import { SETTINGS, settingName } from "./catalogue.ts";
import { configurationOf, scopeInForce, writeSetting } from "./config.ts";
import { DisposableStore, MutableDisposable, type Disposable } from "./lifecycle.ts";
import type { FromSettingsEditor, ToSettingsEditor } from "./protocol/settingsEditor.ts";
import type { Runs } from "./runs.ts";
import { settingViews, type ManifestSetting } from "./settingViews.ts";
import { valueProblem } from "./settingValues.ts";
import { listTraces, readTrace } from "./traces.ts";
import { pageOptions, showPage } from "./webviewPage.ts";
import type { WindowMemory } from "./windowMemory.ts";

/** Type of the editor's webview. */
const VIEW_TYPE = "laser.settingsEditor";

export interface SettingsEditorOwner {
  readonly extension: vscode.Extension<unknown>;
  readonly runs: Runs;
  readonly log: vscode.LogOutputChannel;
  readonly traceFolder: string;
  readonly memory: WindowMemory;
}

export class SettingsEditor implements Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = this.store.add(new MutableDisposable<OpenEditor>());

  constructor(private readonly owner: SettingsEditorOwner) {
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel) => {
          this.show(panel, owner.memory.settingsResource);
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows the one editor, for the settings as they are for `resource`. */
  open(resource: vscode.Uri | undefined): void {
    this.owner.memory.settingsResource = resource ?? this.shown.value?.resource;
    if (this.shown.value !== null) {
      this.shown.value.reveal(resource);
      return;
    }
    const options = { enableFindWidget: true, ...pageOptions(this.owner.extension.extensionUri) };
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, "", vscode.ViewColumn.Active, options);
    this.show(panel, resource);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** A panel just made, or one that the editor restored after a reload of the window. */
  private show(panel: vscode.WebviewPanel, resource: vscode.Uri | undefined): void {
    this.shown.value = new OpenEditor(this.owner, panel, resource, () => (this.shown.value = null));
  }
}

class OpenEditor implements Disposable {
  private readonly store = new DisposableStore();
  private ready = false;

  constructor(
    private readonly owner: SettingsEditorOwner,
    private readonly panel: vscode.WebviewPanel,
    private shownFor: vscode.Uri | undefined,
    closed: () => void,
  ) {
    const title = vscode.l10n.t("LASER Settings");
    const { webview } = this.store.add(panel);
    this.panel.title = title;
    this.panel.iconPath = vscode.Uri.joinPath(owner.extension.extensionUri, "media", "logo.svg");
    this.store.add(this.panel.onDidDispose(closed));
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.hear(message)));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("laser")) this.postSettings();
      }),
    );
    this.store.add(
      owner.runs.onDelta((delta) => {
        if (delta.kind === "ended" && delta.result.tracePath !== null)
          void this.postTrace(delta.result.tracePath);
      }),
    );
    showPage(webview, owner.extension.extensionUri, "settings", title);
  }

  /** The file whose settings are shown. */
  get resource(): vscode.Uri | undefined {
    return this.shownFor;
  }

  reveal(resource: vscode.Uri | undefined): void {
    this.shownFor = resource ?? this.shownFor;
    this.panel.reveal();
    this.postSettings();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async hear(given: unknown): Promise<void> {
    const message = readMessage(given);
    if (message === null) {
      this.owner.log.warn(`the settings editor sent what is no message: ${JSON.stringify(given)}`);
    } else if (message.kind === "ready") {
      this.ready = true;
      this.postSettings();
      const [latest] = await listTraces(this.owner.traceFolder);
      await this.postTrace(latest?.path ?? null);
    } else if (message.kind === "openNative") {
      await vscode.commands.executeCommand("workbench.action.openSettings", message.key);
    } else {
      await this.change(message.key, message.value);
    }
  }

  private async change(key: string, value: string | number | boolean | null): Promise<void> {
    const name = settingName(key);
    const refuse = (reason: string): void => {
      this.post({ kind: "refused", key, reason });
      this.postSettings();
    };
    if (name === null) {
      refuse(vscode.l10n.t("there is no such setting"));
      return;
    }
    const problem = value === null ? null : valueProblem(SETTINGS[name], value);
    if (problem !== null) {
      refuse(problem);
      return;
    }
    try {
      // The change comes back as onDidChangeConfiguration, which posts the new values.
      await writeSetting(name, value, this.resource);
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error));
    }
  }

  private postSettings(): void {
    const configuration = configurationOf(this.resource);
    this.post({
      kind: "settings",
      settings: settingViews({
        manifest: manifestSettings(this.owner.extension),
        valueOf: (name) => configuration.get<unknown>(name),
        scopeOf: (name) => scopeInForce(name, this.resource),
      }),
    });
  }

  private async postTrace(file: string | null): Promise<void> {
    this.post({ kind: "trace", trace: file === null ? null : await readTrace(file) });
  }

  private post(message: ToSettingsEditor): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }
}

/** The manifest is our own file, checked by a test; its texts are in the user's language here. */
function manifestSettings(extension: vscode.Extension<unknown>): Readonly<Record<string, ManifestSetting>> {
  const manifest = extension.packageJSON as {
    readonly contributes: {
      readonly configuration: { readonly properties: Readonly<Record<string, ManifestSetting>> };
    };
  };
  return manifest.contributes.configuration.properties;
}

function readMessage(given: unknown): FromSettingsEditor | null {
  if (typeof given !== "object" || given === null || !("kind" in given)) return null;
  if (given.kind === "ready") return { kind: "ready" };
  if (!("key" in given) || typeof given.key !== "string") return null;
  const { key } = given;
  if (given.kind === "openNative") return { kind: "openNative", key };
  if (given.kind !== "change" || !("value" in given)) return null;
  const { value } = given;
  const plain = value === null || ["string", "number", "boolean"].includes(typeof value);
  return plain ? { kind: "change", key, value: value as string | number | boolean | null } : null;
}
