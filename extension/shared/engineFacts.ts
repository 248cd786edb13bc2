// Which choices of a device can't work on this machine, and why: for the settings editor and the engine choices. Also the GPUs
// that can be named.
import * as Type from "typebox";
import { t, unreachable, type Parsed } from "../../core/base/index.ts";
import { BACKEND_NAMES } from "../../core/settings/index.ts";
import type { BackendReport, DeviceReport } from "../../server/protocol/worker.ts";

export const EngineFactsSchema = Type.Object({
  /** By the value of laser.gpu: why it can't be used here, and what to do about it. */
  unusable: Type.Record(Type.String(), Type.String()),
  /** GPUs of usable back ends that laser.device can name. */
  devices: Type.Array(Type.Object({ name: Type.String(), description: Type.String() })),
  /** Whether LASER: Install GPU Support would add a back end. */
  canInstall: Type.Boolean(),
});
export type EngineFacts = Parsed<typeof EngineFactsSchema>;

export function engineFacts(report: DeviceReport): EngineFacts {
  const here = report.backends.map((one) => [one.backend, problemOf(one, report)] as const);
  const elsewhere = (["cuda", "vulkan", "metal"] as const)
    .filter((backend) => report.backends.every((one) => one.backend !== backend))
    .map((backend) => [backend, t("{0} does not exist on this platform.", BACKEND_NAMES[backend])] as const);
  return {
    unusable: Object.fromEntries(
      [...here, ...elsewhere].flatMap(([backend, problem]) => (problem === null ? [] : [[backend, problem]])),
    ),
    devices: report.backends
      .flatMap(({ state }) => (state.kind === "usable" ? state.devices : []))
      .filter(({ name }) => name !== "")
      .map(({ name, description }) => ({ name, description })),
    canInstall: lacksCuda(report),
  };
}

/** Whether CUDA could be installed here and is not. */
export function lacksCuda({ backends, offers }: DeviceReport): boolean {
  const cuda = backends.find(({ backend }) => backend === "cuda");
  return offers.length > 0 && cuda?.state.kind === "notInstalled";
}

/** Null: it can be used. */
function problemOf({ backend, state }: BackendReport, report: DeviceReport): string | null {
  switch (state.kind) {
    case "usable":
      return null;
    case "refused":
      return `${upperFirst(state.reason)}. ${state.nextStep}`;
    case "notInstalled":
      return backend === "cuda" && lacksCuda(report)
        ? t('CUDA is not installed. "LASER: Install GPU Support" adds it, for NVIDIA GPUs.')
        : t("{0} is not installed. {1}", BACKEND_NAMES[backend], state.nextStep);
    default:
      return unreachable(state);
  }
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Why a named device is not among those that were found; null if it is, or if it may be meant by its number. */
export function deviceProblem(wanted: string, { devices }: EngineFacts): string | null {
  if (wanted === "" || /^\d+$/.test(wanted)) return null;
  if (devices.some(({ name }) => name.toLowerCase() === wanted.toLowerCase())) return null;
  return devices.length === 0
    ? t("No GPU can be used on this machine, so {0} is not found.", wanted)
    : t("There is no {0} on this machine. Found: {1}.", wanted, devices.map(({ name }) => name).join(", "));
}
