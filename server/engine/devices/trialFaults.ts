// Why a back end is not used: what its trial found, as data.
import { type FaultTable, t } from "../../../core/base/index.ts";
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import type { GpuBackend } from "./backends.ts";
import { CUDA_CONTEXT_BYTES } from "./nvidiaMemory.ts";

export type TrialFault =
  /** The back end works and found no device. */
  | { readonly tag: "noDevice"; readonly backend: GpuBackend }
  /** Too little of a GPU's memory is free to open it, whatever the model. */
  | {
      readonly tag: "deviceFull";
      readonly backend: GpuBackend;
      readonly device: string;
      readonly freeBytes: number;
      readonly totalBytes: number;
    }
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

const again = (): string =>
  t('After a driver update, try the back ends again ("LASER: Show Devices" or "laser devices --again").');

export const TRIAL_FAULTS: FaultTable<TrialFault> = {
  noDevice: {
    blame: "environment",
    message: ({ backend }) => t("{0} found no device", BACKEND_NAMES[backend]),
    nextStep: () => `${t("If this machine has a GPU, install its driver.")} ${again()}`,
  },
  deviceFull: {
    blame: "environment",
    message: ({ backend, device, freeBytes, totalBytes }) =>
      t(
        "{0} of {1} GB of {2} are free, and {3} needs {4} GB before any model",
        gigabytes(freeBytes, Math.floor),
        gigabytes(totalBytes, Math.round),
        device,
        BACKEND_NAMES[backend],
        gigabytes(CUDA_CONTEXT_BYTES, Math.ceil),
      ),
    nextStep: () =>
      t(
        "End the programs that use its memory (nvidia-smi lists them), or hide this GPU with CUDA_VISIBLE_DEVICES.",
      ),
  },
  notLoaded: {
    blame: "environment",
    message: ({ backend, reason }) => t("{0} could not be loaded: {1}", BACKEND_NAMES[backend], reason),
    nextStep: ({ reason }) => `${missingLibrary(reason) ?? t("Install the GPU's driver.")} ${again()}`,
  },
  trialFailed: {
    blame: "environment",
    message: ({ backend, reason }) => t("a trial of {0} failed: {1}", BACKEND_NAMES[backend], reason),
    nextStep: again,
  },
  trialCrashed: {
    blame: "environment",
    message: ({ backend, exitCode, signal, lastLine }) => {
      const end = signal ?? t("exit code {0}", String(exitCode));
      const words = t("a trial of {0} ended its process ({1})", BACKEND_NAMES[backend], end);
      return lastLine === null ? words : `${words}: ${lastLine}`;
    },
    nextStep: anotherVersion,
  },
  trialTimedOut: {
    blame: "environment",
    message: ({ backend, limitMs }) =>
      t("a trial of {0} did not end within {1} s", BACKEND_NAMES[backend], Math.round(limitMs / 1000)),
    nextStep: again,
  },
  trialGarbled: {
    blame: "bug",
    message: ({ backend, sample }) =>
      t("a trial of {0} gave a report that can't be read: {1}", BACKEND_NAMES[backend], sample),
    nextStep: again,
  },
  wrongLogits: {
    blame: "environment",
    message: ({ backend, row }) =>
      t("{0} computes wrong numbers on this machine (row {1} of the trial)", BACKEND_NAMES[backend], row),
    nextStep: anotherVersion,
  },
};

/** Rounded so that what is too little never reads as enough. */
const gigabytes = (bytes: number, round: (tenths: number) => number): string =>
  (round(bytes / 1e8) / 10).toFixed(1);

function anotherVersion(): string {
  return `${t("Another driver version may work.")} ${again()}`;
}

/** What to install if the loader named a library that is missing. */
function missingLibrary(reason: string): string | null {
  const runtime = /(?:libcudart|libcublas|libcublasLt)\.so\.(\d+)/.exec(reason)?.[1];
  if (runtime !== undefined)
    return t(
      'Install the runtime of CUDA {0}: run "laser devices --install cuda-{0} --with-runtime", or take libcudart and libcublas from NVIDIA\'s toolkit or your distribution.',
      runtime,
    );
  return reason.includes("libcuda.so") ? t("Install NVIDIA's driver.") : null;
}
