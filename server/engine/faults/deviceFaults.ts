// What a model needs of this machine and does not get: memory, a back end, a device, a form of its cache.
import { type FaultTable, t } from "../../../core/base/index.ts";
import type { SettingValue } from "../../../core/settings/index.ts";

/** auto: the best backend available · off: CPU only · others: that backend or a fault. */
export type GpuChoice = SettingValue<"gpu">;

export type DeviceFault =
  | {
      readonly tag: "memoryTooSmall";
      readonly path: string;
      readonly contextTokens: number;
      readonly reason: string;
    }
  /** By our own estimate, before anything was allocated. `largestTokens`: null if no context fits. */
  | {
      readonly tag: "contextTooLarge";
      readonly path: string;
      readonly contextTokens: number;
      readonly neededBytes: number;
      readonly availableBytes: number;
      readonly reservedBytes: number;
      readonly largestTokens: number | null;
    }
  | {
      readonly tag: "gpuUnavailable";
      readonly wanted: GpuChoice;
      readonly reason: string;
      /** What would help for this reason, in sentences; null if nothing more is known. */
      readonly advice: string | null;
    }
  /** `known`: the devices of the back ends that may be used, with their numbers. */
  | { readonly tag: "deviceUnknown"; readonly wanted: string; readonly known: readonly string[] }
  | { readonly tag: "deviceNotChoosable"; readonly wanted: string; readonly reason: string }
  | { readonly tag: "kvTypeNotChoosable"; readonly wanted: string; readonly reason: string };

export const DEVICE_FAULTS: FaultTable<DeviceFault> = {
  memoryTooSmall: {
    blame: "environment",
    message: (fault) =>
      t(
        "There is not enough memory for {0} with a context of {1} tokens: {2}.",
        fault.path,
        fault.contextTokens,
        fault.reason,
      ),
    nextStep: t("Lower the context size, choose a smaller model, or close other programs."),
  },
  contextTooLarge: {
    blame: "environment",
    message: ({ path, contextTokens, neededBytes, availableBytes, reservedBytes }) =>
      t(
        "{0} with a context of {1} tokens needs about {2} of memory; {3} are available, of which {4} are left to other programs.",
        path,
        contextTokens,
        gigabytes(neededBytes),
        gigabytes(availableBytes),
        gigabytes(reservedBytes),
      ),
    nextStep: ({ largestTokens }) =>
      largestTokens === null
        ? t("Choose a smaller model, or close other programs.")
        : t(
            "A context of {0} tokens fits: set the context size to that or less, or close other programs.",
            largestTokens,
          ),
    details: ({ largestTokens }) => (largestTokens === null ? undefined : { fittingTokens: largestTokens }),
  },
  gpuUnavailable: {
    blame: "environment",
    message: (fault) =>
      t('The GPU backend "{0}" was requested, but can\'t be used: {1}.', fault.wanted, fault.reason),
    nextStep: ({ advice }) =>
      advice === null
        ? t('Install its driver, or set the GPU to "auto" or "off".')
        : `${advice} ${t('Or set the GPU to "auto" or "off".')}`,
  },
  deviceUnknown: {
    blame: "input",
    message: ({ wanted, known }) =>
      known.length === 0
        ? t('The device "{0}" was requested, but no GPU can be used here.', wanted)
        : t('There is no usable GPU called "{0}" here.', wanted),
    nextStep: ({ known }) =>
      known.length === 0
        ? t('Run "laser devices" for the reason, or leave the device out.')
        : t("Choose one of: {0}.", known.join("; ")),
  },
  deviceNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) =>
      t('The device "{0}" can\'t be chosen for this model: {1}.', wanted, reason),
    nextStep: t(
      "Leave the device out, or hide the other GPUs with CUDA_VISIBLE_DEVICES or GGML_VK_VISIBLE_DEVICES.",
    ),
  },
  kvTypeNotChoosable: {
    blame: "environment",
    message: ({ wanted, reason }) => t("Keys and values can't be stored as {0}: {1}.", wanted, reason),
    nextStep: t("Set laser.kvType or --kv-type to f16."),
  },
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
