// LASER: Choose Model: picks a model from the catalogue, the model folders or any GGUF file, and downloads
// catalogue models.
import path from "node:path";
import * as vscode from "vscode";
import { messageOf, unreachable, type ErrorText } from "../../core/base/index.ts";
import { fetchRequest, modelFilesRequest, modelsRequest } from "../../server/protocol/methods.ts";
import type { CatalogueModel, FoundModel, ModelChoice } from "../../server/protocol/worker.ts";
import { RequestFailed } from "../run/client.ts";
import { configurationOf, readSettings, writeSetting } from "../settings/config.ts";
import { nextSteps } from "../host/notify.ts";
import { CATALOGUE_PREFIX } from "../settings/settingValues.ts";
import { requireTrust } from "../host/trust.ts";
import type { CommandContext } from "./context.ts";
import { withServerProgress } from "./serverProgress.ts";

type Choice =
  | { readonly kind: "catalogue"; readonly model: CatalogueModel }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "browse" };
type Item = vscode.QuickPickItem & { readonly choice?: Choice };

/** Asks for a model and saves the choice in laser.model; downloads a catalogue model if it is missing. */
export async function chooseModel(context: CommandContext): Promise<void> {
  const { notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("download or load models"))) return;
  const settings = readSettings(notifier);
  if (settings === null) return;
  const written = configurationOf().get<string>("model") ?? "";
  const inUse = settings.model;
  const picked = await vscode.window.showQuickPick<Item>(items(context, settings.modelFolders, inUse), {
    title: vscode.l10n.t("Choose the model"),
    placeHolder: written === "" ? vscode.l10n.t("The demo model is in use") : written,
    matchOnDetail: true,
  });
  const choice = picked?.choice;
  if (choice === undefined) return;
  if (choice.kind === "browse") {
    const [file] = (await vscode.window.showOpenDialog({ filters: { GGUF: ["gguf"] } })) ?? [];
    if (file !== undefined) await keepFile(context, file.fsPath);
  } else if (choice.kind === "file") {
    await keepFile(context, choice.path);
  } else if (choice.model.path !== null || (await fetchModel(context, choice.model)) !== null) {
    await keep(context, CATALOGUE_PREFIX + choice.model.id, choice.model.title);
  }
}

/** Keeps a file whose head can be read; for another, says why it can't be loaded and offers to choose again. */
async function keepFile(context: CommandContext, file: string): Promise<void> {
  const { client, notifier } = context;
  const [described] = await client.request(modelFilesRequest, { folders: [file] }).catch((error: unknown) => {
    // Without the worker the run will tell.
    if (!(error instanceof RequestFailed)) throw error;
    return [];
  });
  if (described?.problem == null) {
    await keep(context, file, path.basename(file));
    return;
  }
  notifier.warning(described.problem, nextSteps.chooseModel());
}

async function items(
  { client, notifier }: CommandContext,
  folders: readonly string[],
  inUse: ModelInUse,
): Promise<Item[]> {
  const [catalogue, files] = await Promise.all([
    client.request(modelsRequest, null),
    folders.length === 0 ? [] : client.request(modelFilesRequest, { folders }),
  ]).catch((error: unknown): [readonly CatalogueModel[], readonly FoundModel[]] => {
    // A file can still be chosen by its path.
    if (!(error instanceof RequestFailed)) throw error;
    notifier.error(error.text);
    return [[], []];
  });
  const usable = files.filter(({ problem }) => problem === null);
  const others = files.filter(({ problem }) => problem !== null);
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const { path: used } = inUse;
  const isElsewhere = used !== undefined && !files.some(({ path: file }) => file === used);
  return [
    ...(isElsewhere
      ? [
          {
            label: `$(check) ${path.basename(used)}`,
            description: vscode.l10n.t("in use"),
            detail: path.dirname(used),
            choice: { kind: "file" as const, path: used },
          },
        ]
      : []),
    ...(catalogue.length > 0 ? [separator(vscode.l10n.t("Catalogue"))] : []),
    ...catalogue.map((model, at) => catalogueItem(model, isInUse(model, at, inUse))),
    ...(usable.length > 0 ? [separator(vscode.l10n.t("Your model folders"))] : []),
    ...usable.map((file) => fileItem(file, file.path === inUse.path)),
    separator(vscode.l10n.t("Elsewhere")),
    { label: vscode.l10n.t("$(folder-opened) Choose a GGUF file…"), choice: { kind: "browse" } },
    ...(others.length > 0 ? [separator(vscode.l10n.t("Can't be loaded"))] : []),
    // Without a choice: accepting one of these changes nothing.
    ...others.map(({ path: file, bytes, problem }) => ({
      label: `$(circle-slash) ${path.basename(file)}`,
      description: megabytes(bytes),
      detail: problem ?? "",
    })),
  ];
}

type ModelInUse = Pick<ModelChoice, "path" | "catalogueId">;

