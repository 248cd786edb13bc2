// LASER: Warm Up Pool: writes answers to rows of a data set by the strategy in use, and keeps them in a pool.
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import * as Type from "typebox";
import { messageOf, parse } from "../../../core/base/index.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { poolName } from "../../pools/poolLabels.ts";
import { listPool, PoolCommandFailed, runPool, type PoolPrograms } from "../../pools/poolProcess.ts";
import type { CommandContext } from "../context.ts";
import { askData, askPrompt, prepareRun, withRunProgress, type PreparedRun } from "../run/runDataSet.ts";

/** With fewer a pool helps little: films draft 2.9 tokens per step after 200 answers, from 1.5 without. */
const USUAL_ROWS = 100;
const MOST_ROWS = 1_000_000;

/** What is given need not be asked for, as by a key binding. A node of the Pools view has the path of its pool. */
const ArgumentSchema = Type.Object({
  path: Type.Optional(Type.String()),
  prompt: Type.Optional(Type.String()),
  data: Type.Optional(Type.String()),
  rows: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS })),
});

/** @param argument see ArgumentSchema; the pool may be a new file */
export async function warmUpPool(
  context: CommandContext,
  programs: PoolPrograms,
  argument: unknown,
): Promise<void> {
  if (!requireTrust(context.notifier, vscode.l10n.t("warm up a pool"))) return;
  const asked = await ask(context, argument);
  if (asked === null) return;
  let run: PreparedRun | null = null;
  try {
    await requireOpenPool(programs, asked.file);
    run = await prepareRun(context, asked.prompt);
    if (run !== null) await warmUp(context, programs, run, asked);
  } catch (error) {
    const unexpected = { code: "poolNotWarm", message: messageOf(error), nextStep: "" };
    context.notifier.error(error instanceof PoolCommandFailed ? error.text : unexpected, nextSteps.showLog());
  } finally {
    run?.dispose();
  }
}

async function ask(context: CommandContext, argument: unknown): Promise<WarmUp | null> {
  const known = parse(ArgumentSchema, argument) ?? {};
  const prompt = known.prompt ?? (await askPrompt(context));
  if (prompt === null) return null;
  const file = known.path ?? (await askPoolFile(prompt));
  if (file === null) return null;
  const data = known.data ?? (await askData(prompt));
  if (data === null) return null;
  const rows = known.rows ?? (await askRows());
  return rows === null ? null : { prompt, file, data, rows };
}

/**
 * Answers that can't be kept are not written. @throws PoolCommandFailed for a frozen pool, and for a file
 * that is not a pool
 */
async function requireOpenPool(programs: PoolPrograms, file: string): Promise<void> {
  if (!existsSync(file) || !(await listPool(programs, file, { limit: 1 })).isFrozen) return;
  throw new PoolCommandFailed({
    code: "poolFrozen",
    message: vscode.l10n.t("The pool {0} is frozen: its answers can't be changed.", poolName(file)),
    nextStep: vscode.l10n.t("Choose another pool, or unfreeze it in the Pools view."),
  });
}

interface WarmUp {
  readonly prompt: string;
  /** The pool. */
  readonly file: string;
  readonly data: string;
  readonly rows: number;
}

async function warmUp(
  context: CommandContext,
  programs: PoolPrograms,
  { flags, folder }: PreparedRun,
  { prompt, file, data, rows }: WarmUp,
): Promise<void> {
  const grown = path.join(folder, "grown.laserpool");
  const isThere = existsSync(file);
  const title = vscode.l10n.t("Warming up {0}", poolName(file));
  const { end, error, exitCode } = await withRunProgress(context, title, [
    `--prompt=${prompt}`,
    `--data=${data}`,
    `--out=${path.join(folder, "answers.jsonl")}`,
    `--limit=${rows}`,
    "--plain-every=0",
    `--save-pool=${grown}`,
    ...(isThere ? [`--pool=${file}`] : []),
    ...flags,
  ]);
  if (end === null || error !== null) {
    context.notifier.error(
      {
        code: "poolNotWarm",
        message:
          error?.message ?? vscode.l10n.t("The run ended with code {0}.", exitCode ?? vscode.l10n.t("none")),
        nextStep: error?.nextStep ?? vscode.l10n.t("The pool is unchanged."),
      },
      nextSteps.showLog(),
    );
    return;
  }
  // What others added meanwhile stays: equal answers are kept once.
  const merged = [...(isThere ? [file] : []), grown];
  const before = isThere ? await answersIn(programs, file) : 0;
  await runPool(programs, ["merge", `--out=${file}`, "--overwrite", "--", ...merged]);
  const added = Math.max(0, (await answersIn(programs, file)) - before);
  context.notifier.information(addedText(added, end.answers, poolName(file)));
}

async function answersIn(programs: PoolPrograms, file: string): Promise<number> {
  return (await listPool(programs, file, { limit: 1 })).found;
}

function addedText(added: number, written: number, pool: string): string {
  if (added < written)
    return vscode.l10n.t("New to {2}: {0} of {1} answers.", String(added), String(written), pool);
  return written === 1
    ? vscode.l10n.t("1 answer was added to {0}.", pool)
    : vscode.l10n.t("{0} answers were added to {1}.", written, pool);
}

async function askPoolFile(prompt: string): Promise<string | null> {
  const name = path.basename(prompt, path.extname(prompt));
  const chosen = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("New pool for the answers"),
    saveLabel: vscode.l10n.t("Make Pool"),
    defaultUri: vscode.Uri.file(path.join(path.dirname(prompt), `${name}.laserpool`)),
    filters: { [vscode.l10n.t("Pool files")]: ["laserpool"] },
  });
  return chosen?.fsPath ?? null;
}

async function askRows(): Promise<number | null> {
  const rowsOf = (typed: string): number | null => {
    const rows = /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : 0;
    return rows >= 1 && rows <= MOST_ROWS ? rows : null;
  };
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rows to answer"),
    value: String(USUAL_ROWS),
    prompt: vscode.l10n.t("The first rows of the data set. Each takes as long as one answer."),
    validateInput: (text) =>
      rowsOf(text) === null ? vscode.l10n.t("A whole number from 1 to {0}", MOST_ROWS) : null,
  });
  return typed === undefined ? null : rowsOf(typed);
}
