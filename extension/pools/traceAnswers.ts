// The answers of runs as lines of a pool of JSON lines.
import { wholeAnswer, type Trace } from "../../core/trace/index.ts";
import { promptName } from "../shared/runName.ts";

export interface AnswerLine {
  readonly id: string;
  readonly group?: string;
  readonly text: string;
}

/**
 * Each answer once, the oldest first, so that the newest is the last that a budget evicts. `unusable` counts runs without
 * an answer, and traces that could not be read (null).
 */
export function answersOf(traces: readonly (Trace | null)[]): {
  readonly lines: readonly AnswerLine[];
  readonly unusable: number;
} {
  const lines = new Map<string, AnswerLine>();
  const taken = new Set<string>();
  let unusable = 0;
  const read = traces.filter((trace) => trace !== null);
  for (const trace of read.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const text = wholeAnswer(trace);
    if (text.trim() === "") unusable++;
    // An equal answer of a later run, such as the same one made again, is one vote.
    else if (!lines.has(text)) lines.set(text, { ...nameOf(trace, taken), text });
  }
  return { lines: [...lines.values()], unusable: unusable + traces.length - read.length };
}

/**
 * E.g. "book:2026-11-28T16:59:39.120Z": the user or item that an answer is about is not known. Runs that began at the same
 * moment are counted, e.g. "…Z:2": two answers under one id would be one voter.
 */
function nameOf({ createdAt, request, pool }: Trace, taken: Set<string>): Omit<AnswerLine, "text"> {
  const name = request.promptFile === null ? null : promptName(request.promptFile);
  const group = pool?.route?.group ?? null;
  const start = `${name ?? "answer"}:${createdAt}`;
  let id = start;
  for (let count = 2; taken.has(id); count++) id = `${start}:${count}`;
  taken.add(id);
  return { id, ...(group !== null && { group }) };
}
