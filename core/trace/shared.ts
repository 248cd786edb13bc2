// What a trace says only to the machine where it was recorded.
import type { Trace } from "./types.ts";

/** The trace without the address of its prompt file, which names folders: for files that are handed on. */
export function withoutAddress(trace: Trace): Trace {
  const { promptUri: _, ...request } = trace.request;
  return { ...trace, request };
}
