// The rows of LASER: Choose Model: the catalogue, files of folders and of other programs, downloads, and whether each fits.
import path from "node:path";
import * as vscode from "vscode";
import type {
  CatalogueModel,
  FoundModel,
  HubModelState,
  ModelChoice,
} from "../../../server/protocol/worker.ts";
import { fitText } from "../../shared/modelFit.ts";

export type Choice =
  | { readonly kind: "catalogue"; readonly model: CatalogueModel }
  | { readonly kind: "file"; readonly path: string }
  /** A download that was stopped, or a name that was typed. */
  | { readonly kind: "hub"; readonly name: string }
  | { readonly kind: "askHub" }
  | { readonly kind: "browse" }
  /** A folder that is searched from now on. */
  | { readonly kind: "addFolder" };
export type ModelItem = vscode.QuickPickItem & { readonly choice?: Choice };
export interface ModelInUse extends Pick<ModelChoice, "path" | "catalogueId"> {
  /** Its path names no file. */
  readonly isMissing: boolean;
}

export interface KnownModels {
  readonly catalogue: readonly CatalogueModel[];
  /** Of the user's folders and of other programs. */
  readonly files: readonly FoundModel[];
  readonly hub: readonly HubModelState[];
}

export function modelItems({ catalogue, files, hub }: KnownModels, inUse: ModelInUse): ModelItem[] {
  const usable = files.filter(({ problem }) => problem === null);
  const others = files.filter(({ problem }) => problem !== null);
  const own = usable.filter(({ of }) => of === null);
  const ofApps = usable.filter(({ of }) => of !== null);
  const { path: used } = inUse;
  const isElsewhere = used !== undefined && ![...files, ...hub].some(({ path: file }) => file === used);
  return [
    ...(isElsewhere
      ? [
          {
            label: `$(check) ${path.basename(used)}`,
            description: inUse.isMissing ? withUse(fileMissing(), true) : vscode.l10n.t("in use"),
            detail: path.dirname(used),
            // Without a choice: a file that is missing can't be chosen again.
            ...(inUse.isMissing ? {} : { choice: { kind: "file" as const, path: used } }),
          },
        ]
      : []),
    ...below(
      vscode.l10n.t("Catalogue"),
      catalogue.map((model, at) => catalogueItem(model, isInUse(model, at, inUse))),
    ),
    ...below(
      vscode.l10n.t("Of Hugging Face"),
      hub.map((model) => hubItem(model, model.path !== null && model.path === used)),
    ),
    ...below(
      vscode.l10n.t("Your model folders"),
      own.map((file) => fileItem(file, file.path === used)),
    ),
    ...below(
      vscode.l10n.t("Of other programs"),
      ofApps.map((file) => fileItem(file, file.path === used)),
    ),
    separator(vscode.l10n.t("Elsewhere")),
    {
      label: vscode.l10n.t("$(cloud-download) Download from Hugging Face…"),
      description: vscode.l10n.t("or type user/repo here"),
      choice: { kind: "askHub" },
    },
    { label: vscode.l10n.t("$(folder-opened) Choose a GGUF file…"), choice: { kind: "browse" } },
    {
      label: vscode.l10n.t("$(new-folder) Add Folder…"),
      description: vscode.l10n.t("its GGUF files are listed here"),
      choice: { kind: "addFolder" },
    },
    // Without a choice: accepting one of these changes nothing.
    ...below(
      vscode.l10n.t("Can't be loaded"),
      others.map(({ path: file, of, bytes, problem }) => ({
        label: `$(circle-slash) ${of?.name ?? path.basename(file)}`,
        description: fileSize(bytes),
        detail: problem ?? "",
      })),
    ),
  ];
}

/** The row for a name that is being typed, which no filter hides. */
export const typedItem = (name: string): ModelItem => ({
  label: vscode.l10n.t("$(cloud-download) Download {0} from Hugging Face", name),
  description: vscode.l10n.t("checked by its SHA-256"),
  alwaysShow: true,
  choice: { kind: "hub", name },
});

const separator = (label: string): ModelItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
const below = (label: string, items: ModelItem[]): ModelItem[] =>
  items.length === 0 ? [] : [separator(label), ...items];

/** The first of the catalogue is the demo model, which is used if none is chosen. */
function isInUse({ id }: CatalogueModel, at: number, { path: file, catalogueId }: ModelInUse): boolean {
  return file === undefined && (catalogueId === undefined ? at === 0 : catalogueId === id);
}

/** E.g. "92 MB · in use". */
const withUse = (text: string, used: boolean): string =>
  used ? `${text} · ${vscode.l10n.t("in use")}` : text;

function fileItem(found: FoundModel, used: boolean): ModelItem {
  const { path: file, bytes, parts, isHybrid, of, fit } = found;
  const size = fileSize(bytes);
  const sizes = parts === 1 ? size : vscode.l10n.t("{0} in {1} parts", size, String(parts));
  const whole = [...headTexts(found), sizes].join(" · ");
  const folder = of === null ? path.dirname(file) : `${of.app}: ${path.dirname(file)}`;
  return {
    label: `$(${used ? "check" : "file-binary"}) ${of?.name ?? path.basename(file)}`,
    description: withUse(
      isHybrid ? vscode.l10n.t("{0}, rejected drafts are evaluated again", whole) : whole,
      used,
    ),
    // First what decides: the end of a long row is cut.
    detail: [...(fit === null ? [] : [fitText(fit)]), folder].join(" · "),
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

function catalogueItem(model: CatalogueModel, used: boolean): ModelItem {
  const there = model.path !== null;
  const size = megabytes(model.modelBytes);
  const toFetch =
    model.keptBytes > 0
      ? vscode.l10n.t("{0}, will be downloaded; {1} already here", size, keptText(model.keptBytes))
      : vscode.l10n.t("{0}, will be downloaded", size);
  const state = there ? vscode.l10n.t("{0}, on this machine", size) : toFetch;
  return {
    label: `$(${used ? "check" : there ? "package" : "cloud-download"}) ${model.title}`,
    description: withUse([state, model.licence].join(" · "), used),
    ...(model.fit !== null && { detail: fitText(model.fit) }),
    choice: { kind: "catalogue", model },
  };
}

function hubItem({ name, bytes, keptBytes, path: file }: HubModelState, used: boolean): ModelItem {
  const size = megabytes(bytes);
  if (file === null)
    return {
      label: `$(cloud-download) ${name}`,
      description: vscode.l10n.t("continue the download: {0} of {1} are here", keptText(keptBytes), size),
      choice: { kind: "hub", name },
    };
  return {
    label: `$(${used ? "check" : "package"}) ${name}`,
    description: withUse(vscode.l10n.t("{0}, on this machine", size), used),
    detail: path.dirname(file),
    choice: { kind: "file", path: file },
  };
}

const fileMissing = (): string => vscode.l10n.t("file missing");

const fileSize = (bytes: number | null): string => (bytes === null ? fileMissing() : megabytes(bytes));

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** Rounds down: never claims more than was kept. */
export function keptText(bytes: number): string {
  return bytes < 1e6 ? `${Math.floor(bytes / 1e3)} kB` : `${Math.floor(bytes / 1e6)} MB`;
}
