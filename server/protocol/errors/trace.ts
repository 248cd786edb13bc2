// Texts for faults of trace files.
import { unreachable } from "../../../core/base/index.ts";
import type { TraceFault } from "../../../core/trace/index.ts";
import type { ErrorText } from "./text.ts";

/** Code, text and next step for a text that is refused as a trace. */
export function describeTraceFault(fault: TraceFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "traceNotUnpacked":
      return {
        code,
        message: fault.isCut
          ? "The compact trace ends too early. The file was truncated, by a full disk or an interrupted copy."
          : "The compact trace is damaged: it can't be unpacked.",
        nextStep: "Copy the file again from where it was recorded, or record a new trace.",
      };
    case "traceTooLong":
      return {
        code,
        message: `The trace is too long: more than ${Math.floor(fault.mostBytes / 1e6)} MB uncompressed.`,
        nextStep: "Choose another file; a shorter run leaves a trace that can be read.",
      };
    case "traceNotJson": {
      // A prompt file or a picture: even a damaged trace begins with a brace.
      if (!fault.isCut && fault.offset === 0)
        return {
          code,
          message: "The file is not a LASER trace.",
          nextStep:
            "Open it as text (Reopen Editor With… › Text Editor), or choose a file that LASER Inspector recorded.",
        };
      const place = `line ${fault.line}, column ${fault.column}`;
      return fault.isCut
        ? {
            code,
            message: `The trace ends too early, at ${place}. The file was truncated, by a full disk or an interrupted copy.`,
            nextStep: "Copy the file again from where it was recorded, or record a new trace.",
          }
        : {
            code,
            message: `The trace is not JSON: it can't be parsed from ${place} on.`,
            nextStep: "Undo the last edit at that place, or record a new trace.",
          };
    }
    case "traceNotATrace":
      return {
        code,
        message: 'The file is JSON, but not a trace: it lacks "format": "lasertrace".',
        nextStep: "Choose a file that ends in .lasertrace, or record a trace.",
      };
    case "traceVersionUnknown":
      return {
        code,
        message: `The trace has version ${fault.version}; this program reads version 1.`,
        nextStep: "Update LASER Inspector, or record the run again with this version.",
      };
    case "traceInvalid":
      return {
        code,
        message: `The trace is damaged: ${fault.path || "the document"} must be ${fault.expected}, but is ${fault.found}.`,
        nextStep: "Undo the edit at that place, or record a new trace.",
      };
    case "traceInconsistent":
      return {
        code,
        message: `The trace contradicts itself: ${fault.identity}${others(fault.broken - 1)}.`,
        nextStep:
          "Undo the last edit, or record a new trace; if it was not edited, report this with the file.",
      };
    default:
      return unreachable(fault);
  }
}

function others(amount: number): string {
  if (amount === 0) return "";
  return amount === 1 ? " (and one more contradiction)" : ` (and ${amount} more contradictions)`;
}
