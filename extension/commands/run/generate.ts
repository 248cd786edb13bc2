// LASER: Generate, the shared way to run into an answer document, and the plain run that measures the
// speed-up.
import { poolOfPrompt } from "../../../server/files/prompts/index.ts";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { type RunParams, modelsRequest } from "../../../server/protocol/methods.ts";
import { withParameters } from "../../../core/settings/index.ts";
import type { TraceHeader } from "../../../core/trace/index.ts";
import { VIEWS } from "../../host/catalogue.ts";
import { preparingWords } from "../../shared/runName.ts";
import { readSettings } from "../../settings/config.ts";
import { RequestFailed } from "../../run/client.ts";
import { nextSteps } from "../../host/notify.ts";
import { answerUri } from "../../answer/output.ts";
import type { RunSnapshot } from "../../shared/panel.ts";
import { answerText } from "../../run/runState.ts";
import type { RunRequest } from "../../run/runs.ts";
import { poolInUse } from "../../settings/poolInUse.ts";
import type { InspectorSettings } from "../../settings/settingValues.ts";
import { requireTrust } from "../../host/trust.ts";
import { fetchModel } from "../models/fetchModel.ts";
import type { CommandContext } from "../context.ts";
import { reportFailure } from "./failures.ts";
import { promptSource, type PromptSource } from "../prompts/promptSource.ts";
import { askValues, chooseValues, type Values } from "../prompts/promptValues.ts";

/** Runs the prompt of `uri`, otherwise the one that is meant; resolves when the run has ended. */
export async function generate(context: CommandContext, uri?: vscode.Uri): Promise<void> {
  await runPrompt(context, uri, (prompt) => askValues(context, prompt));
}

/** The same after all values were shown and could be changed. */
export async function generateWithValues(context: CommandContext, uri?: vscode.Uri): Promise<void> {
  await runPrompt(context, uri, (prompt) => chooseValues(context, prompt));
}

export interface RunChange {
  /** Leaves the pool out, whether the settings or the prompt name it. */
  readonly withoutPool?: boolean;
  /** Leaves out the lines of the pool that are not answers. */
  readonly skipsBadLines?: boolean;
}

/** Runs a prompt with the current settings. @param valuesFor null: the user cancelled */
export async function runPrompt(
  context: CommandContext,
  uri: vscode.Uri | undefined,
  valuesFor: (prompt: PromptSource) => Promise<Values | null>,
  change?: RunChange,
): Promise<void> {
  if (!requireTrust(context.notifier, vscode.l10n.t("generate"))) return;
  const prompt = await promptSource(context, uri);
  if (prompt !== null) await runSource(context, prompt, valuesFor, change);
}

/** The same for a prompt that was read. */
export async function runSource(
  context: CommandContext,
  found: PromptSource,
  valuesFor: (prompt: PromptSource) => Promise<Values | null>,
  change: RunChange = {},
): Promise<void> {
  const { memory, notifier, runs } = context;
  const prompt = change.withoutPool === true ? withoutPool(found) : found;
  if (prompt.promptFile !== null) memory.lastPrompt = prompt.uri;
  const configured = readSettings(notifier, prompt.uri);
  if (configured === null) return;
  const settings = change.withoutPool === true ? { ...configured, poolFile: "" } : configured;
  if (!checkPool(context, settings, prompt)) return;
  const run = await runs.prepared(
    preparingWords(prompt.promptFile),
    async () => {
      if (!(await ensureModel(context, settings))) return null;
      const values = await valuesFor(prompt);
      const whenBusy = values === null ? null : await askWhenBusy(context);
      return values === null || whenBusy === null ? null : { values, whenBusy };
    },
    ({ values, whenBusy }) =>
      runIntoAnswer(context, whenBusy, {
        answer: answerUri(prompt.uri),
        request: withChange(requestOf(context, prompt, settings, values), change),
        begins: "",
      }),
  );
  if (run === null) return;
  if (settings.measuresPlain && (await context.runs.lacksPlain(run.runId)))
    await measurePlain(context, vscode.ProgressLocation.Window);
}

