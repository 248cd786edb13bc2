// The status bar item: shows the server's status and the chosen model; a click opens the menu.
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { ServerClient } from "./client.ts";
import { HIDDEN_COMMANDS } from "../host/catalogue.ts";
import { configuredModel, quietSettings } from "../settings/config.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { draftingNote } from "./draftingNote.ts";
import type { Runs } from "./runs.ts";
import { isMissing, statusText, statusTooltip, type ChosenModel } from "./statusText.ts";

export function statusBar(client: ServerClient, runs: Runs): Disposable {
  const store = new DisposableStore();
  const item = store.add(
    vscode.window.createStatusBarItem("laser.status", vscode.StatusBarAlignment.Right, 100),
  );
  item.name = "LASER Inspector";
  item.command = HIDDEN_COMMANDS.showMenu;
  const update = (): void => {
    const { status } = client;
    const chosen = chosenModel();
    const settings = quietSettings();
    const { shown } = runs;
    const last = shown?.ended == null ? null : shown;
    const drafting = settings === null ? null : draftingNote(settings.generation, last);
    item.text = statusText(status, chosen, drafting);
    item.tooltip = statusTooltip(status, chosen, drafting);
    item.backgroundColor = backgroundOf(status.state, chosen);
  };
  store.add(client.onStatus(update));
  store.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("laser")) update();
    }),
  );
  store.add(
    runs.onDelta(({ kind }) => {
      if (kind === "ended" || kind === "plainMeasured" || kind === "snapshot") update();
    }),
  );
  update();
  item.show();
  return store;
}

function backgroundOf(
  state: ServerClient["status"]["state"],
  chosen: ChosenModel,
): vscode.ThemeColor | undefined {
  if (state === "down") return new vscode.ThemeColor("statusBarItem.errorBackground");
  return isMissing(state, chosen) ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
}

/** Only the worker knows whether a catalogue model is downloaded; none is started just to ask it. */
function chosenModel(): ChosenModel {
  const { path, catalogueId } = configuredModel();
  if (path !== undefined) return { kind: "file", path, exists: existsSync(path) };
  return catalogueId === undefined ? { kind: "demo" } : { kind: "catalogue", id: catalogueId };
}
