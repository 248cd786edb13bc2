// Answers as read-only documents, one for each prompt, growing while the model writes. Changes are told about every
// 100 ms at most: the editor reads the whole text again each time. It must not know runs, only texts.
import path from "node:path";
import * as vscode from "vscode";
import { OUTPUT_SCHEME } from "./catalogue.ts";
import { DisposableStore, type Disposable } from "./lifecycle.ts";

const COALESCE_MS = 100;
const MOST_ANSWERS = 50;

export class Answers implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly texts = new Map<string, string>();
  private readonly changed = new Map<string, vscode.Uri>();
  private timer: NodeJS.Timeout | null = null;

  readonly onDidChange = this.emitter.event;

  constructor() {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(OUTPUT_SCHEME, this));
    this.store.add({
      dispose: () => {
        clearTimeout(this.timer ?? undefined);
      },
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ??
      vscode.l10n.t("This answer was not kept. Run the prompt again to see one.")
    );
  }

  /** Opens the empty answer of a prompt beside it; the prompt keeps the focus. */
  async open(prompt: vscode.Uri): Promise<vscode.Uri> {
    const uri = answerUri(prompt);
    this.write(uri, "");
    const shown = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    if (!shown) {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: false,
      });
    }
    return uri;
  }

  write(uri: vscode.Uri, text: string): void {
    const key = uri.toString();
    this.texts.delete(key);
    this.texts.set(key, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MOST_ANSWERS && oldest !== undefined) this.texts.delete(oldest);
    this.changed.set(key, uri);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, COALESCE_MS);
  }

  dispose(): void {
    this.store.dispose();
  }

  private flush(): void {
    this.timer = null;
    const changed = [...this.changed.values()];
    this.changed.clear();
    for (const uri of changed) this.emitter.fire(uri);
  }
}

/** E.g. laser-output:/film.answer.md; the prompt's own address keeps equal names apart. */
export function answerUri(prompt: vscode.Uri): vscode.Uri {
  const { name } = path.posix.parse(prompt.path);
  return vscode.Uri.from({
    scheme: OUTPUT_SCHEME,
    path: `/${name}.answer.md`,
    query: prompt.toString(),
  });
}
