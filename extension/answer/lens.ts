// The code lenses above the first message of a prompt: what can be done with it.
import * as vscode from "vscode";
import { parsePrompty } from "../../core/prompts/index.ts";
import { COMMANDS, LANGUAGE } from "../host/catalogue.ts";

class GenerateLens implements vscode.CodeLensProvider {
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const line = promptLine(document);
    if (line === null) return [];
    const range = new vscode.Range(line, 0, line, 0);
    const commands: readonly Omit<vscode.Command, "arguments">[] = [
      {
        // A space would collapse beside the icon.
        title: vscode.l10n.t("$(play)\u00a0Generate"),
        tooltip: vscode.l10n.t("Generate the answer and see every decision"),
        command: COMMANDS.generate,
      },
      {
        title: vscode.l10n.t("Compare"),
        tooltip: vscode.l10n.t("Run the prompt with several strategies and open the traces side by side"),
        command: COMMANDS.compareStrategies,
      },
      {
        title: vscode.l10n.t("Run over Data Set"),
        tooltip: vscode.l10n.t("Generate an answer for every row of a data set"),
        command: COMMANDS.runDataSet,
      },
    ];
    return commands.map((command) => new vscode.CodeLens(range, { ...command, arguments: [document.uri] }));
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
