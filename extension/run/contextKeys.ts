// Context keys by which commands, views and the walkthrough know what there is to act on.
import * as vscode from "vscode";
import { CONTEXT_KEYS } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { ServerClient } from "./client.ts";
import type { Runs } from "./runs.ts";

export interface ContextKeys extends Disposable {
  /** @param key e.g. "laser.hasModel" */
  isSet(key: string): boolean;
}

export function contextKeys(client: ServerClient, runs: Runs): ContextKeys {
  const store = new DisposableStore();
  const values = new Map<string, boolean>();
  const set = (key: keyof typeof CONTEXT_KEYS, value: boolean): void => {
    values.set(CONTEXT_KEYS[key], value);
    void vscode.commands.executeCommand("setContext", CONTEXT_KEYS[key], value);
  };
  const runsChanged = (): void => {
    const { shown } = runs;
    set("canRunAgain", shown?.identity?.canRunAgain ?? false);
    set("hasAnswer", shown !== null);
    if (shown?.plainRun !== undefined && shown.plainRun !== null) set("hasPlainRun", true);
    if (shown?.header?.pool) set("hasPool", true);
  };
  /** A run that waits, or for which the model is loaded, can be stopped as well. */
  const runningChanged = (): void => {
    set("running", runs.busy || client.status.state === "running");
  };
  const modelChanged = (): void => {
    // A model that was chosen, or one that was loaded.
    const chosen = vscode.workspace.getConfiguration("laser").get<unknown>("model");
    set("hasModel", client.status.stats?.model != null || (typeof chosen === "string" && chosen !== ""));
  };
  store.add(
    runs.onDelta(({ kind }) => {
      if (kind === "event") return;
      runsChanged();
      runningChanged();
    }),
  );
  store.add(client.onStatus(modelChanged));
  store.add(client.onStatus(runningChanged));
  store.add(vscode.workspace.onDidChangeConfiguration(modelChanged));
  runsChanged();
  runningChanged();
  modelChanged();
  return {
    isSet: (key) => values.get(key) ?? false,
    dispose: () => {
      store.dispose();
    },
  };
}
