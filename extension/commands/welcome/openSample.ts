// LASER: Open the Sample Prompt: a prompt with a pool of answers to prompts of its kind, where drafting is at its best.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { promptLine } from "../../answer/lens.ts";
import { keyEdit, readPrompt } from "../../../core/prompts/index.ts";

const PROMPT = "book.prompty";
const POOL = "answers.jsonl";

/**
 * Opens a copy, which may be changed, and keeps the changes.
 * @param storage the extension's own folder
 */
export async function openSample(extensionUri: vscode.Uri, storage: string): Promise<void> {
  const samples = vscode.Uri.joinPath(extensionUri, "samples").fsPath;
  const folder = path.join(storage, "sample");
  const prompt = path.join(folder, PROMPT);
  if (!existsSync(prompt)) {
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(samples, POOL), path.join(folder, POOL));
    writeFileSync(prompt, withPool(readFileSync(path.join(samples, PROMPT), "utf8")));
  }
  const document = await vscode.workspace.openTextDocument(prompt);
  // Its front matter fills a window: Generate, the next step, stands above the first message.
  const line = promptLine(document) ?? 0;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
}

/** With the pool beside it in its laser block, so that no setting is needed. */
function withPool(source: string): string {
  const change = keyEdit(source, readPrompt(source), { block: "laser", key: "pool", value: POOL });
  if (change === null) throw new Error(`${PROMPT} has no front matter that a key can be added to`);
  return source.slice(0, change.start) + change.newText + source.slice(change.end);
}
