// LASER: Run Again: makes a run once more with the current settings. Which run: the one that the panel shows, or that of a
// trace. The prompt file is read again; the values are those of the run.
import path from "node:path";
import * as vscode from "vscode";
import type { PromptValue } from "../../../core/prompts/index.ts";
import type { ContinueFrom } from "../../../server/protocol/worker.ts";
import { inheritedText, type NamedTokens, type TraceHeader } from "../../../core/trace/index.ts";
import { answerUri, promptOfAnswer } from "../../answer/output.ts";
import { COMMANDS } from "../../host/catalogue.ts";
import { requireTrust } from "../../host/trust.ts";
import { CHAT_PROMPT } from "../../shared/runName.ts";
import { readSettings } from "../../settings/config.ts";
import { readTrace } from "../../traces/traces.ts";
import { poolInUse } from "../../settings/poolInUse.ts";
import type { CommandContext } from "../context.ts";
import {
  checkPool,
  onceReady,
  recordedChange,
  runIntoAnswer,
  runPrompt,
  runSource,
  type RunChange,
  withChange,
} from "./generate.ts";
import type { PromptSource } from "../prompts/promptSource.ts";
import { askValues, type Values } from "../prompts/promptValues.ts";
import { findPrompts, promptItem } from "../prompts/promptFiles.ts";

type Recorded = Pick<TraceHeader, "request" | "model" | "pool"> & { readonly tokens: NamedTokens };

/** Runs again what `trace` recorded, otherwise the run that the panel shows; without one, generates. */
export async function runAgain(
  context: CommandContext,
  trace?: vscode.Uri,
  change?: RunChange,
): Promise<void> {
  const { runs, notifier } = context;
  if (trace !== undefined) {
    const read = trace.scheme === "file" ? await readTrace(trace.fsPath) : null;
    if (read !== null) return runRecorded(context, read, trace.fsPath, change);
    const file = path.posix.basename(trace.path);
    notifier.warning(vscode.l10n.t("{0} can't be read as a trace.", file), {
      label: vscode.l10n.t("Choose a Trace"),
      command: COMMANDS.openTrace,
    });
    return;
  }
  const { shown } = runs;
  if (shown?.header) {
    const recorded = { ...shown.header, tokens: shown.tokens };
    return runRecorded(context, recorded, shown.ended?.tracePath ?? null, change);
  }
  // A run that failed before it began has no header: its request says what was asked.
  const request = shown === null ? null : runs.requestOf(shown.runId);
  if (request !== null && request.promptUri === undefined && request.generate.continueFrom === undefined)
    return runText(context, request.generate.source, null, change);
  const uri = request?.promptUri === undefined ? undefined : vscode.Uri.parse(request.promptUri);
  const valuesFor = (prompt: PromptSource): Promise<Values | null> =>
    askValues(context, prompt, request?.generate.values);
  return runPrompt(context, uri, valuesFor, change);
}

/** @param trace path of its trace; null: none was kept */
async function runRecorded(
  context: CommandContext,
  recorded: Recorded,
  trace: string | null,
  asked?: RunChange,
): Promise<void> {
  const { request, pool } = recorded;
  const change = asked ?? recordedChange(pool);
  if ((request.inheritedTokens ?? 0) > 0 && request.parent !== undefined) {
    await continueAgain(context, recorded, change);
    return;
  }
  const text = selectedTextOf(request);
  if (text !== null) {
    await runText(context, text, trace, change);
    return;
  }
  const uri = await promptOf(context, request);
  if (uri === null) return;
  const values = (request.values ?? {}) as Readonly<Record<string, PromptValue>>;
  await runPrompt(context, uri, (prompt) => askValues(context, prompt, values), change);
}

/** The text of a run that has no prompt file: its one message. Null if the run has one, or more than that message. */
function selectedTextOf({ promptFile, messages }: TraceHeader["request"]): string | null {
  const [only, ...more] = messages;
  return promptFile === null && only?.role === "user" && more.length === 0 ? only.content : null;
}

