// Asks the user for traces: kept ones, newest first, or any files.
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { STRATEGIES } from "../../core/laser/index.ts";
import { withoutTraceEnding } from "../../core/trace/index.ts";
import { givenName, promptOfName } from "./traceNames.ts";
import { listTraces, TRACE_FILTERS, type TraceFile } from "./traces.ts";

export interface TraceQuestion {
  readonly title: string;
  /** The minimum number of traces to pick. */
  readonly least: number;
  /** Traces to exclude. */
  readonly without: readonly vscode.Uri[];
}

type Item = vscode.QuickPickItem & { readonly file: string };

/** At least the requested number of traces; null if the user cancelled. */
export async function pickTraces(folder: string, question: TraceQuestion): Promise<vscode.Uri[] | null> {
  const taken = question.without.map(String);
  const items = (await listTraces(folder))
    .filter((file) => !taken.includes(vscode.Uri.file(file.path).toString()))
    .map(itemOf);
  // Too few kept traces: offer other files.
  if (items.length < question.least) return browse(folder, question);
  const picked = await ask(items, question);
  return picked === "browse" ? browse(folder, question) : picked;
}

/** E.g. "film" and "laser-strict, …" for a run of film.prompty; only the name if the user chose one. */
function itemOf({ path: file, beganMs }: TraceFile): Item {
  const name = path.basename(file);
  const when = new Date(beganMs).toLocaleString(vscode.env.language);
  // Several strategy names end with "laser", so the longest match is the right one.
  const strategy = [...STRATEGIES]
    .sort((a, b) => b.length - a.length)
    .find((known) => withoutTraceEnding(name).endsWith(`-${known}`));
  const own = givenName(name);
  if (own !== null || strategy === undefined) return { label: own ?? name, description: when, file };
  return { label: promptOfName(name), description: `${strategy}, ${when}`, file };
}

/** The user's choice; "browse" for other files. */
function ask(
  items: readonly Item[],
  { title, least }: TraceQuestion,
): Promise<vscode.Uri[] | "browse" | null> {
  return new Promise((resolve) => {
    const list = vscode.window.createQuickPick<Item>();
    list.title = title;
    list.placeholder =
      least > 1
        ? vscode.l10n.t("Select at least {0}; the first in the list is the baseline", least)
        : vscode.l10n.t("Select at least one");
    list.canSelectMany = true;
    list.matchOnDescription = true;
    list.items = items;
    list.buttons = [
      { iconPath: new vscode.ThemeIcon("folder-opened"), tooltip: vscode.l10n.t("Choose trace files…") },
    ];
    const end = (answer: vscode.Uri[] | "browse" | null): void => {
      resolve(answer);
      list.dispose();
    };
    list.onDidTriggerButton(() => {
      end("browse");
    });
    list.onDidAccept(() => {
      const chosen = list.selectedItems.map(({ file }) => vscode.Uri.file(file));
      if (chosen.length >= least) end(chosen);
    });
    list.onDidHide(() => {
      end(null);
    });
    list.show();
  });
}

/** Begins where traces are kept: a window without a folder would begin in the user's home. */
async function browse(folder: string, { title, least }: TraceQuestion): Promise<vscode.Uri[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    ...(existsSync(folder) && { defaultUri: vscode.Uri.file(folder) }),
    canSelectMany: true,
    filters: TRACE_FILTERS,
  });
  return chosen === undefined || chosen.length < least ? null : chosen;
}
