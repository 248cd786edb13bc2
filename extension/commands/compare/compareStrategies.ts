// LASER: Compare Strategies: runs a prompt with several strategies, one after the other, and opens their
// traces side by side.
import * as vscode from "vscode";
import { STRATEGIES, STRATEGY_TRAITS, type Strategy } from "../../../core/laser/index.ts";
import type { RunParams, RunResult } from "../../../server/protocol/methods.ts";
import { readSettings, changeSetting } from "../../settings/config.ts";
import { nextSteps } from "../../host/notify.ts";
import { answerUri } from "../../answer/output.ts";
import { MAX_COMPARED } from "../../shared/compare.ts";
import { promptName } from "../../shared/runName.ts";
import type { InspectorSettings } from "../../settings/settingValues.ts";
import { requireTrust } from "../../host/trust.ts";
import type { CommandContext } from "../context.ts";
import {
  askWhenBusy,
  checkPool,
  ensureModel,
  requestOf,
  runIntoAnswer,
  type AnswerRequest,
} from "../run/generate.ts";
import { promptSource, type PromptSource } from "../prompts/promptSource.ts";
import { askValues, type Values } from "../prompts/promptValues.ts";

/** One measurement doesn't show how much a machine varies: three show the spread, five more of it. */
const ROUNDS = [3, 5, 1];

/**
 * Runs the prompt of `uri`, otherwise of the active editor; resolves when all runs have ended and the page is
 * open.
 */
export async function compareStrategies(context: CommandContext, uri?: vscode.Uri): Promise<void> {
  const title = vscode.l10n.t("Comparing strategies");
  await compareRuns(
    context,
    title,
    async (configured) => {
      const strategies = await askStrategies(configured.generation.strategy);
      return strategies?.map((strategy) => withStrategy(configured, strategy)) ?? null;
    },
    uri,
  );
}

/** What each of the settings is run on. */
export interface ComparedInput {
  readonly prompt: PromptSource;
  readonly values: Values;
}

/**
 * Runs the prompt of `uri`, otherwise of the active editor, under several settings and opens the traces side by side.
 * @param askEach the settings of the runs, the baseline's first; null if the user cancelled
 * @param askInputs what is run instead of only the prompt; null if the user cancelled
 */
