// LASER: Show Keys: all keys of the panel and the trace editor, in a list that can be searched and read by a
// screen reader.
import * as vscode from "vscode";
import { KEY_GROUPS } from "../../shared/keyHelp.ts";

export async function showKeys(): Promise<void> {
  const items = KEY_GROUPS.flatMap(({ title, keys }): vscode.QuickPickItem[] => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...keys.map((entry) => ({ label: entry.keys.join("  "), description: entry.does })),
  ]);
  await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Keys of the LASER panel and the trace editor"),
    matchOnDescription: true,
  });
}
