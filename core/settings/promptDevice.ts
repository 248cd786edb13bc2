// The device that a prompt file asks for. It is chosen within what the settings or options allow, never beyond them: a file
// may come from elsewhere, and back ends, devices and memory are the machine's.
import { t } from "../base/index.ts";
import type { SettingValue } from "./catalogue.ts";
import { NO_PARAMETERS, type PromptParameters } from "./promptParameters.ts";

/** Where a model runs, without what is left to the program. */
export interface DeviceChoice {
  readonly gpu: SettingValue<"gpu">;
  /** One GPU by its name or number; all of them if omitted. */
  readonly device?: string;
  /** As many as fit if omitted. */
  readonly gpuLayers?: number;
}

export interface PromptDevice {
  /** What the file may choose. */
  readonly choice: DeviceChoice;
  /** A sentence for each request that goes beyond the settings and is therefore ignored. */
  readonly refused: readonly string[];
}

/**
 * The choice as a prompt file narrows it: to the CPU, to a back end or a device if the choice leaves it open, or to
 * fewer layers.
 */
export function promptDevice(allowed: DeviceChoice, parameters: PromptParameters): PromptDevice {
  const { gpu, device: named, gpuLayers } = { ...NO_PARAMETERS, ...parameters };
  const device = named?.trim();
  const refused: string[] = [];
  const choice: { -readonly [Key in keyof DeviceChoice]: DeviceChoice[Key] } = { ...allowed };
  const refuse = (key: string, value: string | number, limit: string): void => {
    refused.push(t("The prompt file's {0} ({1}) is not used: {2}.", key, value, limit));
  };
  if (gpu != null && gpu !== "auto" && gpu !== allowed.gpu) {
    if (gpu === "off" || allowed.gpu === "auto") choice.gpu = gpu;
    else refuse("gpu", gpu, `laser.gpu or --gpu is ${allowed.gpu}`);
  }
  if (device && device !== allowed.device) {
    if (allowed.device === undefined) choice.device = device;
    else refuse("device", device, `laser.device or --device is ${allowed.device}`);
  }
  if (gpuLayers != null && gpuLayers !== allowed.gpuLayers) {
    if (gpuLayers < (allowed.gpuLayers ?? Infinity)) choice.gpuLayers = gpuLayers;
    else refuse("gpu_layers", gpuLayers, `laser.gpuLayers or --gpu-layers is ${allowed.gpuLayers}`);
  }
  return { choice, refused };
}
