// The settings editor's extension side: sends the page the settings and the latest trace, and validates and
// writes the changes that it requests.
import path from "node:path";
import * as vscode from "vscode";
import { unreachable, messageOf, parse } from "../../core/base/index.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { SinglePage } from "../host/singlePage.ts";
import {
  FromSettingsEditorSchema,
  type Json,
  type TargetId,
  type ToSettingsEditor,
} from "../shared/settingsEditor.ts";
import { COMMANDS } from "../host/catalogue.ts";
import type { EngineFacts } from "../shared/engineFacts.ts";
import { browsed } from "./browse.ts";
import { traceToJudge } from "./judgedTrace.ts";
import { setValues, workspaceShape, writeAt } from "./scopedSettings.ts";
import { changeProblem, settingsMessage } from "./settingViews.ts";
import { nameOfTrace } from "../traces/traceName.ts";
import { listTraces, readTrace, type TraceFile } from "../traces/traces.ts";
import type { TraceSummaries } from "../traces/traceSummaries.ts";

/** View type of the editor. */
const VIEW_TYPE = "laser.settingsEditor";

export interface SettingsEditorOwner {
  readonly extension: vscode.Extension<unknown>;
  /** The path of each trace that a run of this window kept. */
  readonly onTraceKept: vscode.Event<string>;
  readonly log: vscode.LogOutputChannel;
  /** Where traces are kept, the newest of which with drafts is judged. */
  readonly traceFolder: string;
  readonly summaries: TraceSummaries;
  /** The longest text that the chosen model was made for, by the head of its file; null if not known. Never rejects. */
  readonly trainContextTokens: () => Promise<number | null>;
  /** Which devices can be used; null if that can't be found out. Never rejects. */
  readonly engineFacts: () => Promise<EngineFacts | null>;
}

export type SettingsEditor = SinglePage<OpenEditor>;

/** The editor; there is at most one. */
export const settingsEditorPage = (owner: SettingsEditorOwner): SettingsEditor =>
  new SinglePage(owner.extension.extensionUri, {
    viewType: VIEW_TYPE,
    page: "settings",
    title: vscode.l10n.t("LASER Settings"),
    attach: (panel) => new OpenEditor(owner, panel),
  });

class OpenEditor implements Disposable {
  private readonly store = new DisposableStore();
  private ready = false;
  /** Of the newest question about the model: an older answer that comes later is not shown. */
  private modelTurn = 0;

  constructor(
    private readonly owner: SettingsEditorOwner,
    private readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = this.store.add(panel);
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    this.showChanges();
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
        if (change.affectsConfiguration("laser.model")) void this.postModel();
      }),
    );
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(post));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(post));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.postModel()));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.postEngine()));
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
        await Promise.all([this.postNewest(), this.postModel(), this.postEngine()]);
        return;
      }
      case "openNative":
        await vscode.commands.executeCommand("workbench.action.openSettings", message.key);
        return;
      case "browse": {
        const value = await browsed(message.key, message.value);
        if (value !== null) await this.write(message.key, message.target, value);
        return;
      }
      case "judge":
        await this.postTrace(message.name);
        return;
      case "installGpuSupport":
        await vscode.commands.executeCommand(COMMANDS.installGpuSupport);
        return this.postEngine();
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

  private async postModel(): Promise<void> {
    const turn = ++this.modelTurn;
    const trainContextTokens = await this.owner.trainContextTokens();
    if (turn === this.modelTurn) this.post({ kind: "model", trainContextTokens });
  }

  private async postEngine(): Promise<void> {
    const facts = await this.owner.engineFacts();
    if (facts !== null) this.post({ kind: "engine", facts });
  }

  private async postNewest(): Promise<void> {
    const { traceFolder, summaries } = this.owner;
    const files = await listTraces(traceFolder);
    const shown = await traceToJudge(files, summaries);
    const trace = shown === null ? null : await readTrace(shown);
    const name = shown === null || trace === null ? null : path.basename(shown);
    this.post({ kind: "trace", trace, name, ...(await this.listed(files)) });
  }

  /** @param name of a file in the folder of traces */
  private async postTrace(name: string): Promise<void> {
    const files = await listTraces(this.owner.traceFolder);
    const chosen = files.find(({ path: file }) => path.basename(file) === name);
    const trace = chosen === undefined ? null : await readTrace(chosen.path);
    if (trace === null) await this.postNewest();
    else this.post({ kind: "trace", trace, name, ...(await this.listed(files)) });
  }

  private async listed(
    files: readonly TraceFile[],
  ): Promise<{ readonly names: string[]; readonly titles: string[] }> {
    const names = files.map(({ path: file }) => path.basename(file));
    const titles = await Promise.all(
      files.map(({ path: file }) => nameOfTrace(vscode.Uri.file(file), this.owner.summaries)),
    );
    return { names, titles: titles.map((title, at) => title ?? names[at]!) };
  }

  private post(message: ToSettingsEditor): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }
}
