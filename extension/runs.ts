// The runs of this window: starts them, keeps what is known of the one on show, and stops them. It must not know how a
// run is drawn or which command asked for it.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { RunEvent, RunId, RunParams, RunResult } from "../server/protocol/methods.ts";
import { runRequest, stopRequest } from "../server/protocol/methods.ts";
import { countSteps, withRates, type TraceStep } from "../server/trace/index.ts";
import { RequestFailed, type ServerClient } from "./client.ts";
import { withRescuedTrace } from "./interruptedTrace.ts";
import { DisposableStore, type Disposable } from "./lifecycle.ts";
import type { RunSnapshot, ToPanel } from "./protocol/panel.ts";
import { headWithEnd, headWithPlain } from "./protocol/runHead.ts";
import { startedRun, withEvent } from "./runState.ts";

export type RunRequest = Omit<RunParams, "runId" | "whenBusy">;

/** The messages that follow a run on show. */
export type RunDelta = Extract<
  ToPanel,
  { readonly kind: "snapshot" | "started" | "event" | "ended" | "plainMeasured" }
>;

interface KnownRun {
  readonly request: RunRequest;
  /** Told at each change, on show or not. */
  readonly changed: (run: RunSnapshot) => void;
  snapshot: RunSnapshot;
}

export class Runs implements Disposable {
  private readonly store = new DisposableStore();
  private readonly deltaEmitter = this.store.add(new vscode.EventEmitter<RunDelta>());
  /** Runs that go on or wait, in the order in which they were asked for. */
  private readonly open = new Map<RunId, KnownRun>();
  /** Runs beside the one on show: measurements. Their events go to their owner alone. */
  private readonly aside = new Map<RunId, (event: RunEvent) => void>();
  private onShow: KnownRun | null = null;
  /** A run of before the window was loaded anew, shown until another begins. */
  private restored: RunSnapshot | null = null;

  /** What the panel is told, in order. */
  readonly onDelta = this.deltaEmitter.event;

  constructor(private readonly client: ServerClient) {
    this.store.add(
      client.onRunEvent(({ runId, event }) => {
        this.hear(runId, event);
      }),
    );
  }

  get shown(): RunSnapshot | null {
    return this.onShow?.snapshot ?? this.restored;
  }

  /** Whether anything runs or waits. */
  get busy(): boolean {
    return this.open.size > 0 || this.aside.size > 0;
  }

  /** Shows a run that ended before this window was loaded, unless another is on show. */
  restore(run: RunSnapshot): void {
    if (this.shown !== null) return;
    this.restored = run;
    this.deltaEmitter.fire({ kind: "snapshot", status: this.client.status, run });
  }

  /**
   * Runs and gives the end, which may be a failure; never rejects. `changed` hears of each change; `signal` stops this run
   * and no other.
   */
  async run(
    request: RunRequest,
    whenBusy: RunParams["whenBusy"],
    changed: (run: RunSnapshot) => void,
    signal?: vscode.CancellationToken,
  ): Promise<RunSnapshot> {
    const runId = randomUUID();
    const known: KnownRun = { request, changed, snapshot: startedRun(runId) };
    this.open.set(runId, known);
    if (this.onShow?.snapshot.ended !== null) this.show(known);
    const stopping = signal?.onCancellationRequested(() => void this.stop(runId));
    const sent = await this.send({ ...request, runId, whenBusy });
    stopping?.dispose();
    const result = await withRescuedTrace(known.snapshot, sent, request);
    known.snapshot = headWithEnd(known.snapshot, result);
    this.open.delete(runId);
    known.changed(known.snapshot);
    if (this.onShow === known) {
      this.deltaEmitter.fire({ kind: "ended", runId, result });
      const [next] = this.open.values();
      if (next !== undefined) this.show(next);
    }
    return known.snapshot;
  }

  /**
   * Runs the prompt on show without drafts, aside, and keeps its trace where that run's was to be kept: so the two can be
   * laid side by side. Its end, or null without such a prompt; never rejects.
   */
  async measurePlain(signal: vscode.CancellationToken): Promise<RunResult | null> {
    const known = this.onShow;
    if (known === null) return this.restored === null ? null : requestGone();
    const runId = randomUUID();
    const steps: TraceStep[] = [];
    this.aside.set(runId, (event) => {
      if (event.kind === "step") steps.push(event.step);
    });
    const { generate } = known.request;
    const settings = { ...generate.settings, strategy: "plain", reproducible: "auto" } as const;
    const stopping = signal.onCancellationRequested(() => void this.stop(runId));
    const result = await this.send({
      ...known.request,
      generate: { ...generate, settings, poolPath: null },
      runId,
      whenBusy: "queue",
    });
    stopping.dispose();
    this.aside.delete(runId);
    const { tokensPerSecond } = withRates(countSteps(steps, { kind: "strict" }));
    // A stopped run measured other tokens than the run it is compared with.
    if (tokensPerSecond !== null && result.error === null && result.finish !== "stopped") {
      known.snapshot = headWithPlain(known.snapshot, tokensPerSecond);
      const { runId: measured } = known.snapshot;
      if (this.onShow === known)
        this.deltaEmitter.fire({ kind: "plainMeasured", runId: measured, tokensPerSecond });
    }
    return result;
  }

  /** Stops everything that runs or waits; false when there was nothing. */
  async stopAll(): Promise<boolean> {
    const ids = [...this.open.keys(), ...this.aside.keys()];
    // The latest first, so that none that waits begins because the one before it ended.
    for (const runId of ids.reverse()) await this.stop(runId);
    return ids.length > 0;
  }

  /** A trace lies elsewhere now: the run on show is opened from there. */
  traceMoved(from: string, to: string): void {
    const moved = (run: RunSnapshot): RunSnapshot =>
      run.ended?.tracePath === from ? { ...run, ended: { ...run.ended, tracePath: to } } : run;
    if (this.onShow !== null) this.onShow.snapshot = moved(this.onShow.snapshot);
    if (this.restored !== null) this.restored = moved(this.restored);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async stop(runId: RunId): Promise<void> {
    // A server that is gone has no run to stop; the run's own result says why.
    await this.client.request(stopRequest, { runId }).catch(() => null);
  }

  private async send(params: RunParams): Promise<RunResult> {
    try {
      return await this.client.request(runRequest, params);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return { finish: "failed", tracePath: null, error: error.text };
    }
  }

  private hear(runId: RunId, event: RunEvent): void {
    this.aside.get(runId)?.(event);
    const known = this.open.get(runId);
    if (known === undefined) return;
    known.snapshot = withEvent(known.snapshot, event);
    known.changed(known.snapshot);
    if (this.onShow === known) this.deltaEmitter.fire({ kind: "event", runId, event });
    // A run that begins takes the place of one that still waits.
    else if (event.kind === "begin") this.show(known);
  }

  private show(known: KnownRun): void {
    this.restored = null;
    this.onShow = known;
    const { runId, header, progress } = known.snapshot;
    this.deltaEmitter.fire(
      header === null && progress === null
        ? { kind: "started", runId }
        : { kind: "snapshot", status: this.client.status, run: known.snapshot },
    );
  }
}

/** A trace keeps what came of a request, not the request: its settings and the paths of its files. */
function requestGone(): RunResult {
  const error = {
    code: "requestGone",
    message: vscode.l10n.t("This run is from before the window was reloaded."),
    nextStep: vscode.l10n.t("Run the prompt again, then measure."),
  };
  return { finish: "failed", tracePath: null, error };
}
