// Activates and deactivates the extension: creates its parts in one store and connects them.
import "./host/translations.ts";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { AnswerRuns } from "./answer/answerRuns.ts";
import { applySettings } from "./settings/appliedSettings.ts";
import { COMMANDS } from "./host/catalogue.ts";
import { ServerClient } from "./run/client.ts";
import { contextKeys } from "./run/contextKeys.ts";
import { startEngineWithPrompts } from "./run/engineStart.ts";
import { openSample } from "./commands/welcome/openSample.ts";
import { PromptsView } from "./commands/prompts/promptsView.ts";
import { laserPath, laserPrograms } from "./host/laserProcess.ts";
import { offerChatModel } from "./chat/chatModel.ts";
import type { CommandContext } from "./commands/context.ts";
import { registerCommands } from "./commands/registerCommands.ts";
import { fixShown } from "./commands/run/failures.ts";
import { measurePlain, measurePlainOf } from "./commands/run/generate.ts";
import { registerPoolCommands } from "./commands/pools/pools.ts";
import { openTrace } from "./commands/others.ts";
import { registerTraceCommands } from "./commands/traces/traceFiles.ts";
import { writeLauncher } from "./doors/launcher.ts";
import { traceLinks } from "./doors/links.ts";
import { TASK_TYPE } from "./doors/laserTask.ts";
import { LaserTasks } from "./doors/tasks.ts";
import { terminalProfile } from "./doors/terminalProfile.ts";
import { openWalkthrough } from "./commands/welcome/walkthrough.ts";
import { RunTables } from "./batch/runTableEditor.ts";
import { ComparePages } from "./traces/compareEditor.ts";
import { idleUnloadMinutes, placesOf } from "./settings/config.ts";
import { AnswerMarks } from "./answer/decorations.ts";
import { followTail } from "./answer/followTail.ts";
import { AnswerHover } from "./answer/hover.ts";
import { generateLens } from "./answer/lens.ts";
import { DisposableStore } from "./host/lifecycle.ts";
import { Notifier } from "./host/notify.ts";
import { Answers } from "./answer/output.ts";
import { poolEntryTexts } from "./pools/entryDocument.ts";
import { PoolTree } from "./pools/poolTree.ts";
import { modelPage } from "./models/modelPages.ts";
import { engineFactsOf } from "./models/engineFacts.ts";
import { trainContextTokensOf } from "./models/trainContext.ts";
import { Panel } from "./run/panel.ts";
import { laserOnly, watchPromptFeatures } from "./run/promptFeaturesInUse.ts";
import { findPlainRun, findPlainTrace } from "./traces/plainTrace.ts";
import type { PlainRun } from "./shared/plainRun.ts";
import { runAgain } from "./commands/run/runAgain.ts";
import { runOfTrace } from "./shared/traceRun.ts";
import { ResultLens } from "./answer/resultLens.ts";
import { Runs } from "./run/runs.ts";
import { PromptTokenCounts } from "./tokens/promptTokens.ts";
import { RenderedPrompts } from "./tokens/renderedPrompt.ts";
import { showRendered } from "./commands/prompts/showRendered.ts";
import { settingsEditorPage } from "./settings/settingsEditor.ts";
import { statusBar } from "./run/statusBar.ts";
import { traceTexts } from "./traces/traceAsText.ts";
import { TraceEditors } from "./traces/traceEditor.ts";
import { TraceFolder } from "./traces/traceFolder.ts";
import { nameOfTrace } from "./traces/traceName.ts";
import { readTrace } from "./traces/traces.ts";
import { TraceSummaries } from "./traces/traceSummaries.ts";
import { TraceTree } from "./traces/traceTree.ts";
import { WindowMemory } from "./host/windowMemory.ts";

