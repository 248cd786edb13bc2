// Work for idle time: begins some time after the last request, and ends before the next one is handled.

export class IdleWork {
  private timer: NodeJS.Timeout | null = null;
  private controller = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /**
   * @param work does one thing and ends soon after its signal is raised; a failure is its own to report
   * @param delayMs how long no request must have arrived before it begins
   */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly delayMs: number,
  ) {}

  /** Begins the work after the delay, unless `interrupt` comes first. */
  schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.controller = new AbortController();
      this.running = this.work(this.controller.signal);
    }, this.delayMs);
    this.timer.unref();
  }

  /** Resolves when nothing is running any more. */
  async interrupt(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.controller.abort();
    await this.running;
  }
}
