// What fixes a failed run, if that is more than opening a setting or a file: running it without its pool or the pool's bad
// lines, or with the context size that it needs.
import * as vscode from "vscode";
import { nextSteps } from "../../host/notify.ts";
import { readSettings, changeSetting } from "../../settings/config.ts";
import { valueProblem } from "../../settings/settingValues.ts";
import type { CommandContext } from "../context.ts";
import { runPrompt, type RunChange } from "./generate.ts";
import { askValues } from "../prompts/promptValues.ts";
import { runAgain } from "./runAgain.ts";

/** Runs a prompt without the pool that the settings or its file name: by default the one that the panel shows. */
export async function runWithoutPool(context: CommandContext, prompt?: vscode.Uri): Promise<void> {
  await runOf(context, prompt, { withoutPool: true });
}

/** Runs a prompt with its pool, but without the lines of it that are not answers. */
export async function skipBadLines(context: CommandContext, prompt?: vscode.Uri): Promise<void> {
  await runOf(context, prompt, { skipsBadLines: true });
}

/** Sets the context size that a run needs, or that fits, and runs it again. */
export async function changeContext(
  context: CommandContext,
  tokens: unknown,
  prompt?: vscode.Uri,
): Promise<void> {
  const { notifier } = context;
  if (typeof tokens !== "number" || valueProblem("contextTokens", tokens) !== null) {
    notifier.warning(
      vscode.l10n.t("No context is that large. Shorten the prompt, or lower its max_tokens."),
      nextSteps.nativeSetting("laser.contextTokens"),
    );
    return;
  }
  const settings = readSettings(notifier, prompt);
  if (settings === null) return;
  // A setting that is large enough already was cut down to what the model was trained for.
  if (settings.model.contextTokens === tokens) {
    notifier.warning(
      vscode.l10n.t(
        "The context size is already {0}, the most that this model can hold. Shorten the prompt, or choose another model.",
        tokens.toLocaleString(vscode.env.language),
      ),
      nextSteps.chooseModel(),
    );
    return;
  }
  if (!(await changeSetting(notifier, "contextTokens", tokens, prompt))) return;
  await runOf(context, prompt);
}

/** The run that the panel shows has its own values; any other prompt is asked for them. */
async function runOf(
  context: CommandContext,
  prompt: vscode.Uri | undefined,
  change?: RunChange,
): Promise<void> {
  const { runs } = context;
  const shown = runs.shown === null ? null : runs.requestOf(runs.shown.runId);
  if (prompt === undefined || shown?.promptUri === prompt.toString())
    await runAgain(context, undefined, change);
  else await runPrompt(context, prompt, (found) => askValues(context, found), change);
}