/** The change with which a recorded run is repeated: with the bad lines that it left out its pool would be refused. */
export function recordedChange(pool: TraceHeader["pool"]): RunChange {
  return (pool?.skippedLines ?? 0) > 0 ? { skipsBadLines: true } : {};
}

/** The parts of a change that are neither in the prompt nor in the settings. */
export function withChange(request: RunRequest, { skipsBadLines = false }: RunChange): RunRequest {
  return skipsBadLines ? { ...request, generate: { ...request.generate, skipsBadLines } } : request;
}

/** The prompt without the pool of its `laser:` block. */
function withoutPool(prompt: PromptSource): PromptSource {
  if (prompt.parsed?.laser == null) return prompt;
  const laser = { ...prompt.parsed.laser, pool: null };
  return { ...prompt, parsed: { ...prompt.parsed, laser } };
}

export interface AnswerRequest {
  /** The document that the answer grows in. */
  readonly answer: vscode.Uri;
  readonly request: RunRequest;
  /** The initial text of the answer, inherited from an earlier one. */
  readonly begins: string;
  /** Stops only this run. */
  readonly signal?: vscode.CancellationToken;
}

/**
 * Runs into an answer beside the active editor, shows the panel and reports failures. Returns the ended run.
 */
export async function runIntoAnswer(
  context: CommandContext,
  whenBusy: RunParams["whenBusy"],
  { answer, request, begins, signal }: AnswerRequest,
): Promise<RunSnapshot> {
  const { answers, answerRuns, notifier, runs } = context;
  answers.begin(answer, begins);
  const onChange = (changed: RunSnapshot): void => {
    answerRuns.update(answer, changed);
    answers.write(answer, changed.header === null ? begins : answerText(changed));
  };
  const show = async (): Promise<void> => {
    await answers.open(answer);
    // Shows the panel without taking the focus from the prompt.
    await vscode.commands.executeCommand(`${VIEWS.panel}.focus`, { preserveFocus: true });
  };
  // The model is loaded while answer and panel open, and the panel knows of the run from the start.
  const [run] = await Promise.all([runs.run(request, whenBusy, onChange, signal), show()]);
  const { ended } = run;
  answers.ended(answer, ended?.tracePath ?? null);
  answerRuns.ended(answer);
  reportFailure(context, run, request);
  if (ended?.traceError) notifier.error(ended.traceError);
  return run;
}

export function requestOf(
  { traceFolder }: CommandContext,
  { uri, source, promptFile, parsed }: PromptSource,
  configured: InspectorSettings,
  values: RunRequest["generate"]["values"],
): RunRequest {
  const { generation, model, recordTraces, traceForm } = configured;
  // The prompt file's own parameters override settings.
  const settings = parsed === null ? generation : withParameters(generation, parsed.parameters);
  const ofFile = parsed === null || uri.scheme !== "file" ? null : poolOfPrompt(parsed, uri.fsPath);
  const poolFile = ofFile ?? configured.poolFile;
  return {
    model,
    generate: {
      ...{ source, promptFile, values, settings },
      poolPath: poolInUse({ ...configured, poolFile, generation: settings }),
    },
    ...(promptFile !== null && { promptUri: uri.toString() }),
    traceFolder: recordTraces ? traceFolder : null,
    traceForm,
  };
}

/** False, after notifying, if the setting's pool would be used and is missing; the run reports a prompt's own pool. */
export function checkPool(
  { notifier }: CommandContext,
  settings: InspectorSettings,
  prompt: (Pick<PromptSource, "parsed"> & Partial<Pick<PromptSource, "uri">>) | null = null,
): boolean {
  const parsed = prompt?.parsed ?? null;
  if (parsed?.laser?.pool != null) return true;
  const generation =
    parsed === null ? settings.generation : withParameters(settings.generation, parsed.parameters);
  const poolFile = poolInUse({ ...settings, generation });
  if (poolFile === null || existsSync(poolFile)) return true;
  notifier.warning(
    vscode.l10n.t("There is no pool file at {0}. Fix the setting, or leave it empty.", poolFile),
    ...(prompt?.uri === undefined ? [] : [nextSteps.runWithoutPool(prompt.uri)]),
    nextSteps.nativeSetting("laser.poolFile"),
  );
  return false;
}

