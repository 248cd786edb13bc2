// The messages between the table of a batch run and the extension. The page gets the file unparsed: it parses the
// megabytes itself, so that the extension host doesn't.
import * as Type from "typebox";
import { ErrorTextSchema, type Parsed } from "../../core/base/index.ts";

export { parseOutputRow, type OutputRow } from "../../server/protocol/outputRow.ts";

export const ToRunTableSchema = Type.Union([
  Type.Object({
    kind: Type.Literal("rows"),
    /** The file's name without folders. */
    name: Type.String(),
    /** Whole lines, as UTF-8. */
    bytes: Type.Unsafe<Uint8Array>({ type: "object" }),
    /** Of the file, which may hold more than is sent. */
    fileBytes: Type.Integer({ minimum: 0 }),
    /** Whether the run's summary is beside it. */
    hasSummary: Type.Boolean(),
  }),
  Type.Object({ kind: Type.Literal("unreadable"), name: Type.String(), error: ErrorTextSchema }),
]);
export type ToRunTable = Parsed<typeof ToRunTableSchema>;

/** The page is ours, but the file that it shows can come from anyone. */
export const FromRunTableSchema = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  /** As the row names it: from the folder of the output. */
  Type.Object({ kind: Type.Literal("openTrace"), path: Type.String() }),
  Type.Object({ kind: Type.Literal("openSummary") }),
  Type.Object({ kind: Type.Literal("openAsText") }),
  Type.Object({ kind: Type.Literal("copy"), text: Type.String() }),
]);
export type FromRunTable = Parsed<typeof FromRunTableSchema>;
