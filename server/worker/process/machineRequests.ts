// Requests about this machine and its cache, which need no model: fetching one, and the back ends.
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import { homedir } from "node:os";
import {
  appFolders,
  ensureHubModel,
  ensureModel,
  findModels,
  installBackend,
  isRunning,
  listHubModels,
  packageOf,
  surveyDevices,
  thisMachine,
  type DeviceReport,
} from "../../engine/index.ts";
import { unreachable } from "../../../core/base/index.ts";
import type { WorkerRequest, WorkerResults } from "../../protocol/worker.ts";
import { catalogueModels, reportBytes } from "../model/loadModel.ts";

export interface MachineHooks {
  readonly signal: AbortSignal;
  readonly report: (message: string, share: number | null) => void;
  readonly log: (line: string) => void;
}

type MachineKind =
  | "models"
  | "modelFiles"
  | "hubModels"
  | "devices"
  | "installBackend"
  | "fetch"
  | "fetchHub";
export type MachineRequest = Extract<WorkerRequest, { readonly kind: MachineKind }>;

/** Answers a request that needs no model. @throws as the functions below */
export function aboutMachine(
  request: MachineRequest,
  hooks: MachineHooks,
): Promise<WorkerResults[MachineKind]> {
  switch (request.kind) {
    case "models":
      return catalogueModels(request.fitFor);
    case "modelFiles":
      return modelFilesHere(request, hooks.signal);
    case "hubModels":
      return listHubModels();
    case "devices":
      return devicesHere(request.again, hooks);
    case "installBackend":
      return installHere(request.backend, hooks);
    case "fetch":
      return fetchModel(request.catalogueId, hooks);
    case "fetchHub":
      return fetchHubModel(request.hubName, hooks);
    default:
      return unreachable(request);
  }
}

/** Fetches a model of the catalogue unless it is already there. @throws ModelError; the signal's AbortError */
async function fetchModel(
  catalogueId: string,
  { signal, report, log }: MachineHooks,
): Promise<WorkerResults["fetch"]> {
  const { path, quantisation, conversionFault } = await ensureModel(catalogueId, {
    signal,
    onProgress: reportBytes(report),
  });
  if (conversionFault !== null) log(`warning: ${conversionFault.tag}: ${path} is used`);
  return { path, quantisation };
}

/** Fetches a model of the hub, or what a stopped download left. @throws ModelError; the signal's AbortError */
async function fetchHubModel(
  hubName: string,
  { signal, report }: MachineHooks,
): Promise<WorkerResults["fetchHub"]> {
  const { path } = await ensureHubModel(hubName, {
    signal,
    onProgress: reportBytes(report),
  });
  return { path };
}

/** The files of folders, and of other programs if asked for. @throws the signal's reason */
function modelFilesHere(
  {
    folders,
    fitFor,
    ofApps = false,
  }: Omit<Extract<WorkerRequest, { readonly kind: "modelFiles" }>, "kind" | "id">,
  signal: AbortSignal,
): Promise<WorkerResults["modelFiles"]> {
  return findModels(folders, {
    apps: ofApps ? appFolders(process.env, process.platform, homedir()) : [],
    fitFor,
    signal,
  });
}

/** The back ends of this machine; `again`: each is tried, whatever an earlier trial said. */
function devicesHere(again: boolean, { signal, report, log }: MachineHooks): Promise<DeviceReport> {
  return surveyDevices({
    again,
    signal,
    isOpen: isRunning, // By the model of this process, which may be what fills the GPU.
    onTrial: (backend) => {
      report(`trying ${BACKEND_NAMES[backend]}`, null);
    },
    log,
  });
}

/** Fetches a back end and tries it. */
async function installHere(backend: string, hooks: MachineHooks): Promise<DeviceReport> {
  const machine = thisMachine();
  await installBackend(packageOf(backend, machine), {
    machine,
    signal: hooks.signal,
    onProgress: reportBytes(hooks.report),
  });
  return devicesHere(false, hooks);
}
