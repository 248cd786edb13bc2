// Errors as the terminal shows them: text, next step, and whether the input was to blame.
import { BenchError } from "../bench/index.ts";
import { EngineError, ModelError, type EngineFault } from "../engine/index.ts";
import { DecodeError } from "../../core/laser/index.ts";
import { PoolError } from "../pools/index.ts";
import { PromptError } from "../../core/prompts/index.ts";
import { describeBenchFault, type ErrorText } from "../protocol/errors/index.ts";
import { TraceError } from "../../core/trace/index.ts";
import { describeError as describeProductError, WorkerError } from "../worker/index.ts";
import { CliError, describeCliFault } from "./errors.ts";

export function describeError(error: unknown): ErrorText {
  if (error instanceof CliError) return describeCliFault(error.fault);
  if (error instanceof BenchError) return describeBenchFault(error.fault);
  return describeProductError(error);
}

const BAD_MODEL_FILES: ReadonlySet<string> = new Set<EngineFault["tag"]>([
  "modelFileMissing",
  "modelFileUnreadable",
  "modelFileEmpty",
  "modelFileNotGguf",
  "modelFileTruncated",
  "modelHeadUnreadable",
  "modelWithoutVocabulary",
  "modelRecurrent",
]);

/** True if the input was wrong, so that nothing was started or written. */
export function isBadInput(error: unknown): boolean {
  if (error instanceof EngineError) return BAD_MODEL_FILES.has(error.fault.tag);
  if (error instanceof ModelError)
    return error.fault.tag === "unknownModel" || error.fault.tag === "unknownSource";
  if (error instanceof WorkerError) return error.fault.tag.startsWith("continue");
  return [CliError, BenchError, PromptError, PoolError, DecodeError, TraceError].some(
    (kind) => error instanceof kind,
  );
}
