// What can be wrong with a command line. Texts stand beside the tags: only the command line shows them.
import { FaultError, unreachable } from "../laser/index.ts";
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
  /** What is wrong in the file or with the values for it, in the words of its own fault. */
  | { readonly tag: "promptFileRefused"; readonly path: string; readonly text: ErrorText };

export class CliError extends FaultError<CliFault> {}

export function describeCliFault(fault: CliFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "optionInvalid":
      return {
        code,
        message: `${fault.option} ${fault.value}: ${fault.reason}.`,
        nextStep: "Run the command with --help to see what it takes.",
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
    case "promptFileRefused":
      return { ...fault.text, message: `${fault.path}: ${fault.text.message}` };
    default:
      return unreachable(fault);
  }
}
