// LASER: Run over Data Set: asks for what is missing, runs `laser run` with the settings in effect, and shows its rows.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import * as Type from "typebox";
import { messageOf, parse, several } from "../../../core/base/index.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import { parsePrompty } from "../../../core/prompts/index.ts";
import { withParameters, type GenerationSettings } from "../../../core/settings/index.ts";
import { poolOfPrompt, readBeside } from "../../../server/files/prompts/index.ts";
import {
  runBatchProcess,
  type BatchEvent,
  type BatchOutcome,
  type BatchRows,
} from "../../batch/batchProcess.ts";
import { askChoices } from "../../batch/askChoices.ts";
import { choiceFlags, FIRST_CHOICES, RunChoicesSchema, type RunChoices } from "../../batch/runChoices.ts";
import { COMMANDS, EDITORS, LANGUAGE } from "../../host/catalogue.ts";
import { laserPrograms } from "../../host/laserProcess.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { readSettings } from "../../settings/config.ts";
import { generationFlags, modelFlags } from "../../settings/settingFlags.ts";
import { poolInUse } from "../../settings/poolInUse.ts";
import type { CommandContext } from "../context.ts";
import { checkPool, ensureModel } from "./generate.ts";

/** Paths that are given need not be asked for, as by a key binding or the button that continues a run. */
const ArgumentSchema = Type.Object({
  prompt: Type.Optional(Type.String()),
  data: Type.Optional(Type.String()),
  out: Type.Optional(Type.String()),
  mode: Type.Optional(Type.Enum(["begin", "resume", "overwrite"] as const)),
  choices: Type.Optional(RunChoicesSchema),
});

interface Asked {
  readonly prompt: string;
  readonly data: string;
  readonly out: string;
  readonly mode: "begin" | "resume" | "overwrite";
  readonly choices: RunChoices;
}

/** @param argument the prompt file, or the paths that are known */
export async function runDataSet(context: CommandContext, argument: unknown): Promise<void> {
  const { notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("run a data set"))) return;
  const asked = await ask(context, argument);
  if (asked === null) return;
  const run = await prepareRun(context, asked.prompt);
  if (run === null) return;
  const { settings, pool } = run;
  const args = [
    `--prompt=${asked.prompt}`,
    `--data=${asked.data}`,
    `--out=${asked.out}`,
    ...(asked.mode === "begin" ? [] : [`--${asked.mode}`]),
    ...choiceFlags(asked.choices, asked.out),
    ...(pool === null ? [] : [`--pool=${pool}`]),
    ...run.flags,
  ];
  const title = vscode.l10n.t("LASER: {0} over {1}", path.basename(asked.prompt), path.basename(asked.data));
  try {
    const outcome = await withRunProgress(context, title, args);
    await report(context, asked, outcome, STRATEGY_TRAITS[settings.strategy].strict);
  } catch (error) {
    notifier.error({
      code: "runNotStarted",
      message: vscode.l10n.t("The run could not be started: {0}.", messageOf(error)),
      nextStep: vscode.l10n.t("See the log, then try again."),
    });
  } finally {
    run.dispose();
  }
}

/** What `laser run` needs to know besides its files. */
export interface PreparedRun {
  readonly settings: GenerationSettings;
  /** The pool that the prompt drafts from; null: none. */
  readonly pool: string | null;
  /** The options for model and settings. */
  readonly flags: readonly string[];
  /** A folder for the run's own files, until it is disposed of. */
  readonly folder: string;
  readonly dispose: () => void;
}

