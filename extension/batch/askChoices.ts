// Asks how the rows of a run are written. Enter alone repeats the last answer, which the workspace remembers.
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { unreachable } from "../../core/base/index.ts";
import { MAX_LANES } from "../../core/laser/index.ts";
import { parallelOf, rememberedChoices, type RunChoices } from "./runChoices.ts";

const KEY = "runChoices";

interface ChoiceItem extends vscode.QuickPickItem {
  readonly action: "run" | "parallel" | "groups" | "noGroups" | "traces";
}

/** null: the user cancelled. @param data the data set, beside which groups files lie */
export async function askChoices(memento: vscode.Memento, data: string): Promise<RunChoices | null> {
  let choices = rememberedChoices(memento.get<unknown>(KEY), existsSync);
  for (;;) {
    const picked = await vscode.window.showQuickPick(itemsOf(choices), {
      title: vscode.l10n.t("How the rows are written"),
      placeHolder: vscode.l10n.t("Press Enter to run, or choose what to change"),
    });
    if (picked === undefined) return null;
    switch (picked.action) {
      case "run":
        await memento.update(KEY, choices);
        return choices;
      case "parallel":
        choices = { ...choices, parallel: (await askParallel(choices.parallel)) ?? choices.parallel };
        break;
      case "groups":
        choices = { ...choices, groups: (await askGroups(choices.groups ?? data)) ?? choices.groups };
        break;
      case "noGroups":
        choices = { ...choices, groups: null };
        break;
      case "traces":
        choices = { ...choices, traces: !(choices.traces ?? false) };
        break;
      default:
        unreachable(picked.action);
    }
  }
}

function itemsOf({ groups, parallel, traces = false }: RunChoices): readonly ChoiceItem[] {
  const rows =
    parallel === 1 ? vscode.l10n.t("one row after another") : vscode.l10n.t("{0} rows at once", parallel);
  const from =
    groups === null ? vscode.l10n.t("no groups") : vscode.l10n.t("groups of {0}", path.basename(groups));
  return [
    { action: "run", label: vscode.l10n.t("$(play) Run"), description: `${rows}, ${from}` },
    {
      action: "parallel",
      label: vscode.l10n.t("$(layers) Rows at Once…"),
      description: String(parallel),
      detail: vscode.l10n.t("They share evaluations, so rounding may change a text. Each needs memory."),
    },
    {
      action: "groups",
      label: vscode.l10n.t("$(type-hierarchy) Groups File…"),
      description: groups ?? vscode.l10n.t("none"),
      detail: vscode.l10n.t(
        "Answers about a row's own group count in full. The file is made by laser groups.",
      ),
    },
    {
      action: "traces",
      label: traces ? vscode.l10n.t("$(check) Keep Traces") : vscode.l10n.t("$(list-tree) Keep Traces"),
      description: traces ? vscode.l10n.t("on") : vscode.l10n.t("off"),
      detail: vscode.l10n.t("The table opens the trace of a row. Traces take time and room on the disk."),
    },
    ...(groups === null
      ? []
      : [{ action: "noGroups" as const, label: vscode.l10n.t("$(close) Without Groups") }]),
  ];
}

async function askParallel(now: number): Promise<number | null> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rows at once"),
    value: String(now),
    valueSelection: [0, String(now).length],
    prompt: vscode.l10n.t("1: one after another, the only way that repeats byte for byte"),
    validateInput: (text) =>
      parallelOf(text) === null ? vscode.l10n.t("A whole number from 1 to {0}", MAX_LANES) : null,
  });
  return typed === undefined ? null : parallelOf(typed);
}

async function askGroups(near: string): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Groups file, as laser groups writes it"),
    openLabel: vscode.l10n.t("Use Groups"),
    defaultUri: vscode.Uri.file(path.dirname(near)),
    canSelectMany: false,
    filters: { [vscode.l10n.t("Groups files")]: ["json"] },
  });
  return picked?.[0]?.fsPath ?? null;
}