/** The first of the catalogue is the demo model, which is used where none is chosen. */
function isInUse({ id }: CatalogueModel, at: number, { path: file, catalogueId }: ModelInUse): boolean {
  return file === undefined && (catalogueId === undefined ? at === 0 : catalogueId === id);
}

/** E.g. "92 MB · in use". */
const withUse = (text: string, used: boolean): string =>
  used ? `${text} · ${vscode.l10n.t("in use")}` : text;

function fileItem(found: FoundModel, used: boolean): Item {
  const { path: file, bytes, parts, isHybrid } = found;
  const size = megabytes(bytes);
  const sizes = parts === 1 ? size : vscode.l10n.t("{0} in {1} parts", size, String(parts));
  const whole = [...headTexts(found), sizes].join(" · ");
  return {
    label: `$(${used ? "check" : "file-binary"}) ${path.basename(file)}`,
    description: withUse(
      isHybrid ? vscode.l10n.t("{0}, rejected drafts are evaluated again", whole) : whole,
      used,
    ),
    detail: path.dirname(file),
    choice: { kind: "file", path: file },
  };
}

/** E.g. "llama", "Q4_K_M", "context of 8,192 tokens": what the file's head says. */
function headTexts({ architecture, quantisation, contextTokens }: FoundModel): string[] {
  const context =
    contextTokens === null
      ? null
      : vscode.l10n.t("context of {0} tokens", contextTokens.toLocaleString(vscode.env.language));
  return [architecture, quantisation, context].filter((text) => text !== null);
}

function catalogueItem(model: CatalogueModel, used: boolean): Item {
  const there = model.path !== null;
  const size = megabytes(model.modelBytes);
  const toFetch =
    model.keptBytes > 0
      ? vscode.l10n.t("{0}, will be downloaded; {1} already here", size, keptText(model.keptBytes))
      : vscode.l10n.t("{0}, will be downloaded", size);
  return {
    label: `$(${used ? "check" : there ? "package" : "cloud-download"}) ${model.title}`,
    description: withUse(there ? vscode.l10n.t("{0}, on this machine", size) : toFetch, used),
    choice: { kind: "catalogue", model },
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Rounds down: never claims more than was kept. */
function keptText(bytes: number): string {
  return bytes < 1e6 ? `${Math.floor(bytes / 1e3)} kB` : `${Math.floor(bytes / 1e6)} MB`;
}

async function keep({ notifier }: CommandContext, value: string, name: string): Promise<void> {
  try {
    await writeSetting("model", value);
  } catch (error) {
    const reason = messageOf(error);
    notifier.warning(
      vscode.l10n.t("laser.model could not be written: {0}", reason),
      nextSteps.nativeSetting("laser.model"),
    );
    return;
  }
  notifier.information(vscode.l10n.t("Answers now come from {0}.", name), nextSteps.generate());
}

/**
 * Downloads a catalogue model, with progress and cancel. Returns its path, or null if it was cancelled or
 * failed.
 */
export async function fetchModel(context: CommandContext, model: CatalogueModel): Promise<string | null> {
  const { client, notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("download"))) return null;
  const title = vscode.l10n.t("Downloading {0}", model.title);
  const served = await withServerProgress(client, title, (runId) =>
    client.request(fetchRequest, { runId, catalogueId: model.id }),
  );
  switch (served.kind) {
    case "done":
      return served.result.path;
    case "cancelled":
      await showPartialDownload(context, model);
      return null;
    case "failed":
      return retryDownload(context, model, served.error.text);
    default:
      return unreachable(served);
  }
}

/** Says in a line that a download failed, and tries again if asked; the reasons are details. */
async function retryDownload(
  context: CommandContext,
  model: CatalogueModel,
  error: ErrorText,
): Promise<string | null> {
  const { log } = context;
  log.error(`${error.code}: ${error.message} ${error.nextStep}`);
  const again = vscode.l10n.t("Try Again");
  const file = vscode.l10n.t("Use a Model File…");
  const details = vscode.l10n.t("Details");
  const [reason = ""] = error.message.split(/[.\n]/);
  // Modal: a message that hides itself leaves a run that seems to do nothing.
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t("{0} could not be downloaded.", model.title),
    { modal: true, detail: reason },
    again,
    file,
    details,
  );
  if (chosen === again) return fetchModel(context, model);
  if (chosen === file) await chooseModel(context);
  if (chosen === details) log.show();
  return null;
}

/** Reports how much of a cancelled download is kept for the next one. */
async function showPartialDownload(
  { client, notifier }: CommandContext,
  { id, title }: CatalogueModel,
): Promise<void> {
  const catalogue = await client.request(modelsRequest, null).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    return [];
  });
  const bytes = catalogue.find((model) => model.id === id)?.keptBytes ?? 0;
  notifier.information(
    bytes > 0
      ? vscode.l10n.t(
          "The download of {0} was stopped. {1} are kept; the next download continues from there.",
          title,
          keptText(bytes),
        )
      : vscode.l10n.t("The download of {0} was stopped. Nothing was kept.", title),
    nextSteps.chooseModel(),
  );
}
