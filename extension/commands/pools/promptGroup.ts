// Names a group in the laser block of the active prompt: which answers of its pool count in full.
import * as vscode from "vscode";
import { keyEdit, readPrompt, yamlText } from "../../../core/prompts/index.ts";
import { nextSteps } from "../../host/notify.ts";
import { promptDocument } from "../../pools/poolsInUse.ts";
import type { CommandContext } from "../context.ts";

/** @param group null: nothing was chosen */
export async function useGroup({ notifier }: CommandContext, group: string | null): Promise<void> {
  if (group === null) return;
  const document = promptDocument();
  if (document === null) {
    notifier.information(
      vscode.l10n.t("No prompt is open: open the one that this group is for."),
      nextSteps.openFile(),
    );
    return;
  }
  const source = document.getText();
  const change = keyEdit(source, readPrompt(source), {
    ...{ block: "laser", key: "group" },
    value: yamlText(group, true),
  });
  if (change === null) {
    notifier.warning(
      vscode.l10n.t('Write "group: {0}" into the laser block yourself: its form is unusual.', group),
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(change.start), document.positionAt(change.end));
  edit.replace(document.uri, range, change.newText);
  // Left unsaved, as any edit: undo takes it back.
  await vscode.workspace.applyEdit(edit);
}
