// The prompt files of the workspace, as they are offered to be run.
import path from "node:path";
import * as vscode from "vscode";
import { LANGUAGE } from "../../host/catalogue.ts";

export const PROMPT_GLOB = `**/*.${LANGUAGE}`;
/** A longer list doesn't help; the palette's file search does. */
const MAX_PROMPTS = 500;

/** The prompt files of the workspace, those of a folder before those inside its folders; without those that it excludes. */
export async function findPrompts(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(PROMPT_GLOB, undefined, MAX_PROMPTS);
  const depthOf = ({ path: file }: vscode.Uri): number => file.split("/").length;
  return found.sort((a, b) => depthOf(a) - depthOf(b) || a.path.localeCompare(b.path));
}

/** E.g. "book", with the folder beside it. */
export function promptItem(uri: vscode.Uri): vscode.QuickPickItem & { readonly uri: vscode.Uri } {
  const folder = path.posix.dirname(vscode.workspace.asRelativePath(uri));
  return {
    label: `$(play) ${path.posix.basename(uri.path, `.${LANGUAGE}`)}`,
    description: folder === "." ? "" : folder,
    uri,
  };
}
