// What can be wrong with a text that should be a trace. Every fault is found before any of the text is used.
import { FaultError, type FaultTable, t } from "../base/index.ts";
import { READ_VERSIONS } from "./schema/schema.ts";

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
  /** A trace of a version that this program does not read; the version is given as shortened JSON. */
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
        ? t(
            "The compact trace ends too early. The file was truncated, by a full disk or an interrupted copy.",
          )
        : t("The compact trace is damaged: it can't be unpacked."),
    nextStep: t("Copy the file again from where it was recorded, or record a new trace."),
  },
  traceTooLong: {
    blame: "input",
    message: (fault) =>
      t("The trace is too long: more than {0} MB uncompressed.", Math.floor(fault.mostBytes / 1e6)),
    nextStep: t("Choose another file; a shorter run leaves a trace that can be read."),
  },
  traceNotJson: {
    blame: "input",
    message: (fault) => {
      if (isOtherText(fault)) return t("The file is not a LASER trace.");
      const place = t("line {0}, column {1}", fault.line, fault.column);
      return fault.isCut
        ? t(
            "The trace ends too early, at {0}. The file was truncated, by a full disk or an interrupted copy.",
            place,
          )
        : t("The trace is not JSON: it can't be parsed from {0} on.", place);
    },
    nextStep: (fault) => {
      if (isOtherText(fault))
        return t(
          "Open it as text (Reopen Editor With… › Text Editor), or choose a file that LASER Inspector recorded.",
        );
      return fault.isCut
        ? t("Copy the file again from where it was recorded, or record a new trace.")
        : t("Undo the last edit at that place, or record a new trace.");
    },
  },
  traceNotATrace: {
    blame: "input",
    message: t('The file is JSON, but not a trace: it lacks "format": "lasertrace".'),
    nextStep: t("Choose a file that ends in .lasertrace, or record a trace."),
  },
  traceVersionUnknown: {
    blame: "input",
    message: (fault) =>
      t(
        "The trace has version {0}; this program reads versions {1}.",
        fault.version,
        READ_VERSIONS.join(" and "),
      ),
    nextStep: t("Update LASER Inspector, or record the run again with this version."),
  },
  traceInvalid: {
    blame: "input",
    message: (fault) =>
      t(
        "The trace is damaged: {0} must be {1}, but is {2}.",
        fault.path || t("the document"),
        fault.expected,
        fault.found,
      ),
    nextStep: t("Undo the edit at that place, or record a new trace."),
  },
  traceInconsistent: {
    blame: "input",
    message: (fault) => t("The trace contradicts itself: {0}{1}.", fault.identity, others(fault.broken - 1)),
    nextStep: t(
      "Undo the last edit, or record a new trace; if it was not edited, report this with the file.",
    ),
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
  return amount === 1 ? t(" (and one more contradiction)") : t(" (and {0} more contradictions)", amount);
}
