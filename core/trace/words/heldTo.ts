// What an answer was held to, in words: the same in a terminal, the side panel and the trace editor.
import type { TraceRequest } from "../types.ts";

/** null for an unconstrained answer. */
export function heldToWords({
  jsonSchema,
  grammar,
}: Pick<TraceRequest, "jsonSchema" | "grammar">): "a JSON schema" | "a grammar" | null {
  if (jsonSchema !== undefined) return "a JSON schema";
  return grammar === undefined ? null : "a grammar";
}
