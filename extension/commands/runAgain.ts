// LASER: Run Again: makes a run once more with the current settings. Which run: the one that the panel shows, or that of a
// trace. The prompt file is read again; the values are those of the run.
import path from "node:path";
import * as vscode from "vscode";
import type { PromptValue } from "../../core/prompts/index.ts";
import type { ContinueFrom } from "../../server/protocol/worker.ts";
import { inheritedText, type NamedTokens, type TraceHeader } from "../../core/trace/index.ts";
import { answerUri } from "../answer/output.ts";
import { COMMANDS } from "../host/catalogue.ts";
import { requireTrust } from "../host/trust.ts";
import { CHAT_PROMPT } from "../shared/runName.ts";
import { readSettings } from "../settings/config.ts";
import { readTrace } from "../traces/traces.ts";
import { poolInUse } from "../settings/poolInUse.ts";
import type { CommandContext } from "./context.ts";
import { askWhenBusy, checkPool, ensureModel, runIntoAnswer, runPrompt } from "./generate.ts";
import { askValues } from "./promptValues.ts";
import { findPrompts, promptItem } from "./promptFiles.ts";

type Recorded = Pick<TraceHeader, "request" | "model"> & { readonly tokens: NamedTokens };

/** Runs again what `trace` recorded, otherwise the run that the panel shows; without one, generates. */
export async function runAgain(context: CommandContext, trace?: vscode.Uri): Promise<void> {
  const { runs, notifier } = context;
  if (trace !== undefined) {
    const read = trace.scheme === "file" ? await readTrace(trace.fsPath) : null;
    if (read !== null) return runRecorded(context, read);
    const file = path.posix.basename(trace.path);
    notifier.warning(vscode.l10n.t("{0} can't be read as a trace.", file), {
      label: vscode.l10n.t("Choose a Trace"),
      command: COMMANDS.openTrace,
    });
    return;
  }
  const { shown } = runs;
  if (shown?.header) return runRecorded(context, { ...shown.header, tokens: shown.tokens });
  // A run that failed before it began has no header: its request says what was asked.
  const request = shown === null ? null : runs.requestOf(shown.runId);
  const uri = request?.promptUri === undefined ? undefined : vscode.Uri.parse(request.promptUri);
  return runPrompt(context, uri, (prompt) => askValues(context, prompt, request?.generate.values));
}

async function runRecorded(context: CommandContext, recorded: Recorded): Promise<void> {
  const { request } = recorded;
  if ((request.inheritedTokens ?? 0) > 0 && request.parent !== undefined) {
    await continueAgain(context, recorded);
    return;
  }
  const uri = await promptOf(context, request);
  if (uri === null) return;
  const values = (request.values ?? {}) as Readonly<Record<string, PromptValue>>;
  await runPrompt(context, uri, (prompt) => askValues(context, prompt, values));
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
      vscode.l10n.t("This run was made from selected text. Select the text again and run it."),
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
async function continueAgain(context: CommandContext, { request, model, tokens }: Recorded): Promise<void> {
  const { notifier, traceFolder } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  const { promptFile, messages, rendered, promptTokens, inheritedTokens = 0, parent } = request;
  if (parent === undefined) return;
  const settings = readSettings(notifier);
  if (settings === null || !checkPool(context, settings) || !(await ensureModel(context, settings))) return;
  const whenBusy = await askWhenBusy(context);
  if (whenBusy === null) return;
  const { name, tokenizerFingerprint } = model;
  const continueFrom: ContinueFrom = {
    ...{ messages, rendered, promptTokens, inheritedTokens, parent },
    model: { name, tokenizerFingerprint },
  };
  const prompt = request.promptUri === undefined ? null : vscode.Uri.parse(request.promptUri);
  const of = prompt ?? vscode.Uri.file(promptFile ?? "text");
  const from = `${path.posix.parse(promptFile ?? "text").name}.from-${inheritedTokens}`;
  await runIntoAnswer(context, whenBusy, {
    answer: answerUri(of, from),
    request: {
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
    begins: inheritedText(continueFrom, tokens),
  });
}
