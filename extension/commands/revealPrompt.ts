// Opens the prompt file that a trace was recorded from: as this window remembers it, else by the name that the trace
// holds. It must not know where the trace was listed.
import * as vscode from "vscode";
import { promptOfAnswer } from "../output.ts";
import { readTrace, type TraceFile } from "../traces.ts";
import type { CommandContext } from "./context.ts";

const MOST_FILES = 20;

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
  const found = await vscode.workspace.findFiles(`**/${globOf(name)}`, undefined, MOST_FILES);
  const chosen = found.length > 1 ? await choose(found) : found[0];
  if (found.length === 0) notifier.warning(vscode.l10n.t("There is no {0} in the open folders.", name));
  else if (chosen !== undefined) await open(chosen);
}

/** False where the file is gone. */
async function open(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    async () => {
      await vscode.window.showTextDocument(uri);
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

/** A name as a pattern that only this name fits. */
function globOf(name: string): string {
  return name.replace(/[[\]{}*?]/g, (sign) => `[${sign}]`);
}
