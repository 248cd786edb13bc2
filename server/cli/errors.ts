// Faults of the command line. Their texts are beside the tags because only the command line shows them.
import { FaultError, unreachable } from "../../core/base/index.ts";
import type { ErrorText } from "../protocol/errors/text.ts";

export type CliFault =
  | {
      readonly tag: "optionInvalid";
      readonly option: string;
      readonly value: string;
      readonly reason: string;
    }
  | { readonly tag: "promptFileMissing"; readonly path: string }
  | { readonly tag: "promptFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "tracePathUnusable"; readonly path: string; readonly reason: string }
  | { readonly tag: "traceFileMissing"; readonly path: string }
  | { readonly tag: "traceFileUnreadable"; readonly path: string; readonly reason: string }
  /** The file could be read but is not a trace. */
  | { readonly tag: "traceFileRefused"; readonly path: string; readonly text: ErrorText }
  | { readonly tag: "outputPathUnusable"; readonly path: string; readonly reason: string }
  /** The built page of the inspector is missing. */
  | { readonly tag: "reportPageMissing"; readonly path: string }
  /** `text` is that of the prompt's own fault. */
  | { readonly tag: "promptFileRefused"; readonly path: string; readonly text: ErrorText };

export class CliError extends FaultError<CliFault> {}

export function describeCliFault(fault: CliFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "optionInvalid":
      return {
        code,
        message: `${fault.option} ${fault.value}: ${fault.reason}.`,
        nextStep: "Run the command with --help to see its options.",
      };
    case "promptFileMissing":
      return {
        code,
        message: `There is no prompt file at ${fault.path}.`,
        nextStep: "Check the path; samples/ holds prompt files to start from.",
      };
    case "promptFileUnreadable":
      return {
        code,
        message: `The prompt file ${fault.path} can't be read: ${fault.reason}.`,
        nextStep: "Check that it is a file and that you may read it.",
      };
    case "tracePathUnusable":
      return {
        code,
        message: `The trace can't be written to ${fault.path}: ${fault.reason}.`,
        nextStep: "Give another path, such as out.lasertrace.",
      };
    case "traceFileMissing":
      return {
        code,
        message: `There is no trace at ${fault.path}.`,
        nextStep: "Check the path; laser generate FILE --trace PATH records one.",
      };
    case "traceFileUnreadable":
      return {
        code,
        message: `The trace ${fault.path} can't be read: ${fault.reason}.`,
        nextStep: "Check that it is a file and that you may read it.",
      };
    case "outputPathUnusable":
      return {
        code,
        message: `${fault.path} can't be written: ${fault.reason}.`,
        nextStep: "Give another path.",
      };
    case "reportPageMissing":
      return {
        code,
        message: `The page of the report is not built: ${fault.path} is missing.`,
        nextStep: "Run npm run build, then dist/laser.mjs inspect with the same options.",
      };
    case "traceFileRefused":
    case "promptFileRefused":
      return { ...fault.text, message: `${fault.path}: ${fault.text.message}` };
    default:
      return unreachable(fault);
  }
}
