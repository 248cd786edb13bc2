// Finds the prompt to run: the focused prompt file or selection, else the prompt that was run last, else one of the
// workspace's prompt files that the user picks.
import path from "node:path";
import * as vscode from "vscode";
import { parsePrompty, type PromptFile } from "../../../core/prompts/index.ts";
import { readBeside } from "../../../server/files/prompts/index.ts";
import { promptOfAnswer } from "../../answer/output.ts";
import { LANGUAGE, OUTPUT_SCHEME } from "../../host/catalogue.ts";
import { nextSteps, type Notifier } from "../../host/notify.ts";
import type { CommandContext } from "../context.ts";
import { findPrompts, promptItem } from "./promptFiles.ts";

export interface PromptSource {
  readonly uri: vscode.Uri;
  readonly source: string;
  /** The file's name; null for selected text. */
  readonly promptFile: string | null;
  /** The parsed file; null for plain text. */
  readonly parsed: PromptFile | null;
}

type Asking = Pick<CommandContext, "memory" | "notifier">;

/** The prompt of `uri`, otherwise the one that is meant; null, after notifying the user, if there is none. */
export async function promptSource(
  context: Asking,
  uri: vscode.Uri | undefined,
): Promise<PromptSource | null> {
  const { notifier } = context;
  const selected = uri === undefined ? selectedText() : null;
  if (selected !== null) return selected;
  const meant = uri ?? focusedPrompt() ?? (await lastPrompt(context)) ?? (await pickPrompt(context));
  if (meant === null) return null;
  const document = await openDocument(meant);
  if (document?.languageId === LANGUAGE) return promptFileSource(notifier, document);
  const name = path.posix.basename(meant.path);
  notifier.warning(
    document === null
      ? vscode.l10n.t("{0} can't be opened: it may have been moved or deleted.", name)
      : vscode.l10n.t(
          "{0} is not a prompt file: open a .prompty file, or select the text to use as a prompt.",
          name,
        ),
    nextSteps.openFile(),
  );
  return null;
}

/** The selection in an editor of any other file, as a prompt. */
function selectedText(): PromptSource | null {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty) return null;
  const { document, selection } = editor;
  if (document.languageId === LANGUAGE || document.uri.scheme === OUTPUT_SCHEME) return null;
  const source = document.getText(selection);
  return source.trim() === "" ? null : { uri: document.uri, source, promptFile: null, parsed: null };
}

/** The prompt file in the active editor, or the one that the answer there belongs to. */
function focusedPrompt(): vscode.Uri | null {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === LANGUAGE) return document.uri;
  if (document?.uri.scheme !== OUTPUT_SCHEME) return null;
  const prompt = promptOfAnswer(document.uri);
  return prompt.path.endsWith(`.${LANGUAGE}`) ? prompt : null;
}

/** Null if it is gone. */
async function lastPrompt({ memory }: Asking): Promise<vscode.Uri | null> {
  const { lastPrompt: last } = memory;
  return last !== null && (await openDocument(last)) !== null ? last : null;
}

async function pickPrompt({ notifier }: Asking): Promise<vscode.Uri | null> {
  const visible = vscode.window.visibleTextEditors.find(({ document }) => document.languageId === LANGUAGE);
  if (visible !== undefined) return visible.document.uri;
  const found = await findPrompts();
  if (found.length === 0) {
    notifier.warning(
      vscode.l10n.t("There is no prompt to run: open a .prompty file, or select text to use as a prompt."),
      nextSteps.openSample(),
      nextSteps.openFile(),
    );
    return null;
  }
  const picked = await vscode.window.showQuickPick(found.map(promptItem), {
    title: vscode.l10n.t("Prompt to run"),
    matchOnDescription: true,
  });
  return picked?.uri ?? null;
}

/** Null if the file can't be opened as text. */
async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => null,
  );
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
      nextSteps.openLine(document.uri, line),
    );
    return null;
  }
  return { uri: document.uri, source, promptFile: name, parsed };
}
