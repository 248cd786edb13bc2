// What can be wrong with a text that should be a trace. Every fault is found before any of the text is used.
import { FaultError, type FaultTable } from "../base/index.ts";
import { READ_VERSIONS } from "./schema.ts";

export type TraceFault =
  /** A compact file that can't be unpacked: it ends too early (`isCut`), or is not a valid gzip file of one member. */
  | { readonly tag: "traceNotUnpacked"; readonly isCut: boolean }
  | { readonly tag: "traceTooLong"; readonly mostBytes: number }
  /** Not JSON: the first character that does not fit, or a text that ends too early (`isCut`). */
  | {
      readonly tag: "traceNotJson";
      readonly offset: number;
      readonly line: number;
      readonly column: number;
      readonly isCut: boolean;
    }
  /** JSON, but not marked as a trace. */
  | { readonly tag: "traceNotATrace" }
  /** A trace of a version that this program does not read; as JSON, cut short. */
  | { readonly tag: "traceVersionUnknown"; readonly version: string }
  /** A value has the wrong shape. `path` is a JSON pointer, "" the document. */
  | {
      readonly tag: "traceInvalid";
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    }
  /** The shapes are right, but the figures contradict each other: the first broken identity, and how many are. */
  | { readonly tag: "traceInconsistent"; readonly identity: string; readonly broken: number };

export const TRACE_FAULTS: FaultTable<TraceFault> = {
  traceNotUnpacked: {
    blame: "input",
    message: (fault) =>
      fault.isCut
        ? "The compact trace ends too early. The file was truncated, by a full disk or an interrupted copy."
        : "The compact trace is damaged: it can't be unpacked.",
    nextStep: "Copy the file again from where it was recorded, or record a new trace.",
  },
  traceTooLong: {
    blame: "input",
    message: (fault) =>
      `The trace is too long: more than ${Math.floor(fault.mostBytes / 1e6)} MB uncompressed.`,
    nextStep: "Choose another file; a shorter run leaves a trace that can be read.",
  },
  traceNotJson: {
    blame: "input",
    message: (fault) => {
      if (isOtherText(fault)) return "The file is not a LASER trace.";
      const place = `line ${fault.line}, column ${fault.column}`;
      return fault.isCut
        ? `The trace ends too early, at ${place}. The file was truncated, by a full disk or an interrupted copy.`
        : `The trace is not JSON: it can't be parsed from ${place} on.`;
    },
    nextStep: (fault) => {
      if (isOtherText(fault))
        return "Open it as text (Reopen Editor With… › Text Editor), or choose a file that LASER Inspector recorded.";
      return fault.isCut
        ? "Copy the file again from where it was recorded, or record a new trace."
        : "Undo the last edit at that place, or record a new trace.";
    },
  },
  traceNotATrace: {
    blame: "input",
    message: 'The file is JSON, but not a trace: it lacks "format": "lasertrace".',
    nextStep: "Choose a file that ends in .lasertrace, or record a trace.",
  },
  traceVersionUnknown: {
    blame: "input",
    message: (fault) =>
      `The trace has version ${fault.version}; this program reads versions ${READ_VERSIONS.join(" and ")}.`,
    nextStep: "Update LASER Inspector, or record the run again with this version.",
  },
  traceInvalid: {
    blame: "input",
    message: (fault) =>
      `The trace is damaged: ${fault.path || "the document"} must be ${fault.expected}, but is ${fault.found}.`,
    nextStep: "Undo the edit at that place, or record a new trace.",
  },
  traceInconsistent: {
    blame: "input",
    message: (fault) => `The trace contradicts itself: ${fault.identity}${others(fault.broken - 1)}.`,
    nextStep: "Undo the last edit, or record a new trace; if it was not edited, report this with the file.",
  },
};

export class TraceError extends FaultError<TraceFault> {
  protected override get table() {
    return TRACE_FAULTS;
  }
}

/** A prompt file or a picture: even a damaged trace begins with a brace. */
function isOtherText({ isCut, offset }: Extract<TraceFault, { tag: "traceNotJson" }>): boolean {
  return !isCut && offset === 0;
}

function others(amount: number): string {
  if (amount === 0) return "";
  return amount === 1 ? " (and one more contradiction)" : ` (and ${amount} more contradictions)`;
}
