// What can be wrong with a text that should be a trace. Every fault is found before any of the text is used.
import { FaultError } from "../base/index.ts";

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

export class TraceError extends FaultError<TraceFault> {}
