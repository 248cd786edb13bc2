// A trace as text: a plain one is the file itself, a compact one a document that can't be edited and shows what is packed in
// the file. It must not know who asks nor what is in a trace.
import path from "node:path";
import * as vscode from "vscode";
import { describeTraceFault } from "../server/protocol/errors/index.ts";
import { TRACE_ENDINGS, TraceError, withoutTraceEnding } from "../server/trace/index.ts";
import { formOfFile, traceText } from "../server/traceFiles/index.ts";
import { TRACE_TEXT_SCHEME } from "./catalogue.ts";
import type { Disposable } from "./lifecycle.ts";

/** Shows a trace in the editor for texts. @throws what opening an editor throws */
export async function openTraceAsText(uri: vscode.Uri): Promise<void> {
  // A file that is gone or elsewhere is left to the editor, which knows more about files.
  const form = uri.scheme === "file" ? await formOfFile(uri.fsPath).catch(() => "plain") : "plain";
  const shown = form === "compact" ? unpackedUri(uri) : uri;
  await vscode.commands.executeCommand("vscode.openWith", shown, "default");
}

/** Gives the texts of compact traces. */
export function traceTexts(): Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(TRACE_TEXT_SCHEME, {
    provideTextDocumentContent: (uri) => unpackedText(vscode.Uri.parse(uri.query, true)),
  });
}

/** Ends as plain traces do, so that the editor takes it for what it is: JSON with their schema. */
function unpackedUri(uri: vscode.Uri): vscode.Uri {
  const name = `${withoutTraceEnding(path.posix.basename(uri.path))}${TRACE_ENDINGS.plain}`;
  const { path: shownPath } = vscode.Uri.joinPath(uri, "..", name);
  return vscode.Uri.from({ scheme: TRACE_TEXT_SCHEME, path: shownPath, query: uri.toString() });
}

async function unpackedText(uri: vscode.Uri): Promise<string> {
  try {
    return await traceText(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { message, nextStep } = describeTraceFault(error.fault);
    return `${message} ${nextStep}\n`;
  }
}
