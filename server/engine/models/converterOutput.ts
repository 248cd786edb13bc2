// Why a conversion failed, from the output of Python, pip and the converter.
import { lastWords, neverReached } from "../../files/wheels/index.ts";

/** Why a conversion failed. */
export function conversionCause(fault: {
  readonly cause: string;
  readonly output: readonly string[];
}): string {
  switch (fault.cause) {
    case "noPython":
      return "Python 3.9 or later was not found";
    case "noPip":
      return "Python has no pip";
    case "pipFailed":
      return neverReached(fault.output)
        ? "pip could not reach its package index to get the converter"
        : `pip could not install the converter (${lastWords(fault.output)})`;
    case "wrongHash":
      return "the result is not the expected file";
    case "noSpace":
      return "the disk is full";
    default:
      return fault.output.length > 0 ? lastWords(fault.output) : fault.cause;
  }
}
