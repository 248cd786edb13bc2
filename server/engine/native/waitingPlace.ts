// Where to wait for a decode: on another thread, which leaves this one free, or on this one. A GPU takes 1 to 10 ms for a
// few tokens, and each change of threads costs 0.1 to 0.2 ms of that: on an H200 two changes took 14 % of the time of one
// token of a 1B model, 9 % with 32 tokens (4.05 ms instead of 3.68), and 5 % of 16 tokens of a 7B one.

/** A thread that serves messages may be blocked for about this long. */
const LONGEST_MS = 20;

/** What decodes of a context took, by their number of tokens. */
export class WaitingPlace {
  private readonly lastMs = new Map<number, number>();

  /** @param nowMs tests give their own clock */
  constructor(readonly nowMs: () => number = () => performance.now()) {}

  /** Whether a decode of this many tokens is so brief that this thread may wait for it; not before one was seen. */
  isHere(tokens: number): boolean {
    return (this.lastMs.get(tokens) ?? Infinity) <= LONGEST_MS;
  }

  observe(tokens: number, ms: number): void {
    this.lastMs.set(tokens, ms);
  }
}
