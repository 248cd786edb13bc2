// The commands of the Traces view.
import { readdir } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { unreachable } from "../../../core/base/index.ts";
import { formOfName } from "../../../core/trace/index.ts";
import { COMMANDS, HIDDEN_COMMANDS } from "../../host/catalogue.ts";
import type { DisposableStore } from "../../host/lifecycle.ts";
import { openTraceAsText } from "../../traces/traceAsText.ts";
import {
  fileNameOf,
  givenName,
  nameProblem,
  promptOfName,
  type NameProblem,
} from "../../traces/traceNames.ts";
import { TRACE_FILTERS, type TraceFile } from "../../traces/traces.ts";
import type { TraceItem, TraceTree } from "../../traces/traceTree.ts";
import type { CommandContext } from "../context.ts";
import { deleteTraces } from "./deleteTraces.ts";
import { revealPrompt } from "./revealPrompt.ts";

export function registerTraceCommands(
  store: DisposableStore,
  context: CommandContext,
  tree: TraceTree,
): void {
  /** Menus pass the clicked row and all selected rows; keys pass nothing. */
  const register = (command: string, run: (files: readonly TraceFile[]) => unknown): void => {
    const chosen = (clicked?: TraceItem, selected?: readonly TraceItem[]): readonly TraceFile[] => {
      const items = selected ?? (clicked === undefined ? null : [clicked]);
      return items === null ? tree.selection : items.flatMap(filesOf);
    };
    store.add(
      vscode.commands.registerCommand(command, (clicked?: TraceItem, selected?: readonly TraceItem[]) =>
        run(chosen(clicked, selected)),
      ),
    );
  };
  const uris = (files: readonly TraceFile[]): vscode.Uri[] => files.map((file) => vscode.Uri.file(file.path));
  const each = async (files: readonly TraceFile[], command: string, ...more: unknown[]): Promise<void> => {
    for (const uri of uris(files)) await vscode.commands.executeCommand(command, uri, ...more);
  };
  register(HIDDEN_COMMANDS.tracesRefresh, () => {
    tree.refresh();
  });
  register(HIDDEN_COMMANDS.tracesBrowse, browse);
  register(HIDDEN_COMMANDS.tracesRunAgain, ([file]) =>
    file === undefined ? null : vscode.commands.executeCommand(COMMANDS.runAgain, vscode.Uri.file(file.path)),
  );
  register(HIDDEN_COMMANDS.tracesOpen, (files) => each(files, COMMANDS.openTrace));
  register(HIDDEN_COMMANDS.tracesOpenText, async (files) => {
    for (const uri of uris(files)) await openTraceAsText(uri);
  });
  register(HIDDEN_COMMANDS.tracesCompare, (files) =>
    vscode.commands.executeCommand(COMMANDS.compareTraces, ...uris(files)),
  );
  register(HIDDEN_COMMANDS.tracesMakePool, (files) =>
    vscode.commands.executeCommand(COMMANDS.makePool, { traces: files.map((file) => file.path) }),
  );
  register(HIDDEN_COMMANDS.tracesRename, ([file]) => (file === undefined ? null : rename(context, file)));
  register(HIDDEN_COMMANDS.tracesDelete, (files) => deleteTraces(context, files));
  register(HIDDEN_COMMANDS.tracesRevealPrompt, ([file]) =>
    file === undefined ? null : revealPrompt(context, file),
  );
  register(HIDDEN_COMMANDS.tracesCopyPath, (files) =>
    vscode.env.clipboard.writeText(files.map((file) => file.path).join("\n")),
  );
  register(HIDDEN_COMMANDS.tracesRevealInOs, (files) => each(files.slice(0, 1), "revealFileInOS"));
}

const filesOf = (item: TraceItem): readonly TraceFile[] => (item.kind === "trace" ? [item.file] : []);

async function browse(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ filters: TRACE_FILTERS });
  if (chosen?.[0] !== undefined) await vscode.commands.executeCommand(COMMANDS.openTrace, chosen[0]);
}

/** Renames the file; a name chosen by the user also protects it from automatic removal. */
async function rename(
  { answerRuns, memory, notifier, runs }: CommandContext,
  file: TraceFile,
): Promise<void> {
  const folder = path.dirname(file.path);
  const before = path.basename(file.path);
  const others = (await readdir(folder).catch(() => [])).filter((name) => name !== before);
  const shown = givenName(before) ?? promptOfName(before);
  // The content, compressed or not, does not change, so neither does the ending.
  const form = formOfName(before) ?? "plain";
  const written = await vscode.window.showInputBox({
    title: vscode.l10n.t("Name of the trace"),
    prompt: vscode.l10n.t("A trace that you have named is kept until you delete it."),
    value: shown,
    validateInput: (text) => {
      const problem = nameProblem(text, others, form);
      return problem === null ? null : problemText(problem);
    },
  });
  if (written === undefined || fileNameOf(written, form) === before) return;
  const to = path.join(folder, fileNameOf(written, form));
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(vscode.Uri.file(file.path), vscode.Uri.file(to), { overwrite: false });
  if (!(await vscode.workspace.applyEdit(edit))) {
    notifier.warning(vscode.l10n.t("The trace {0} could not be renamed.", shown));
    return;
  }
  const answer = memory.answerOf(file.path);
  memory.moveTrace(file.path, to);
  runs.traceMoved(file.path, to);
  if (answer !== null) answerRuns.ended(answer);
}

function problemText(problem: NameProblem): string {
  switch (problem) {
    case "empty":
      return vscode.l10n.t("Enter a name.");
    case "badCharacter":
      return vscode.l10n.t("A name can't contain < > : \" / \\ | ? * or control characters.");
    case "badEnd":
      return vscode.l10n.t("A name can't begin with a dot, or end with a dot or a space.");
    case "reserved":
      return vscode.l10n.t("Windows reserves this name for a device.");
    case "tooLong":
      return vscode.l10n.t("The name is too long.");
    case "looksLikeOurs":
      return vscode.l10n.t(
        "Names that begin with a time are reserved for traces that are removed automatically.",
      );
    case "taken":
      return vscode.l10n.t("There is already a trace with this name.");
    default:
      return unreachable(problem);
  }
}