/** null, after saying why, if the prompt can't be run with the settings in effect. */
export async function prepareRun(context: CommandContext, prompt: string): Promise<PreparedRun | null> {
  const configured = readSettings(context.notifier, vscode.Uri.file(prompt));
  if (configured === null) return null;
  const document = await vscode.workspace.openTextDocument(prompt);
  // The program reads the file, not the editor.
  if (document.isDirty && !(await document.save())) return null;
  const parsed = parsePrompty(document.getText(), readBeside(prompt));
  if (!checkPool(context, configured, { parsed }) || !(await ensureModel(context, configured))) return null;
  // The prompt file's own parameters override settings, and options would override both.
  const settings = withParameters(configured.generation, parsed.parameters);
  const poolFile = poolOfPrompt(parsed, prompt) ?? configured.poolFile;
  const folder = mkdtempSync(path.join(tmpdir(), "laser-run-"));
  let files = 0;
  const fileOf = (text: string): string => {
    const file = path.join(folder, `setting-${files++}`);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    ...{ settings, folder, pool: poolInUse({ ...configured, poolFile, generation: settings }) },
    flags: [...modelFlags(configured.model), ...generationFlags(settings, fileOf)],
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(context: CommandContext, argument: unknown): Promise<Asked | null> {
  const known =
    argument instanceof vscode.Uri ? { prompt: argument.fsPath } : (parse(ArgumentSchema, argument) ?? {});
  const prompt = known.prompt ?? (await askPrompt(context));
  if (prompt === null) return null;
  const data = known.data ?? (await askData(prompt));
  if (data === null) return null;
  const { out, mode } = known.out === undefined ? await askDestination(data) : { out: known.out, mode: null };
  if (out === null) return null;
  const how = known.mode ?? mode ?? (await askMode(out));
  if (how === null) return null;
  // A caller that names all files wants no questions.
  const isGiven = known.prompt !== undefined && known.data !== undefined && known.out !== undefined;
  const choices = known.choices ?? (isGiven ? FIRST_CHOICES : await askChoices(context.workspaceState, data));
  return choices === null ? null : { prompt, data, out, mode: how, choices };
}

/** The active prompt file, or one of the workspace. */
export async function askPrompt({ notifier }: CommandContext): Promise<string | null> {
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === LANGUAGE && active.uri.scheme === "file") return active.uri.fsPath;
  const found = await vscode.workspace.findFiles("**/*.prompty", "**/node_modules/**", 200);
  if (found.length === 0) {
    notifier.warning(
      vscode.l10n.t("There is no prompt file in this workspace: open a .prompty file."),
      nextSteps.openFile(),
    );
    return null;
  }
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), path: uri.fsPath }));
  const title = vscode.l10n.t("Prompt file that answers every row");
  return (await vscode.window.showQuickPick(items, { title }))?.path ?? null;
}

export async function askData(prompt: string): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Data set, or a table in which each row has an id"),
    openLabel: vscode.l10n.t("Use as Data Set"),
    defaultUri: vscode.Uri.file(path.dirname(prompt)),
    canSelectMany: false,
    filters: {
      [vscode.l10n.t("Data sets and tables")]: [
        "laserdata",
        "jsonl",
        "ndjson",
        "json",
        "csv",
        "tsv",
        "tab",
        "parquet",
        "gz",
      ],
    },
  });
  return picked?.[0]?.fsPath ?? null;
}

/** Where answers go unless another file is chosen, e.g. "items.answers.jsonl". */
function usualOut(data: string): string {
  const name = path
    .basename(data)
    .replace(/\.(?:laserdata|jsonl|ndjson|json|csv|tsv|tab|parquet)(?:\.gz)?$/i, "");
  return path.join(path.dirname(data), `${name}.answers.jsonl`);
}

/** Asks about an earlier run first: a dialog for saving would ask whether to overwrite what is to be resumed. */
async function askDestination(
  data: string,
): Promise<{ readonly out: string | null; readonly mode: Asked["mode"] | null }> {
  const usual = usualOut(data);
  if (!existsSync(usual)) return { out: await askOut(usual), mode: null };
  const other = { label: vscode.l10n.t("$(new-file) Write to another file…"), mode: null };
  const title = vscode.l10n.t("{0} exists", path.basename(usual));
  const picked = await vscode.window.showQuickPick([...modesOf(usual), other], { title });
  if (picked === undefined) return { out: null, mode: null };
  return picked.mode === null ? { out: await askOut(usual), mode: null } : { out: usual, mode: picked.mode };
}

async function askOut(usual: string): Promise<string | null> {
  const picked = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Where the answers go"),
    saveLabel: vscode.l10n.t("Write Answers"),
    defaultUri: vscode.Uri.file(usual),
    filters: { [vscode.l10n.t("JSON lines")]: ["jsonl"] },
  });
  return picked?.fsPath ?? null;
}

/** What to do with an existing output. */
async function askMode(out: string): Promise<Asked["mode"] | null> {
  if (!existsSync(out)) return "begin";
  const title = vscode.l10n.t("{0} exists", path.basename(out));
  return (await vscode.window.showQuickPick(modesOf(out), { title }))?.mode ?? null;
}

