// Rendered prompts as read-only documents. While one is open, it follows the text of its prompt.
import path from "node:path";
import * as vscode from "vscode";
import { renderedPromptRequest } from "../../server/protocol/methods.ts";
import type { TokenizedPrompt } from "../../server/protocol/worker.ts";
import { ANSWER_LANGUAGE, RENDERED_SCHEME } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";
import { quietSettings } from "../settings/config.ts";
import { countedModel } from "../settings/countedModel.ts";
import { renderedText } from "./renderedText.ts";

const PAUSE_MS = 400;

/** A prompt with the values that were given when it was shown. */
export type ShownSource = Pick<TokenizedPrompt, "source" | "promptFile" | "values">;

export class RenderedPrompts implements Disposable, vscode.TextDocumentContentProvider {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly sources = new Map<string, ShownSource>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  readonly onDidChange = this.changes.event;

  constructor(private readonly client: ServerClient) {
    const { workspace } = vscode;
    this.store.add(workspace.registerTextDocumentContentProvider(RENDERED_SCHEME, this));
    this.store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.follow(document);
      }),
    );
    this.store.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === RENDERED_SCHEME) this.sources.delete(uri.query);
      }),
    );
    this.store.add(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("laser"))
          for (const prompt of this.sources.keys()) this.renew(prompt);
      }),
    );
  }

  /** Opens a prompt beside its editor, or shows it where it is open. */
  async show(prompt: vscode.Uri, source: ShownSource): Promise<void> {
    const key = prompt.toString();
    this.sources.set(key, source);
    const uri = renderedUri(key);
    this.changes.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    // Long lines wrap in it.
    const wrapped = await vscode.languages.setTextDocumentLanguage(document, ANSWER_LANGUAGE);
    // VS Code reports a document whose language changes as closed.
    this.sources.set(key, source);
    await vscode.window.showTextDocument(wrapped, vscode.ViewColumn.Beside);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const source = this.sources.get(query);
    if (source === undefined)
      return vscode.l10n.t('Run "LASER: Show Rendered Prompt" in the prompt to see it here.');
    const settings = quietSettings(vscode.Uri.parse(query));
    if (settings === null)
      return vscode.l10n.t(
        'A setting of LASER can\'t be used. Run "LASER: Open Settings Editor" and correct what it marks.',
      );
    const { model, generation } = settings;
    const prompt = { ...source, systemInUserTurn: generation.systemInUserTurn };
    try {
      return renderedText(
        await this.client.request(renderedPromptRequest, { model: countedModel(model), prompt }),
      );
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return `${error.text.message}\n${error.text.nextStep}\n`;
    }
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.store.dispose();
  }

  private follow(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    // What was selected in another file is not followed: its document has more text than the prompt.
    if (this.sources.get(key)?.promptFile == null) return;
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        // It may have been closed meanwhile, or shown with other values.
        const source = this.sources.get(key);
        if (source?.promptFile == null) return;
        this.sources.set(key, { ...source, source: document.getText() });
        this.renew(key);
      }, PAUSE_MS),
    );
  }

  private renew(prompt: string): void {
    this.changes.fire(renderedUri(prompt));
  }
}

/** E.g. `laser-rendered:/book.rendered.txt?file:///…/book.prompty`. */
function renderedUri(prompt: string): vscode.Uri {
  const name = path.posix.parse(vscode.Uri.parse(prompt).path).name;
  return vscode.Uri.from({ scheme: RENDERED_SCHEME, path: `/${name}.rendered.txt`, query: prompt });
}
