// Finds the prompt to run: a prompt file, or the selected text of any other file.
import path from "node:path";
import * as vscode from "vscode";
import { parsePrompty, type PromptFile } from "../../core/prompts/index.ts";
import type { JsonValue } from "../../server/protocol/worker.ts";
import { readBeside } from "../../server/files/prompts/index.ts";
import { LANGUAGE, OUTPUT_SCHEME } from "../host/catalogue.ts";
import { nextSteps, type Notifier } from "../host/notify.ts";

export interface PromptSource {
  readonly uri: vscode.Uri;
  readonly source: string;
  /** The file's name; null for selected text. */
  readonly promptFile: string | null;
  /** The parsed file; null for plain text. */
  readonly parsed: PromptFile | null;
}

/** The prompt of `uri`, otherwise of the active editor; null, after notifying the user, if there is none. */
export async function promptSource(
  notifier: Notifier,
  uri: vscode.Uri | undefined,
): Promise<PromptSource | null> {
  const editor = editorInUse();
  const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(uri);
  if (document?.languageId === LANGUAGE) return promptFileSource(notifier, document);
  if (document !== undefined && document === editor?.document && !editor.selection.isEmpty) {
    const source = document.getText(editor.selection);
    if (source.trim() !== "") return { uri: document.uri, source, promptFile: null, parsed: null };
  }
  notifier.warning(
    document === undefined
      ? vscode.l10n.t("There is no prompt to run: open a .prompty file, or select text to use as a prompt.")
      : vscode.l10n.t(
          "{0} is not a prompt file: open a .prompty file, or select the text to use as a prompt.",
          path.posix.basename(document.uri.path),
        ),
    nextSteps.openFile(),
  );
  return null;
}

/** The active editor, or the visible prompt file if the focus is in an answer or a view. */
function editorInUse(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const isAnswer = activeTextEditor?.document.uri.scheme === OUTPUT_SCHEME;
  if (activeTextEditor !== undefined && !isAnswer) return activeTextEditor;
  return visibleTextEditors.find(({ document }) => document.languageId === LANGUAGE);
}

function promptFileSource(notifier: Notifier, document: vscode.TextDocument): PromptSource | null {
  const source = document.getText();
  const { scheme, fsPath } = document.uri;
  const parsed = parsePrompty(source, scheme === "file" ? readBeside(fsPath) : null);
  const name = path.posix.basename(document.uri.path);
  const problem = parsed.problems.find(({ severity }) => severity === "error");
  if (problem !== undefined) {
    const line = problem.range.start.line + 1;
    notifier.warning(
      vscode.l10n.t("{0} can't be run. Line {1}: {2}", name, line, problem.message),
      nextSteps.showProblems(),
    );
    return null;
  }
  return { uri: document.uri, source, promptFile: name, parsed };
}

/**
 * The values that the prompt's text alone doesn't have: those of files beside it, and those of variables without a
 * sample, which are asked for. null if the user cancelled.
 */
export async function askValues(
  parsed: PromptFile | null,
): Promise<Readonly<Record<string, JsonValue>> | null> {
  const values: Record<string, JsonValue> = {};
  for (const { name, value, isFromFile, uses } of parsed?.variables ?? [])
    if (isFromFile && uses.length > 0) values[name] = value;
  const missing = parsed?.variables.filter(({ required, value }) => required && value === null) ?? [];
  for (const [at, { name }] of missing.entries()) {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t("Value of {0} ({1} of {2})", name, at + 1, missing.length),
      prompt: vscode.l10n.t('It has no sample value. Add one under "sample:" to keep it.'),
      ignoreFocusOut: true,
    });
    if (value === undefined) return null;
    values[name] = value;
  }
  return values;
}
