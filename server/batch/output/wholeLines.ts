// The lines of a file that only grows, up to where a killed process left it.
import { createReadStream } from "node:fs";

import { BatchError } from "../errors.ts";

const LINE_BREAK = 0x0a;
/** Longer than any answer: the file is something else, and must not fill the memory. */
const MAX_LINE_BYTES = 256 * 2 ** 20;

export interface WholeLine {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Where the file ends if this line is its last. */
  readonly endBytes: number;
}

/**
 * Lines that end in a line break; what follows the last one is torn and left out. Memory holds the longest line.
 * @throws BatchError outputDamaged for a line that is far too long; errors of reading
 */
export async function* wholeLines(path: string, signal: AbortSignal): AsyncGenerator<WholeLine> {
  let carried: Buffer[] = [];
  let [line, begun] = [0, 0];
  for await (const chunk of createReadStream(path, {
    highWaterMark: 1 << 20,
    signal,
  }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at >= 0; at = chunk.indexOf(LINE_BREAK, from)) {
      const bytes = Buffer.concat([...carried, chunk.subarray(from, at)]);
      carried = [];
      from = at + 1;
      begun += bytes.length + 1;
      yield { text: bytes.toString("utf8"), line: ++line, endBytes: begun };
    }
    if (from === chunk.length) continue;
    carried.push(chunk.subarray(from));
    if (carried.reduce((bytes, part) => bytes + part.length, 0) > MAX_LINE_BYTES) {
      const reason = `it is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB`;
      throw new BatchError({ tag: "outputDamaged", path, line: line + 1, reason });
    }
  }
}
