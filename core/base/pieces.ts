// Long work in pieces: it yields between them, and its driver may wait for other things there. The work itself
// stays a plain function of its arguments.

/** Yields between pieces; returns the result. */
export type InPieces<T> = Generator<undefined, T, undefined>;

/** Does all pieces at once. */
export function finish<T>(work: InPieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
