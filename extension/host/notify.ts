// The only place that shows messages to the user, each with a next step and buttons. All are also logged.
import * as vscode from "vscode";
import type { ErrorText } from "../../core/base/index.ts";
import { errorFixes, fixLabel, type ErrorFix, type FixCommand } from "../shared/errorFix.ts";
import { COMMANDS, HIDDEN_COMMANDS } from "./catalogue.ts";
import type { Disposable } from "./lifecycle.ts";
import { noticeText } from "./markdownText.ts";

/** What the user can do next: a button that runs a command. */
export interface NextStep {
  readonly label: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export const nextSteps = {
  showLog: (): NextStep => ({ label: vscode.l10n.t("Show Log"), command: COMMANDS.showLog }),
  chooseModel: (): NextStep => ({ label: vscode.l10n.t("Choose Model"), command: COMMANDS.chooseModel }),
  restart: (): NextStep => ({ label: vscode.l10n.t("Restart Server"), command: COMMANDS.restart }),
  stop: (): NextStep => ({ label: vscode.l10n.t("Stop"), command: COMMANDS.stop }),
  generate: (): NextStep => ({ label: vscode.l10n.t("Generate"), command: COMMANDS.generate }),
  runAgain: (): NextStep => ({ label: vscode.l10n.t("Run Again"), command: COMMANDS.runAgain }),
  /** @param prompt whose run it is; left out: the run that the panel shows */
  runWithoutPool: (prompt?: vscode.Uri): NextStep => ({
    label: vscode.l10n.t("Run without Pool"),
    command: HIDDEN_COMMANDS.runWithoutPool,
    arguments: prompt === undefined ? [] : [prompt],
  }),
  skipBadLines: (prompt?: vscode.Uri): NextStep => ({
    label: vscode.l10n.t("Skip Bad Lines"),
    command: HIDDEN_COMMANDS.skipBadLines,
    arguments: prompt === undefined ? [] : [prompt],
  }),
  manageTrust: (): NextStep => ({
    label: vscode.l10n.t("Manage Workspace Trust"),
    command: "workbench.trust.manage",
  }),
  showProblems: (): NextStep => ({
    label: vscode.l10n.t("Show Problems"),
    command: "workbench.actions.view.problems",
  }),
  /** @param line counted from 1 */
  openLine: (file: vscode.Uri, line: number): NextStep => ({
    label: vscode.l10n.t("Open Line {0}", line),
    command: "vscode.open",
    arguments: [file, { selection: new vscode.Range(line - 1, 0, line - 1, 0) }],
  }),
  /** For whoever has no prompt yet. */
  openSample: (): NextStep => ({ label: vscode.l10n.t("Open a Sample"), command: COMMANDS.openSample }),
  openFile: (): NextStep => ({
    label: vscode.l10n.t("Open File…"),
    command: "workbench.action.files.openFile",
  }),
  /** In the system's own program for it, such as the browser. */
  openExternal: (file: vscode.Uri): NextStep => ({
    label: vscode.l10n.t("Open in Browser"),
    command: HIDDEN_COMMANDS.openExternal,
    arguments: [file],
  }),
  revealInOs: (file: vscode.Uri): NextStep => ({
    label: vscode.l10n.t("Reveal in File Manager"),
    command: "revealFileInOS",
    arguments: [file],
  }),
  openTrace: (file: vscode.Uri): NextStep => ({
    label: vscode.l10n.t("Open Trace"),
    command: COMMANDS.openTrace,
    arguments: [file],
  }),
  openSettings: (): NextStep => ({
    label: vscode.l10n.t("Open Settings Editor"),
    command: COMMANDS.openSettings,
  }),
  nativeSetting: (key: string): NextStep => ({
    label: vscode.l10n.t("Open Setting"),
    command: "workbench.action.openSettings",
    arguments: [key],
  }),
};

/** A message that was shown, with its buttons. */
export interface Notice {
  readonly level: "information" | "warning" | "error";
  readonly message: string;
  readonly steps: readonly NextStep[];
}

export class Notifier implements Disposable {
  private readonly noticeEmitter = new vscode.EventEmitter<Notice>();
  private isDisposed = false;

  readonly onNotice = this.noticeEmitter.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  dispose(): void {
    this.isDisposed = true;
    this.noticeEmitter.dispose();
  }

  information(message: string, ...steps: readonly NextStep[]): void {
    this.log.info(message);
    this.noticeEmitter.fire({ level: "information", message, steps });
    this.offer(steps, (...labels) => vscode.window.showInformationMessage(noticeText(message), ...labels));
  }

  warning(message: string, ...steps: readonly NextStep[]): void {
    this.log.warn(message);
    this.noticeEmitter.fire({ level: "warning", message, steps });
    this.offer(steps, (...labels) => vscode.window.showWarningMessage(noticeText(message), ...labels));
  }

  /** Shows an error with its next step; the buttons depend on its code unless given. */
  error(error: ErrorText, ...steps: readonly NextStep[]): void {
    this.log.error(`${error.code}: ${error.message} ${error.nextStep}`);
    const buttons = steps.length > 0 ? steps : fixSteps(error);
    const text = `${error.message} ${error.nextStep}`;
    this.noticeEmitter.fire({ level: "error", message: text, steps: buttons });
    this.offer(buttons, (...labels) => vscode.window.showErrorMessage(noticeText(text), ...labels));
  }

  private offer(
    steps: readonly NextStep[],
    show: (...labels: string[]) => Thenable<string | undefined>,
  ): void {
    // Not awaited: the notification stays until the user closes it.
    show(...steps.map(({ label }) => label)).then(
      (chosen) => {
        const step = steps.find(({ label }) => label === chosen);
        if (step !== undefined) void vscode.commands.executeCommand(step.command, ...(step.arguments ?? []));
      },
      (error: unknown) => {
        // A closing window dismisses its notices, and by then the log no longer accepts lines.
        if (!this.isDisposed) this.log.error(String(error));
      },
    );
  }
}

/** The buttons that fix a failure, the best first. @param of the run that failed */
export function fixSteps(error: ErrorText, of: FailedRun = {}): readonly NextStep[] {
  return errorFixes(error).map((fix) => fixStep(fix, of));
}

/** @param of the run that failed; a file that it doesn't have is not offered */
export function fixStep(fix: ErrorFix, of: FailedRun = {}): NextStep {
  const label = fixLabel(fix);
  switch (fix.kind) {
    case "command":
      return { label, command: FIX_COMMANDS[fix.command] };
    case "setting":
      return { ...nextSteps.nativeSetting(`laser.${fix.name}`), label };
    case "contextTokens":
      return { label, command: HIDDEN_COMMANDS.changeContext, arguments: [fix.tokens, of.prompt] };
    case "withoutPool":
      return nextSteps.runWithoutPool(of.prompt);
    case "skipBadLines":
      return nextSteps.skipBadLines(of.prompt);
    case "poolLine":
      return nextSteps.openLine(vscode.Uri.file(fix.file), fix.line);
    case "prompt":
      return of.prompt === undefined
        ? nextSteps.showProblems()
        : { label, command: "vscode.open", arguments: [of.prompt] };
  }
}

/** The file of a run that failed. */
export interface FailedRun {
  readonly prompt?: vscode.Uri;
}

const FIX_COMMANDS: Readonly<Record<FixCommand, string>> = {
  manageTrust: "workbench.trust.manage",
  restart: COMMANDS.restart,
  runAgain: COMMANDS.runAgain,
  chooseModel: COMMANDS.chooseModel,
  showDevices: COMMANDS.showDevices,
  showLog: COMMANDS.showLog,
};
