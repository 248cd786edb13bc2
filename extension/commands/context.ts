// What commands are given: the parts of the extension they act on. Types only.
import type * as vscode from "vscode";
import type { Answers } from "../output.ts";
import type { ServerClient } from "../client.ts";
import type { Notifier } from "../notify.ts";
import type { Runs } from "../runs.ts";
import type { SettingsEditor } from "../settingsEditor.ts";

export interface CommandContext {
  readonly client: ServerClient;
  readonly runs: Runs;
  readonly answers: Answers;
  readonly notifier: Notifier;
  readonly settingsEditor: SettingsEditor;
  readonly log: vscode.LogOutputChannel;
  /** Where traces are kept. */
  readonly traceFolder: string;
}
