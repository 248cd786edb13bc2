// A terminal in which `laser` is this extension's command.
import * as vscode from "vscode";
import { TERMINAL_PROFILE } from "../host/catalogue.ts";
import { pathWith, type Launcher } from "./launcher.ts";

export function terminalProfile(launcher: () => Promise<Launcher>): vscode.Disposable {
  return vscode.window.registerTerminalProfileProvider(TERMINAL_PROFILE, {
    async provideTerminalProfile() {
      const { folder, env } = await launcher();
      return new vscode.TerminalProfile({
        name: "LASER",
        iconPath: new vscode.ThemeIcon("graph"),
        env: { ...env, PATH: pathWith(folder, process.env) },
        message: vscode.l10n.t("laser is on the path here: try laser --help."),
      });
    },
  });
}
