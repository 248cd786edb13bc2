// Synchronises several runs that share one model. Each works on its own until it needs something done for all at once, such as
// an evaluation, which starts when none of them is working any more. So every run that can take part does.

/** Work that is done for several members at once. It keeps the list of those who wait for it. */
export interface Stage {
  readonly hasWork: boolean;
  /** Does the work of those waiting, or of some of them; must `resume` each of them before it resolves. */
  run(): Promise<void>;
  /** Refuses those who wait, now and later. */
  close(error: Error): void;
}

/** Members, by number, and the stages that they wait for. A stage runs once no member is at work. */
export class Gathering {
  /** By member, how many things it waits for; with 0, the others wait for it. */
  private readonly waits = new Map<number, number>();
  private readonly stages: Stage[] = [];
  private isRunning = false;
  private isChecking = false;

  /** How many members there are, away ones included. */
  get size(): number {
    return this.waits.size;
  }

  /** Adds a stage. If several have work, the one added last comes first. Returns a function that removes it. */
  add(stage: Stage): () => void {
    this.stages.unshift(stage);
    return () => {
      this.stages.splice(this.stages.indexOf(stage), 1);
      this.check();
    };
  }

  /** From now on, the others wait until this member waits too, is away or has left. */
  enter(member: number): void {
    this.waits.set(member, 0);
  }

  leave(member: number): void {
    this.waits.delete(member);
    this.check();
  }

  /** Does work that nobody else has to wait for, such as waiting for a slow reader. */
  async away<T>(member: number, work: () => Promise<T> | T): Promise<T> {
    this.wait(member);
    try {
      return await work();
    } finally {
      this.resume(member);
    }
  }

  /** A member begins to wait for a stage. One that never entered may wait as well; nobody waits for it. */
  wait(member: number): void {
    this.count(member, 1);
    this.check();
  }

  /** A member has what it waited for. */
  resume(member: number): void {
    this.count(member, -1);
  }

  /** Ends all waiting with a fault. */
  close(error: Error): void {
    for (const stage of this.stages) stage.close(error);
  }

  private count(member: number, change: 1 | -1): void {
    const before = this.waits.get(member);
    if (before !== undefined) this.waits.set(member, Math.max(0, before + change));
  }

  private get isAnyAtWork(): boolean {
    for (const waits of this.waits.values()) if (waits === 0) return true;
    return false;
  }

  /** Checks after all current microtasks, so that members that ask together are handled together. */
  private check(): void {
    if (this.isChecking) return;
    this.isChecking = true;
    void Promise.resolve().then(() => {
      this.isChecking = false;
      void this.runNext();
    });
  }

  private async runNext(): Promise<void> {
    if (this.isRunning || this.isAnyAtWork) return;
    const stage = this.stages.find(({ hasWork }) => hasWork);
    if (stage === undefined) return;
    this.isRunning = true;
    try {
      await stage.run();
    } finally {
      this.isRunning = false;
      this.check();
    }
  }
}
