// The table of a batch run with rows to show: answers of every kind of end, failures, long texts.
import type { OutputRow, ToRunTable } from "../../../extension/shared/runTable.ts";

const GROUPS = ["Comedy", "Drama", null] as const;

export function outputRow(place: number, given: Partial<OutputRow> = {}): OutputRow {
  const tokens = 20 + ((place * 7) % 40);
  const steps = 8 + (place % 9);
  const failed = place % 10 === 9;
  return {
    id: `item-${place}`,
    subject: `item-${place}`,
    group: GROUPS[place % GROUPS.length]!,
    groupReason: place % 3 === 2 ? 'no attribute "group"' : 'attribute "group"',
    strategy: "laser",
    text: failed
      ? null
      : `Film ${place} is about people who meet in a town by the sea, and what becomes of them. `.repeat(3),
    tokenIds: failed ? null : [1, 2, 3],
    finish: failed ? null : place % 2 === 0 ? "endOfText" : "maxTokens",
    error: failed
      ? { code: "variableMissing", message: 'The variable "genre" (line 7) has no value.' }
      : null,
    seed: null,
    attempts: failed ? 0 : 1,
    historyCut: place % 4,
    trace: failed ? null : `traces/item-${place}.lasertrace.gz`,
    figures: failed
      ? null
      : {
          promptTokens: 50,
          tokens,
          steps,
          drafted: 2 * tokens,
          accepted: tokens - steps - 2,
          relaxed: 2,
          ownTokens: 6,
          edl: tokens / steps,
          prefillMs: 12.5,
          ms: tokens * 11,
        },
    finishedAt: "2026-01-02T03:04:05.678Z",
    ...given,
  };
}

/** @param more lines that follow the rows */
export function runMessage(count: number, more = "", given: Partial<ToRunTable> = {}): object {
  const lines = Array.from({ length: count }, (_, place) => `${JSON.stringify(outputRow(place))}\n`);
  const bytes = new TextEncoder().encode(lines.join("") + more);
  return {
    kind: "rows",
    name: "items.answers.jsonl",
    bytes,
    fileBytes: bytes.length,
    hasSummary: true,
    ...given,
  };
}
