// The parts of the extension that commands act on. Types only.
import type * as vscode from "vscode";
import type { AnswerRuns } from "../answerRuns.ts";
import type { Answers } from "../output.ts";
import type { ServerClient } from "../client.ts";
import type { ComparePages } from "../compareEditor.ts";
import type { Notifier } from "../notify.ts";
import type { Runs } from "../runs.ts";
import type { SettingsEditor } from "../settingsEditor.ts";
import type { TraceEditors } from "../traceEditor.ts";
import type { TraceSummaries } from "../traceSummaries.ts";
import type { WindowMemory } from "../windowMemory.ts";

export interface CommandContext {
  readonly client: ServerClient;
  readonly runs: Runs;
  readonly answers: Answers;
  readonly answerRuns: AnswerRuns;
  readonly notifier: Notifier;
  readonly settingsEditor: SettingsEditor;
  readonly traceEditors: TraceEditors;
  readonly extensionUri: vscode.Uri;
  readonly memory: WindowMemory;
  readonly comparePages: ComparePages;
  readonly log: vscode.LogOutputChannel;
  readonly summaries: TraceSummaries;
  /** The folder of kept traces. */
  readonly traceFolder: string;
}
