// A run that failed: one place that reports it, with the button that fixes it. That is the panel where the user sees the run
// there, otherwise a message.
import * as vscode from "vscode";
import { errorFixes } from "../../shared/errorFix.ts";
import { fixStep, fixSteps, nextSteps, type FailedRun } from "../../host/notify.ts";
import { isServerLost } from "../../run/interruptedTrace.ts";
import type { RunSnapshot } from "../../shared/panel.ts";
import type { RunRequest } from "../../run/runs.ts";
import type { CommandContext } from "../context.ts";

/** Reports the failure of a run that has ended, unless the panel shows it. */
export function reportFailure(
  { notifier, runs, log, isPanelVisible }: CommandContext,
  { runId, ended }: RunSnapshot,
  request: RunRequest,
): void {
  const error = ended?.error ?? null;
  if (error === null) return;
  if (isPanelVisible() && runs.shown?.runId === runId) {
    log.error(`${error.code}: ${error.message} ${error.nextStep}`);
    return;
  }
  const tracePath = ended?.tracePath ?? null;
  if (tracePath === null || !isServerLost(error)) {
    notifier.error(error, ...fixSteps(error, fileOf(request)));
    return;
  }
  const kept = vscode.l10n.t("The steps up to that point were kept as a trace.");
  notifier.error(
    { ...error, nextStep: `${error.nextStep} ${kept}` },
    error.code === "serverDown" ? nextSteps.restart() : nextSteps.runAgain(),
    nextSteps.openTrace(vscode.Uri.file(tracePath)),
  );
}

/** Fixes the failure that the panel shows. @param at of errorFixes */
export async function fixShown(
  { runs, client }: CommandContext,
  of: "run" | "server",
  at: number,
): Promise<void> {
  const { shown } = runs;
  const error = (of === "run" ? shown?.ended?.error : client.status.error) ?? null;
  const fix = error === null ? undefined : errorFixes(error)[at];
  if (fix === undefined) return;
  const request = of === "server" || shown === null ? null : runs.requestOf(shown.runId);
  const step = fixStep(fix, request === null ? {} : fileOf(request));
  await vscode.commands.executeCommand(step.command, ...(step.arguments ?? []));
}

function fileOf({ promptUri }: RunRequest): FailedRun {
  return promptUri === undefined ? {} : { prompt: vscode.Uri.parse(promptUri) };
}
