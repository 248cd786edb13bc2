// Answers in their editors, in a real window: their end stays in view while they grow, and each is open once. The worker recites
// a script, so that no model is needed.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { ANSWER_LANGUAGE, COMMANDS, OUTPUT_SCHEME } from "../../../extension/host/catalogue.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

/** More lines than any window shows. */
const LINES = 300;
const TEXT = Array.from({ length: LINES }, (_, line) => `${line}`).join("\n");

describe("an answer", () => {
  const { Global } = vscode.ConfigurationTarget;
  scriptedWindow(
    { answers: [{ text: TEXT }], contextTokens: 8192, delayMs: 10 },
    async (isSet, modelPath) => {
      const settings = vscode.workspace.getConfiguration("laser");
      await settings.update("model", isSet ? modelPath : undefined, Global);
      await settings.update("maxTokens", isSet ? 4 * LINES : undefined, Global);
    },
  );

  const fox = async (): Promise<vscode.Uri> => (await vscode.workspace.findFiles("fox.prompty"))[0]!;
  const shownAnswer = (): vscode.TextEditor =>
    vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === OUTPUT_SCHEME) ??
    assert.fail("no answer is shown");

  /** Resolves once the answer's last line is in view, as the editor reports it. */
  async function untilEndShown(): Promise<void> {
    const editor = shownAnswer();
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if ((editor.visibleRanges.at(-1)?.end.line ?? 0) < LINES - 1) return;
        listening.dispose();
        resolve();
      };
      const listening = vscode.window.onDidChangeTextEditorVisibleRanges(check);
      check();
    });
  }

  it("is followed to its end, in its own language", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand(COMMANDS.generate, await fox());
    // Under load the first one has ended before its editor is there.
    await vscode.commands.executeCommand(COMMANDS.generate, await fox());
    await untilEndShown();
    const { languageId, lineCount } = shownAnswer().document;
    assert.deepEqual([languageId, lineCount], [ANSWER_LANGUAGE, LINES]);
  });

  it("is written again where it is open, whichever group is active", async () => {
    await vscode.window.showTextDocument(shownAnswer().document, { viewColumn: vscode.ViewColumn.Two });
    await vscode.commands.executeCommand(COMMANDS.generate, await fox());
    const answers = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === OUTPUT_SCHEME),
    );
    assert.equal(answers.length, 1);
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });
});
