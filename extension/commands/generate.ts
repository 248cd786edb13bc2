// LASER: Generate, and the plain run that a measured speed is compared with.
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { ErrorText } from "../../server/protocol/errors/text.ts";
import type { RunParams } from "../../server/protocol/methods.ts";
import { modelsRequest } from "../../server/protocol/methods.ts";
import { withParameters } from "../../server/protocol/settings.ts";
import { STRATEGY_TRAITS } from "../../server/laser/index.ts";
import { VIEWS } from "../catalogue.ts";
import { readSettings } from "../config.ts";
import { RequestFailed } from "../client.ts";
import { interruptedTrace, keepInterrupted } from "../interruptedTrace.ts";
import { nextSteps } from "../notify.ts";
import type { RunSnapshot } from "../protocol/panel.ts";
import { answerText } from "../runState.ts";
import type { RunRequest } from "../runs.ts";
import type { InspectorSettings } from "../settingValues.ts";
import { requireTrust } from "../trust.ts";
import { fetchModel } from "./chooseModel.ts";
import type { CommandContext } from "./context.ts";
import { askValues, promptSource, type PromptSource } from "./promptSource.ts";

/** Runs the prompt of `uri`, else of the editor in use; resolves when the run has ended. */
export async function generate(context: CommandContext, uri?: vscode.Uri): Promise<void> {
  const { answers, notifier, runs } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  const prompt = await promptSource(notifier, uri);
  if (prompt === null) return;
  const settings = readSettings(notifier, prompt.uri);
  if (settings === null || !checkPool(context, settings) || !(await ensureModel(context, settings))) return;
  const values = await askValues(prompt.parsed);
  if (values === null) return;
  const whenBusy = await askWhenBusy(context);
  if (whenBusy === null) return;
  const answer = await answers.open(prompt.uri);
  // The panel is shown without taking the keyboard from the prompt.
  await vscode.commands.executeCommand(`${VIEWS.panel}.focus`, { preserveFocus: true });
  const run = await runs.run(requestOf(context, prompt, settings, values), whenBusy, (changed) => {
    answers.write(answer, answerText(changed));
  });
  const { ended } = run;
  const rescued = settings.recordTraces ? await rescueTrace(context, run) : null;
  answers.ended(answer, rescued ?? ended?.tracePath ?? null);
  if (ended?.error) tellFailed(context, ended.error, rescued);
  if (ended?.traceError) notifier.error(ended.traceError);
}

/** Keeps what was seen of a run whose server ended, and so could not keep it. The file; null where there is nothing. */
async function rescueTrace({ traceFolder, log }: CommandContext, run: RunSnapshot): Promise<string | null> {
  const error = run.ended?.error;
  if (error?.code !== "serverGone" && error?.code !== "serverDown") return null;
  const trace = interruptedTrace(run, error);
  if (trace === null) return null;
  return keepInterrupted(traceFolder, trace).catch((reason: unknown) => {
    log.warn(`the trace of the run that was interrupted was not kept: ${String(reason)}`);
    return null;
  });
}

function tellFailed({ notifier }: CommandContext, error: ErrorText, rescued: string | null): void {
  if (rescued === null) {
    notifier.error(error);
    return;
  }
  const kept = vscode.l10n.t("The steps until then are kept as a trace.");
  notifier.error(
    { ...error, nextStep: `${error.nextStep} ${kept}` },
    error.code === "serverDown" ? nextSteps.restart() : nextSteps.generate(),
    nextSteps.openTrace(vscode.Uri.file(rescued)),
  );
}

function requestOf(
  { traceFolder }: CommandContext,
  { source, promptFile, parsed }: PromptSource,
  { generation, model, poolFile, recordTraces }: InspectorSettings,
  values: RunRequest["generate"]["values"],
): RunRequest {
  // What the prompt file says of itself is nearer than any setting.
  const settings = parsed === null ? generation : withParameters(generation, parsed.parameters);
  const usesPool = poolFile !== "" && STRATEGY_TRAITS[settings.strategy].usesPool;
  return {
    model,
    generate: { source, promptFile, values, settings, poolPath: usesPool ? poolFile : null },
    traceFolder: recordTraces ? traceFolder : null,
  };
}

function checkPool({ notifier }: CommandContext, { poolFile, generation }: InspectorSettings): boolean {
  if (poolFile === "" || !STRATEGY_TRAITS[generation.strategy].usesPool || existsSync(poolFile)) return true;
  notifier.warning(
    vscode.l10n.t("There is no pool file at {0}. Correct the setting, or leave it empty.", poolFile),
    nextSteps.nativeSetting("laser.poolFile"),
  );
  return false;
}

/** False when the model is not there and the user would not fetch it. Other trouble with it is the run's to tell. */
async function ensureModel(context: CommandContext, { model }: InspectorSettings): Promise<boolean> {
  const { client, notifier } = context;
  if (model.path !== undefined) return true;
  try {
    const catalogue = await client.request(modelsRequest, null);
    const wanted = catalogue.find(({ id }) => id === model.catalogueId) ?? catalogue[0];
    if (wanted?.path !== null) return true;
    if (model.catalogueId !== undefined && wanted.id !== model.catalogueId) return true;
    const megabytes = Math.ceil(wanted.modelBytes / 1e6);
    const download = vscode.l10n.t("Download");
    const other = vscode.l10n.t("Choose Another Model");
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is not on this machine yet. Download it ({1} MB)?", wanted.title, megabytes),
      download,
      other,
    );
    if (chosen === other) await vscode.commands.executeCommand(nextSteps.chooseModel().command);
    return chosen === download && (await fetchModel(context, wanted)) !== null;
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    notifier.error(error.text);
    return false;
  }
}

/** What to do about a run that goes on; null when the user turned away. */
async function askWhenBusy({ runs }: CommandContext): Promise<RunParams["whenBusy"] | null> {
  if (!runs.busy) return "refuse";
  const queue = { label: vscode.l10n.t("$(list-ordered) Wait for it"), whenBusy: "queue" as const };
  const stop = { label: vscode.l10n.t("$(debug-stop) Stop it and run this one"), whenBusy: "stop" as const };
  const chosen = await vscode.window.showQuickPick([queue, stop], {
    title: vscode.l10n.t("Another prompt is running"),
    placeHolder: vscode.l10n.t("What should happen to it?"),
  });
  return chosen?.whenBusy ?? null;
}

/** Runs the prompt on show once more, without drafts, so that the speed-up is measured. */
export async function measurePlain({ runs, notifier }: CommandContext): Promise<void> {
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  if (runs.shown === null || runs.busy) {
    notifier.warning(
      runs.busy
        ? vscode.l10n.t("A prompt is running: measure plain decoding when it has ended.")
        : vscode.l10n.t("There is no run to compare with: run a prompt first."),
      runs.busy ? nextSteps.stop() : nextSteps.generate(),
    );
    return;
  }
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Measuring plain decoding of the same prompt"),
      cancellable: true,
    },
    (_progress, cancelled) => runs.measurePlain(cancelled),
  );
  if (result?.error) notifier.error(result.error);
}
