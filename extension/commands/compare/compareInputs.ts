// What settings are compared on: a single prompt, the prompts of its folder, or the prompt with rows of a data file.
import path from "node:path";
import * as vscode from "vscode";
import { LANGUAGE } from "../../host/catalogue.ts";
import { MAX_SWEPT_PROMPTS } from "../../shared/compare.ts";
import type { CommandContext } from "../context.ts";
import type { ComparedInput } from "./compareStrategies.ts";
import { promptItem } from "../prompts/promptFiles.ts";
import { promptSource, type PromptSource } from "../prompts/promptSource.ts";
import { askRows, askValues, rowItems, samplesOf, valuesOfRow } from "../prompts/promptValues.ts";

type Choice = vscode.QuickPickItem & { readonly of: "prompt" | "folder" | "rows" };

/** Null if the user cancelled, or there is nothing to run. */
export async function askInputs(
  context: CommandContext,
  prompt: PromptSource,
): Promise<readonly ComparedInput[] | null> {
  const one: Choice = { label: vscode.l10n.t("$(file) This prompt"), of: "prompt" };
  const others = prompt.promptFile === null ? [] : await promptsBeside(prompt.uri);
  const hasVariables = (prompt.parsed?.variables ?? []).some(({ uses }) => uses.length > 0);
  const choices: Choice[] = [one];
  if (others.length > 1)
    choices.push({
      label: vscode.l10n.t("$(folder) Prompts of its folder…"),
      description: vscode.l10n.t("{0} prompts", others.length),
      of: "folder",
    });
  if (hasVariables) choices.push({ label: vscode.l10n.t("$(table) Rows of a data file…"), of: "rows" });
  const title = vscode.l10n.t("What to compare the settings on");
  const chosen = choices.length === 1 ? one : await vscode.window.showQuickPick(choices, { title });
  if (chosen === undefined) return null;
  if (chosen.of === "folder") return promptsOf(context, prompt.uri, others);
  if (chosen.of === "rows") return rowsOf(context, prompt);
  const values = await askValues(context, prompt);
  return values === null ? null : [{ prompt, values }];
}

/** The prompt files in the folder of one, itself included, by name. */
async function promptsBeside(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(uri, "..");
  const entries = await vscode.workspace.fs.readDirectory(folder).then(
    (found) => found,
    (): [string, vscode.FileType][] => [],
  );
  return entries
    .flatMap(([name, type]) =>
      type !== vscode.FileType.Directory && name.endsWith(`.${LANGUAGE}`)
        ? [vscode.Uri.joinPath(folder, name)]
        : [],
    )
    .sort((a, b) => a.path.localeCompare(b.path));
}

async function promptsOf(
  context: CommandContext,
  own: vscode.Uri,
  found: readonly vscode.Uri[],
): Promise<readonly ComparedInput[] | null> {
  // The prompt itself, whatever its name.
  const ordered = [own, ...found.filter((uri) => uri.toString() !== own.toString())];
  const items = ordered.map((uri, at) => ({ ...promptItem(uri), picked: at < MAX_SWEPT_PROMPTS }));
  const folder = path.posix.basename(path.posix.dirname(own.path));
  const picked = await pickSome(items, vscode.l10n.t("Prompts of {0}", folder));
  if (picked === null) return null;
  const inputs: ComparedInput[] = [];
  for (const { uri } of picked) {
    const prompt = await promptSource(context, uri);
    const values = prompt === null ? null : await askValues(context, prompt);
    // A prompt that can't be run was reported; without one of those that were chosen nothing is compared.
    if (prompt === null || values === null) return null;
    inputs.push({ prompt, values });
  }
  return inputs;
}

async function rowsOf(
  context: CommandContext,
  prompt: PromptSource,
): Promise<readonly ComparedInput[] | null> {
  const { notifier } = context;
  const variables = prompt.parsed?.variables ?? [];
  const file = await askRows(context, samplesOf(variables));
  if (file === null) return null;
  const items = rowItems(file.rows).map((item, at) => ({ ...item, picked: at < MAX_SWEPT_PROMPTS }));
  const picked = await pickSome(items, vscode.l10n.t("Rows of {0}", file.name));
  if (picked === null) return null;
  const inputs: ComparedInput[] = [];
  for (const { row, label } of picked) {
    const { values, lacking } = valuesOfRow(prompt, row);
    if (lacking !== null) {
      notifier.warning(vscode.l10n.t("Row {0} of {1} has no value for {2}.", label, file.name, lacking));
      return null;
    }
    inputs.push({ prompt, values });
  }
  return inputs;
}

/** At most as many as a page can show; asked again until so. Null if the user cancelled or picked none. */
async function pickSome<Item extends vscode.QuickPickItem>(
  items: readonly Item[],
  title: string,
): Promise<readonly Item[] | null> {
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t("Select at most {0}: each runs with every setting", MAX_SWEPT_PROMPTS),
    canPickMany: true,
    matchOnDescription: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  if (picked.length <= MAX_SWEPT_PROMPTS) return picked;
  const kept = new Set(picked.slice(0, MAX_SWEPT_PROMPTS));
  return pickSome(
    items.map((item) => ({ ...item, picked: kept.has(item) })),
    title,
  );
}
