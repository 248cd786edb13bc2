// The messages between the trace editor's page and the extension. When the page is ready it gets the file
// unparsed: it parses the megabytes of a trace itself, so that the extension host doesn't.
import * as Type from "typebox";
import { ErrorTextSchema, type Parsed } from "../../core/base/index.ts";
import { ContinuationChoiceSchema } from "../../server/protocol/continuation.ts";

/** A trace file as read, plain or compact. */
const TraceBytesSchema = Type.Object({
  /** The file's name without folders. */
  name: Type.String(),
  bytes: Type.Unsafe<Uint8Array>({ type: "object" }),
});
export type TraceBytes = Parsed<typeof TraceBytesSchema>;

export const ToTraceEditorSchema = Type.Union([
  Type.Object({ kind: Type.Literal("trace"), file: TraceBytesSchema }),
  /** A plain run of the same prompt, for the two-lane axis; null if there is none. */
  Type.Object({ kind: Type.Literal("plain"), file: Type.Union([TraceBytesSchema, Type.Null()]) }),
  /** Moves the cursor, e.g. from a hover. */
  Type.Object({ kind: Type.Literal("goTo"), step: Type.Integer(), place: Type.Integer() }),
  /** A page that shows the trace keeps it. */
  Type.Object({ kind: Type.Literal("unreadable"), name: Type.String(), error: ErrorTextSchema }),
]);
export type ToTraceEditor = Parsed<typeof ToTraceEditorSchema>;

const limit = Type.Union([Type.Number(), Type.Null()]);

/**
 * Values of `laser.*` settings that the what-if would change, by their names after "laser.". Bounds are checked when
 * the settings are written.
 */
export const AppliedSettingsSchema = Type.Object({
  strategy: Type.Union([Type.Literal("laser-strict"), Type.Literal("laser")]),
  topK: limit,
  minProbability: limit,
  endOfText: Type.Boolean(),
  maxConsecutiveRelaxed: limit,
  maxNatsGivenUp: limit,
  /** Omitted: stays as it is. */
  maxDraftTokens: Type.Optional(Type.Integer()),
});
export type AppliedSettings = Parsed<typeof AppliedSettingsSchema>;

export const TRACE_COMMANDS = [
  "openAsText",
  "exportHtml",
  "exportCsv",
  "compare",
  "measurePlain",
  "openParent",
  "close",
] as const;
export type TraceCommand = (typeof TRACE_COMMANDS)[number];

/** The page is ours, but the file that it shows can come from anyone. */
export const FromTraceEditorSchema = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  Type.Object({ kind: Type.Literal("command"), command: Type.Enum(TRACE_COMMANDS) }),
  /** The whole trace as the page has it, for a file of the user's choice. */
  Type.Object({ kind: Type.Literal("saveCopy"), text: Type.String() }),
  /** Text for the clipboard. */
  Type.Object({ kind: Type.Literal("copy"), text: Type.String() }),
  /** Continues the answer; rule and guards default to those of the trace. */
  Type.Object({ kind: Type.Literal("continueFrom"), ...ContinuationChoiceSchema.properties }),
  Type.Object({ kind: Type.Literal("applySettings"), settings: AppliedSettingsSchema }),
]);
export type FromTraceEditor = Parsed<typeof FromTraceEditorSchema>;
