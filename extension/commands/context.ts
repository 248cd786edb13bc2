// The parts of the extension that commands act on. Types only.
import type * as vscode from "vscode";
import type { AnswerRuns } from "../answer/answerRuns.ts";
import type { Answers } from "../answer/output.ts";
import type { ServerClient } from "../run/client.ts";
import type { ComparePages } from "../traces/compareEditor.ts";
import type { Notifier } from "../host/notify.ts";
import type { Runs } from "../run/runs.ts";
import type { SettingsEditor } from "../settings/settingsEditor.ts";
import type { TraceEditors } from "../traces/traceEditor.ts";
import type { TraceSummaries } from "../traces/traceSummaries.ts";
import type { WindowMemory } from "../host/windowMemory.ts";

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
  readonly workspaceState: vscode.Memento;
  readonly comparePages: ComparePages;
  readonly log: vscode.LogOutputChannel;
  readonly summaries: TraceSummaries;
  /** Whether the user sees the side panel's page. */
  readonly isPanelVisible: () => boolean;
  /** The folder of kept traces. */
  readonly traceFolder: string;
}
