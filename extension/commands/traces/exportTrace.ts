// LASER: Export Trace: writes a report as one HTML file, or the steps as CSV.
import { createHash } from "node:crypto";
import path from "node:path";
import * as vscode from "vscode";
import { messageOf, describeError } from "../../../core/base/index.ts";
import { REPORT_NOTE, reportHtml, stepsCsv } from "../../../core/inspect/index.ts";
import {
  parseTrace,
  serialiseTrace,
  TraceError,
  withoutAddress,
  withoutTraceEnding,
  type Trace,
} from "../../../core/trace/index.ts";
import { traceText } from "../../../server/files/traces/index.ts";
import { COMMANDS, EDITORS } from "../../host/catalogue.ts";
import { nextSteps, type NextStep } from "../../host/notify.ts";
import { exportSteps, type ExportFormat, type ExportStep } from "../../shared/exportSteps.ts";
import { writeAside } from "../../host/writeAside.ts";
import { findPlainTrace } from "../../traces/plainTrace.ts";
import { readTrace } from "../../traces/traces.ts";
import type { CommandContext } from "../context.ts";

/** Asks for the format, if not given, and the target. Writes the whole file or nothing. */
export async function exportTrace(
  context: CommandContext,
  given: vscode.Uri | undefined,
  givenFormat: unknown,
): Promise<void> {
  const { notifier } = context;
  const uri = given ?? shownTrace();
  if (uri === null) {
    notifier.warning(vscode.l10n.t("Open a trace to export it."), {
      label: vscode.l10n.t("Open Trace"),
      command: COMMANDS.openTrace,
    });
    return;
  }
  const format = givenFormat === "html" || givenFormat === "csv" ? givenFormat : await askFormat();
  if (format === null) return;
  const trace = await readShown(context, uri);
  if (trace === null) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.joinPath(uri, "..");
  const name = `${withoutTraceEnding(path.posix.basename(uri.path))}.${format}`;
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, name),
    filters: format === "html" ? { HTML: ["html"] } : { CSV: ["csv"] },
    title: vscode.l10n.t("Export (contains the prompt and the answer)"),
  });
  if (target === undefined) return;
  const text = format === "csv" ? stepsCsv(trace) : await reportText(context, uri, trace);
  try {
    await writeAside(target, Buffer.from(text));
  } catch (error) {
    const reason = messageOf(error);
    // The reason names the file written aside, which means nothing to the user.
    const isForbidden = error instanceof vscode.FileSystemError && error.code !== "Unknown";
    const text = isForbidden
      ? vscode.l10n.t(
          "{0} could not be written: the folder doesn't exist or can't be written to.",
          target.fsPath,
        )
      : vscode.l10n.t("{0} could not be written: {1}", target.fsPath, reason);
    notifier.warning(text, {
      label: vscode.l10n.t("Save Elsewhere…"),
      command: COMMANDS.exportTrace,
      arguments: [uri, format],
    });
    return;
  }
  notifier.information(
    vscode.l10n.t("Written to {0}. It contains the prompt and the answer.", target.fsPath),
    ...openSteps(target, format),
  );
}

/** What can be done with a written file. */
function openSteps(target: vscode.Uri, format: ExportFormat): NextStep[] {
  const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  const steps: Readonly<Record<ExportStep, NextStep>> = {
    browser: nextSteps.openExternal(target),
    fileManager: nextSteps.revealInOs(target),
    explorer: {
      label: vscode.l10n.t("Reveal in Explorer"),
      command: "revealInExplorer",
      arguments: [target],
    },
    editor: { label: vscode.l10n.t("Open"), command: "vscode.open", arguments: [target] },
  };
  return exportSteps(format, isHere).map((step) => steps[step]);
}

/** The trace in the active editor; null if it shows no trace. */
function shownTrace(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === EDITORS.trace ? input.uri : null;
}

async function askFormat(): Promise<ExportFormat | null> {
  const html = {
    label: vscode.l10n.t("Report"),
    description: vscode.l10n.t("one HTML file that works offline"),
    format: "html" as const,
  };
  const csv = {
    label: vscode.l10n.t("Steps"),
    description: vscode.l10n.t("a CSV file, one line per step"),
    format: "csv" as const,
  };
  const picked = await vscode.window.showQuickPick([html, csv], { title: vscode.l10n.t("Export as") });
  return picked?.format ?? null;
}

async function readShown({ notifier }: CommandContext, uri: vscode.Uri): Promise<Trace | null> {
  try {
    return parseTrace(await traceText(await vscode.workspace.fs.readFile(uri)));
  } catch (error) {
    if (error instanceof TraceError) notifier.error(describeError(error));
    else {
      const reason = messageOf(error);
      notifier.warning(
        vscode.l10n.t("The trace {0} can't be read: {1}", path.posix.basename(uri.path), reason),
      );
    }
    return null;
  }
}

async function reportText(
  { extensionUri, summaries, traceFolder }: CommandContext,
  uri: vscode.Uri,
  trace: Trace,
): Promise<string> {
  const built = async (file: string): Promise<string> => {
    const page = vscode.Uri.joinPath(extensionUri, "dist", "webview", file);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(page));
  };
  const plain = await findPlainTrace(traceFolder, uri.fsPath, summaries);
  const plainTrace = plain === null ? null : await readTrace(plain);
  return reportHtml({
    title: trace.request.promptFile ?? path.posix.basename(uri.path),
    script: await built("trace.js"),
    style: await built("trace.css"),
    traceText: serialiseTrace(withoutAddress(trace)),
    plainTraceText: plainTrace === null ? null : serialiseTrace(withoutAddress(plainTrace)),
    note: REPORT_NOTE,
    hash: (text) => createHash("sha256").update(text).digest("base64"),
  });
}
