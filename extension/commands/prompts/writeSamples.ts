// Writes values into the `sample:` of a prompt file's front matter, as an edit that can be undone.
import * as vscode from "vscode";
import { withSamples, type PromptValue } from "../../../core/prompts/index.ts";
import { messageOf } from "../../../core/base/index.ts";
import { nextSteps, type Notifier } from "../../host/notify.ts";

export async function writeSamples(
  notifier: Notifier,
  uri: vscode.Uri,
  values: Readonly<Record<string, PromptValue>>,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  try {
    const text = document.getText();
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
    edit.replace(uri, whole, withSamples(text, values));
    await vscode.workspace.applyEdit(edit);
  } catch (error) {
    const reason = messageOf(error);
    notifier.warning(
      vscode.l10n.t("The samples could not be written: {0}", reason),
      nextSteps.showProblems(),
    );
  }
}
