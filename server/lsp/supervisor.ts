// Manages the worker's life: starts it on demand, counts its crashes, stops it when idle, and emits its
// status.
import type { ServerStatus } from "../protocol/methods.ts";
import type { GenerateParams, ModelChoice, WorkerResults, WorkerStats } from "../protocol/worker.ts";
import { CrashCount } from "../protocol/crashCount.ts";
import { describeError, t } from "../../core/base/index.ts";
import { ServerError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";
import { Worker, type AskOptions } from "./worker.ts";

/** Where models are never unloaded, a worker without one still ends. */
const BARE_IDLE_MS = 600_000;

export interface SupervisorHooks {
  readonly log: (line: string) => void;
  readonly onStatus: (status: ServerStatus) => void;
}

export class Supervisor {
  private readonly crashes: CrashCount;
  private current: Worker | null = null;
  /** The end of the previous worker: two models at once might not fit in memory. */
  private leaving: Promise<void> = Promise.resolve();
  private stats: WorkerStats | null = null;
  /** The worker whose engine has been started ahead of a load. */
  private prepared: Worker | null = null;
  private trouble: ServerError | null = null;
  private couldNotStart = false;
  private closing = false;
  private inUse = 0;
  private loading = 0;
  private running = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private lastEmitted = "";

  constructor(
    private readonly workerPath: string,
    private readonly options: ServerOptions,
    private readonly hooks: SupervisorHooks,
  ) {
    const { crashes, crashWindowMs } = options.limits;
    this.crashes = new CrashCount(crashes, crashWindowMs, () => performance.now());
  }

  /**
   * Runs work with the worker, starting it if needed; meanwhile it does not count as idle. If the work begins by
   * loading a model, the state is "loading" until it ends or generates.
   * @throws ServerError without a worker: workerDown after too many crashes
   */
  async use<T>(activity: "load" | "other", work: (worker: Worker) => Promise<T>): Promise<T> {
    const loads = activity === "load" ? 1 : 0;
    this.inUse++;
    this.loading += loads;
    clearTimeout(this.idleTimer);
    this.emitStatus();
    try {
      return await work(await this.worker());
    } finally {
      this.inUse--;
      this.loading -= loads;
      this.emitStatus();
      this.scheduleIdleUnload();
    }
  }

  /**
   * Starts the worker and its engine before a run needs them. One that has done so, or has a model, is left alone, and after
   * a worker that ended badly only a run starts the next one.
   */
  async prepare(model: ModelChoice): Promise<null> {
    const isReady = this.current !== null && (this.current === this.prepared || this.stats !== null);
    if (isReady || this.loading > 0 || this.trouble !== null) return null;
    return this.use("other", (worker) => {
      this.prepared = worker;
      return worker.ask("prepare", { model });
    });
  }

  /** Loads a model; does nothing if it is loaded already. */
  async load(worker: Worker, model: ModelChoice, options: AskOptions = {}): Promise<WorkerStats> {
    const stats = await worker.ask("load", { model }, options);
    if (this.current === worker) this.stats = stats;
    return stats;
  }

  /** Generates one answer with the loaded model. */
  async generate(
    worker: Worker,
    params: GenerateParams,
    options: AskOptions,
  ): Promise<WorkerResults["generate"]> {
    this.running++;
    this.emitStatus();
    try {
      return await worker.ask("generate", { params }, options);
    } finally {
      this.running--; // use() emits the status when no other work follows.
    }
  }

  /** Shuts the worker down cleanly; the next request starts another. */
  unload(): Promise<void> {
    return this.release((worker) => worker.shutdown());
  }

  /** Kills the worker and resets its crash count. */
  restart(): Promise<void> {
    this.crashes.forget();
    this.trouble = null;
    this.couldNotStart = false;
    return this.release((worker) => worker.kill());
  }

  /** Shuts the worker down cleanly and starts no other. */
  close(): Promise<void> {
    this.closing = true;
    return this.unload();
  }

  /** Emits the status if it changed. */
  emitStatus(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.lastEmitted) return;
    this.lastEmitted = text;
    this.hooks.onStatus(status);
  }

  private status(): ServerStatus {
    const error = this.downError() ?? this.trouble;
    return { state: this.state(), stats: this.stats, error: error && describeError(error) };
  }

  private state(): ServerStatus["state"] {
    if (this.crashes.down !== null || this.couldNotStart) return "down";
    if (this.running > 0) return "running";
    if (this.loading > 0) return "loading";
    return this.stats === null ? "idle" : "ready";
  }

  private downError(): ServerError | null {
    const { down: last, limit: crashes, windowMs } = this.crashes;
    return last && new ServerError({ tag: "workerDown", crashes, windowMs, last });
  }

  private async worker(): Promise<Worker> {
    await this.leaving;
    if (this.closing) throw new ServerError({ tag: "serverClosing" });
    const down = this.downError();
    if (down !== null) throw down;
    if (this.current === null) this.start();
    const worker = this.current!;
    await worker.ready;
    this.couldNotStart = false;
    this.trouble = null;
    this.emitStatus();
    return worker;
  }

  /** @throws ServerError workerMissing */
  private start(): void {
    let ready = false;
    try {
      const worker = Worker.start(
        this.workerPath,
        {
          log: this.hooks.log,
          onEnd: (error, asked) => {
            if (this.current === worker) {
              this.current = null;
              this.stats = null;
            }
            if (!asked) {
              this.hooks.log(describeError(error).message);
              this.crashes.add(describeError(error));
              this.trouble = error;
              this.couldNotStart = !ready;
            }
            this.emitStatus();
          },
        },
        this.options.limits,
      );
      this.current = worker;
      worker.ready.then(
        () => (ready = true),
        () => undefined,
      );
    } catch (error) {
      if (error instanceof ServerError) this.trouble = error;
      this.couldNotStart = true;
      this.emitStatus();
      throw error;
    }
  }

  private async release(end: (worker: Worker) => Promise<void>): Promise<void> {
    const worker = this.current;
    this.current = null;
    this.stats = null;
    clearTimeout(this.idleTimer);
    if (worker !== null) this.leaving = Promise.all([this.leaving, end(worker)]).then(() => undefined);
    this.emitStatus();
    await this.leaving;
  }

  private scheduleIdleUnload(): void {
    const isBare = this.stats === null;
    const idleUnloadMs = this.options.idleUnloadMs === 0 && isBare ? BARE_IDLE_MS : this.options.idleUnloadMs;
    clearTimeout(this.idleTimer);
    if (this.inUse > 0 || this.current === null || idleUnloadMs === 0) return;
    this.idleTimer = setTimeout(() => {
      this.hooks.log(t("the worker was idle and is being stopped"));
      void this.unload();
    }, idleUnloadMs);
    this.idleTimer.unref();
  }
}
