// Opens the prompt file that a trace was recorded from: the one this window remembers, otherwise the one
// named in the trace.
import * as vscode from "vscode";
import { promptOfAnswer } from "../../answer/output.ts";
import { showWhereOpen } from "../../host/tabs.ts";
import { readTrace, type TraceFile } from "../../traces/traces.ts";
import type { CommandContext } from "../context.ts";

const MAX_FILES = 20;

export async function revealPrompt(context: CommandContext, { path: file }: TraceFile): Promise<void> {
  const { memory, notifier } = context;
  const answer = memory.answerOf(file);
  if (answer !== null && (await open(promptOfAnswer(answer)))) return;
  const trace = await readTrace(file);
  if (trace === null) {
    notifier.warning(vscode.l10n.t("The trace can't be read, so its prompt is unknown."));
    return;
  }
  const { promptFile } = trace.request;
  if (promptFile === null) {
    notifier.information(
      vscode.l10n.t("This trace was recorded from selected text, not from a prompt file."),
    );
    return;
  }
  const name = promptFile.split(/[/\\]/).at(-1) ?? promptFile;
  const found = await vscode.workspace.findFiles(`**/${globOf(name)}`, undefined, MAX_FILES);
  const chosen = found.length > 1 ? await choose(found) : found[0];
  if (found.length === 0) notifier.warning(vscode.l10n.t("There is no {0} in the open folders.", name));
  else if (chosen !== undefined) await open(chosen);
}

/** False if the file is missing. */
async function open(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    async () => {
      await showWhereOpen(uri);
      return true;
    },
    () => false,
  );
}

async function choose(found: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const placeHolder = vscode.l10n.t("Which file is the prompt?");
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.uri;
}

/** A name as a glob pattern that matches only this name. */
function globOf(name: string): string {
  return name.replace(/[[\]{}*?]/g, (sign) => `[${sign}]`);
}
