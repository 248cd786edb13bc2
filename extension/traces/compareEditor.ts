// The compare pages of this window: each sends its page the trace files it shows, asks the user for others,
// and restores the page after a reload.
import path from "node:path";
import * as vscode from "vscode";
import { unreachable, messageOf, parse, describeError } from "../../core/base/index.ts";
import { TraceError } from "../../core/trace/index.ts";
import { traceText } from "../../server/files/traces/index.ts";
import { COMMANDS } from "../host/catalogue.ts";
import { pickTraces } from "./pickTraces.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import {
  MAX_COMPARED,
  FromCompareSchema,
  readKeptCompare,
  type ComparedFile,
  type FromCompare,
  type ToCompare,
} from "../shared/compare.ts";
import type { AppliedSettings } from "../shared/traceEditor.ts";
import { pageIcon, pageOptions, showPage } from "../host/webviewPage.ts";

/** View type of the page. */
const VIEW_TYPE = "laser.compare";
/** A file that is not a trace can be of any size. */
const MAX_BYTES = 512e6;

export interface CompareOwner {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly traceFolder: string;
  readonly applySettings: (settings: AppliedSettings) => Promise<void>;
}

export class ComparePages implements Disposable {
  private readonly store = new DisposableStore();
  private readonly pages = new Set<ComparePage>();

  constructor(private readonly owner: CompareOwner) {
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          const { uris, byPrompt } = readKeptCompare(state);
          this.show(panel, urisOf(uris), byPrompt);
          return Promise.resolve();
        },
      }),
    );
  }

  /**
   * Shows traces side by side, the first as the baseline; reveals a page that already shows them.
   * @param byPrompt they are the same settings on several prompts
   */
  open(uris: readonly vscode.Uri[], byPrompt = false): void {
    const shown = byPrompt ? uris : uris.slice(0, MAX_COMPARED);
    const known = [...this.pages].find((page) => page.shows(shown));
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const options = { enableFindWidget: true, ...pageOptions(this.owner.extensionUri) };
    this.show(
      vscode.window.createWebviewPanel(VIEW_TYPE, "", vscode.ViewColumn.Active, options),
      shown,
      byPrompt,
    );
  }

  dispose(): void {
    for (const page of [...this.pages]) page.dispose();
    this.store.dispose();
  }

  private show(panel: vscode.WebviewPanel, uris: readonly vscode.Uri[], byPrompt: boolean): void {
    const shown = { uris, byPrompt };
    const page: ComparePage = new ComparePage(this.owner, panel, shown, () => this.pages.delete(page));
    this.pages.add(page);
  }
}

class ComparePage implements Disposable {
  private readonly store = new DisposableStore();
  private uris: readonly vscode.Uri[];

  constructor(
    private readonly owner: CompareOwner,
    private readonly panel: vscode.WebviewPanel,
    private readonly given: { readonly uris: readonly vscode.Uri[]; readonly byPrompt: boolean },
    closed: () => void,
  ) {
    this.uris = given.uris;
    const title = vscode.l10n.t("LASER: Compare");
    const { webview } = this.store.add(panel);
    panel.title = title;
    panel.iconPath = pageIcon(owner.extensionUri);
    this.store.add(
      panel.onDidDispose(() => {
        closed();
        this.dispose();
      }),
    );
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    showPage(webview, owner.extensionUri, "compare", title);
  }

  shows(uris: readonly vscode.Uri[]): boolean {
    return this.uris.map(String).join("\n") === uris.map(String).join("\n");
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async handleMessage(given: unknown): Promise<void> {
    const message = parse(FromCompareSchema, given);
    if (message === null) {
      this.owner.log.warn(`the compare page sent an invalid message: ${JSON.stringify(given)}`);
      return;
    }
    await this.act(message);
  }

  private async act(message: FromCompare): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.post();
      case "remove":
        this.uris = this.uris.filter((_, place) => place !== message.place);
        return this.post();
      case "choose":
        return this.choose(message.place);
      case "open": {
        const uri = this.uris[message.place];
        if (uri !== undefined) await vscode.commands.executeCommand(COMMANDS.openTrace, uri);
        return;
      }
      case "use":
        return this.owner.applySettings(message.settings);
      default:
        return unreachable(message);
    }
  }

  private async choose(place: number): Promise<void> {
    const picked = await pickTraces(this.owner.traceFolder, {
      title: vscode.l10n.t("Trace to compare with"),
      least: 1,
      without: this.uris,
    });
    if (picked === null) return;
    const all = [...this.uris.slice(0, place), ...picked, ...this.uris.slice(place + 1)];
    this.uris = this.given.byPrompt ? all : all.slice(0, MAX_COMPARED);
    await this.post();
  }

  private async post(): Promise<void> {
    const { uris } = this;
    const { byPrompt } = this.given;
    const message: ToCompare = { kind: "traces", files: await Promise.all(uris.map(fileOf)), byPrompt };
    // The selection may have changed while the files were read.
    if (uris === this.uris) await this.panel.webview.postMessage(message);
  }
}

/** Parses the saved addresses; skips invalid ones. */
function urisOf(kept: readonly string[]): vscode.Uri[] {
  return kept.flatMap((text) => {
    try {
      return [vscode.Uri.parse(text, true)];
    } catch {
      return [];
    }
  });
}

async function fileOf(uri: vscode.Uri): Promise<ComparedFile> {
  const name = path.posix.basename(uri.path);
  const unreadable = (reason: string): ComparedFile => ({
    uri: uri.toString(),
    name,
    content: {
      error: {
        code: "traceNotRead",
        message: vscode.l10n.t("The trace can't be read: {0}", reason),
        nextStep: vscode.l10n.t("Choose another, or run the prompt again."),
      },
    },
  });
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) return unreadable(vscode.l10n.t("it is too large ({0} MB)", Math.ceil(size / 1e6)));
    const text = await traceText(await vscode.workspace.fs.readFile(uri));
    return { uri: uri.toString(), name, content: { text } };
  } catch (error) {
    if (error instanceof TraceError)
      return { uri: uri.toString(), name, content: { error: describeError(error) } };
    const isGone = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    return unreadable(isGone ? vscode.l10n.t("it no longer exists") : messageOf(error));
  }
}
