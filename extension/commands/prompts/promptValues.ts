// The values of a prompt's variables: those missing from the file are asked for, and all of them can be chosen in a list
// that stays open until the prompt is run. The last values are kept per prompt in the workspace.
import path from "node:path";
import * as vscode from "vscode";
import { showWhereOpen } from "../../host/tabs.ts";
import { rowValues, type PromptFile, type PromptValue, type Variable } from "../../../core/prompts/index.ts";
import { parseValue, valueText, type ParsedRows } from "../../shared/valueText.ts";
import { ROW_ENDINGS, rowsOfFile } from "./dataRows.ts";
import { DATA_SET_ENDING, dataSetRows, type RowContext } from "./dataSetRows.ts";
import type { CommandContext } from "../context.ts";
import type { PromptSource } from "./promptSource.ts";
import { writeSamples } from "./writeSamples.ts";

export type Values = Readonly<Record<string, PromptValue>>;

/**
 * The values that the prompt's text doesn't have: those of files beside it, and those of variables without a
 * sample, which are asked for. null if the user cancelled.
 * @param given by an earlier run, instead of samples and questions; names that the prompt no longer has are left out
 */
export async function askValues(
  { memory }: Pick<CommandContext, "memory">,
  { uri, parsed }: PromptSource,
  given: Values = {},
): Promise<Values | null> {
  const variables = parsed?.variables ?? [];
  const values: Record<string, PromptValue> = { ...rowValues({ variables }, given), ...fromFiles(parsed) };
  const missing = variables.filter(
    ({ name, required, value }) => required && value === null && !Object.hasOwn(values, name),
  );
  const last = memory.valuesOf(uri);
  for (const [at, { name }] of missing.entries()) {
    const title = vscode.l10n.t("Value of {0} ({1} of {2})", name, at + 1, missing.length);
    const value = await askValue(title, last[name] ?? null);
    if (value === undefined) return null;
    values[name] = value;
  }
  if (missing.length > 0) memory.setValuesOf(uri, { ...last, ...values });
  return values;
}

/** What the front matter reads from files. */
function fromFiles(parsed: PromptFile | null): Values {
  const read = parsed?.variables.filter(({ isFromFile, uses }) => isFromFile && uses.length > 0) ?? [];
  return Object.fromEntries(read.map(({ name, value }) => [name, value]));
}

/** undefined if the user cancelled. */
async function askValue(title: string, before: PromptValue): Promise<PromptValue | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Text, or JSON for a list or an object, e.g. ["A", "B"].'),
    value: valueText(before),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const parsed = parseValue(typed, before);
      return parsed.ok ? null : vscode.l10n.t("This is not valid JSON: {0}", parsed.problem);
    },
  });
  if (text === undefined) return undefined;
  const parsed = parseValue(text, before);
  return parsed.ok ? parsed.value : undefined;
}

type Item = vscode.QuickPickItem & {
  readonly act?: "run" | "rows" | "samples" | "write";
  readonly variable?: Variable;
};

/** Shows all variables with their values until the user runs the prompt; null if cancelled. */
export async function chooseValues(
  context: Pick<CommandContext, "memory"> & RowContext,
  { uri, parsed, promptFile }: PromptSource,
): Promise<Values | null> {
  const { memory, notifier } = context;
  const variables = parsed?.variables.filter(({ uses }) => uses.length > 0) ?? [];
  if (variables.length === 0) return {};
  let values: Values = { ...samplesOf(variables), ...rowValues({ variables }, memory.valuesOf(uri)) };
  for (;;) {
    const picked = await vscode.window.showQuickPick(itemsFor(variables, values), {
      title: vscode.l10n.t("Values for {0}", promptFile ?? ""),
      placeHolder: vscode.l10n.t("Choose a variable to change its value, or Generate"),
      ignoreFocusOut: true,
      matchOnDescription: true,
    });
    if (picked === undefined) return null;
    if (picked.act === "run") {
      const lacking = variables.find(({ name, required }) => required && (values[name] ?? null) === null);
      if (lacking === undefined) break;
      notifier.warning(vscode.l10n.t("{0} has no value yet.", lacking.name));
      continue;
    }
    if (picked.act === "rows")
      values = {
        ...values,
        ...rowValues({ variables }, (await askRow(context, samplesOf(variables))) ?? {}),
      };
    else if (picked.act === "samples") values = samplesOf(variables);
    else if (picked.act === "write") await writeSamples(notifier, uri, values);
    else if (picked.variable !== undefined) values = await changed(values, picked.variable);
  }
  memory.setValuesOf(uri, values);
  return values;
}

export const samplesOf = (variables: readonly Variable[]): Values =>
  Object.fromEntries(variables.filter(({ value }) => value !== null).map(({ name, value }) => [name, value]));

