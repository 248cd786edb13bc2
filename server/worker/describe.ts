// Any error of the product as text and next step. The only place that knows which folder throws which class.
import { EngineError, ModelError } from "../engine/index.ts";
import { FilesError } from "../files/index.ts";
import type { Fault, FaultError } from "../../core/base/index.ts";
import { DecodeError } from "../../core/laser/index.ts";
import { PoolError } from "../pools/index.ts";
import { PromptError } from "../../core/prompts/index.ts";
import {
  describeDecodeFault,
  describeEngineFault,
  describeFilesFault,
  describeModelFault,
  describePoolFault,
  describePromptFault,
  describeTraceFault,
  type ErrorText,
} from "../protocol/errors/index.ts";
import { TraceError } from "../../core/trace/index.ts";
import { describeWorkerFault, WorkerError } from "./errors.ts";

type FaultClass<F extends Fault> = abstract new (fault: F) => FaultError<F>;

/** Pairs a class with the texts of its faults. */
function entry<F extends Fault>(kind: FaultClass<F>, describe: (fault: F) => ErrorText) {
  return (error: unknown): ErrorText | null => (error instanceof kind ? describe(error.fault) : null);
}

const CATALOGUE = [
  entry(DecodeError, describeDecodeFault),
  entry(EngineError, describeEngineFault),
  entry(ModelError, describeModelFault),
  entry(FilesError, describeFilesFault),
  entry(PoolError, describePoolFault),
  entry(PromptError, describePromptFault),
  entry(TraceError, describeTraceFault),
  entry(WorkerError, describeWorkerFault),
];

/** The text of a fault; any other error is reported as a bug of the product, with its own message. */
export function describeError(error: unknown): ErrorText {
  for (const describe of CATALOGUE) {
    const text = describe(error);
    if (text !== null) return text;
  }
  return {
    code: "unexpected",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: "This is a bug in LASER Inspector: please report it with the lines above.",
  };
}