/** The parts that host tests inspect. */
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
  const client = new ServerClient({
    serverModule: extension.asAbsolutePath("dist/server.cjs"),
    log,
    startOptions: () => ({
      trusted: vscode.workspace.isTrusted,
      laserOnly: laserOnly(),
      idleUnloadMinutes: idleUnloadMinutes(),
    }),
    places: placesOf,
  });
  running = client;
  const context = createContext(store, extension, client, log);
  const { memory, notifier, runs, traceFolder } = context;
  store.add(statusBar(client, runs));
  addPages(store, context, extension);
  showInEditor(store, context);
  openDoors(store, context, extension.globalStorageUri.fsPath);
  // The editor shows lenses on the same line in reverse order of registration.
  store.add(generateLens());
  registerCommands(store, context);
  reportServerTrouble(store, context);
  rememberShownRun(store, runs, memory);
  store.add(watchPromptFeatures(() => void client.restart()));
  // The server learns whether the workspace is trusted only when it starts.
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void client.restart()));
  void client.start();
  store.add(startEngineWithPrompts(client, log));
  return { client, runs, traceFolder, notifier };
}

/** Creates what commands act on. Pages whose buttons run commands ask for the context only when one is pressed. */
function createContext(
  store: DisposableStore,
  extension: vscode.ExtensionContext,
  client: ServerClient,
  log: vscode.LogOutputChannel,
): CommandContext {
  const { extensionUri } = extension;
  const notifier = store.add(new Notifier(log));
  const traceFolder = vscode.Uri.joinPath(extension.globalStorageUri, "traces").fsPath;
  const summaries = new TraceSummaries();
  const runs = store.add(new Runs(client, (trace) => findPlainRun(traceFolder, trace, summaries)));
  const memory = new WindowMemory(extension.workspaceState, log);
  const answers = store.add(new Answers(memory));
  const answerRuns = store.add(new AnswerRuns(memory));
  const settingsEditor = store.add(
    settingsEditorPage({
      extension: extension.extension,
      ...{ onTraceKept: runs.onTraceKept, log, traceFolder, summaries },
      trainContextTokens: () => trainContextTokensOf(client),
      engineFacts: () => engineFactsOf(client),
    }),
  );
  const context: CommandContext = {
    ...{ client, runs, answers, answerRuns, notifier, settingsEditor, extensionUri, memory },
    ...traceViewers(store, { extensionUri, log, traceFolder, summaries, notifier }, () => context),
    workspaceState: extension.workspaceState,
    log,
    summaries,
    isPanelVisible: () => panel.isVisible,
    traceFolder,
  };
  const panel: Panel = store.add(
    new Panel({
      ...{ extensionUri, client, runs, log },
      measurePlain: () => measurePlain(context),
      runAgain: () => runAgain(context),
      fix: (of, at) => fixShown(context, of, at),
    }),
  );
  return context;
}

type ViewerParts = Pick<CommandContext, "extensionUri" | "log" | "traceFolder" | "summaries" | "notifier">;

/** The editors of trace files, of comparisons and of tables of batch runs. */
function traceViewers(
  store: DisposableStore,
  { extensionUri, log, traceFolder, summaries, notifier }: ViewerParts,
  context: () => CommandContext,
): Pick<CommandContext, "comparePages" | "traceEditors"> {
  const comparePages = store.add(
    new ComparePages({
      ...{ extensionUri, log, traceFolder },
      applySettings: (settings) => applySettings(notifier, settings),
    }),
  );
  const traceEditors = store.add(
    new TraceEditors({
      ...{ extensionUri, log },
      findPlain: (uri) => findPlainTrace(traceFolder, uri.fsPath, summaries),
      applySettings: (settings) => applySettings(notifier, settings),
      measurePlain: (uri) => measurePlainOf(context(), uri),
      nameOf: (uri) => nameOfTrace(uri, summaries),
    }),
  );
  store.add(traceTexts());
  store.add(new RunTables({ extensionUri, log }));
  return { comparePages, traceEditors };
}

export async function deactivate(): Promise<void> {
  await running?.dispose();
  running = null;
}

