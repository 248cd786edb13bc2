// Where the extension begins and ends: creates its parts, in one store, and wires them. No decisions of its own.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { COMMANDS, HIDDEN_COMMANDS } from "./catalogue.ts";
import { ServerClient } from "./client.ts";
import { chooseModel } from "./commands/chooseModel.ts";
import { continueRun, readContinueArgument } from "./commands/continueRun.ts";
import type { CommandContext } from "./commands/context.ts";
import { generate, measurePlain } from "./commands/generate.ts";
import { openTrace, restart, showMenu, stop } from "./commands/others.ts";
import { idleUnloadMinutes } from "./config.ts";
import { generateLens } from "./lens.ts";
import { DisposableStore } from "./lifecycle.ts";
import { Notifier } from "./notify.ts";
import { Answers } from "./output.ts";
import { Panel } from "./panel.ts";
import { runOfTrace } from "./protocol/traceRun.ts";
import { Runs } from "./runs.ts";
import { SettingsEditor } from "./settingsEditor.ts";
import { statusBar } from "./statusBar.ts";
import { readTrace } from "./traces.ts";
import { WindowMemory } from "./windowMemory.ts";

/** What tests in the host look at. */
export interface InspectorApi {
  readonly client: ServerClient;
  readonly runs: Runs;
  readonly traceFolder: string;
  readonly notifier: Notifier;
}

let running: ServerClient | null = null;

export function activate(extension: vscode.ExtensionContext): InspectorApi {
  const store = new DisposableStore();
  extension.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel("LASER Inspector", { log: true }));
  const notifier = store.add(new Notifier(log));
  const client = new ServerClient({
    serverModule: extension.asAbsolutePath("dist/server.cjs"),
    log,
    startOptions: () => ({
      trusted: vscode.workspace.isTrusted,
      idleUnloadMinutes: idleUnloadMinutes(),
    }),
  });
  running = client;
  const traceFolder = vscode.Uri.joinPath(extension.globalStorageUri, "traces").fsPath;
  const runs = store.add(new Runs(client));
  const memory = new WindowMemory(extension.workspaceState, log);
  const answers = store.add(new Answers(memory));
  const settingsEditor = store.add(
    new SettingsEditor({ extension: extension.extension, runs, log, traceFolder }),
  );
  const context: CommandContext = { client, runs, answers, notifier, settingsEditor, log, traceFolder };
  store.add(
    new Panel({
      extensionUri: extension.extensionUri,
      client,
      runs,
      log,
      measurePlain: () => measurePlain(context),
    }),
  );
  store.add(statusBar(client));
  store.add(generateLens());
  registerCommands(store, context);
  tellServerTrouble(store, context);
  rememberShownRun(store, runs, memory);
  // What the server was told at its start changes with trust.
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void client.restart()));
  void client.start();
  return { client, runs, traceFolder, notifier };
}

export async function deactivate(): Promise<void> {
  await running?.dispose();
  running = null;
}

function registerCommands(store: DisposableStore, context: CommandContext): void {
  const register = (command: string, run: (argument: unknown) => unknown): void => {
    store.add(vscode.commands.registerCommand(command, run));
  };
  // Buttons and lenses name a file; the palette and keys name nothing.
  const uriOf = (argument: unknown): vscode.Uri | undefined =>
    argument instanceof vscode.Uri ? argument : undefined;
  register(COMMANDS.generate, (uri) => generate(context, uriOf(uri)));
  register(COMMANDS.stop, () => stop(context));
  register(COMMANDS.chooseModel, () => chooseModel(context));
  register(COMMANDS.openSettings, () => {
    context.settingsEditor.open();
  });
  register(COMMANDS.openTrace, (uri) => openTrace(context, uriOf(uri)));
  register(COMMANDS.showLog, () => {
    context.log.show();
  });
  register(COMMANDS.restart, () => restart(context));
  register(HIDDEN_COMMANDS.showMenu, () => showMenu(context));
  register(HIDDEN_COMMANDS.continueFrom, (argument) => continueRun(context, readContinueArgument(argument)));
}

/** Says once when the server goes down; what a run met is told by the run. */
function tellServerTrouble(store: DisposableStore, { client, notifier, runs }: CommandContext): void {
  let told: string | null = null;
  store.add(
    client.onStatus(({ state, error }) => {
      const isNews = error !== null && error.message !== told;
      told = error?.message ?? null;
      if (!isNews || runs.busy) return;
      if (state === "down") notifier.error(error);
      else notifier.warning(error.message);
    }),
  );
}

/** What the panel shows is shown again when the window is loaded anew. */
function rememberShownRun(store: DisposableStore, runs: Runs, memory: WindowMemory): void {
  const { shownTrace } = memory;
  if (shownTrace !== null) {
    void readTrace(shownTrace).then((trace) => {
      if (trace !== null) runs.restore(runOfTrace(trace, randomUUID(), shownTrace));
    });
  }
  store.add(
    runs.onDelta((delta) => {
      if (delta.kind === "started") memory.shownTrace = null;
      if (delta.kind === "ended") memory.shownTrace = delta.result.tracePath;
    }),
  );
}
