// One job after the other.

export interface Job {
  /** Does the job. Its outcome, a failure too, is its own affair: this never rejects. */
  work(): Promise<void>;
}

export class Lane<J extends Job> {
  private readonly queue: J[] = [];
  private running: J | null = null;
  private readonly waiting: (() => void)[] = [];

  /** Everything not yet done, the current job first. */
  get jobs(): readonly J[] {
    return this.running === null ? [...this.queue] : [this.running, ...this.queue];
  }

  /** Puts a job behind all others. */
  add(job: J): void {
    this.queue.push(job);
    if (this.running === null) void this.pump();
  }

  /** Takes a waiting job out; false when it is not waiting. */
  remove(job: J): boolean {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  /** Resolves when nothing runs or waits. */
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
