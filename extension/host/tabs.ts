// Where a file is open among the tabs of the window.
import * as vscode from "vscode";

/** The column whose tabs hold a file, in front or not, the active one first; undefined if none does. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const isOf = ({ input }: vscode.Tab): boolean =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) &&
    input.uri.toString() === uri.toString();
  const { activeTabGroup, all } = vscode.window.tabGroups;
  return [activeTabGroup, ...all].find(({ tabs }) => tabs.some(isOf))?.viewColumn;
}

/** Shows a document where it is open already, else in the active group: never the same file in two groups. */
export async function showWhereOpen(
  uri: vscode.Uri,
  options: vscode.TextDocumentShowOptions = {},
): Promise<vscode.TextEditor> {
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.Active;
  return vscode.window.showTextDocument(uri, { viewColumn, ...options });
}
