// LASER: Make Pool from Answers: writes the answers of chosen traces to a new file of JSON lines, which serves every model.
import path from "node:path";
import * as vscode from "vscode";
import * as Type from "typebox";
import { messageOf, parse } from "../../../core/base/index.ts";
import { type Trace } from "../../../core/trace/index.ts";
import { HIDDEN_COMMANDS, COMMANDS } from "../../host/catalogue.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { writeAside } from "../../host/writeAside.ts";
import { answersOf } from "../../pools/traceAnswers.ts";
import { pickTraces } from "../../traces/pickTraces.ts";
import { readTrace } from "../../traces/traces.ts";
import type { CommandContext } from "../context.ts";

/** What is given need not be asked for, as by a key binding. */
const ArgumentSchema = Type.Object({
  /** Paths of traces. */
  traces: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  /** The new file. */
  path: Type.Optional(Type.String()),
});

/** @param argument see ArgumentSchema */
export async function makePool(context: CommandContext, argument: unknown): Promise<void> {
  const { notifier, traceFolder } = context;
  const known = parse(ArgumentSchema, argument) ?? {};
  const given = known.traces?.map((trace) => vscode.Uri.file(trace));
  if (!requireTrust(notifier, vscode.l10n.t("change pools"))) return;
  const title = vscode.l10n.t("Answers for the pool");
  const files = given ?? (await pickTraces(traceFolder, { title, least: 1, without: [] }));
  if (files === null) return;
  const traces = await readAll(files);
  if (traces === null) return;
  const { lines, unusable } = answersOf(traces);
  if (lines.length === 0) {
    notifier.warning(vscode.l10n.t("None of these runs has an answer."), nextSteps.generate());
    return;
  }
  const file = known.path === undefined ? await askFile() : vscode.Uri.file(known.path);
  if (file === undefined) return;
  try {
    await writeAside(
      file,
      new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
    );
  } catch (error) {
    notifier.warning(vscode.l10n.t("The pool was not made: {0}", messageOf(error)), {
      label: vscode.l10n.t("Try Again"),
      command: COMMANDS.makePool,
      arguments: [{ traces: files.map(({ fsPath }) => fsPath) }],
    });
    return;
  }
  const name = path.basename(file.fsPath);
  const made =
    lines.length === 1
      ? vscode.l10n.t("{0} has 1 answer.", name)
      : vscode.l10n.t("{0} has {1} answers.", name, lines.length);
  const left =
    unusable === 0
      ? ""
      : ` ${vscode.l10n.t("Left out, because nothing was written: {0} of them.", unusable)}`;
  notifier.information(`${made}${left}`, {
    label: vscode.l10n.t("Use for Drafting"),
    command: HIDDEN_COMMANDS.poolsUse,
    arguments: [{ kind: "pool", path: file.fsPath }],
  });
}

/** Null: cancelled. A trace that can't be read counts as one without an answer. */
function readAll(files: readonly vscode.Uri[]): Thenable<readonly (Trace | null)[] | null> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Reading traces"),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, token) => {
    const traces: (Trace | null)[] = [];
    for (const { fsPath } of files) {
      if (token.isCancellationRequested) return null;
      traces.push(await readTrace(fsPath));
    }
    return traces;
  });
}

async function askFile(): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t("New pool for the answers"),
    saveLabel: vscode.l10n.t("Make Pool"),
    filters: { [vscode.l10n.t("JSON lines")]: ["jsonl"] },
    ...(folder !== undefined && { defaultUri: vscode.Uri.joinPath(folder.uri, "pool.jsonl") }),
  });
}
