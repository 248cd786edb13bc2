// The Prompts view: the workspace's prompt files, each with a button that runs it. Native, so that keys and screen
// readers work as in any list.
import path from "node:path";
import * as vscode from "vscode";
import { LANGUAGE, VIEWS } from "../../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../../host/lifecycle.ts";
import { findPrompts, PROMPT_GLOB } from "./promptFiles.ts";

export class PromptsView implements vscode.TreeDataProvider<vscode.Uri>, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<void>());

  readonly onDidChangeTreeData = this.emitter.event;

  constructor() {
    const refresh = (): void => {
      this.emitter.fire();
    };
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(PROMPT_GLOB, false, true, false));
    this.store.add(watcher.onDidCreate(refresh));
    this.store.add(watcher.onDidDelete(refresh));
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
    this.store.add(vscode.window.createTreeView(VIEWS.prompts, { treeDataProvider: this }));
  }

  async getChildren(parent?: vscode.Uri): Promise<vscode.Uri[]> {
    return parent === undefined ? [...(await findPrompts())] : [];
  }

  getTreeItem(uri: vscode.Uri): vscode.TreeItem {
    const item = new vscode.TreeItem(path.posix.basename(uri.path, `.${LANGUAGE}`));
    const folder = path.posix.dirname(vscode.workspace.asRelativePath(uri));
    item.description = folder === "." ? "" : folder;
    item.resourceUri = uri;
    item.contextValue = "prompt";
    item.command = { title: vscode.l10n.t("Open"), command: "vscode.open", arguments: [uri] };
    return item;
  }

  dispose(): void {
    this.store.dispose();
  }
}

const NEW_PROMPT = `---
name: My prompt
model:
  parameters:
    max_tokens: 200
sample:
  topic: the sea
---
system:
You are a helpful assistant.

user:
Write three sentences about {{topic}}.
`;

/** Opens an unsaved prompt file that can be run as it is. */
export async function createPrompt(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: LANGUAGE, content: NEW_PROMPT });
  await vscode.window.showTextDocument(document);
}
