// Every back end of this machine with its state, and what can be installed.
import { homedir } from "node:os";
import { describeFault } from "../../../core/base/index.ts";
import { backendsOf, type GpuBackend, type Machine } from "./backends.ts";
import { describeRefusal, decisiveFault, thisMachine, tryFiles, type ChooseOptions } from "./choose.ts";
import { packagesFor } from "./install/packages.ts";
import { userRegistry } from "./install/registry.ts";
import type { BackendState, DeviceReport, InstallOffer } from "./report.ts";
import { TRIAL_FAULTS } from "./trialFaults.ts";

/**
 * Tries what has not been tried yet, or everything `again`.
 * @throws the signal's reason when stopped
 */
export async function surveyDevices(options: ChooseOptions = {}): Promise<DeviceReport> {
  const { machine = thisMachine() } = options;
  const backends = [];
  for (const backend of backendsOf(machine))
    backends.push({ backend, state: await stateOf(backend, { ...options, machine }) });
  const chosen = backends.find(({ state }) => state.kind === "usable")?.backend ?? "cpu";
  return { backends, chosen, offers: await installOffers(machine) };
}

/** What can be fetched for this machine, as a user is asked about it. */
export async function installOffers(machine: Machine = thisMachine()): Promise<readonly InstallOffer[]> {
  const source = await userRegistry(process.env, homedir());
  return packagesFor(machine.platform, machine.arch).map(
    ({ id, name, version, licence, packedBytes, unpackedBytes, needs }) => ({
      id,
      packageName: name,
      version,
      licence,
      source,
      packedBytes,
      unpackedBytes,
      needs,
    }),
  );
}

async function stateOf(
  backend: GpuBackend,
  options: ChooseOptions & { readonly machine: Machine },
): Promise<BackendState> {
  const tried = await tryFiles(backend, options);
  for (const { file, result } of tried) {
    const { outcome, triedAt, trialMs } = result;
    if (outcome.kind === "usable") return { ...outcome, file: file.file, triedAt, trialMs };
  }
  const faults = tried.flatMap(({ result: { outcome } }) =>
    outcome.kind === "refused" ? [outcome.fault] : [],
  );
  const fault = decisiveFault(faults);
  const last = tried.at(-1);
  if (fault === null || last === undefined) return { kind: "notInstalled", nextStep: howToInstall(backend) };
  return {
    kind: "refused",
    reason: describeRefusal(fault),
    nextStep: describeFault(TRIAL_FAULTS, fault).nextStep,
    file: last.file.file,
    triedAt: last.result.triedAt,
  };
}

const howToInstall = (backend: GpuBackend): string =>
  backend === "cuda"
    ? 'Run "laser devices --install cuda" (for NVIDIA GPUs).'
    : "Install again with optional dependencies (npm ci).";
