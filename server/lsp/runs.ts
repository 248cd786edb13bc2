// The editor's runs, one after another, and model downloads beside them. Each can be stopped by its id.
import type { RunId, RunParams, RunResult } from "../protocol/methods.ts";
import type { WorkerResults } from "../protocol/worker.ts";
import { ServerError } from "./errors.ts";
import { JobQueue } from "./jobQueue.ts";
import type { ServerLimits } from "./options.ts";
import { Run, withoutRequest, type RunHooks } from "./run.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Carried } from "./worker.ts";

export class Runs {
  private readonly queue = new JobQueue<Run>();
  private readonly fetches = new Map<RunId, AbortController>();

  constructor(
    private readonly supervisor: Supervisor,
    private readonly limits: ServerLimits,
    private readonly hooks: RunHooks,
  ) {}

  /**
   * Resolves with the run's result when it has ended, however it ended.
   * @throws ServerError paramsInvalid for an id that is in use
   */
  async run(params: RunParams): Promise<RunResult> {
    this.requireNew(params.runId, "laser/run");
    const others = this.queue.jobs;
    if (others.length > 0 && params.whenBusy === "refuse")
      return { finish: "busy", tracePath: null, error: null };
    if (params.whenBusy === "stop") this.stopJobs(others);
    return new Promise((resolve) => {
      this.queue.add(new Run(params, this.supervisor, this.limits, this.hooks, resolve));
    });
  }

  /**
   * Fetches a catalogue model; its progress is sent as events of `runId`.
   * @throws ServerError, workerRefused when stopped
   */
  async fetch(runId: RunId, catalogueId: string): Promise<{ readonly path: string }> {
    const { path } = await this.besides(runId, "fetch", { catalogueId });
    return { path };
  }

  /**
   * Asks the worker for something slow that may happen beside a run; its progress is sent as events of `runId`.
   * @throws ServerError, workerRefused when stopped
   */
  async besides<K extends "fetch" | "fetchHub" | "devices" | "installBackend">(
    runId: RunId,
    kind: K,
    carried: Carried<K>,
  ): Promise<WorkerResults[K]> {
    this.requireNew(runId, `laser/${kind}`);
    const stopping = new AbortController();
    this.fetches.set(runId, stopping);
    try {
      return await this.supervisor.use("other", (worker) =>
        worker.ask(kind, carried, {
          signal: stopping.signal,
          onEvent: (event) => {
            this.hooks.onEvent(runId, withoutRequest(event));
          },
        }),
      );
    } finally {
      this.fetches.delete(runId);
    }
  }

  /** Stops a run or download, or removes a run from the queue. Does nothing if it has ended. */
  stop(runId: RunId): void {
    this.fetches.get(runId)?.abort();
    this.stopJobs(this.queue.jobs.filter(({ params }) => params.runId === runId));
  }

  /** Stops all runs, queued ones first, so that none begins because the one before it ended. */
  stopAll(): void {
    this.stopJobs(this.queue.jobs);
  }

  /** Resolves when no run is active or queued and every trace is written. */
  ended(): Promise<void> {
    return this.queue.drained();
  }

  private stopJobs(jobs: readonly Run[]): void {
    for (const job of [...jobs].reverse()) {
      if (this.queue.remove(job)) job.cancelQueued();
      else job.stop();
    }
  }

  private requireNew(runId: RunId, method: string): void {
    if (!this.fetches.has(runId) && !this.queue.jobs.some(({ params }) => params.runId === runId)) return;
    throw new ServerError({ tag: "paramsInvalid", method, reason: `the id ${runId} is in use` });
  }
}
