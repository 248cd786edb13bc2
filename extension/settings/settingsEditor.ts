// The settings editor's extension side: sends the page the settings and the latest trace, and validates and
// writes the changes that it requests.
import path from "node:path";
import * as vscode from "vscode";
import type { Trace } from "../../core/trace/index.ts";
import { unreachable, messageOf, parse } from "../../core/base/index.ts";
import { DisposableStore, MutableDisposable, type Disposable } from "../host/lifecycle.ts";
import {
  FromSettingsEditorSchema,
  type Json,
  type TargetId,
  type ToSettingsEditor,
} from "../shared/settingsEditor.ts";
import { setValues, workspaceShape, writeAt } from "./scopedSettings.ts";
import { changeProblem, settingsMessage } from "./settingViews.ts";
import { listTraces, readTrace } from "../traces/traces.ts";
import { pageOptions, showPage } from "../host/webviewPage.ts";

/** Traces that are read to find one with drafts. */
const MOST_READ = 12;
/** View type of the editor. */
const VIEW_TYPE = "laser.settingsEditor";

export interface SettingsEditorOwner {
  readonly extension: vscode.Extension<unknown>;
  /** The path of each trace that a run of this window kept. */
  readonly onTraceKept: vscode.Event<string>;
  readonly log: vscode.LogOutputChannel;
  readonly traceFolder: string;
}

export class SettingsEditor implements Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = this.store.add(new MutableDisposable<OpenEditor>());

  constructor(private readonly owner: SettingsEditorOwner) {
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel) => {
          this.show(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows the editor; there is at most one. */
  open(): void {
    if (this.shown.value !== null) {
      this.shown.value.reveal();
      return;
    }
    const options = { enableFindWidget: true, ...pageOptions(this.owner.extension.extensionUri) };
    this.show(vscode.window.createWebviewPanel(VIEW_TYPE, "", vscode.ViewColumn.Active, options));
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Attaches to a new panel, or to one that was restored after a window reload. */
  private show(panel: vscode.WebviewPanel): void {
    this.shown.value = new OpenEditor(this.owner, panel, () => (this.shown.value = null));
  }
}

class OpenEditor implements Disposable {
  private readonly store = new DisposableStore();
  private ready = false;

  constructor(
    private readonly owner: SettingsEditorOwner,
    private readonly panel: vscode.WebviewPanel,
    closed: () => void,
  ) {
    const { extension } = owner;
    const title = vscode.l10n.t("LASER Settings");
    const { webview } = this.store.add(panel);
    this.panel.title = title;
    this.panel.iconPath = vscode.Uri.joinPath(extension.extensionUri, "media", "logo.svg");
    this.store.add(this.panel.onDidDispose(closed));
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    this.showChanges();
    showPage(webview, extension.extensionUri, "settings", title);
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Shows outside changes immediately: values, folders, trust, and the trace of a finished run. */
  private showChanges(): void {
    const post = (): void => {
      this.postSettings();
    };
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("laser")) this.postSettings();
      }),
    );
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(post));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(post));
    this.store.add(this.owner.onTraceKept(() => void this.postNewest()));
  }

  private async handleMessage(given: unknown): Promise<void> {
    const message = parse(FromSettingsEditorSchema, given);
    if (message === null) {
      this.owner.log.warn(`the settings editor sent an invalid message: ${JSON.stringify(given)}`);
      return;
    }
    switch (message.kind) {
      case "ready": {
        this.ready = true;
        this.postSettings();
        await this.postNewest();
        return;
      }
      case "openNative":
        await vscode.commands.executeCommand("workbench.action.openSettings", message.key);
        return;
      case "judge":
        await this.postTrace(message.name);
        return;
      case "manageTrust":
        await vscode.commands.executeCommand("workbench.trust.manage");
        return;
      case "change":
        await this.write(message.key, message.target, message.value);
        return;
      case "reset":
        await this.write(message.key, message.target, undefined);
        return;
      default:
        unreachable(message);
    }
  }

  private async write(key: string, target: TargetId, value: Json | undefined): Promise<void> {
    const problem = changeProblem(key, workspaceShape(), target, value);
    if (problem !== null) {
      this.refuse(key, problem);
      return;
    }
    try {
      // The change triggers onDidChangeConfiguration, which posts the new values.
      await writeAt(key, target, value);
    } catch (error) {
      this.refuse(key, messageOf(error));
    }
  }

  private refuse(key: string, reason: string): void {
    this.postSettings();
    this.post({ kind: "refused", key, reason });
  }

  private postSettings(): void {
    this.post(settingsMessage(workspaceShape(), setValues));
  }

  /** A plain run leaves nothing to judge: the newest trace with drafts is shown, or the newest if none of some has any. */
  private async postNewest(): Promise<void> {
    const files = await listTraces(this.owner.traceFolder);
    const names = files.map(({ path: file }) => path.basename(file));
    let newest: Trace | null = null;
    for (const [at, file] of files.slice(0, MOST_READ).entries()) {
      const trace = await readTrace(file.path);
      newest ??= trace;
      if (trace === null || !trace.steps.some(({ draft }) => draft.length > 0)) continue;
      this.post({ kind: "trace", trace, name: names[at]!, names });
      return;
    }
    this.post({ kind: "trace", trace: newest, name: newest === null ? null : (names[0] ?? null), names });
  }

  /** @param name of a file in the folder of traces */
  private async postTrace(name: string): Promise<void> {
    const files = await listTraces(this.owner.traceFolder);
    const chosen = files.find(({ path: file }) => path.basename(file) === name);
    const trace = chosen === undefined ? null : await readTrace(chosen.path);
    if (trace === null) await this.postNewest();
    else this.post({ kind: "trace", trace, name, names: files.map(({ path: file }) => path.basename(file)) });
  }

  private post(message: ToSettingsEditor): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }
}
