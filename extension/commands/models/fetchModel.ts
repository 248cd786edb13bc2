// Downloads a model with progress and cancel, says what a stopped download keeps, and tries again.
import * as vscode from "vscode";
import { unreachable, type ErrorText } from "../../../core/base/index.ts";
import {
  fetchHubRequest,
  fetchRequest,
  hubModelsRequest,
  modelsRequest,
  type RunId,
} from "../../../server/protocol/methods.ts";
import type { CatalogueModel } from "../../../server/protocol/worker.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { RequestFailed } from "../../run/client.ts";
import type { CommandContext } from "../context.ts";
import { keptText } from "./modelItems.ts";
import { withServerProgress } from "../serverProgress.ts";

/** Something that can be downloaded. */
interface Download {
  readonly title: string;
  readonly fetch: (runId: RunId) => Promise<{ readonly path: string }>;
  /** Bytes that a stopped download left. */
  readonly kept: () => Promise<number>;
}

export type Fetched =
  | { readonly kind: "done"; readonly path: string }
  | { readonly kind: "failed" }
  /** The user would rather choose something else. */
  | { readonly kind: "another" };

/** Downloads a catalogue model; failures are shown. */
export function fetchModel(context: CommandContext, { id, title }: CatalogueModel): Promise<Fetched> {
  const { client } = context;
  return download(context, {
    title,
    fetch: (runId) => client.request(fetchRequest, { runId, catalogueId: id }),
    kept: async () =>
      (await client.request(modelsRequest, null)).find((model) => model.id === id)?.keptBytes ?? 0,
  });
}

/** Downloads a model of the hub, or continues; failures are shown. */
export function fetchHubModel(context: CommandContext, name: string): Promise<Fetched> {
  const { client } = context;
  return download(context, {
    title: name,
    fetch: (runId) => client.request(fetchHubRequest, { runId, hubName: name }),
    kept: async () =>
      (await client.request(hubModelsRequest, null)).find((model) => model.name === name)?.keptBytes ?? 0,
  });
}

async function download(context: CommandContext, wanted: Download): Promise<Fetched> {
  if (!requireTrust(context.notifier, vscode.l10n.t("download"))) return { kind: "failed" };
  const title = vscode.l10n.t("Downloading {0}", wanted.title);
  const served = await withServerProgress(context.client, title, wanted.fetch);
  switch (served.kind) {
    case "done":
      return { kind: "done", path: served.result.path };
    case "cancelled":
      await showPartialDownload(context, wanted);
      return { kind: "failed" };
    case "failed":
      return retryDownload(context, wanted, served.error.text);
    default:
      return unreachable(served);
  }
}

/** Says in a line that a download failed, and tries again if asked; the reasons are details. */
async function retryDownload(context: CommandContext, wanted: Download, error: ErrorText): Promise<Fetched> {
  const { log } = context;
  log.error(`${error.code}: ${error.message} ${error.nextStep}`);
  const again = vscode.l10n.t("Try Again");
  const other = vscode.l10n.t("Choose Another Model…");
  const details = vscode.l10n.t("Details");
  const [reason = ""] = error.message.split(/[.\n](?:\s|$)/);
  // Modal: a message that hides itself leaves a run that seems to do nothing.
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t("{0} could not be downloaded.", wanted.title),
    { modal: true, detail: error.code === "hubNoModel" ? `${reason}. ${error.nextStep}` : reason },
    again,
    other,
    details,
  );
  if (chosen === again) return download(context, wanted);
  if (chosen === other) return { kind: "another" };
  if (chosen === details) log.show();
  return { kind: "failed" };
}

/** Reports how much of a cancelled download is kept for the next one. */
async function showPartialDownload({ notifier }: CommandContext, wanted: Download): Promise<void> {
  const bytes = await wanted.kept().catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    return 0;
  });
  notifier.information(
    bytes > 0
      ? vscode.l10n.t(
          "The download of {0} was stopped. {1} are kept; the next download continues from there.",
          wanted.title,
          keptText(bytes),
        )
      : vscode.l10n.t("The download of {0} was stopped. Nothing was kept.", wanted.title),
    nextSteps.chooseModel(),
  );
}