export async function compareRuns(
  context: CommandContext,
  title: string,
  askEach: (configured: InspectorSettings) => Promise<readonly InspectorSettings[] | null>,
  uri?: vscode.Uri,
  askInputs: (prompt: PromptSource) => Promise<readonly ComparedInput[] | null> = async (prompt) => {
    const values = await askValues(context, prompt);
    return values === null ? null : [{ prompt, values }];
  },
): Promise<void> {
  const { notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  const found = await promptSource(context, uri);
  if (found === null) return;
  const prompt = withoutStrategy(found);
  const configured = readSettings(notifier, prompt.uri);
  if (configured === null) return;
  const each = await askEach(configured);
  if (each === null) return;
  if (!each.every((settings) => checkPool(context, settings, prompt))) return;
  const inputs = await askInputs(prompt);
  if (inputs === null || inputs.length === 0) return;
  const rounds = await askRounds(each.length, inputs.length);
  if (rounds === null || !(await keepsTraces(context, configured, prompt.uri))) return;
  if (!(await ensureModel(context, configured))) return;
  const whenBusy = await askWhenBusy(context);
  if (whenBusy === null) return;
  const answer = answerUri(prompt.uri);
  // A prompt after the other: its text then stays in the model's cache.
  const requests = inputs.flatMap((input) =>
    Array.from({ length: rounds }, () =>
      each.map((settings): AnswerRequest => ({
        answer,
        request: requestOf(context, withoutStrategy(input.prompt), settings, input.values),
        begins: "",
      })),
    ).flat(),
  );
  const traces = await runAll(context, title, requests, whenBusy);
  if (traces.length >= 2) {
    const uris = traces.map((file) => vscode.Uri.file(file));
    context.comparePages.open(uris, inputs.length > 1);
    return;
  }
  notifier.warning(
    vscode.l10n.t(
      "{0} of {1} runs were completed, so there is nothing to compare.",
      traces.length,
      requests.length,
    ),
    nextSteps.showLog(),
  );
}

/** The prompt without the strategy of its `laser:` block, which would win over each strategy that is compared. */
function withoutStrategy(prompt: PromptSource): PromptSource {
  if (prompt.parsed?.parameters.laser === undefined) return prompt;
  const given = Object.entries(prompt.parsed.parameters.laser);
  const laser = Object.fromEntries(given.filter(([name]) => name !== "strategy"));
  const parameters = { ...prompt.parsed.parameters, laser };
  return { ...prompt, parsed: { ...prompt.parsed, parameters } };
}

/** The configured settings with another strategy and repeatable drafts, always recording a trace: the user has agreed to that. */
function withStrategy(configured: InspectorSettings, strategy: Strategy): InspectorSettings {
  // Only the strategy should differ: drafts follow no clock, whatever the setting.
  const generation = { ...configured.generation, strategy, planner: "repeatable" } as const;
  return { ...configured, recordTraces: true, generation };
}

/**
 * The strategies in their usual order, plain first, so that it is the baseline; null if the user cancelled.
 */
async function askStrategies(configured: Strategy): Promise<readonly Strategy[] | null> {
  const items = STRATEGIES.map((strategy) => ({
    label: strategy,
    description: STRATEGY_TRAITS[strategy].description,
    picked: strategy === "plain" || strategy === configured,
    strategy,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Strategies to compare"),
    placeHolder: vscode.l10n.t("Select at least two; the first is the baseline"),
    canPickMany: true,
  });
  if (picked === undefined) return null;
  if (picked.length < 2) return askStrategies(configured);
  return STRATEGIES.filter((strategy) => picked.some((item) => item.strategy === strategy));
}

async function askRounds(strategies: number, prompts: number): Promise<number | null> {
  const items = ROUNDS.filter((rounds) => rounds * strategies <= MAX_COMPARED).map((rounds) => ({
    label: rounds === 1 ? vscode.l10n.t("Once each") : vscode.l10n.t("{0} rounds, alternating", rounds),
    description:
      rounds === 1
        ? vscode.l10n.t("each speed is one measurement, without a spread")
        : vscode.l10n.t("{0} runs in total; speeds with their spread", rounds * strategies * prompts),
    rounds,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("How often to run each strategy"),
  });
  return picked?.rounds ?? null;
}

/** Only traces can be compared: if they are not kept, offers to keep them from now on. */
async function keepsTraces(
  { notifier }: CommandContext,
  { recordTraces }: InspectorSettings,
  resource: vscode.Uri,
): Promise<boolean> {
  if (recordTraces) return true;
  const on = vscode.l10n.t("Keep Traces");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      "Runs are compared by their traces, but laser.traces.record is off. Keep traces from now on?",
    ),
    on,
  );
  return chosen === on && changeSetting(notifier, "traces.record", true, resource);
}

/** Runs one after the other, with progress and cancel. Returns the traces of the completed runs, in order. */
async function runAll(
  context: CommandContext,
  title: string,
  requests: readonly AnswerRequest[],
  whenBusy: RunParams["whenBusy"],
): Promise<string[]> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    const traces: string[] = [];
    let failure: string | null = null;
    for (const [at, request] of requests.entries()) {
      const { strategy } = request.request.generate.settings;
      const file = promptName(request.request.generate.promptFile) ?? "";
      const message = vscode.l10n.t("{0}: {1}, run {2} of {3}", file, strategy, at + 1, requests.length);
      progress.report({ message });
      const { ended } = await runIntoAnswer(context, at === 0 ? whenBusy : "queue", {
        ...request,
        signal: cancelled,
      });
      if (ended !== null && isWhole(ended) && ended.tracePath !== null) traces.push(ended.tracePath);
      // Two equal failures in a row were reported already; further runs would add nothing.
      const error = ended?.error?.message ?? null;
      if (cancelled.isCancellationRequested || ended?.finish === "stopped") break;
      if (error !== null && error === failure) break;
      failure = error;
    }
    return traces;
  });
}

function isWhole({ finish }: RunResult): boolean {
  return finish !== "stopped" && finish !== "failed" && finish !== "busy";
}
