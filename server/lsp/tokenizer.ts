// Counts tokens and looks into pools in its own worker, which loads no weights: neither waits for a run, and a file that
// makes it crash costs no run. It starts when it is first asked and ends when it has not been asked for a while.
import { describeError } from "../../core/base/index.ts";
import { ServerError } from "./errors.ts";
import { CrashCount } from "../protocol/crashCount.ts";
import type { WorkerResults } from "../protocol/worker.ts";
import type { ServerLimits } from "./options.ts";
import { Worker, type Carried } from "./worker.ts";

export class TokenizerProcess {
  private readonly crashes: CrashCount;
  private current: Worker | null = null;
  private idleTimer: NodeJS.Timeout | undefined;
  private asking = 0;
  private isClosing = false;

  constructor(
    private readonly workerPath: string,
    private readonly limits: ServerLimits,
    private readonly log: (line: string) => void,
  ) {
    this.crashes = new CrashCount(limits.crashes, limits.crashWindowMs, () => performance.now());
  }

  /** @throws ServerError: workerRefused for a model or pool that can't be used, workerDown after too many crashes */
  async ask<Kind extends "tokenize" | "poolGroups">(
    kind: Kind,
    asked: Carried<Kind>,
  ): Promise<WorkerResults[Kind]> {
    clearTimeout(this.idleTimer);
    this.asking++;
    try {
      const worker = this.worker();
      await worker.ready;
      return await worker.ask(kind, asked);
    } finally {
      this.asking--;
      if (this.asking === 0) this.endLater();
    }
  }

  async close(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.idleTimer);
    await this.current?.shutdown();
  }

  private worker(): Worker {
    if (this.isClosing) throw new ServerError({ tag: "serverClosing" });
    const { down: last, limit: crashes, windowMs } = this.crashes;
    if (last !== null) throw new ServerError({ tag: "workerDown", crashes, windowMs, last });
    if (this.current !== null) return this.current;
    const started = Worker.start(
      this.workerPath,
      {
        log: (line) => {
          this.log(`tokenizer: ${line}`);
        },
        onEnd: (error, asked) => {
          if (this.current === started) this.current = null;
          if (!asked) this.crashes.add(describeError(error));
        },
      },
      this.limits,
    );
    return (this.current = started);
  }

  private endLater(): void {
    this.idleTimer = setTimeout(() => {
      const { current } = this;
      this.current = null;
      void current?.shutdown();
    }, this.limits.tokenizerIdleMs);
    // It must not keep the server alive.
    this.idleTimer.unref();
  }
}
