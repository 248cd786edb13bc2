// Opens traces as text: a plain trace as the file itself, a compact one as a read-only document with its
// decompressed content.
import path from "node:path";
import * as vscode from "vscode";
import { describeError } from "../../core/base/index.ts";
import { TRACE_ENDINGS, TraceError, withoutTraceEnding } from "../../core/trace/index.ts";
import { formOfFile, traceText } from "../../server/files/traces/index.ts";
import { TRACE_TEXT_SCHEME } from "../host/catalogue.ts";
import type { Disposable } from "../host/lifecycle.ts";
import { promptOfName } from "./traceNames.ts";

/** Opens a trace in the text editor. @throws the error of opening an editor */
export async function openTraceAsText(uri: vscode.Uri): Promise<void> {
  // For a missing or non-local file, VS Code itself reports the problem.
  const form = uri.scheme === "file" ? await formOfFile(uri.fsPath).catch(() => "plain") : "plain";
  const shown = form === "compact" ? unpackedUri(uri) : uri;
  await vscode.commands.executeCommand("vscode.openWith", shown, "default");
}

/** Provides the texts of compact traces. */
export function traceTexts(): Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(TRACE_TEXT_SCHEME, {
    provideTextDocumentContent: (uri) => unpackedText(vscode.Uri.parse(uri.query, true)),
  });
}

/**
 * E.g. laser-trace:/film/2026-….lasertrace: breadcrumbs show the prompt and not where traces are stored. The ending of a
 * plain trace makes
 * the editor treat it as JSON with the trace schema.
 */
function unpackedUri(uri: vscode.Uri): vscode.Uri {
  const file = path.posix.basename(uri.path);
  const name = `${withoutTraceEnding(file)}${TRACE_ENDINGS.plain}`;
  const shownPath = path.posix.join("/", promptOfName(file), name);
  return vscode.Uri.from({ scheme: TRACE_TEXT_SCHEME, path: shownPath, query: uri.toString() });
}

async function unpackedText(uri: vscode.Uri): Promise<string> {
  try {
    return await traceText(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { message, nextStep } = describeError(error);
    return `${message} ${nextStep}\n`;
  }
}
