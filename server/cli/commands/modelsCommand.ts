// `laser models`: lists, fetches and checks the models of the catalogue.
import { access, constants } from "node:fs/promises";
import type { Command } from "commander";
import {
  checkModel,
  DEMO_MODEL,
  ensureModel,
  findModelFiles,
  listModels,
  MODEL_FAULTS,
  ModelError,
  SOURCE_KINDS,
  type FoundModel,
  type ModelState,
  type SourceKind,
} from "../../engine/index.ts";
import { describeFault } from "../../../core/base/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { CliError } from "../errors.ts";
import { collectPaths } from "../files/paths.ts";
import { print, writeOut } from "../terminal/output.ts";
import { stoppable, type Show } from "../terminal/stoppable.ts";

/** What a stop leaves. */
const KEPT = "the part already downloaded is kept for the next fetch";

/** Adds `models`, `models list`, `models fetch [ID]` and `models check [ID]`. They throw ModelError. */
export function addModelsCommand(program: Command): void {
  const models = program.command("models").description("list, fetch and check model files");
  models
    .command("list", { isDefault: true })
    .description(
      "list the models that can be fetched, or the GGUF files of folders and which of them can be loaded",
    )
    .argument("[folders...]", "folders with GGUF files; searched four levels deep", collectPaths)
    .action(async (folders: readonly string[] | undefined = []) => {
      if (folders.length === 0) writeOut(modelTable(await listModels()));
      for (const folder of folders) await checkReadable(folder);
      if (folders.length > 0) writeOut(fileTable(await findModelFiles(folders)));
    });
  models
    .command("fetch")
    .description("fetch a model, check it and convert it for fast verification")
    .argument("[id]", "the model", DEMO_MODEL)
    .option("--source <kind>", `only from this source: ${SOURCE_KINDS.join(" or ")}`)
    .action(async (id: string, options: { source?: string }) => {
      const sources = options.source === undefined ? undefined : [parseSource(options.source)];
      await stoppable(KEPT, (signal, show) => fetchShown(id, sources, signal, show));
    });
  models
    .command("check")
    .description("read a model file in full and compare its SHA-256")
    .argument("[id]", "the model", DEMO_MODEL)
    .action(async (id: string) => {
      const state = await stoppable(KEPT, (signal, { onProgress }) => checkModel(id, { signal, onProgress }));
      if (state !== null) print(`${state.path}\nSHA-256 ${state.file.sha256}, as expected`);
    });
}

async function fetchShown(
  id: string,
  sources: readonly SourceKind[] | undefined,
  signal: AbortSignal,
  { onProgress, say }: Show,
): Promise<void> {
  const model = await ensureModel(id, {
    sources,
    signal,
    onProgress,
    retryConversion: true,
    onSourceFailure: ({ source, fault }) => {
      say(`${source}: ${describeFault(MODEL_FAULTS, fault).message} Trying the next source.`);
    },
  });
  if (model.conversionFault !== null) {
    const { message, nextStep } = describeFault(MODEL_FAULTS, model.conversionFault);
    say(`Warning: ${message} ${nextStep}`);
  }
  say(`${id} (${model.quantisation}) is ready, SHA-256 ${model.sha256}`);
  print(model.path);
}

/** Finding nothing in a folder is not the same as not finding it. @throws CliError modelsUnreadable */
async function checkReadable(folder: string): Promise<void> {
  await access(folder, constants.R_OK).catch((error: unknown) => {
    const reason = errorCode(error) === "ENOENT" ? "there is nothing there" : unreadableReason(error);
    throw new CliError({ tag: "modelsUnreadable", path: folder, reason }, { cause: error });
  });
}

/** What can be loaded, then what can't, each with its reason. */
export function fileTable(files: readonly FoundModel[]): string {
  const usable = files.filter(({ problem }) => problem === null);
  const others = files.filter(({ problem }) => problem !== null);
  if (files.length === 0) return "no GGUF files there\n";
  const rows = usable.map(({ path, bytes, parts, architecture, quantisation, contextTokens, isHybrid }) => [
    `${bytes === null ? "missing" : `${Math.ceil(bytes / 1e6)} MB`}${parts === 1 ? "" : ` in ${parts} parts`}`,
    architecture ?? "unknown",
    quantisation ?? "unknown",
    contextTokens === null ? "unknown" : String(contextTokens),
    isHybrid ? "hybrid: rejected drafts are evaluated again" : "",
    path,
  ]);
  const table =
    rows.length === 0
      ? ""
      : aligned([["SIZE", "ARCHITECTURE", "WEIGHTS", "CONTEXT", "NOTE", "PATH"], ...rows]);
  const reasons = others.map(({ path, problem }) => `${path}\n  ${problem}\n`);
  if (reasons.length === 0) return table;
  return `${table}${table === "" ? "" : "\n"}Can't be loaded:\n${reasons.join("")}`;
}

function parseSource(source: string): SourceKind {
  const kind = SOURCE_KINDS.find((known) => known === source);
  if (kind === undefined) throw new ModelError({ tag: "unknownSource", source, known: SOURCE_KINDS });
  return kind;
}

/** One line per model below a heading, columns aligned. */
export function modelTable(models: readonly ModelState[]): string {
  const rows = [
    ["ID", "TITLE", "SIZE", "STATE", "PATH"],
    ...models.map(({ entry, file, state, checkedAt, path }) => [
      entry.id,
      `${entry.title} ${file.quantisation}`,
      `${Math.round(file.bytes / 1e6)} MB`,
      checkedAt === null ? state : `checked ${checkedAt.slice(0, 10)}`,
      path,
    ]),
  ];
  return aligned(rows);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd() + "\n",
    )
    .join("");
}
