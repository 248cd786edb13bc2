// One run: loads its model, relays each step, can be stopped, and writes a trace however it ends.
import { basename } from "node:path";
import { describeError, describeFault, type ErrorText, t } from "../../core/base/index.ts";
import type { RunEvent, RunId, RunParams, RunResult } from "../protocol/methods.ts";
import type { ModelChoice, WorkerEvent } from "../protocol/worker.ts";
import { parsePrompty } from "../../core/prompts/index.ts";
import { promptDevice } from "../../core/settings/index.ts";
import { TraceAssembler, type TraceEnd } from "../../core/trace/index.ts";
import { TRACE_NOT_KEPT } from "../files/traces/index.ts";
import type { Job } from "./jobQueue.ts";
import type { ServerLimits } from "./options.ts";
import type { Supervisor } from "./supervisor.ts";
import { keepTrace } from "./traces.ts";

export interface RunHooks {
  readonly onEvent: (runId: RunId, event: RunEvent) => void;
  readonly log: (line: string) => void;
}

const STOPPED: RunResult = { finish: "stopped", tracePath: null, error: null };

export class Run implements Job {
  private readonly stopping = new AbortController();
  private trace: TraceAssembler | null = null;
  private steps = 0;

  constructor(
    readonly params: RunParams,
    private readonly supervisor: Supervisor,
    private readonly limits: ServerLimits,
    private readonly hooks: RunHooks,
    private readonly finish: (result: RunResult) => void,
  ) {}

  async work(): Promise<void> {
    let result: RunResult;
    try {
      const end = await this.generate();
      result = { ...STOPPED, finish: end?.finish ?? "stopped", ...(await this.keep(end)) };
    } catch (error) {
      // If the worker had to be killed to stop the run, the run still counts as stopped.
      result = this.isStopped()
        ? { ...STOPPED, ...(await this.keep(null)) }
        : await this.failed(describeError(error));
    }
    this.finish(result);
  }

  /** Stops after at most one more step; a worker that does not react is terminated. */
  stop(): void {
    this.stopping.abort();
  }

  /** Cancels a queued run. */
  cancelQueued(): void {
    this.finish(STOPPED);
  }

  /** How it ended; null if it was stopped before it began. */
  private generate(): Promise<TraceEnd | null> {
    const { generate } = this.params;
    const model = this.model();
    const { signal } = this.stopping;
    const onEvent = (event: WorkerEvent): void => {
      this.take(this.withOrigin(withoutRequest(event)));
    };
    return this.supervisor.use("load", async (worker) => {
      if (this.isStopped()) return null;
      await this.supervisor.load(worker, model, { signal, onEvent });
      if (this.isStopped()) return null;
      return this.supervisor.generate(worker, generate, { signal, onEvent });
    });
  }

  /** The model where the prompt file wants it, within the settings; a continued run uses only them. */
  private model(): ModelChoice {
    const { model, generate } = this.params;
    if (generate.continueFrom !== undefined) return model;
    const { choice, refused } = promptDevice(model, parsePrompty(generate.source).parameters);
    for (const line of refused) this.hooks.log(line);
    return { ...model, ...choice };
  }

  /** The header as the worker sends it has only the prompt's text: not the file, nor the values given. */
  private withOrigin(event: RunEvent): RunEvent {
    if (event.kind !== "begin") return event;
    const { promptUri, generate } = this.params;
    const values = generate.continueFrom === undefined ? generate.values : {};
    const request = {
      ...event.header.request,
      ...(promptUri !== undefined && { promptUri }),
      ...(Object.keys(values).length > 0 && { values }),
    };
    return { ...event, header: { ...event.header, request } };
  }

  /** A method, so that the compiler doesn't assume the same answer after an await. */
  private isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private take(event: RunEvent): void {
    if (event.kind === "begin") this.trace = new TraceAssembler(event.header, event.tokens);
    if (event.kind === "step") {
      // At the first step the whole prompt has been read, except for the first root.
      if (this.steps++ === 0) this.trace?.prefilled(event.prefillTokens ?? 0, event.prefillMs ?? null);
      this.trace?.add(event.step, event.tokens, event.entries);
    }
    this.hooks.onEvent(this.params.runId, event);
  }

  private async failed(error: ErrorText): Promise<RunResult> {
    const { code, message } = error;
    return {
      finish: "failed",
      ...(await this.keep({ finish: "failed", error: { code, message } })),
      error,
    };
  }

  /**
   * Writes the trace of a run that made a step. If the folder can't be written, the trace is lost but not the
   * run.
   */
  private async keep(end: TraceEnd | null): Promise<Pick<RunResult, "tracePath" | "traceError">> {
    const { traceFolder: folder, traceForm } = this.params;
    if (folder === null || this.trace === null || this.steps === 0) return { tracePath: null };
    try {
      const trace = this.trace.trace(end ?? undefined);
      return { tracePath: await keepTrace(folder, trace, this.limits, traceForm) };
    } catch (error) {
      const complete = end !== null && end.finish !== "failed" && end.finish !== "stopped";
      const cause = describeError(error);
      const fault = { tag: "traceNotKept", run: this.name, complete, folder, cause } as const;
      const traceError = describeFault(TRACE_NOT_KEPT, fault);
      this.hooks.log(`${traceError.message} ${traceError.nextStep}`);
      return { tracePath: null, traceError };
    }
  }

  private get name(): string {
    return basename(this.params.generate.promptFile ?? t("selected text"));
  }
}

/** An event as sent to the editor. */
export function withoutRequest(event: WorkerEvent): RunEvent {
  return Object.fromEntries(
    Object.entries(event).filter(([key]) => key !== "request"),
  ) as unknown as RunEvent;
}
