// Why a back end is not used: what its trial found, as data.
import type { FaultTable } from "../../../core/base/index.ts";
import type { GpuBackend } from "./backends.ts";

export type TrialFault =
  /** The back end works and found no device. */
  | { readonly tag: "noDevice"; readonly backend: GpuBackend }
  /** Its library could not be loaded, or refused this machine. */
  | { readonly tag: "notLoaded"; readonly backend: GpuBackend; readonly reason: string }
  | { readonly tag: "trialFailed"; readonly backend: GpuBackend; readonly reason: string }
  /** The process of the trial ended without a report. */
  | {
      readonly tag: "trialCrashed";
      readonly backend: GpuBackend;
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** What it printed last about an error; null if nothing. */
      readonly lastLine: string | null;
    }
  | { readonly tag: "trialTimedOut"; readonly backend: GpuBackend; readonly limitMs: number }
  /** What the process reported could not be understood. */
  | { readonly tag: "trialGarbled"; readonly backend: GpuBackend; readonly sample: string }
  /** Its logits are not numbers, or contradict those of the CPU. */
  | { readonly tag: "wrongLogits"; readonly backend: GpuBackend; readonly row: number };

/** Names as users know them. */
export const BACKEND_NAMES: Readonly<Record<GpuBackend, string>> = {
  cuda: "CUDA",
  vulkan: "Vulkan",
  metal: "Metal",
};

const AGAIN = 'After a driver update, try the back ends again ("laser devices --again").';

export const TRIAL_FAULTS: FaultTable<TrialFault> = {
  noDevice: {
    blame: "environment",
    message: ({ backend }) => `${BACKEND_NAMES[backend]} found no device`,
    nextStep: `If this machine has a GPU, install its driver. ${AGAIN}`,
  },
  notLoaded: {
    blame: "environment",
    message: ({ backend, reason }) => `${BACKEND_NAMES[backend]} could not be loaded: ${reason}`,
    nextStep: ({ reason }) => missingLibrary(reason) ?? `Install the GPU's driver. ${AGAIN}`,
  },
  trialFailed: {
    blame: "environment",
    message: ({ backend, reason }) => `a trial of ${BACKEND_NAMES[backend]} failed: ${reason}`,
    nextStep: AGAIN,
  },
  trialCrashed: {
    blame: "environment",
    message: ({ backend, exitCode, signal, lastLine }) =>
      `a trial of ${BACKEND_NAMES[backend]} ended its process (${signal ?? `exit code ${exitCode}`})${lastLine === null ? "" : `: ${lastLine}`}`,
    nextStep: `Another driver version may work. ${AGAIN}`,
  },
  trialTimedOut: {
    blame: "environment",
    message: ({ backend, limitMs }) =>
      `a trial of ${BACKEND_NAMES[backend]} did not end within ${Math.round(limitMs / 1000)} s`,
    nextStep: AGAIN,
  },
  trialGarbled: {
    blame: "bug",
    message: ({ backend, sample }) =>
      `a trial of ${BACKEND_NAMES[backend]} gave a report that can't be read: ${sample}`,
    nextStep: AGAIN,
  },
  wrongLogits: {
    blame: "environment",
    message: ({ backend, row }) =>
      `${BACKEND_NAMES[backend]} computes wrong numbers on this machine (row ${row} of the trial)`,
    nextStep: `Another driver version may work. ${AGAIN}`,
  },
};

/** What to install if the loader named a library that is missing. */
function missingLibrary(reason: string): string | null {
  const runtime = /(?:libcudart|libcublas|libcublasLt)\.so\.(\d+)/.exec(reason)?.[1];
  if (runtime !== undefined)
    return `Install the runtime of CUDA ${runtime}: run "laser devices --install cuda-${runtime} --with-runtime", or take libcudart and libcublas from NVIDIA's toolkit or your distribution. ${AGAIN}`;
  return reason.includes("libcuda.so") ? `Install NVIDIA's driver. ${AGAIN}` : null;
}
