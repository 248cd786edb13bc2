// The short commands: Stop, Open Trace, Show Log, Restart Server, and the status bar item's menu.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../core/base/index.ts";
import { restartRequest } from "../../server/protocol/methods.ts";
import { COMMANDS } from "../host/catalogue.ts";
import { RequestFailed } from "../run/client.ts";
import { nextSteps } from "../host/notify.ts";
import type { TracePlace } from "../traces/traceEditor.ts";
import { traceLabel } from "../traces/traceLabels.ts";
import type { TraceSummaries } from "../traces/traceSummaries.ts";
import { listTraces, TRACE_FILTERS } from "../traces/traces.ts";
import type { CommandContext } from "./context.ts";

export async function stop({ runs, notifier }: CommandContext): Promise<void> {
  if (await runs.stopAll()) return;
  notifier.information(vscode.l10n.t("Nothing is running."), nextSteps.generate());
}

/**
 * Opens a trace in its editor: the given one, otherwise one that the user picks.
 * @param how {step, place} of the token to move to, from a link; {preserveFocus} from a list
 */
export async function openTrace(
  { notifier, traceFolder, traceEditors, summaries }: CommandContext,
  given?: vscode.Uri,
  how?: unknown,
): Promise<void> {
  const uri = given ?? (await pickTrace(traceFolder, summaries));
  if (uri === null) return;
  try {
    // The editor would open even for a missing file.
    await vscode.workspace.fs.stat(uri);
    await traceEditors.show(uri, readPlace(how), { preserveFocus: keepsFocus(how) });
  } catch (error) {
    const name = path.posix.basename(uri.path);
    const isMissing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    const message = isMissing
      ? vscode.l10n.t("The trace {0} no longer exists.", name)
      : vscode.l10n.t("The trace {0} can't be opened: {1}", name, messageOf(error));
    notifier.warning(message, {
      label: vscode.l10n.t("Choose Another"),
      command: COMMANDS.openTrace,
    });
  }
}

/** Parses a position from a link or a hover; undefined if there is none. */
function readPlace(given: unknown): TracePlace | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const { step, place } = given as Readonly<Record<string, unknown>>;
  return Number.isInteger(step) && Number.isInteger(place)
    ? { step: step as number, place: place as number }
    : undefined;
}

function keepsFocus(given: unknown): boolean {
  return (
    typeof given === "object" && given !== null && "preserveFocus" in given && given.preserveFocus === true
  );
}

/** Under the names that tabs and the list of traces give them. */
async function pickTrace(folder: string, summaries: TraceSummaries): Promise<vscode.Uri | null> {
  const traces = await listTraces(folder);
  const labels = await Promise.all(
    traces.map(async (file) =>
      traceLabel(
        {
          fileName: path.basename(file.path),
          beganMs: file.beganMs,
          reading: await summaries.readFile(file),
        },
        Date.now(),
        vscode.env.language,
      ),
    ),
  );
  const browse = { label: vscode.l10n.t("$(folder-opened) Choose a trace file…"), file: null };
  const kept = traces.map(({ path: file }, at) => ({
    label: labels[at]!.name,
    description: labels[at]!.description,
    file,
  }));
  const picked = await vscode.window.showQuickPick([...kept, browse], {
    title: vscode.l10n.t("Trace to open"),
    placeHolder:
      kept.length === 0 ? vscode.l10n.t("No traces yet. LASER: Generate keeps one for each run.") : "",
  });
  if (picked === undefined) return null;
  if (picked.file !== null) return vscode.Uri.file(picked.file);
  const [chosen] = (await vscode.window.showOpenDialog({ filters: TRACE_FILTERS })) ?? [];
  return chosen ?? null;
}

/** Restarts the worker and the language server, and forgets earlier crashes. */
export async function restart({ client, notifier, log }: CommandContext): Promise<void> {
  // A hanging or dead server can't end its worker; the worker then ends with the server.
  await client.request(restartRequest, null).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    log.info(`the worker ends with its server: ${error.text.message}`);
  });
  await client.restart();
  const { error } = client.status;
  if (error === null) notifier.information(vscode.l10n.t("The LASER server was restarted."));
}

export async function showMenu({ client, runs, log }: CommandContext): Promise<void> {
  const entry = (label: string, command: string): vscode.QuickPickItem & { command: string } => ({
    label,
    command,
  });
  const running = runs.busy || client.status.state === "running";
  const picked = await vscode.window.showQuickPick(
    [
      running
        ? entry(vscode.l10n.t("$(debug-stop) Stop"), COMMANDS.stop)
        : entry(vscode.l10n.t("$(play) Generate"), COMMANDS.generate),
      entry(vscode.l10n.t("$(package) Choose Model"), COMMANDS.chooseModel),
      entry(vscode.l10n.t("$(graph-line) Show Model"), COMMANDS.showModel),
      entry(vscode.l10n.t("$(server-process) Engine Choices"), COMMANDS.engineChoices),
      entry(vscode.l10n.t("$(circuit-board) Show Devices"), COMMANDS.showDevices),
      entry(vscode.l10n.t("$(settings-gear) Open Settings Editor"), COMMANDS.openSettings),
      entry(vscode.l10n.t("$(history) Open Trace"), COMMANDS.openTrace),
      entry(vscode.l10n.t("$(diff) Compare Traces"), COMMANDS.compareTraces),
      entry(vscode.l10n.t("$(diff) Compare Strategies"), COMMANDS.compareStrategies),
      entry(vscode.l10n.t("$(graph-scatter) Compare Settings"), COMMANDS.compareSettings),
      entry(vscode.l10n.t("$(output) Show Log"), COMMANDS.showLog),
      entry(vscode.l10n.t("$(debug-restart) Restart Server"), COMMANDS.restart),
    ],
    { title: "LASER Inspector", placeHolder: client.status.error?.message ?? "" },
  );
  if (picked === undefined) return;
  log.debug(`menu: ${picked.command}`);
  await vscode.commands.executeCommand(picked.command);
}
