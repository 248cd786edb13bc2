// Whether an answer that was held to a JSON schema is valid JSON: one that ended early is not.
import { finishWords } from "../../../core/inspect/index.ts";
import { inheritedText, parseJson, type Trace } from "../../../core/trace/index.ts";

/** null for an answer that was not held to a JSON schema. */
export function isValidJson({ request, tokens, result }: Trace): boolean | null {
  if (request.jsonSchema === undefined) return null;
  return parseJson(inheritedText(request, tokens) + result.text).ok;
}

/** A sentence for the end of the run; null for an answer that was not held to a JSON schema. */
export function validJsonWords(trace: Trace): string | null {
  switch (isValidJson(trace)) {
    case null:
      return null;
    case true:
      return "the answer is valid JSON, held to its schema";
    case false:
      return `the answer is not complete JSON: it ${finishWords(trace.result.finish)}`;
  }
}
