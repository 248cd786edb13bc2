// Whether this workspace may do more than be looked at. What needs trust asks here, and the user is told why it can't be.
import * as vscode from "vscode";
import { nextSteps, type Notifier } from "./notify.ts";

/** True in a trusted workspace; else says that `action`, e.g. "generate", waits for trust and offers to grant it. */
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
