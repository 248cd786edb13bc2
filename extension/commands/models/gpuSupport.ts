// LASER: Show Devices and LASER: Install GPU Support: the back ends of this machine, and fetching CUDA's.
import * as vscode from "vscode";
import { unreachable, t } from "../../../core/base/index.ts";
import { devicesRequest, installBackendRequest } from "../../../server/protocol/methods.ts";
import type { BackendReport, DeviceReport, InstallOffer } from "../../../server/protocol/worker.ts";
import { COMMANDS } from "../../host/catalogue.ts";
import { nextSteps, type NextStep } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { BACKEND_NAMES, GPU_CHOICE_NAMES } from "../../../core/settings/index.ts";
import type { CommandContext } from "../context.ts";
import { withServerProgress, type Served } from "../serverProgress.ts";

type Item = vscode.QuickPickItem & { readonly act?: () => Promise<void> };

/** Lists the back ends; those not tried on this machine yet are tried first, or all of them `again`. */
export async function showDevices(context: CommandContext, again = false): Promise<void> {
  if (!requireTrust(context.notifier, vscode.l10n.t("try devices"))) return;
  const report = await survey(context, again);
  if (report === null) return;
  const items: Item[] = [
    ...report.backends.map((one) => backendItem(one, report.chosen)),
    { label: t("$(circuit-board) CPU"), description: report.chosen === "cpu" ? inUse() : "" },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t("$(refresh) Try All Again"), act: () => showDevices(context, true) },
    ...(report.offers.length === 0
      ? []
      : [
          {
            label: vscode.l10n.t("$(cloud-download) Install GPU Support…"),
            act: () => installGpuSupport(context),
          },
        ]),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Devices for models"),
    matchOnDetail: true,
  });
  await picked?.act?.();
}

/** Says size, licence and source of CUDA's back end, and fetches it if the user agrees. */
export async function installGpuSupport(context: CommandContext): Promise<void> {
  const { client, notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("download"))) return;
  const offers = (await survey(context, false))?.offers;
  if (offers === undefined) return;
  if (offers.length === 0) {
    notifier.information(vscode.l10n.t("Nothing can be installed for this machine's platform."), showStep());
    return;
  }
  const offer = await chooseOffer(offers);
  if (offer === undefined || !(await confirm(offer))) return;
  const title = vscode.l10n.t("Installing {0}", offer.packageName);
  const served = await withServerProgress(client, title, (runId) =>
    client.request(installBackendRequest, { runId, backend: offer.id }),
  );
  const report = resultOf(context, served, vscode.l10n.t("The installation was stopped. Nothing was kept."));
  const cuda = report?.backends.find(({ backend }) => backend === "cuda")?.state;
  if (cuda?.kind === "usable")
    notifier.information(
      vscode.l10n.t(
        "CUDA works on {0}. Models use it after a restart of the server.",
        cuda.devices.map(({ description }) => description).join(", "),
      ),
      nextSteps.restart(),
    );
  else if (cuda?.kind === "refused")
    notifier.warning(
      vscode.l10n.t("CUDA is installed but can't be used: {0}. {1}", cuda.reason, cuda.nextStep),
      showStep(),
    );
}

async function survey(context: CommandContext, again: boolean): Promise<DeviceReport | null> {
  const { client } = context;
  const title = vscode.l10n.t("Looking for devices");
  const served = await withServerProgress(client, title, (runId) =>
    client.request(devicesRequest, { runId, again }),
  );
  return resultOf(context, served, null);
}

/** The result; null after the reason why there is none was shown. */
function resultOf<Result>(
  { notifier }: CommandContext,
  served: Served<Result>,
  stopped: string | null,
): Result | null {
  switch (served.kind) {
    case "done":
      return served.result;
    case "cancelled":
      if (stopped !== null) notifier.information(stopped);
      return null;
    case "failed":
      notifier.error(served.error.text, nextSteps.showLog());
      return null;
    default:
      return unreachable(served);
  }
}

async function chooseOffer(offers: readonly InstallOffer[]): Promise<InstallOffer | undefined> {
  if (offers.length === 1) return offers[0];
  const items = offers.map((offer) => ({
    label: offer.packageName,
    description: megabytes(offer.packedBytes),
    detail: vscode.l10n.t("Needs NVIDIA's driver and the runtime of {0} on this machine.", offer.needs),
    offer,
  }));
  const title = vscode.l10n.t("GPU support to install");
  return (await vscode.window.showQuickPick(items, { title }))?.offer;
}

async function confirm({
  packageName,
  version,
  licence,
  source,
  packedBytes,
  unpackedBytes,
  needs,
}: InstallOffer): Promise<boolean> {
  const install = vscode.l10n.t("Install");
  const detail = [
    vscode.l10n.t("Size: {0} to download, {1} on disk", megabytes(packedBytes), megabytes(unpackedBytes)),
    vscode.l10n.t(
      "Licence: {0} (llama.cpp and node-llama-cpp); NVIDIA's libraries are not part of it",
      licence,
    ),
    vscode.l10n.t("Source: {0}, checked by its SHA-512", source),
    vscode.l10n.t("Needs: NVIDIA's driver, and the runtime of {0} (libcudart and libcublas)", needs),
  ].join("\n");
  const question = vscode.l10n.t("Install {0} {1}?", packageName, version);
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, install)) === install;
}

function backendItem({ backend, state }: BackendReport, chosen: DeviceReport["chosen"]): Item {
  const name = BACKEND_NAMES[backend];
  switch (state.kind) {
    case "usable":
      return {
        label: `$(check) ${name}`,
        description: chosen === backend ? inUse() : "",
        detail: `${state.devices.map(({ description, name }) => `${description} (${name})`).join(", ")}, ${Math.floor(state.totalBytes / 1e9)} GB`,
      };
    case "refused":
      return { label: `$(error) ${name}`, detail: `${state.reason}. ${state.nextStep}` };
    case "notInstalled":
      return { label: `$(circle-slash) ${name}`, description: vscode.l10n.t("not installed") };
    default:
      return unreachable(state);
  }
}

const inUse = (): string => vscode.l10n.t('taken by "{0}"', GPU_CHOICE_NAMES.auto);

const showStep = (): NextStep => ({
  label: vscode.l10n.t("Show Devices"),
  command: COMMANDS.showDevices,
});

const megabytes = (bytes: number | null): string =>
  bytes === null ? vscode.l10n.t("size not known") : `${Math.ceil(bytes / 1e6)} MB`;
