// Opens what a link to this extension names, once the user has seen which file that is and agreed.
import * as vscode from "vscode";
import { unreachable } from "../../core/base/index.ts";
import { nextSteps, type Notifier } from "../host/notify.ts";
import { readTraceLink, type TraceLink } from "./traceLink.ts";

type Refusal = Extract<TraceLink, { readonly kind: "refused" }>["reason"];

/** @param open shows a trace, or reports that it doesn't exist */
export function traceLinks(
  notifier: Notifier,
  open: (trace: vscode.Uri) => Promise<void>,
): vscode.Disposable {
  return vscode.window.registerUriHandler({
    async handleUri({ path, query }) {
      const link = readTraceLink({ path, query }, process.platform);
      if (link.kind === "refused") {
        notifier.warning(refusalText(link.reason), nextSteps.openFile());
        return;
      }
      const yes = vscode.l10n.t("Open Trace");
      const asked = await vscode.window.showInformationMessage(
        vscode.l10n.t("A link asks to open a trace on this machine."),
        { modal: true, detail: link.file },
        yes,
      );
      if (asked === yes) await open(vscode.Uri.file(link.file));
    },
  });
}

function refusalText(reason: Refusal): string {
  switch (reason) {
    case "unknown":
      return vscode.l10n.t("The link asks for something other than a trace.");
    case "noPath":
      return vscode.l10n.t("The link does not name a file: it needs path=…");
    case "notLocal":
      return vscode.l10n.t("The link needs the absolute path of a file on this machine.");
    case "notTrace":
      return vscode.l10n.t(
        "The link names something other than a trace: it needs .lasertrace or .lasertrace.gz.",
      );
    default:
      return unreachable(reason);
  }
}
