// LASER: Compare Traces: shows two or more traces side by side, those passed by a menu or picked by the user.
import * as vscode from "vscode";
import { nextSteps } from "../../host/notify.ts";
import type { CommandContext } from "../context.ts";
import { pickTraces } from "../../traces/pickTraces.ts";

/**
 * `given` are arguments from menus, trees and commands: single files, or one file and the whole selection.
 */
export async function compareTraces(context: CommandContext, given: readonly unknown[]): Promise<void> {
  const named = urisOf(given);
  const uris = named.length >= 2 ? named : await pickMore(context, named);
  if (uris !== null) context.comparePages.open(uris);
}

async function pickMore(
  { traceFolder, notifier }: CommandContext,
  named: readonly vscode.Uri[],
): Promise<readonly vscode.Uri[] | null> {
  const least = 2 - named.length;
  const title = least === 2 ? vscode.l10n.t("Traces to compare") : vscode.l10n.t("Trace to compare with");
  const picked = await pickTraces(traceFolder, { title, least, without: named });
  if (picked === null) return null;
  const all = [...named, ...picked];
  if (all.length >= 2) return all;
  notifier.information(vscode.l10n.t("A comparison needs at least two traces."), nextSteps.generate());
  return null;
}

/** The files in the arguments, without duplicates. A tree passes the clicked row, then all selected rows. */
function urisOf(given: readonly unknown[]): vscode.Uri[] {
  const found = new Map<string, vscode.Uri>();
  // The selection has its own order, in which the clicked row can be anywhere.
  const selection = given.find((argument) => Array.isArray(argument));
  for (const argument of selection ?? given) {
    const uri = uriOf(argument);
    if (uri !== null) found.set(uri.toString(), uri);
  }
  return [...found.values()];
}

function uriOf(argument: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument !== "object" || argument === null || !("resourceUri" in argument)) return null;
  return argument.resourceUri instanceof vscode.Uri ? argument.resourceUri : null;
}
