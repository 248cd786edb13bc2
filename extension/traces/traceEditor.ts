// The custom editor for trace files, plain or compact: sends the page the file whenever it changes and runs
// the commands that the page requests. VS Code itself restores it after a reload.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf, parse } from "../../core/base/index.ts";
import { COMMANDS, EDITORS, HIDDEN_COMMANDS, LANGUAGE, OUTPUT_SCHEME } from "../host/catalogue.ts";
import { columnOf } from "../host/tabs.ts";
import { DisposableStore, MutableDisposable, type Disposable } from "../host/lifecycle.ts";
import {
  FromTraceEditorSchema,
  type FromTraceEditor,
  type ToTraceEditor,
  type TraceCommand,
} from "../shared/traceEditor.ts";
import { readTrace } from "./traces.ts";
import { openTraceAsText } from "./traceAsText.ts";
import { pageOptions, showPage } from "../host/webviewPage.ts";
import { writeAside } from "../host/writeAside.ts";

/** A token of a trace: step and place within it, counted as in the page. */
export interface TracePlace {
  readonly step: number;
  readonly place: number;
}

export interface TraceEditorOwner {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** Path of a plain run of the same prompt; null if none is kept. */
  readonly findPlain: (trace: vscode.Uri) => Promise<string | null>;
  readonly applySettings: (
    settings: Extract<FromTraceEditor, { readonly kind: "applySettings" }>["settings"],
  ) => Promise<void>;
  readonly measurePlain: (trace: vscode.Uri) => Promise<void>;
  /** What lists call the run, for the tab; null if the trace can't be read. Never rejects. */
  readonly nameOf: (trace: vscode.Uri) => Promise<string | null>;
}

export class TraceEditors implements vscode.CustomReadonlyEditorProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<string, OpenTrace>();
  /** The cursor position to apply once the editor is open. */
  private readonly pendingPlaces = new Map<string, TracePlace>();

  constructor(private readonly owner: TraceEditorOwner) {
    this.store.add(
      vscode.window.registerCustomEditorProvider(EDITORS.trace, this, {
        supportsMultipleEditorsPerDocument: false,
        webviewOptions: { enableFindWidget: true },
      }),
    );
  }

  /** Opens a trace, or reveals its open editor, with the cursor at a token. */
  async show(uri: vscode.Uri, at?: TracePlace, options?: vscode.TextDocumentShowOptions): Promise<void> {
    if (at !== undefined) this.pendingPlaces.set(uri.toString(), at);
    const viewColumn = columnForTrace(uri);
    await vscode.commands.executeCommand("vscode.openWith", uri, EDITORS.trace, { viewColumn, ...options });
    this.open.get(uri.toString())?.goToPendingPlace();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const key = uri.toString();
    const editor = new OpenTrace(this.owner, uri, panel, () => {
      const place = this.pendingPlaces.get(key) ?? null;
      this.pendingPlaces.delete(key);
      return place;
    });
    this.open.set(key, editor);
    panel.onDidDispose(() => {
      editor.dispose();
      if (this.open.get(key) === editor) this.open.delete(key);
    });
  }

  dispose(): void {
    for (const editor of this.open.values()) editor.dispose();
    this.store.dispose();
  }
}

/** Where the trace is open, else over neither a prompt nor an answer: in another group that shows none, or a new one. */
function columnForTrace(uri: vscode.Uri): number {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const open = columnOf(uri);
  if (open !== undefined) return open;
  const isFree = ({ activeTab }: vscode.TabGroup): boolean => {
    const input = activeTab?.input;
    if (!(input instanceof vscode.TabInputText)) return true;
    return !input.uri.path.endsWith(`.${LANGUAGE}`) && input.uri.scheme !== OUTPUT_SCHEME;
  };
  const free = [activeTabGroup, ...all].find(isFree);
  return free?.viewColumn ?? Math.max(...all.map(({ viewColumn }) => viewColumn)) + 1;
}

class OpenTrace implements Disposable {
  private readonly store = new DisposableStore();
  private readonly reading = this.store.add(new MutableDisposable<vscode.CancellationTokenSource>());
  private isReady = false;

