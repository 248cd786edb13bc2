// Deletes traces after a confirmation: to the trash if this machine has one.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../core/base/index.ts";
import { givenName, promptOfName } from "../../traces/traceNames.ts";
import type { TraceFile } from "../../traces/traces.ts";
import type { CommandContext } from "../context.ts";

export async function deleteTraces({ notifier }: CommandContext, files: readonly TraceFile[]): Promise<void> {
  if (files.length === 0) return;
  // VS Code in a browser or over a remote connection has no trash for the files of its machine.
  const hasTrash = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (!(await isWanted(files, hasTrash))) return;
  const left: string[] = [];
  for (const file of files) {
    try {
      await vscode.workspace.fs.delete(vscode.Uri.file(file.path), { useTrash: hasTrash });
    } catch (error) {
      // Already deleted by something else.
      if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") continue;
      left.push(`${nameOf(file)}: ${messageOf(error)}`);
    }
  }
  if (left.length > 0) notifier.warning(vscode.l10n.t("Not deleted: {0}", left.join("; ")));
}

async function isWanted(files: readonly TraceFile[], hasTrash: boolean): Promise<boolean> {
  const [first] = files;
  const question =
    files.length === 1 && first !== undefined
      ? vscode.l10n.t("Delete the trace {0}?", nameOf(first))
      : vscode.l10n.t("Delete {0} traces?", files.length);
  const detail = hasTrash
    ? vscode.l10n.t("You can restore it from the trash.")
    : vscode.l10n.t(
        "This can't be undone. An answer that is still open remains until its window is reloaded.",
      );
  const button = hasTrash ? vscode.l10n.t("Move to Trash") : vscode.l10n.t("Delete");
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

function nameOf({ path: file }: TraceFile): string {
  const name = path.basename(file);
  return givenName(name) ?? promptOfName(name);
}
