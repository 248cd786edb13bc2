// The order of requests for the one model: most need it to themselves; answers on lanes share it.

export class Turns {
  /** Settles when the last work that needs the model to itself has ended. */
  private lastAlone: Promise<void> = Promise.resolve();
  /** Work that shares the model and has not ended. */
  private readonly sharing = new Set<Promise<void>>();

  /**
   * Begins work that waits for all work before it. All later work waits for it.
   * @param begin gets what to wait for, and returns a promise of the work's end that never rejects
   */
  alone(begin: (before: Promise<unknown>) => Promise<void>): void {
    this.lastAlone = begin(Promise.all([this.lastAlone, ...this.sharing]));
  }

  /** Begins work that waits only for work that needs the model to itself. */
  shared(begin: (before: Promise<unknown>) => Promise<void>): void {
    const work = begin(this.lastAlone);
    this.sharing.add(work);
    void work.then(() => this.sharing.delete(work));
  }
}
