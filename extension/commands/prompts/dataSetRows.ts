// Rows of an imported data set as values for a prompt: of its users or of its items, as a batch run reads them.
import path from "node:path";
import * as vscode from "vscode";
import { nextSteps } from "../../host/notify.ts";
import { LaserCommandFailed, laserPrograms, runLaser } from "../../host/laserProcess.ts";
import { parseRows, type ParsedRows } from "../../shared/valueText.ts";
import type { CommandContext } from "../context.ts";

export type RowContext = Pick<CommandContext, "notifier" | "extensionUri" | "log">;

export const DATA_SET_ENDING = "laserdata";
/** More than anyone looks through in a list. */
const MAX_ROWS = 1000;

/** Null if the user cancelled, or after a message. */
export async function dataSetRows(context: RowContext, file: vscode.Uri): Promise<ParsedRows["rows"] | null> {
  const { notifier } = context;
  const kinds = [
    { label: vscode.l10n.t("Users"), of: "users" },
    { label: vscode.l10n.t("Items"), of: "items" },
  ];
  const title = vscode.l10n.t("One row for each of the data set's …");
  const kind = await vscode.window.showQuickPick(kinds, { title });
  if (kind === undefined) return null;
  const programs = laserPrograms(context, "data");
  try {
    const args = ["data", "rows", `--of=${kind.of}`, `--limit=${MAX_ROWS}`, "--", file.fsPath];
    const reading = vscode.l10n.t("Reading rows");
    const text = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: reading },
      () => runLaser(programs, args),
    );
    const found = parseRows(text);
    if (found !== null) return found.rows.map(valuesOf);
    // For example items without titles. The log says which rows were left out.
    notifier.warning(
      vscode.l10n.t("{0} has no row that a prompt could use: {1}.", path.basename(file.fsPath), kind.label),
      nextSteps.showLog(),
    );
    return null;
  } catch (error) {
    if (!(error instanceof LaserCommandFailed)) throw error;
    notifier.error(error.text);
    return null;
  }
}

/** Those of a row as `laser data rows` prints it: {"id": …, "subject": …, "values": {…}}. */
function valuesOf(row: ParsedRows["rows"][number]): ParsedRows["rows"][number] {
  const { values } = row;
  return typeof values === "object" && values !== null && !Array.isArray(values)
    ? (values as ParsedRows["rows"][number])
    : row;
}
