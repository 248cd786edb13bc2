// What a process holds in memory, and the most it held since a moment.
import { readFileSync, writeFileSync } from "node:fs";

export interface Memory {
  /** Bytes of objects and typed arrays: exact. */
  readonly heldBytes: number;
  /** What the system counts as resident; moves by megabytes for its own reasons. */
  readonly residentBytes: number;
}

/** Memory after collecting garbage: node must run with --expose-gc. */
export function settledMemory(): Memory {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { heldBytes: heapUsed + external, residentBytes: rss };
}

/** Starts to watch for the peak; null if the system has no such counter (it is Linux's). */
export function watchPeak(): (() => number) | null {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return null;
  }
}
