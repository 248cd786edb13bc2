// Token boundaries in a prompt's editor: a line before each token and, for every second one, a background.
import * as vscode from "vscode";
import type { SectionTokens } from "../../server/protocol/methods.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { tokenRanges } from "./tokenRanges.ts";

const LINE: vscode.DecorationRenderOptions = {
  borderStyle: "solid",
  borderWidth: "0 0 0 1px",
  borderColor: new vscode.ThemeColor("editorIndentGuide.activeBackground1"),
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
};

export class TokenMarks implements Disposable {
  private readonly store = new DisposableStore();
  private readonly even = this.store.add(vscode.window.createTextEditorDecorationType(LINE));
  private readonly odd = this.store.add(
    vscode.window.createTextEditorDecorationType({
      ...LINE,
      backgroundColor: new vscode.ThemeColor("editor.wordHighlightBackground"),
    }),
  );
  private isOn = false;

  toggle(): void {
    this.isOn = !this.isOn;
    if (!this.isOn) this.clear();
  }

  show(editor: vscode.TextEditor, sections: readonly SectionTokens[]): void {
    if (!this.isOn) return;
    const ranges = tokenRanges(sections).map(
      ({ start, end }) =>
        new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(end)),
    );
    editor.setDecorations(
      this.even,
      ranges.filter((_, index) => index % 2 === 0),
    );
    editor.setDecorations(
      this.odd,
      ranges.filter((_, index) => index % 2 === 1),
    );
  }

  clear(): void {
    for (const editor of vscode.window.visibleTextEditors)
      for (const marks of [this.even, this.odd]) editor.setDecorations(marks, []);
  }

  dispose(): void {
    this.store.dispose();
  }
}
