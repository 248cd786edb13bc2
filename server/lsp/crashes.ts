// Counts how often the worker crashed of late, and says when it shall stay down. Time comes in; no process is known.
import type { ErrorText } from "../protocol/errors/index.ts";

export class CrashCount {
  private times: number[] = [];
  private lastCrash: ErrorText | null = null;

  /** `limit` crashes, each at most `windowMs` before the last, keep the worker down. */
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

  /** The crash that was one too many; null while the worker may start. Time alone does not lift it. */
  get down(): ErrorText | null {
    return this.times.length >= this.limit ? this.lastCrash : null;
  }

  forget(): void {
    this.times = [];
    this.lastCrash = null;
  }
}
