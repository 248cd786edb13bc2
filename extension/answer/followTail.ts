// Keeps the end of a growing answer in view, as long as the user looks at the end.
import * as vscode from "vscode";
import { OUTPUT_SCHEME } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { tailAfterScroll, type TailView } from "./tailView.ts";

export function followTail(): Disposable {
  const store = new DisposableStore();
  const views = new WeakMap<vscode.TextEditor, TailView>();
  /** Addresses of the answers that have grown since they were opened. */
  const grown = new Set<string>();
  const look = (editor: vscode.TextEditor): TailView => {
    const { visibleRanges, document } = editor;
    const at = {
      topLine: visibleRanges[0]?.start.line ?? 0,
      endLine: visibleRanges.at(-1)?.end.line ?? 0,
    };
    const view = tailAfterScroll(views.get(editor) ?? null, at, document.lineCount);
    views.set(editor, view);
    return view;
  };
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== OUTPUT_SCHEME) return;
      grown.add(document.uri.toString());
      for (const editor of vscode.window.visibleTextEditors)
        if (editor.document === document && (views.get(editor) ?? look(editor)).follows) showEnd(editor);
    }),
  );
  store.add(
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      const { document, visibleRanges } = textEditor;
      // One that did not grow while it was open is read from its top.
      if (document.uri.scheme !== OUTPUT_SCHEME || !grown.has(document.uri.toString())) return;
      const { follows } = look(textEditor);
      // The text has grown since the end was asked for.
      if (follows && (visibleRanges.at(-1)?.end.line ?? 0) < document.lineCount - 1) showEnd(textEditor);
    }),
  );
  store.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      grown.delete(uri.toString());
    }),
  );
  return store;
}

function showEnd(editor: vscode.TextEditor): void {
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
}
