// The code lens "Generate" above the first message of a prompt.
import * as vscode from "vscode";
import { parsePrompty } from "../../core/prompts/index.ts";
import { COMMANDS, LANGUAGE } from "../host/catalogue.ts";

class GenerateLens implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const line = promptLine(document);
    if (line === null) return [];
    const command = {
      // A space would collapse beside the icon.
      title: vscode.l10n.t("$(play)\u00a0Generate"),
      tooltip: vscode.l10n.t("Generate the answer and see every decision"),
      command: COMMANDS.generate,
      arguments: [document.uri],
    };
    return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
  }
}

/** The line of a prompt's first message, which gets the lenses; null if there is none. */
export function promptLine(document: vscode.TextDocument): number | null {
  const [first] = parsePrompty(document.getText()).sections;
  return first === undefined ? null : (first.roleLine ?? first.content).start.line;
}

export function generateLens(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider({ language: LANGUAGE }, new GenerateLens());
}
