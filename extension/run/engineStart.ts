// Starts the worker and its engine, without a model, while the user reads or writes a prompt: Generate then has a second
// less to wait for. Nothing is started in a folder that is not trusted.
import * as vscode from "vscode";
import { prepareRequest } from "../../server/protocol/methods.ts";
import { LANGUAGE } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { quietSettings } from "../settings/config.ts";
import { RequestFailed, type ServerClient } from "./client.ts";

export function startEngineWithPrompts(client: ServerClient, log: vscode.LogOutputChannel): Disposable {
  const store = new DisposableStore();
  const start = async (editor: vscode.TextEditor | undefined): Promise<void> => {
    if (editor?.document.languageId !== LANGUAGE || !vscode.workspace.isTrusted) return;
    const settings = quietSettings(editor.document.uri);
    if (settings === null) return;
    try {
      await client.request(prepareRequest, { model: settings.model });
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      // Nobody asked for it. The run that needs it reports the same with its next step.
      log.debug(`The engine could not be started ahead of a run: ${error.text.message}`);
    }
  };
  store.add(vscode.window.onDidChangeActiveTextEditor((editor) => void start(editor)));
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void start(vscode.window.activeTextEditor)));
  void start(vscode.window.activeTextEditor);
  return store;
}
