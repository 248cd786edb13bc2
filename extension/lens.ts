// The code lens "Generate" above each prompt: at its first message, so that it stands where the prompt begins.
import * as vscode from "vscode";
import { parsePrompty } from "../server/prompts/index.ts";
import { COMMANDS, LANGUAGE } from "./catalogue.ts";

class GenerateLens implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const [first] = parsePrompty(document.getText()).sections;
    if (first === undefined) return [];
    const line = (first.roleLine ?? first.content).start.line;
    const command = {
      title: vscode.l10n.t("$(play) Generate"),
      tooltip: vscode.l10n.t("Write the answer with the model and see every decision"),
      command: COMMANDS.generate,
      arguments: [document.uri],
    };
    return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
  }
}

export function generateLens(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider({ language: LANGUAGE }, new GenerateLens());
}
