// The custom editor for the output of a batch run: sends the page the file whenever it changes, and opens what a row or the
// page refers to.
import { open } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { messageOf, parse, unreachable } from "../../core/base/index.ts";
import { COMMANDS, EDITORS } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { pageOptions, showPage } from "../host/webviewPage.ts";
import { FromRunTableSchema, type FromRunTable, type ToRunTable } from "../shared/runTable.ts";

/** Only the beginning of a longer file is shown, and the page says so. */
const MAX_BYTES = 64 * 2 ** 20;
/** A run that is under way appends rows all the time. */
const RELOAD_MS = 1_000;

export interface RunTableOwner {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

export class RunTables implements vscode.CustomReadonlyEditorProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly owner: RunTableOwner) {
    this.store.add(
      vscode.window.registerCustomEditorProvider(EDITORS.runTable, this, {
        supportsMultipleEditorsPerDocument: false,
        webviewOptions: { enableFindWidget: true },
      }),
    );
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const table = new OpenTable(this.owner, uri, panel.webview);
    panel.onDidDispose(() => {
      table.dispose();
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}

class OpenTable implements Disposable {
  private readonly store = new DisposableStore();
  private isReady = false;
  private waiting: NodeJS.Timeout | null = null;

  constructor(
    private readonly owner: RunTableOwner,
    private readonly uri: vscode.Uri,
    private readonly webview: vscode.Webview,
  ) {
    webview.options = pageOptions(owner.extensionUri);
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), path.posix.basename(uri.path));
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern, false, false, true));
    const changed = (): void => {
      this.waiting ??= setTimeout(() => {
        this.waiting = null;
        void this.send();
      }, RELOAD_MS);
    };
    this.store.add(watcher.onDidChange(changed));
    this.store.add(watcher.onDidCreate(changed));
    showPage(webview, owner.extensionUri, "table", vscode.l10n.t("LASER Run"));
  }

  dispose(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.store.dispose();
  }

  private async handleMessage(given: unknown): Promise<void> {
    const message = parse(FromRunTableSchema, given);
    if (message === null) {
      this.owner.log.warn("the table of a run sent an invalid message");
      return;
    }
    await this.act(message);
  }

  private async act(message: FromRunTable): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.isReady = true;
        return this.send();
      case "openTrace":
        // A path of the file may lead anywhere; the trace editor shows only traces.
        await vscode.commands.executeCommand(
          COMMANDS.openTrace,
          vscode.Uri.joinPath(this.uri, "..", message.path),
        );
        return;
      case "openSummary":
        await vscode.env.openExternal(this.summary);
        return;
      case "openAsText":
        await vscode.commands.executeCommand("vscode.openWith", this.uri, "default");
        return;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        return;
      default:
        return unreachable(message);
    }
  }

  /** As server/batch names it. */
  private get summary(): vscode.Uri {
    return this.uri.with({ path: `${this.uri.path.replace(/\.(?:jsonl|ndjson)$/i, "")}.summary.html` });
  }

  private async send(): Promise<void> {
    if (!this.isReady) return;
    const name = path.posix.basename(this.uri.path);
    try {
      const { bytes, fileBytes } = await readBeginning(this.uri);
      const end = bytes.lastIndexOf(0x0a) + 1; // A run may be writing the last line.
      const whole = bytes.slice(0, end);
      await this.post({
        kind: "rows",
        name,
        bytes: whole,
        fileBytes,
        hasSummary: await exists(this.summary),
      });
    } catch (error) {
      const message = vscode.l10n.t("{0} can't be read: {1}", name, messageOf(error));
      const nextStep = vscode.l10n.t("Check that the file exists and that you have permission to read it.");
      await this.post({ kind: "unreadable", name, error: { code: "runFileUnreadable", message, nextStep } });
    }
  }

  private async post(message: ToRunTable): Promise<void> {
    await this.webview.postMessage(message);
  }
}

/** Plain arrays: Node's buffers would be sent as lists of numbers. */
async function readBeginning(uri: vscode.Uri): Promise<{ bytes: Uint8Array; fileBytes: number }> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (uri.scheme !== "file" || size <= MAX_BYTES) {
    const bytes = new Uint8Array(await vscode.workspace.fs.readFile(uri));
    return { bytes: bytes.subarray(0, MAX_BYTES), fileBytes: bytes.length };
  }
  const file = await open(uri.fsPath);
  try {
    const bytes = new Uint8Array(MAX_BYTES);
    let read = 0;
    while (read < MAX_BYTES) {
      const { bytesRead } = await file.read(bytes, read, MAX_BYTES - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return { bytes: bytes.subarray(0, read), fileBytes: size };
  } finally {
    await file.close();
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
