// Keeps the end of a growing answer in view, as long as the user looks at the end.
import * as vscode from "vscode";
import { OUTPUT_SCHEME } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";

/** An end this close below the last visible line counts as in view. */
const SLACK_LINES = 2;

export function followTail(): Disposable {
  const store = new DisposableStore();
  /** Lines of each answer before its last change, by address. */
  const lines = new Map<string, number>();
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== OUTPUT_SCHEME) return;
      const before = lines.get(document.uri.toString()) ?? 0;
      lines.set(document.uri.toString(), document.lineCount);
      for (const editor of vscode.window.visibleTextEditors)
        if (editor.document === document && seesLine(editor, before - 1)) showEnd(editor);
    }),
  );
  store.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      lines.delete(uri.toString());
    }),
  );
  return store;
}

function seesLine({ visibleRanges }: vscode.TextEditor, line: number): boolean {
  const last = visibleRanges.at(-1);
  return last === undefined || last.end.line + SLACK_LINES >= line;
}

function showEnd(editor: vscode.TextEditor): void {
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
}
