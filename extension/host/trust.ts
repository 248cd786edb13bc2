// Checks workspace trust for commands that need it, and explains a refusal to the user.
import * as vscode from "vscode";
import { nextSteps, type Notifier } from "./notify.ts";

/**
 * True in a trusted workspace; otherwise warns that `action`, e.g. "generate", needs trust, and offers to
 * grant it.
 */
export function requireTrust(notifier: Notifier, action: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  notifier.warning(
    vscode.l10n.t(
      "LASER does not {0} in an untrusted workspace: its files would choose the model and what the model reads.",
      action,
    ),
    nextSteps.manageTrust(),
  );
  return false;
}
