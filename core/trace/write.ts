// From a trace to text: one JSON document, laid out for diffs and grep.
import { compactStep } from "./fill.ts";
import type { Trace } from "./types.ts";

/**
 * Writes a trace with its keys in their order: one line for each key of the document, for each step and for each
 * dictionary entry. Ends with a line break.
 */
export function serialiseTrace(trace: Trace): string {
  return layOutDocument({ ...trace, steps: trace.steps.map(compactStep) });
}

/** The same layout for any document; `steps` and `tokens` are laid out as in a trace. */
export function layOutDocument(document: object): string {
  const lines = Object.entries(document).map(([key, value]: [string, unknown]) => {
    return `  ${JSON.stringify(key)}: ${layOut(key, value)}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function layOut(key: string, value: unknown): string {
  if (key === "steps" && Array.isArray(value)) {
    return brackets(
      "[]",
      value.map((step: unknown) => JSON.stringify(step)),
    );
  }
  if (key === "tokens" && typeof value === "object" && value !== null) {
    return brackets(
      "{}",
      Object.entries(value).map(
        ([id, entry]: [string, unknown]) => `${JSON.stringify(id)}: ${JSON.stringify(entry)}`,
      ),
    );
  }
  return JSON.stringify(value);
}

function brackets(pair: "[]" | "{}", items: readonly string[]): string {
  if (items.length === 0) return pair;
  return `${pair[0]!}\n${items.map((item) => `    ${item}`).join(",\n")}\n  ${pair[1]!}`;
}
