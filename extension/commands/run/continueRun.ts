// LASER: Continue from Here: continues a recorded answer from a token, with another token or another rule,
// and opens the new trace.
import path from "node:path";
import * as vscode from "vscode";
import { parse } from "../../../core/base/index.ts";
import {
  ContinuationChoiceSchema,
  continuationOf,
  type Continuation,
  type ContinuationChoice,
} from "../../../server/protocol/continuation.ts";
import type { ContinueFrom } from "../../../server/protocol/worker.ts";
import { inheritedText, standingTokens, type TraceModel } from "../../../core/trace/index.ts";
import { COMMANDS } from "../../host/catalogue.ts";
import { readSettings } from "../../settings/config.ts";
import { answerUri } from "../../answer/output.ts";
import { readTrace } from "../../traces/traces.ts";
import { requireTrust } from "../../host/trust.ts";
import { poolInUse } from "../../settings/poolInUse.ts";
import type { CommandContext } from "../context.ts";
import { checkPool, onceReady, recordedChange, runIntoAnswer, withChange } from "./generate.ts";

export interface ContinueArgument extends ContinuationChoice {
  readonly traceUri: vscode.Uri;
}

/** Parses the argument of the command; null if it is invalid. */
export function readContinueArgument(given: unknown): ContinueArgument | null {
  const choice = parse(ContinuationChoiceSchema, given);
  const traceUri = (given as { readonly traceUri?: unknown } | null)?.traceUri;
  return choice !== null && traceUri instanceof vscode.Uri ? { ...choice, traceUri } : null;
}

/** Continues a recorded answer from a token; resolves when the run has ended and its trace is open. */
export async function continueRun(context: CommandContext, argument: ContinueArgument | null): Promise<void> {
  const { notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("generate"))) return;
  if (argument === null) {
    warn(context, vscode.l10n.t("There is nothing to continue from: choose a token in a trace."));
    return;
  }
  const { traceUri } = argument;
  const file = path.posix.basename(traceUri.path);
  const trace = traceUri.scheme === "file" ? await readTrace(traceUri.fsPath) : null;
  const continuation = trace && continuationOf(trace, file, argument);
  if (trace === null || continuation === null) {
    const message =
      trace === null
        ? vscode.l10n.t("{0} can't be read as a trace.", file)
        : vscode.l10n.t(
            "The answer in {0} has only {1} tokens of its own.",
            file,
            trace.result.tokens.length,
          );
    warn(context, message);
    return;
  }
  const configured = readSettings(notifier, traceUri);
  if (configured === null) return;
  const { promptFile, settings: generation, continueFrom, mayUsePool } = continuation;
  const settings = { ...configured, generation, ...(mayUsePool ? {} : { poolFile: "" }) };
  if (!checkPool(context, settings)) return;
  const { model, recordTraces, traceForm } = settings;
  const poolPath = poolInUse(settings);
  const run = await onceReady(context, promptFile, settings, (whenBusy) =>
    runIntoAnswer(context, whenBusy, {
      answer: answerUri(traceUri, answerName(promptFile, continueFrom)),
      request: withChange(
        {
          model,
          generate: { source: "", values: {}, promptFile, settings: generation, poolPath, continueFrom },
          ...(trace.request.promptUri !== undefined && { promptUri: trace.request.promptUri }),
          traceFolder: recordTraces ? context.traceFolder : null,
          traceForm,
        },
        recordedChange(trace.pool),
      ),
      begins: inheritedText(continueFrom, trace.tokens),
    }),
  );
  if (run === null) return;
  const { ended, header } = run;
  if (header !== null) showOtherStrategy(context, continuation);
  if (header !== null) showOtherModel(context, trace.model, header.model);
  if (ended?.tracePath && ended.error === null)
    await vscode.commands.executeCommand(COMMANDS.openTrace, vscode.Uri.file(ended.tracePath));
}

/** E.g. "film.from-17": after the 17th token of the answer, inherited ones included. */
function answerName(promptFile: string | null, from: ContinueFrom): string {
  return `${path.posix.parse(promptFile ?? "text").name}.from-${standingTokens(from) ?? 0}`;
}

/** Notifies the user if the new rule requires a strategy other than the recorded one. */
function showOtherStrategy({ notifier }: CommandContext, { strategyNote, mayUsePool }: Continuation): void {
  if (strategyNote === null) return;
  const drafts = vscode.l10n.t("Drafts still come from the prompt and the answer only.");
  notifier.information(mayUsePool ? strategyNote : `${strategyNote} ${drafts}`);
}

/** Models with the same tokenizer can continue each other's answers, but would not write the same text. */
function showOtherModel({ notifier }: CommandContext, before: TraceModel, now: TraceModel): void {
  if (before.file === now.file && before.modelBytes === now.modelBytes) return;
  notifier.information(
    vscode.l10n.t(
      "The answer was started by {0} and is continued by {1}, which uses the same tokens.",
      before.file,
      now.file,
    ),
  );
}

function warn({ notifier }: CommandContext, message: string): void {
  notifier.warning(message, { label: vscode.l10n.t("Choose a Trace"), command: COMMANDS.openTrace });
}
