// The shipped JSON Schema: the schema objects as text. A unit test compares it with lasertrace.schema.json.
import { TraceSchema } from "./schema.ts";

/** The JSON Schema (2020-12) of a *.lasertrace, as JSON text. */
export function schemaJson(): string {
  return `${JSON.stringify(TraceSchema, null, 2)}\n`;
}
