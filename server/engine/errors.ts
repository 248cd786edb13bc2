// What can go wrong between a model file and a running model: one table per subject in faults/, joined here.
import { FaultError, type FaultTable } from "../../core/base/index.ts";
import { DEVICE_FAULTS, type DeviceFault } from "./faults/deviceFaults.ts";
import { EVALUATION_FAULTS, type EvaluationFault } from "./faults/evaluationFaults.ts";
import { MODEL_FILE_FAULTS, type ModelFileFault } from "./faults/modelFileFaults.ts";

export type { GpuChoice } from "./faults/deviceFaults.ts";
export type { ForeignKind, OtherPurpose } from "./faults/modelFileFaults.ts";

/** Texts are keyed by `tag`. */
export type EngineFault = ModelFileFault | DeviceFault | EvaluationFault;

export const ENGINE_FAULTS: FaultTable<EngineFault> = {
  ...MODEL_FILE_FAULTS,
  ...DEVICE_FAULTS,
  ...EVALUATION_FAULTS,
};

/** Thrown while loading or evaluating; `cause` is the native error, if any. */
export class EngineError extends FaultError<EngineFault> {
  protected override get table() {
    return ENGINE_FAULTS;
  }
}