async function changed(values: Values, { name, value: sample }: Variable): Promise<Values> {
  const value = await askValue(vscode.l10n.t("Value of {0}", name), values[name] ?? sample);
  return value === undefined ? values : { ...values, [name]: value };
}

function itemsFor(variables: readonly Variable[], values: Values): Item[] {
  const separator = { label: "", kind: vscode.QuickPickItemKind.Separator };
  return [
    { label: vscode.l10n.t("$(play) Generate"), act: "run" },
    { ...separator, label: vscode.l10n.t("Variables") },
    ...variables.map((variable) => ({
      label: variable.name,
      description: shownValue(values[variable.name] ?? null, variable.required),
      variable,
    })),
    { ...separator, label: vscode.l10n.t("All values") },
    { label: vscode.l10n.t("$(table) Take a Row of a Data File…"), act: "rows" },
    { label: vscode.l10n.t("$(discard) Reset to the Prompt's Samples"), act: "samples" },
    { label: vscode.l10n.t("$(edit) Write into sample:"), act: "write" },
  ];
}

const MAX_SHOWN = 80;

function shownValue(value: PromptValue, required: boolean): string {
  if (value === null) return required ? vscode.l10n.t("no value yet") : vscode.l10n.t("none (optional)");
  const text = valueText(value).replace(/\s+/g, " ");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

/** A row that the user picks of a file of rows; null if none was picked. */
async function askRow(context: RowContext, samples: Values): Promise<Values | null> {
  const file = await askRows(context, samples);
  if (file === null) return null;
  const picked = await vscode.window.showQuickPick(rowItems(file.rows), {
    title: vscode.l10n.t("Row of {0}", file.name),
    matchOnDescription: true,
  });
  return picked?.row ?? null;
}

/**
 * The rows of a file that the user chooses; null, after a message, if it has none. @param samples say what cells of a table
 * mean
 */
export async function askRows(
  context: RowContext,
  samples: Values,
): Promise<{ readonly name: string; readonly rows: readonly Values[] } | null> {
  const filters = {
    [vscode.l10n.t("Rows: JSON, CSV, TSV, data sets")]: [...ROW_ENDINGS, DATA_SET_ENDING],
  };
  const [file] = (await vscode.window.showOpenDialog({ filters })) ?? [];
  if (file === undefined) return null;
  const name = path.posix.basename(file.path);
  if (name.endsWith(`.${DATA_SET_ENDING}`)) {
    const rows = await dataSetRows(context, file);
    return rows === null ? null : { name, rows };
  }
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const found = rowsOfFile(name, text, samples);
  if (found === null) {
    context.notifier.warning(
      vscode.l10n.t(
        "{0} holds no rows. Expected are a table whose first line names the columns (CSV, TSV), or JSON: one object per line, or a list of objects.",
        name,
      ),
    );
    return null;
  }
  return (await mayLeaveOut(file, found)) ? { name, rows: found.rows } : null;
}

/**
 * Whether the user wants the rows without the lines that are not rows; otherwise the first of these lines is
 * opened.
 */
async function mayLeaveOut(file: vscode.Uri, { rows, badLines }: ParsedRows): Promise<boolean> {
  const [first, ...more] = badLines;
  if (first === undefined) return true;
  const skip = vscode.l10n.t("Skip Bad Lines");
  const open = vscode.l10n.t("Open Line {0}", first);
  const name = path.posix.basename(file.path);
  const question =
    more.length === 0
      ? vscode.l10n.t("Line {0} of {1} is not a row.", first, name)
      : vscode.l10n.t("Line {0} of {1} and {2} more are not rows.", first, name, more.length);
  const detail = vscode.l10n.t("Rows that can be read: {0}.", rows.length);
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, skip, open);
  if (chosen === open) {
    const at = new vscode.Position(first - 1, 0);
    await showWhereOpen(file, { selection: new vscode.Range(at, at) });
  }
  return chosen === skip;
}

/** The prompt's samples fill in what the row doesn't have; null if every required variable has a value. */
export function valuesOfRow(
  { parsed }: PromptSource,
  row: Values,
): { readonly values: Values; readonly lacking: string | null } {
  const variables = parsed?.variables.filter(({ uses }) => uses.length > 0) ?? [];
  const values = { ...samplesOf(variables), ...rowValues({ variables }, row), ...fromFiles(parsed) };
  const lacking = variables.find(({ name, required }) => required && (values[name] ?? null) === null);
  return { values, lacking: lacking?.name ?? null };
}

export const rowItems = (rows: readonly Values[]): (vscode.QuickPickItem & { readonly row: Values })[] =>
  rows.map((row, at) => ({ label: String(at + 1), description: JSON.stringify(row), row }));