/** Runs text that was selected once, wherever it was. @param trace path of its earlier trace, whose answer is written again */
async function runText(
  context: CommandContext,
  source: string,
  trace: string | null,
  change?: RunChange,
): Promise<void> {
  const { memory, notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  const answer = trace === null ? null : memory.answerOf(trace);
  const uri =
    answer === null ? vscode.Uri.from({ scheme: "untitled", path: "selection" }) : promptOfAnswer(answer);
  await runSource(
    context,
    { uri, source, promptFile: null, parsed: null },
    () => Promise.resolve({}),
    change,
  );
}

/** The prompt file of a run: where it was, else one of its name in the workspace. Null, after notifying, without one. */
async function promptOf(
  { notifier }: CommandContext,
  { promptFile, promptUri }: TraceHeader["request"],
): Promise<vscode.Uri | null> {
  const recorded = promptUri === undefined ? null : vscode.Uri.parse(promptUri);
  if (recorded !== null && isHere(recorded) && (await exists(recorded))) return recorded;
  if (promptFile === CHAT_PROMPT && promptUri === undefined) {
    notifier.information(vscode.l10n.t("This run answered a chat. Ask again in the chat."));
    return null;
  }
  if (promptFile === null) {
    notifier.information(
      vscode.l10n.t("This run has no prompt file, and more than one message. Open a prompt and run it."),
    );
    return null;
  }
  const name = path.posix.basename(promptFile.replaceAll("\\", "/"));
  const found = (await findPrompts()).filter((uri) => path.posix.basename(uri.path) === name);
  if (found.length === 0) {
    notifier.warning(vscode.l10n.t("There is no {0} in the open folders.", name));
    return null;
  }
  if (found.length === 1) return found[0]!;
  const title = vscode.l10n.t("Which file is the prompt?");
  return (await vscode.window.showQuickPick(found.map(promptItem), { title }))?.uri ?? null;
}

/** A trace from elsewhere may name any address: only this machine and the open folders are asked for it. */
function isHere(uri: vscode.Uri): boolean {
  const isLocal = uri.scheme === "file" && uri.authority === "";
  return isLocal || vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Continues from the same token as the recorded run did, whose tokens it holds. */
async function continueAgain(
  context: CommandContext,
  { request, model, tokens }: Recorded,
  change: RunChange,
): Promise<void> {
  const { notifier, traceFolder } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  const { promptFile, messages, rendered, promptTokens, inheritedTokens = 0, parent } = request;
  if (parent === undefined) return;
  const configured = readSettings(notifier);
  const settings = configured && (change.withoutPool === true ? { ...configured, poolFile: "" } : configured);
  if (settings === null || !checkPool(context, settings)) return;
  const { name, tokenizerFingerprint } = model;
  const continueFrom: ContinueFrom = {
    ...{ messages, rendered, promptTokens, inheritedTokens, parent },
    model: { name, tokenizerFingerprint },
  };
  const prompt = request.promptUri === undefined ? null : vscode.Uri.parse(request.promptUri);
  const of = prompt ?? vscode.Uri.file(promptFile ?? "text");
  const from = `${path.posix.parse(promptFile ?? "text").name}.from-${inheritedTokens}`;
  await onceReady(context, promptFile, settings, (whenBusy) =>
    runIntoAnswer(context, whenBusy, {
      answer: answerUri(of, from),
      request: withChange(
        {
          model: settings.model,
          generate: {
            ...{ source: "", values: {}, promptFile, continueFrom },
            settings: settings.generation,
            poolPath: poolInUse(settings),
          },
          ...(request.promptUri !== undefined && { promptUri: request.promptUri }),
          traceFolder: settings.recordTraces ? traceFolder : null,
          traceForm: settings.traceForm,
        },
        change,
      ),
      begins: inheritedText(continueFrom, tokens),
    }),
  );
}