  constructor(
    private readonly owner: TraceEditorOwner,
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly takePendingPlace: () => TracePlace | null,
  ) {
    const { webview } = panel;
    webview.options = pageOptions(owner.extensionUri);
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    const folder = vscode.Uri.joinPath(uri, "..");
    const pattern = new vscode.RelativePattern(folder, path.posix.basename(uri.path));
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern));
    this.store.add(watcher.onDidChange(() => void this.send()));
    this.store.add(watcher.onDidCreate(() => void this.send()));
    // The page keeps what it shows, and says that the file is gone.
    this.store.add(watcher.onDidDelete(() => void this.send()));
    showPage(webview, owner.extensionUri, "trace", vscode.l10n.t("Trace"));
    void owner.nameOf(uri).then((name) => {
      if (name !== null) panel.title = name;
    });
  }

  /** Moves the cursor; deferred until the page is ready. */
  goToPendingPlace(): void {
    if (!this.isReady) return;
    const place = this.takePendingPlace();
    if (place !== null) this.post({ kind: "goTo", ...place });
  }

  dispose(): void {
    this.isReady = false;
    this.store.dispose();
  }

  private async handleMessage(given: unknown): Promise<void> {
    const message = parse(FromTraceEditorSchema, given);
    if (message === null) {
      this.owner.log.warn("the trace editor sent an invalid message");
      return;
    }
    switch (message.kind) {
      case "ready":
        this.isReady = true;
        await this.send();
        this.goToPendingPlace();
        break;
      case "command":
        await this.run(message.command);
        break;
      case "saveCopy":
        await this.saveCopy(message.text);
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "continueFrom": {
        // The command reads its own fields of the message.
        const choice = { ...message, traceUri: this.uri };
        await vscode.commands.executeCommand(HIDDEN_COMMANDS.continueFrom, choice);
        break;
      }
      case "applySettings":
        await this.owner.applySettings(message.settings);
        break;
    }
  }

  private async run(command: TraceCommand): Promise<void> {
    switch (command) {
      case "openAsText":
        await openTraceAsText(this.uri);
        break;
      case "exportHtml":
      case "exportCsv":
        await vscode.commands.executeCommand(
          COMMANDS.exportTrace,
          this.uri,
          command === "exportCsv" ? "csv" : "html",
        );
        break;
      case "compare":
        await vscode.commands.executeCommand(COMMANDS.compareTraces, this.uri);
        break;
      case "measurePlain":
        await this.owner.measurePlain(this.uri);
        await this.sendPlain();
        break;
      case "openParent":
        await this.openParent();
        break;
      case "close":
        this.panel.dispose();
        break;
    }
  }

  /** The run that this one continues, from the same folder. */
  private async openParent(): Promise<void> {
    const trace = await readTrace(this.uri.fsPath);
    const file = trace?.request.parent?.file ?? null;
    if (file === null) return;
    await vscode.commands.executeCommand(COMMANDS.openTrace, vscode.Uri.joinPath(this.uri, "..", file));
  }

  private async saveCopy(text: string): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      defaultUri: this.uri,
      filters: { [vscode.l10n.t("Trace")]: ["lasertrace"] },
    });
    if (target === undefined) return;
    try {
      await writeAside(target, new TextEncoder().encode(text));
    } catch (error) {
      void vscode.window.showErrorMessage(
        vscode.l10n.t("The trace could not be saved as {0}: {1}", target.path, messageOf(error)),
      );
    }
  }

  /** The current file. A newer read supersedes one that is still in progress. */
  private async send(): Promise<void> {
    if (!this.isReady) return;
    const reading = new vscode.CancellationTokenSource();
    this.reading.value = reading;
    const name = path.posix.basename(this.uri.path);
    try {
      const bytes = await readBytes(this.uri);
      if (reading.token.isCancellationRequested) return;
      this.post({ kind: "trace", file: { name, bytes } });
      await this.sendPlain();
    } catch (error) {
      const isGone = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
      const message = isGone
        ? vscode.l10n.t("The trace file {0} no longer exists.", name)
        : vscode.l10n.t("The trace {0} can't be read: {1}", name, messageOf(error));
      const nextStep = isGone
        ? vscode.l10n.t("It was moved or deleted. You may be able to restore it from the trash.")
        : vscode.l10n.t("Check that the file exists and that you have permission to read it.");
      this.post({ kind: "unreadable", name, error: { code: "traceFileUnreadable", message, nextStep } });
    }
  }

  private async sendPlain(): Promise<void> {
    const file = await this.owner.findPlain(this.uri);
    // A plain run that was deleted meanwhile counts as none; the page waits for an answer either way.
    const bytes = file === null ? null : await readBytes(vscode.Uri.file(file)).catch(() => null);
    this.post({
      kind: "plain",
      file: file === null || bytes === null ? null : { name: path.basename(file), bytes },
    });
  }

  /** A file may still be read when its page is closed: then nothing is posted. */
  private post(message: ToTraceEditor): void {
    if (!this.isReady) return;
    void this.panel.webview.postMessage(message);
  }
}

/** As a plain Uint8Array: Node's buffers would be sent as lists of numbers. */
async function readBytes(uri: vscode.Uri): Promise<Uint8Array> {
  return new Uint8Array(await vscode.workspace.fs.readFile(uri));
}
