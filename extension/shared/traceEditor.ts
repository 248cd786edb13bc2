// The messages between the trace editor's page and the extension. When the page is ready it gets the file
// unparsed: it parses the megabytes of a trace itself, so that the extension host doesn't.
import type { Guards, Rule } from "../../core/laser/index.ts";
import type { ErrorText } from "../../core/base/index.ts";

/** A trace file as read, plain or compact. */
export interface TraceBytes {
  /** The file's name without folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ToTraceEditor =
  | { readonly kind: "trace"; readonly file: TraceBytes }
  /** A plain run of the same prompt, for the two-lane axis; null if there is none. */
  | { readonly kind: "plain"; readonly file: TraceBytes | null }
  /** Moves the cursor, e.g. from a hover. */
  | { readonly kind: "goTo"; readonly step: number; readonly place: number }
  | { readonly kind: "unreadable"; readonly name: string; readonly error: ErrorText };

/** Values of `laser.*` settings that the what-if would change, by their names after "laser.". */
export interface AppliedSettings {
  readonly strategy: "laser-strict" | "laser";
  readonly topK: number | null;
  readonly minProbability: number | null;
  readonly endOfText: boolean;
  readonly maxConsecutiveRelaxed: number | null;
  readonly maxNatsGivenUp: number | null;
}

export const TRACE_COMMANDS = ["openAsText", "exportHtml", "exportCsv", "compare", "measurePlain"] as const;
export type TraceCommand = (typeof TRACE_COMMANDS)[number];

export type FromTraceEditor =
  | { readonly kind: "ready" }
  | { readonly kind: "command"; readonly command: TraceCommand }
  /** Text for the clipboard. */
  | { readonly kind: "copy"; readonly text: string }
  /**
   * Continues after `tokensBefore` answer tokens, with `token` as the next one; null leaves the next token to
   * the new rule.
   */
  | {
      readonly kind: "continueFrom";
      readonly tokensBefore: number;
      readonly token: number | null;
      /** Defaults to those of the trace. */
      readonly rule?: Rule;
      readonly guards?: Guards;
    }
  | { readonly kind: "applySettings"; readonly settings: AppliedSettings };
