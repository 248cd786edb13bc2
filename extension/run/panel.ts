// The side panel's extension side: sends a snapshot when the page is ready, then deltas, and runs the
// commands of its buttons.
import * as vscode from "vscode";
import { parse } from "../../core/base/index.ts";
import { COMMANDS, VIEWS } from "../host/catalogue.ts";
import type { ServerClient } from "./client.ts";
import { DisposableStore, MutableDisposable, type Disposable } from "../host/lifecycle.ts";
import { FromPanelSchema, type PanelCommand, type ToPanel } from "../shared/panel.ts";
import type { Runs } from "./runs.ts";
import { showPage } from "../host/webviewPage.ts";

export interface PanelOwner {
  readonly extensionUri: vscode.Uri;
  readonly client: ServerClient;
  readonly runs: Runs;
  readonly log: vscode.LogOutputChannel;
  readonly measurePlain: () => Promise<void>;
  /** Fixes the failure of the run shown, or of the server. @param at of errorFixes */
  readonly fix: (of: "run" | "server", at: number) => Promise<void>;
  /** Runs the prompt of a run again, with the current settings. */
  readonly runAgain: (runId: string) => Promise<void>;
}

export class Panel implements vscode.WebviewViewProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = this.store.add(new MutableDisposable<DisposableStore>());
  /** Null until the page is ready: anything sent earlier would be lost. */
  private page: vscode.Webview | null = null;
  private view: vscode.WebviewView | null = null;

  constructor(private readonly owner: PanelOwner) {
    const { client, runs } = owner;
    this.store.add(
      runs.onDelta((delta) => {
        this.post(delta);
      }),
    );
    this.store.add(
      client.onStatus((status) => {
        this.post({ kind: "status", status });
      }),
    );
    this.store.add(vscode.window.registerWebviewViewProvider(VIEWS.panel, this));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const store = new DisposableStore();
    this.shown.value = store;
    this.page = null;
    this.view = view;
    store.add(
      view.webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(view.webview, message)),
    );
    // A hidden page is destroyed and loaded again when it is shown; it then reports that it is ready again.
    store.add(view.onDidChangeVisibility(() => (view.visible ? undefined : (this.page = null))));
    store.add(view.onDidDispose(() => (this.page = this.view = null)));
    showPage(view.webview, this.owner.extensionUri, "panel", vscode.l10n.t("Decoding steps"));
  }

  /** Whether the user can see it: then failures of the run shown are read there. */
  get isVisible(): boolean {
    return this.view?.visible ?? false;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async handleMessage(webview: vscode.Webview, given: unknown): Promise<void> {
    const message = parse(FromPanelSchema, given);
    if (message === null) {
      this.owner.log.warn(`the panel sent an invalid message: ${JSON.stringify(given)}`);
    } else if (message.kind === "ready") {
      this.page = webview;
      // First: without a run, the page shows what is awaited.
      this.post(this.owner.runs.awaited);
      this.post({ kind: "snapshot", status: this.owner.client.status, run: this.owner.runs.shown });
      this.post(this.owner.runs.queue);
    } else if (message.kind === "fix") {
      await this.owner.fix(message.of, message.at);
    } else if (message.kind === "runAgain") {
      await this.owner.runAgain(message.runId);
    } else {
      await this.execute(message.command);
    }
  }

  private async execute(command: PanelCommand): Promise<void> {
    if (command === "measurePlain") {
      await this.owner.measurePlain();
    } else if (command === "openTrace") {
      // In the panel, this is the trace of the run it shows; without one the command offers the kept traces.
      const tracePath = this.owner.runs.shown?.ended?.tracePath ?? null;
      const file = tracePath === null ? [] : [vscode.Uri.file(tracePath)];
      await vscode.commands.executeCommand(COMMANDS.openTrace, ...file);
    } else {
      await vscode.commands.executeCommand(COMMANDS[command]);
    }
  }

  private post(message: ToPanel): void {
    // False if the page is gone; it asks for a snapshot when it is back.
    void this.page?.postMessage(message);
  }
}
