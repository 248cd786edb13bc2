// The status bar item: shows what the server says of itself; a click opens the menu.
import * as vscode from "vscode";
import type { ServerClient } from "./client.ts";
import { CONTEXT_KEYS, HIDDEN_COMMANDS } from "./catalogue.ts";
import { DisposableStore, type Disposable } from "./lifecycle.ts";
import { statusText } from "./statusText.ts";

export function statusBar(client: ServerClient): Disposable {
  const store = new DisposableStore();
  const item = store.add(
    vscode.window.createStatusBarItem("laser.status", vscode.StatusBarAlignment.Right, 100),
  );
  item.name = "LASER Inspector";
  item.command = HIDDEN_COMMANDS.showMenu;
  const update = (): void => {
    const { status } = client;
    item.text = statusText(status);
    item.tooltip =
      status.error === null ? vscode.l10n.t("LASER Inspector: click for its commands") : status.error.message;
    item.backgroundColor =
      status.state === "down" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    void vscode.commands.executeCommand("setContext", CONTEXT_KEYS.running, status.state === "running");
  };
  store.add(client.onStatus(update));
  update();
  item.show();
  return store;
}