/** A run can be resumed only beside its journal. */
function modesOf(out: string) {
  const resume = { label: vscode.l10n.t("$(debug-continue) Resume that run"), mode: "resume" } as const;
  const overwrite = {
    label: vscode.l10n.t("$(trash) Replace it with a new run"),
    mode: "overwrite",
  } as const;
  return existsSync(`${out}.journal`) ? [resume, overwrite] : [overwrite];
}

export async function withRunProgress(
  context: CommandContext,
  title: string,
  args: readonly string[],
): Promise<BatchOutcome> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const stopping = new AbortController();
    let reported = 0;
    const onEvent = (event: BatchEvent): void => {
      if (event.kind !== "rows") {
        if (event.kind === "step" || event.kind === "note") progress.report({ message: event.message });
        return;
      }
      const percent =
        event.rows === null || event.rows === 0 ? 0 : Math.floor((100 * event.done) / event.rows);
      progress.report({ message: rowsText(event), increment: Math.max(0, percent - reported) });
      reported = Math.max(reported, percent);
    };
    const running = runBatchProcess(laserPrograms(context, "laser run"), args, onEvent, stopping.signal);
    const listening = cancelled.onCancellationRequested(() => {
      stopping.abort();
      // VS Code takes the notification away at once; the answers in progress may take minutes.
      const finishing = {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t("LASER: finishing the answers in progress…"),
      };
      void vscode.window.withProgress(finishing, () => running.catch(() => undefined));
    });
    try {
      return await running;
    } finally {
      listening.dispose();
    }
  });
}

/** E.g. "12 of 100 rows, 1 failed, EDL 2.91, 1.90× plain (2 of 3 rows both ways), 63 s left". */
function rowsText({ done, rows, failed, edl, plainRatio, plainRows, secondsLeft }: BatchRows): string {
  return [
    rows === null ? several(done, "row") : vscode.l10n.t("{0} of {1} rows", done, rows),
    ...(failed === 0 ? [] : [vscode.l10n.t("{0} failed", failed)]),
    ...(edl === null ? [] : [`EDL ${edl.toFixed(2)}`]),
    ...(plainRatio === null ? [] : [ratioText(plainRatio, plainRows)]),
    ...(secondsLeft === null ? [] : [vscode.l10n.t("{0} s left", Math.round(secondsLeft))]),
  ].join(", ");
}

/** How many rows the ratio is measured on: two rows say little, which the ratio alone would hide. */
function ratioText(ratio: number, rows: BatchRows["plainRows"]): string {
  const times = ratio.toFixed(2);
  if (rows === null) return vscode.l10n.t("{0}× plain", times);
  const { used, failed, withoutPlain } = rows;
  const all = used + failed + withoutPlain;
  return all === used
    ? vscode.l10n.t("{0}× plain ({1} both ways)", times, several(used, "row"))
    : vscode.l10n.t("{0}× plain ({1} of {2} both ways)", times, used, several(all, "row"));
}

async function report(
  { notifier }: CommandContext,
  asked: Asked,
  { end, exitCode, error }: BatchOutcome,
  isStrict: boolean,
): Promise<void> {
  const out = vscode.Uri.file(asked.out);
  const resume = {
    label: vscode.l10n.t("Resume"),
    command: COMMANDS.runDataSet,
    arguments: [{ ...asked, mode: "resume" }],
  };
  if (end === null || error !== null) {
    const ended = vscode.l10n.t("The run ended with code {0}.", exitCode ?? vscode.l10n.t("none"));
    const message = error?.message ?? ended;
    const nextStep = error?.nextStep ?? vscode.l10n.t("The rows written until then are kept.");
    const steps = existsSync(`${asked.out}.journal`) && end === null ? [resume] : [];
    notifier.error({ code: "runFailed", message, nextStep }, ...steps, nextSteps.showLog());
  } else {
    const relaxed = isStrict ? "" : vscode.l10n.t(" Their texts are relaxed output.");
    const unusable =
      end.notUsable === 0
        ? ""
        : vscode.l10n.t(
            " The summary lists {0} of the data that can't be used.",
            several(end.notUsable, "line"),
          );
    const rows = `${several(end.answers, "answer")}, ${several(end.failures, "failed row")}.${unusable}${relaxed}`;
    if (end.reason === "complete") notifier.information(rows);
    else notifier.information(vscode.l10n.t("The run was stopped: {0}", rows), resume);
  }
  if (existsSync(asked.out)) await vscode.commands.executeCommand("vscode.openWith", out, EDITORS.runTable);
}
