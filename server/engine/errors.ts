// What can go wrong between a model file and a running model. The texts are in server/protocol/errors/engine.ts.
import { FaultError } from "../../core/base/index.ts";
import type { SettingValue } from "../../core/settings/index.ts";

/** auto: the best backend available · off: CPU only · others: that backend or a fault. */
export type GpuChoice = SettingValue<"gpu">;

/** Texts are keyed by `tag`; paths are as the caller gave them. */
export type EngineFault =
  | { readonly tag: "modelFileMissing"; readonly path: string }
  | { readonly tag: "modelFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "modelFileEmpty"; readonly path: string }
  | { readonly tag: "modelFileNotGguf"; readonly path: string }
  | {
      readonly tag: "modelFileTruncated";
      readonly path: string;
      readonly bytes: number;
      /** null if the file doesn't say. */
      readonly neededBytes: number | null;
    }
  | { readonly tag: "modelHeadUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "modelWithoutVocabulary"; readonly path: string }
  | { readonly tag: "modelRecurrent"; readonly path: string; readonly architecture: string }
  | { readonly tag: "modelLoadFailed"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "memoryTooSmall";
      readonly path: string;
      readonly contextTokens: number;
      readonly reason: string;
    }
  | { readonly tag: "gpuUnavailable"; readonly wanted: GpuChoice; readonly reason: string }
  | { readonly tag: "engineUnavailable"; readonly reason: string }
  | { readonly tag: "evaluationFailed"; readonly reason: string }
  | {
      readonly tag: "contextOverflow";
      readonly keptTokens: number;
      readonly newTokens: number;
      readonly contextTokens: number;
    }
  | { readonly tag: "scriptedCrash"; readonly evaluation: number };

/** Thrown while loading or evaluating; `cause` is the native error, if any. */
export class EngineError extends FaultError<EngineFault> {}
