// The pools that the view lists: those that the setting and the active prompt name, and the pool files of the workspace.
import path from "node:path";
import * as vscode from "vscode";
import { parsePrompty } from "../../core/prompts/index.ts";
import { withParameters } from "../../core/settings/index.ts";
import { poolOfPrompt } from "../../server/files/prompts/index.ts";
import { LANGUAGE } from "../host/catalogue.ts";
import { quietSettings } from "../settings/config.ts";
import type { PromptInUse } from "./serving.ts";

const MAX_POOLS = 200;

/** The prompt in the active editor, or else a visible or an open one; null if there is none. */
export function promptDocument(): vscode.TextDocument | null {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors =
    activeTextEditor === undefined ? visibleTextEditors : [activeTextEditor, ...visibleTextEditors];
  // While an answer of a pool is read, its prompt is still the active one.
  const documents = [...editors.map(({ document }) => document), ...vscode.workspace.textDocuments];
  return documents.find(({ languageId, uri }) => languageId === LANGUAGE && uri.scheme === "file") ?? null;
}

/** A prompt, the one in use if omitted, and what it says of pools; without a prompt, only the settings. */
export function promptInUse(document = promptDocument()): PromptInUse | null {
  const settings = quietSettings(document?.uri);
  if (settings === null) return null;
  const { poolFile: settingPool, generation } = settings;
  if (document === null)
    return { name: "", ownPool: null, group: null, settingPool, strategy: generation.strategy };
  const parsed = parsePrompty(document.getText());
  return {
    name: path.basename(document.uri.fsPath),
    // A path from a file that is not trusted is not looked up: it may lead to another machine.
    ownPool: vscode.workspace.isTrusted ? poolOfPrompt(parsed, document.uri.fsPath) : null,
    group: parsed.laser?.group ?? null,
    settingPool,
    strategy: withParameters(generation, parsed.parameters).strategy,
  };
}

/** Absolute paths: first those in use, then the workspace's by name. */
export async function knownPools(inUse: PromptInUse | null): Promise<readonly string[]> {
  const named = [inUse?.ownPool ?? "", inUse?.settingPool ?? ""].filter((found) => found !== "");
  const files = await vscode.workspace.findFiles("**/*.laserpool", "**/node_modules/**", MAX_POOLS);
  const others = files.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
  return [...new Set([...named, ...others.toSorted()])];
}