/** False if the model is missing and the user declined the download; the run reports other problems. */
export async function ensureModel(context: CommandContext, { model }: InspectorSettings): Promise<boolean> {
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
    // Modal: a message that hides itself leaves a Generate that seems to do nothing.
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is not on this machine yet. Download it ({1} MB)?", wanted.title, megabytes),
      { modal: true, detail: vscode.l10n.t("Prompts and answers stay on this machine.") },
      download,
      other,
    );
    const fetched = chosen === download ? await fetchModel(context, wanted) : null;
    if (chosen === other || fetched?.kind === "another")
      await vscode.commands.executeCommand(nextSteps.chooseModel().command);
    return fetched?.kind === "done";
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    notifier.error(error.text);
    return false;
  }
}

/**
 * Calls `begin` once the model is there and it is clear what happens to a run in progress. Null if the user cancelled, or
 * the model is missing.
 */
export function onceReady<Begun>(
  context: CommandContext,
  promptFile: string | null,
  settings: InspectorSettings,
  begin: (whenBusy: RunParams["whenBusy"]) => Promise<Begun>,
): Promise<Begun | null> {
  return context.runs.prepared(
    preparingWords(promptFile),
    async () => ((await ensureModel(context, settings)) ? askWhenBusy(context) : null),
    begin,
  );
}

/** Asks what to do about a run in progress; null if the user cancelled. */
export async function askWhenBusy({ runs }: CommandContext): Promise<RunParams["whenBusy"] | null> {
  if (!runs.busy) return "refuse";
  const queue = { label: vscode.l10n.t("$(list-ordered) Run after it"), whenBusy: "queue" as const };
  const stop = { label: vscode.l10n.t("$(debug-stop) Stop it and run this one"), whenBusy: "stop" as const };
  const chosen = await vscode.window.showQuickPick([queue, stop], {
    title: vscode.l10n.t("{0} is running", runs.shown?.identity?.name ?? vscode.l10n.t("Another run")),
  });
  return chosen?.whenBusy ?? null;
}

/**
 * Runs the shown prompt again without drafts, to measure the speed-up.
 * @param location in the status bar if the user did not ask for it now; LASER: Stop ends it as well
 */
export async function measurePlain(
  { runs, notifier }: CommandContext,
  location: vscode.ProgressLocation.Notification | vscode.ProgressLocation.Window = vscode.ProgressLocation
    .Notification,
): Promise<void> {
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  if (runs.shown === null || runs.busy) {
    notifier.warning(
      runs.busy
        ? vscode.l10n.t("A prompt is running. Measure plain decoding after it has ended.")
        : vscode.l10n.t("There is no run to compare with. Run a prompt first."),
      runs.busy ? nextSteps.stop() : nextSteps.generate(),
    );
    return;
  }
  const result = await vscode.window.withProgress(
    {
      location,
      title: vscode.l10n.t("Measuring plain decoding of the same prompt"),
      cancellable: true,
    },
    (_progress, cancelled) => runs.measurePlain(cancelled),
  );
  if (result?.error) notifier.error(result.error);
  if (result?.traceError) notifier.error(result.traceError);
}

/**
 * The same for a trace, if the panel shows its run; a trace keeps the outcome of a request, but not the paths
 * of its files.
 */
export async function measurePlainOf(context: CommandContext, trace: vscode.Uri): Promise<void> {
  const { notifier, runs } = context;
  if (runs.shown?.ended?.tracePath === trace.fsPath) {
    await measurePlain(context);
    return;
  }
  notifier.information(
    vscode.l10n.t(
      "Plain decoding is measured for the run that the panel shows. Run this prompt again, then measure.",
    ),
    nextSteps.generate(),
  );
}
