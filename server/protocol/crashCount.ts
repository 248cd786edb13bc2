// Counts recent crashes of a process and decides when to stop restarting it: the editor for the language server, the
// language server for the worker.
import type { ErrorText } from "../../core/base/index.ts";

export const MAX_CRASHES = 5;
export const CRASH_WINDOW_MS = 180_000;

export class CrashCount {
  private times: number[] = [];
  private lastCrash: ErrorText | null = null;

  /** After `limit` crashes within `windowMs` the process is not restarted. */
  constructor(
    readonly limit: number,
    readonly windowMs: number,
    private readonly now: () => number,
  ) {}

  add(crash: ErrorText): void {
    if (this.down !== null) return;
    const now = this.now();
    this.times = [...this.times.filter((time) => now - time <= this.windowMs), now];
    this.lastCrash = crash;
  }

  /** The crash that exceeded the limit; null while the process may start. It does not expire. */
  get down(): ErrorText | null {
    return this.times.length >= this.limit ? this.lastCrash : null;
  }

  forget(): void {
    this.times = [];
    this.lastCrash = null;
  }
}
