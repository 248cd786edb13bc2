// What can be done with an answer: go to it, copy it, save it, or add it to a pool of JSON lines.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../core/base/index.ts";
import { answerUri, promptOfAnswer } from "../../answer/output.ts";
import { COMMANDS, LANGUAGE, OUTPUT_SCHEME } from "../../host/catalogue.ts";
import { nextSteps } from "../../host/notify.ts";
import { columnOf } from "../../host/tabs.ts";
import { writeAside } from "../../host/writeAside.ts";
import { changeSetting } from "../../settings/config.ts";
import { promptName } from "../../shared/runName.ts";
import { withPoolLine } from "../../shared/poolLine.ts";
import type { CommandContext } from "../context.ts";

/** The answer in the active editor, or that of the prompt there, or the last one. */
function answerInUse({ memory }: CommandContext): vscode.Uri | null {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme === OUTPUT_SCHEME) return document.uri;
  if (document?.languageId === LANGUAGE) return answerUri(document.uri);
  return memory.lastPrompt === null ? null : answerUri(memory.lastPrompt);
}

export async function goToAnswer(context: CommandContext): Promise<void> {
  const answer = answerInUse(context);
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === OUTPUT_SCHEME);
  const uri = answer ?? open?.document.uri ?? null;
  if (uri === null) {
    context.notifier.information(vscode.l10n.t("There is no answer yet."), nextSteps.generate());
    return;
  }
  await vscode.window.showTextDocument(uri, { viewColumn: columnOf(uri) ?? vscode.ViewColumn.Beside });
}

export interface ShownAnswer {
  readonly uri: vscode.Uri;
  readonly text: string;
}

/** The whole text of the answer in use; null, after notifying, if there is none. */
export async function answerText(context: CommandContext): Promise<ShownAnswer | null> {
  const uri = answerInUse(context);
  const text = uri === null ? "" : (await vscode.workspace.openTextDocument(uri)).getText();
  if (uri !== null && text !== "") return { uri, text };
  context.notifier.information(vscode.l10n.t("There is no answer yet."), nextSteps.generate());
  return null;
}

export async function copyAnswer(context: CommandContext): Promise<void> {
  const answer = await answerText(context);
  if (answer !== null) await vscode.env.clipboard.writeText(answer.text);
}

export async function saveAnswer(context: CommandContext): Promise<void> {
  const answer = await answerText(context);
  if (answer === null) return;
  const prompt = promptOfAnswer(answer.uri);
  const name = path.posix.basename(answer.uri.path);
  const defaultUri = vscode.Uri.joinPath(
    prompt.scheme === "file" ? prompt : vscode.Uri.file("/"),
    "..",
    name,
  );
  const target = await vscode.window.showSaveDialog({ defaultUri });
  if (target === undefined) return;
  try {
    await writeAside(target, new TextEncoder().encode(answer.text));
  } catch (error) {
    const reason = messageOf(error);
    context.notifier.warning(vscode.l10n.t("The answer was not saved: {0}", reason), {
      label: vscode.l10n.t("Save Elsewhere…"),
      command: COMMANDS.saveAnswer,
    });
  }
}

/**
 * Adds an answer as a line of a pool of JSON lines.
 * @param pool its path; null: the user chooses one, which is then the setting's
 */
export async function addAsLine(
  { notifier }: CommandContext,
  answer: ShownAnswer,
  pool: string | null,
): Promise<void> {
  const prompt = promptOfAnswer(answer.uri);
  const chosen = pool === null ? await askPool() : vscode.Uri.file(pool);
  if (chosen === null) return;
  const name = path.basename(chosen.fsPath);
  const id = await vscode.window.showInputBox({
    title: vscode.l10n.t("Add the answer to {0}", name),
    prompt: vscode.l10n.t("Id of the entry. An entry with the same id is replaced."),
    value: `${promptName(path.posix.basename(prompt.path)) ?? "answer"}:${new Date().toISOString().slice(0, 16)}`,
    validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("Enter an id.") : null),
  });
  if (id === undefined) return;
  try {
    const after = withPoolLine(await linesOf(chosen), { id: id.trim(), text: answer.text });
    if (after === null) {
      notifier.warning(
        vscode.l10n.t("{0} is not a file of JSON lines. Use `laser pool add` for pool files.", name),
        nextSteps.nativeSetting("laser.poolFile"),
      );
      return;
    }
    await writeAside(chosen, new TextEncoder().encode(after));
  } catch (error) {
    const reason = messageOf(error);
    notifier.warning(
      vscode.l10n.t("The answer was not added to {0}: {1}", name, reason),
      nextSteps.showLog(),
    );
    return;
  }
  // The answer is in the file: from here on only the setting can fail.
  if (pool === null && !(await changeSetting(notifier, "poolFile", chosen.fsPath, prompt))) return;
  notifier.information(
    vscode.l10n.t("The answer was added to {0}. The next run drafts from it.", name),
    nextSteps.runAgain(),
  );
}

/** The text of a file, empty for a new one. An existing one that can't be read must not be replaced. */
async function linesOf(file: vscode.Uri): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(file);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return "";
    throw error;
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

async function askPool(): Promise<vscode.Uri | null> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Pool file, new or existing"),
    filters: { [vscode.l10n.t("JSON lines")]: ["jsonl"] },
    ...(folder !== undefined && { defaultUri: vscode.Uri.joinPath(folder.uri, "answers.jsonl") }),
  });
  return chosen ?? null;
}
