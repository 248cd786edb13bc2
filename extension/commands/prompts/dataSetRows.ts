// Rows of an imported data set as values for a prompt: of its users or of its items, as a batch run reads them.
import * as vscode from "vscode";
import { laserPath, LaserCommandFailed, runLaser } from "../../host/laserProcess.ts";
import { parseRows, type ParsedRows } from "../../shared/valueText.ts";
import type { CommandContext } from "../context.ts";

export type RowContext = Pick<CommandContext, "notifier" | "extensionUri" | "log">;

export const DATA_SET_ENDING = "laserdata";
/** More than anyone looks through in a list. */
const MAX_ROWS = 1000;

/** Null if the user cancelled, or after a message. */
export async function dataSetRows(
  { notifier, extensionUri, log }: RowContext,
  file: vscode.Uri,
): Promise<ParsedRows["rows"] | null> {
  const kinds = [
    { label: vscode.l10n.t("Users"), of: "users" },
    { label: vscode.l10n.t("Items"), of: "items" },
  ];
  const title = vscode.l10n.t("One row for each of the data set's …");
  const kind = await vscode.window.showQuickPick(kinds, { title });
  if (kind === undefined) return null;
  const programs = {
    program: laserPath(extensionUri),
    onLine: (line: string): void => {
      log.debug(`data: ${line}`);
    },
  };
  try {
    const args = ["data", "rows", `--of=${kind.of}`, `--limit=${MAX_ROWS}`, "--", file.fsPath];
    return parseRows(await runLaser(programs, args))?.rows ?? [];
  } catch (error) {
    if (!(error instanceof LaserCommandFailed)) throw error;
    notifier.error(error.text);
    return null;
  }
}
