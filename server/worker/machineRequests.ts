// Requests about this machine and its cache, which need no model: fetching one, and the back ends.
import {
  BACKEND_NAMES,
  ensureModel,
  installBackend,
  packageOf,
  surveyDevices,
  thisMachine,
  type DeviceReport,
} from "../engine/index.ts";
import type { WorkerResults } from "../protocol/worker.ts";
import { shareOf } from "./loadModel.ts";

export interface MachineHooks {
  readonly signal: AbortSignal;
  readonly report: (message: string, share: number | null) => void;
  readonly log: (line: string) => void;
}

/** Fetches a model of the catalogue unless it is already there. @throws ModelError; the signal's AbortError */
export async function fetchModel(
  catalogueId: string,
  { signal, report, log }: MachineHooks,
): Promise<WorkerResults["fetch"]> {
  const { path, quantisation, conversionFault } = await ensureModel(catalogueId, {
    signal,
    onProgress: ({ message, doneBytes, totalBytes }) => {
      report(message, shareOf(doneBytes, totalBytes));
    },
  });
  if (conversionFault !== null) log(`warning: ${conversionFault.tag}: ${path} is used`);
  return { path, quantisation };
}

/** The back ends of this machine; `again`: each is tried, whatever an earlier trial said. */
export function devicesHere(again: boolean, { signal, report, log }: MachineHooks): Promise<DeviceReport> {
  return surveyDevices({
    again,
    signal,
    onTrial: (backend) => {
      report(`trying ${BACKEND_NAMES[backend]}`, null);
    },
    log,
  });
}

/** Fetches a back end and tries it. */
export async function installHere(backend: string, hooks: MachineHooks): Promise<DeviceReport> {
  const machine = thisMachine();
  await installBackend(packageOf(backend, machine), {
    machine,
    signal: hooks.signal,
    onProgress: ({ message, doneBytes, totalBytes }) => {
      hooks.report(message, shareOf(doneBytes, totalBytes));
    },
  });
  return devicesHere(false, hooks);
}