/** Pages and views that a command of their own opens. */
function addPages(store: DisposableStore, context: CommandContext, extension: vscode.ExtensionContext): void {
  const { client, runs, log, extensionUri } = context;
  const register = (command: string, run: (...given: unknown[]) => unknown): void => {
    store.add(vscode.commands.registerCommand(command, run));
  };
  const model = store.add(modelPage({ extensionUri, client, log }));
  register(COMMANDS.showModel, () => {
    model.open();
  });
  const tokens = store.add(new PromptTokenCounts(client, log));
  register(COMMANDS.toggleTokens, () => tokens.toggle());
  const rendered = store.add(new RenderedPrompts(client));
  register(COMMANDS.showRendered, (uri) =>
    showRendered(context, rendered, uri instanceof vscode.Uri ? uri : undefined),
  );
  const keys = store.add(contextKeys(client, runs));
  register(COMMANDS.openWalkthrough, () => openWalkthrough(extension.extension, (key) => keys.isSet(key)));
  store.add(new PromptsView());
  register(COMMANDS.openSample, () => openSample(extensionUri, extension.globalStorageUri.fsPath));
}

/** How VS Code itself starts us. */
function openDoors(store: DisposableStore, context: CommandContext, storage: string): void {
  const laser = laserPath(context.extensionUri);
  const launcher = (): ReturnType<typeof writeLauncher> => writeLauncher(storage, laser);
  store.add(vscode.tasks.registerTaskProvider(TASK_TYPE, new LaserTasks(launcher)));
  store.add(terminalProfile(launcher));
  store.add(traceLinks(context.notifier, (trace) => openTrace(context, trace)));
  const chat = offerChatModel(context);
  if (chat !== null) store.add(chat);
}

/** Everything outside the panel that shows runs: lens, marks, hovers, and the Traces view. */
function showInEditor(store: DisposableStore, context: CommandContext): void {
  const { answerRuns, log, memory, runs, summaries, traceFolder } = context;
  const traces = store.add(new TraceFolder(traceFolder, log));
  const plainRunFor = (trace: string): Promise<PlainRun | null> =>
    findPlainRun(traceFolder, trace, summaries);
  store.add(new ResultLens({ answerRuns, memory, summaries, traces, plainRunFor }));
  store.add(new AnswerMarks(answerRuns));
  store.add(followTail());
  store.add(new AnswerHover(answerRuns));
  store.add(
    runs.onDelta((delta) => {
      if (delta.kind === "plainMeasured")
        answerRuns.plainMeasured(delta.runId, delta.tokensPerSecond, delta.plainRun);
    }),
  );
  const programs = laserPrograms(context, "pool");
  store.add(poolEntryTexts(programs));
  registerPoolCommands(store, context, store.add(new PoolTree(programs)), programs);
  const tree = store.add(new TraceTree(traces, summaries));
  registerTraceCommands(store, context, tree);
}

/** Notifies the user once when the server goes down; a failing run reports its own error. */
function reportServerTrouble(store: DisposableStore, context: CommandContext): void {
  const { client, notifier, runs, log, isPanelVisible } = context;
  let lastMessage: string | null = null;
  store.add(
    client.onStatus(({ state, error }) => {
      const isNews = error !== null && error.message !== lastMessage;
      lastMessage = error?.message ?? null;
      if (!isNews || runs.busy) return;
      // The panel shows it, with the button that fixes it.
      if (isPanelVisible()) log.error(`${error.code}: ${error.message} ${error.nextStep}`);
      else if (state === "down") notifier.error(error);
      else notifier.warning(error.message);
    }),
  );
}

/** Shows the same run in the panel after a window reload. */
function rememberShownRun(store: DisposableStore, runs: Runs, memory: WindowMemory): void {
  const { shownTrace } = memory;
  if (shownTrace !== null) {
    void runs.prepared(
      vscode.l10n.t("Reading the last run"),
      () => readTrace(shownTrace),
      (trace) => {
        runs.restore(runOfTrace(trace, randomUUID(), shownTrace));
        return Promise.resolve();
      },
    );
  }
  store.add(
    runs.onDelta((delta) => {
      if (delta.kind === "started") memory.shownTrace = null;
      if (delta.kind === "ended") memory.shownTrace = delta.result.tracePath;
    }),
  );
}
