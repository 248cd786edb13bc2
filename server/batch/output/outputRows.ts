// The rows that a run has written, read back.
import { parseOutputRow, type OutputRow } from "../../protocol/outputRow.ts";
import { BatchError } from "../errors.ts";
import { wholeLines, type WholeLine } from "./wholeLines.ts";

export interface WrittenRow extends WholeLine {
  readonly row: OutputRow;
}

/** Whole rows in the order written. @throws BatchError outputDamaged; errors of reading */
export async function* outputRows(path: string, signal: AbortSignal): AsyncGenerator<WrittenRow> {
  for await (const whole of wholeLines(path, signal)) {
    const row = parseOutputRow(whole.text);
    if (row === null) {
      const reason = "it lacks fields that every row has";
      throw new BatchError({ tag: "outputDamaged", path, line: whole.line, reason });
    }
    yield { ...whole, row };
  }
}
