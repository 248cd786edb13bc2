// Reads which language features of prompt files are ours, and reports when that changes.
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { configurationOf } from "../settings/config.ts";
import { isLaserOnly, OTHER_EXTENSION } from "./promptFeatures.ts";

/** Whether only the `laser:` block is ours now. */
export function laserOnly(): boolean {
  const isOtherEnabled = vscode.extensions.getExtension(OTHER_EXTENSION) !== undefined;
  return isLaserOnly(configurationOf().get("prompts.features"), isOtherEnabled);
}

/** Calls back when the answer changes. */
export function watchPromptFeatures(onChange: () => void): Disposable {
  const store = new DisposableStore();
  let before = laserOnly();
  const look = (): void => {
    const now = laserOnly();
    if (now === before) return;
    before = now;
    onChange();
  };
  store.add(vscode.extensions.onDidChange(look));
  store.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("laser.prompts.features")) look();
    }),
  );
  return store;
}
