// A queue that runs one job at a time.

export interface Job {
  /** Does the job and handles its own failures: this never rejects. */
  work(): Promise<void>;
}

export class JobQueue<J extends Job> {
  private readonly queue: J[] = [];
  private running: J | null = null;
  private readonly waiting: (() => void)[] = [];

  /** All unfinished jobs, the current one first. */
  get jobs(): readonly J[] {
    return this.running === null ? [...this.queue] : [this.running, ...this.queue];
  }

  /** Starts the job if the queue is idle, else after those before it. */
  add(job: J): void {
    this.queue.push(job);
    if (this.running === null) void this.pump();
  }

  /** Removes a waiting job; false if it is not waiting. */
  remove(job: J): boolean {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  /** Resolves when no job runs or waits. */
  drained(): Promise<void> {
    if (this.running === null) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async pump(): Promise<void> {
    for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) {
      this.running = job;
      await job.work();
    }
    this.running = null;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
