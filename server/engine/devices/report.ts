// What is reported about the back ends of a machine. Only types: messages carry them to the editor.
import type { GpuBackend } from "./backends.ts";

/** A GPU as a back end lists it. */
export interface GpuDevice {
  /** E.g. "CUDA1"; empty if none can be chosen. */
  readonly name: string;
  /** As the driver names it, e.g. "NVIDIA H200". */
  readonly description: string;
  /** Its memory; `freeBytes` as it was when it was tried. 0 if the driver doesn't report it. */
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Its memory is the machine's own; absent: not known. */
  readonly isIntegrated?: boolean;
}

export type BackendState =
  | {
      readonly kind: "usable";
      /** Never empty; a device's number is its place. */
      readonly devices: readonly GpuDevice[];
      /** Memory of all devices together; `freeBytes` as it was when they were tried. */
      readonly totalBytes: number;
      readonly freeBytes: number;
      readonly file: string;
      /** ISO 8601. */
      readonly triedAt: string;
      readonly trialMs: number;
    }
  | {
      readonly kind: "refused";
      /** Without a full stop. */
      readonly reason: string;
      readonly nextStep: string;
      readonly file: string;
      readonly triedAt: string;
    }
  | { readonly kind: "notInstalled"; readonly nextStep: string };

/** A device's memory just after a model was loaded. */
export interface DeviceMemory {
  /** Bytes in use by all programs, the model's weights and context among them. */
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** A back end that is installed and not used. */
export interface RefusedBackend {
  readonly backend: GpuBackend;
  /** For users, without a full stop. */
  readonly reason: string;
}

/** A back end of this platform, and whether it can be used. */
export interface BackendReport {
  readonly backend: GpuBackend;
  readonly state: BackendState;
}

/** A back end that can be fetched, and what a user should know before. */
export interface InstallOffer {
  readonly id: string;
  readonly packageName: string;
  readonly version: string;
  readonly licence: string;
  /** The registry's URL. */
  readonly source: string;
  /** Null: not known before the download. */
  readonly packedBytes: number | null;
  readonly unpackedBytes: number;
  /** What it needs on the machine, e.g. "CUDA 13.1 or later". */
  readonly needs: string;
}

/** All back ends of a machine, and those that can be fetched. */
export interface DeviceReport {
  /** Best first. */
  readonly backends: readonly BackendReport[];
  /** What "auto" takes. */
  readonly chosen: GpuBackend | "cpu";
  readonly offers: readonly InstallOffer[];
}
