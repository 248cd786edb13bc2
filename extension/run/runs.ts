// The runs of this window: starts and stops them, and keeps the state of the one that is shown.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import {
  type RunEvent,
  type RunId,
  type RunParams,
  type RunResult,
  runRequest,
  stopRequest,
} from "../../server/protocol/methods.ts";
import { STRATEGY_TRAITS } from "../../core/laser/index.ts";
import { countSteps, withRates, type TraceStep } from "../../core/trace/index.ts";
import { RequestFailed, type ServerClient } from "./client.ts";
import { withRescuedTrace } from "./interruptedTrace.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { RunSnapshot, ToPanel } from "../shared/panel.ts";
import type { PlainRun } from "../shared/plainRun.ts";
import { identityOfRequest } from "./runIdentity.ts";
import { headWithEnd, headWithPlain } from "../shared/runHead.ts";
import { promptName } from "../shared/runName.ts";
import { startedRun, withEvent } from "./runState.ts";

export type RunRequest = Omit<RunParams, "runId" | "whenBusy">;

/** The messages about the run that is shown. */
export type RunDelta = Extract<
  ToPanel,
  { readonly kind: "snapshot" | "started" | "event" | "ended" | "plainMeasured" | "queue" | "awaited" }
>;

interface KnownRun {
  readonly request: RunRequest;
  /** Called at each change, whether the run is shown or not. */
  readonly changed: (run: RunSnapshot) => void;
  snapshot: RunSnapshot;
}

export class Runs implements Disposable {
  private readonly store = new DisposableStore();
  private readonly deltaEmitter = this.store.add(new vscode.EventEmitter<RunDelta>());
  private readonly keptEmitter = this.store.add(new vscode.EventEmitter<string>());
  /** Running and queued runs, in the order in which they were requested. */
  private readonly open = new Map<RunId, KnownRun>();
  /** Measurement runs that are not shown; only their owner gets their events. */
  private readonly measurements = new Map<RunId, (event: RunEvent) => void>();
  private lastQueue = "";
  private current: KnownRun | null = null;
  /** A run from before the window was reloaded, shown until another one starts. */
  private restored: RunSnapshot | null = null;
  /** What has to be done before runs can be shown, in words, in the order in which it began. */
  private readonly preparing: { readonly words: string }[] = [];

  /** The messages for the panel, in order. */
  readonly onDelta = this.deltaEmitter.event;
  /** The path of a trace that the run shown kept when it ended. */
  readonly onTraceKept = this.keptEmitter.event;

  /** @param plainRunFor the kept plain run that a trace's speed is compared with; null: none. Never rejects */
  constructor(
    private readonly client: ServerClient,
    private readonly plainRunFor: (tracePath: string) => Promise<PlainRun | null>,
  ) {
    this.store.add(
      client.onRunEvent(({ runId, event }) => {
        this.applyEvent(runId, event);
      }),
    );
  }

  get shown(): RunSnapshot | null {
    return this.current?.snapshot ?? this.restored;
  }

  /** Whether any run is active or queued. */
  get busy(): boolean {
    return this.open.size > 0 || this.measurements.size > 0;
  }

  /** What the panel shows as long as it is unknown which run is next: without a run it is not "none". */
  get awaited(): Extract<ToPanel, { readonly kind: "awaited" }> {
    return { kind: "awaited", words: this.preparing.at(-1)?.words ?? null };
  }

  /**
   * Waits for what a run needs, and passes it to `begin`, which calls `run` at once. Null if there is nothing to begin with.
   * @param words what is done until then
   */
  async prepared<Needed, Begun>(
    words: string,
    prepare: () => Promise<Needed | null>,
    begin: (needed: Needed) => Promise<Begun>,
  ): Promise<Begun | null> {
    const step = { words };
    this.preparing.push(step);
    this.deltaEmitter.fire(this.awaited);
    let begun: Promise<Begun> | null = null;
    try {
      const needed = await prepare();
      if (needed !== null) begun = begin(needed);
    } finally {
      // After the run is shown, so that there is no moment without either. Another one may be in preparation meanwhile.
      this.preparing.splice(this.preparing.indexOf(step), 1);
      this.deltaEmitter.fire(this.awaited);
    }
    return begun;
  }

  /** Shows a run from before the window was reloaded, unless another one is shown. */
  restore(run: RunSnapshot): void {
    if (this.shown !== null) return;
    const restored = { ...run, isPlainPending: true };
    this.restored = restored;
    this.deltaEmitter.fire({ kind: "snapshot", status: this.client.status, run: restored });
    void this.showPlain(restored);
  }

  /**
   * Runs a request and returns its result, which may be a failure; never rejects. `changed` is called at each
   * change; `signal` stops only this run.
   */
  async run(
    request: RunRequest,
    whenBusy: RunParams["whenBusy"],
    changed: (run: RunSnapshot) => void,
    signal?: vscode.CancellationToken,
  ): Promise<RunSnapshot> {
    const runId = randomUUID();
    const known: KnownRun = {
      ...{ request, changed, snapshot: startedRun(runId, identityOfRequest(request)) },
    };
    this.open.set(runId, known);
    if (this.current?.snapshot.ended !== null) this.show(known);
    this.reportQueue();
    const stopping = signal?.onCancellationRequested(() => void this.stop(runId));
    const sent = await this.send({ ...request, runId, whenBusy });
    stopping?.dispose();
    const result = await withRescuedTrace(known.snapshot, sent, request);
    const isPlainPending = this.current === known && result.tracePath !== null;
    known.snapshot = headWithEnd(known.snapshot, result, isPlainPending);
    this.open.delete(runId);
    known.changed(known.snapshot);
    if (this.current === known) {
      this.deltaEmitter.fire({ kind: "ended", runId, result, isPlainPending });
      if (result.tracePath !== null) this.keptEmitter.fire(result.tracePath);
      void this.showPlain(known.snapshot);
      const [next] = this.open.values();
      if (next !== undefined) this.show(next);
    }
    this.reportQueue();
    return known.snapshot;
  }

  /**
   * Runs the prompt that is shown without drafts, in the background, and keeps its trace where that run's
   * trace goes, so that the two can be compared. Returns null without such a prompt; never rejects.
   */
  async measurePlain(signal: vscode.CancellationToken): Promise<RunResult | null> {
    const known = this.current;
    if (known === null) return this.restored === null ? null : requestGone();
    const runId = randomUUID();
    const steps: TraceStep[] = [];
    this.measurements.set(runId, (event) => {
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
    this.measurements.delete(runId);
    this.reportQueue();
    const { tokensPerSecond } = withRates(countSteps(steps, { kind: "strict" }));
    // A stopped run measured different tokens from the run it is compared with.
    if (tokensPerSecond !== null && result.error === null && result.finish !== "stopped") {
      const plainRun = await this.findPlain(known.snapshot);
      this.setPlain(known.snapshot.runId, plainRun?.tokensPerSecond ?? tokensPerSecond, plainRun);
    }
    return result;
  }

  /** Whether a run is shown whose speed-up only a plain run of its prompt would give. Never rejects. */
  async lacksPlain(runId: RunId): Promise<boolean> {
    const isOpen = (): boolean => this.current?.snapshot.runId === runId && !this.busy;
    const { header, ended, steps } = this.current?.snapshot ?? {};
    if (!isOpen() || header == null || steps?.length === 0) return false;
    if (ended?.error !== null || ended.finish === "stopped") return false;
    if (!STRATEGY_TRAITS[header.request.strategy].drafts) return false;
    return this.current !== null && (await this.findPlain(this.current.snapshot)) === null && isOpen();
  }

  /** The request of a run of this window; null if there was none. */
  requestOf(runId: RunId): RunRequest | null {
    return this.current?.snapshot.runId === runId ? this.current.request : null;
  }

  private async findPlain({ ended }: RunSnapshot): Promise<PlainRun | null> {
    const trace = ended?.tracePath ?? null;
    return trace === null ? null : this.plainRunFor(trace);
  }

  /** @param tokensPerSecond null: not measured */
  private setPlain(runId: RunId, tokensPerSecond: number | null, plainRun: PlainRun | null): void {
    const { shown } = this;
    if (shown?.runId !== runId) return;
    const measured = headWithPlain(shown, tokensPerSecond, plainRun);
    if (this.current?.snapshot.runId === runId) this.current.snapshot = measured;
    else this.restored = measured;
    this.deltaEmitter.fire({ kind: "plainMeasured", runId, tokensPerSecond, plainRun });
  }

  /** The plain run that is kept, if one is like this run: the same that its trace shows. */
  private async showPlain(run: RunSnapshot): Promise<void> {
    const plainRun = await this.findPlain(run);
    if (this.shown?.runId === run.runId && this.shown.isPlainPending)
      this.setPlain(run.runId, plainRun?.tokensPerSecond ?? null, plainRun);
  }

  /** Stops all active and queued runs; false if there were none. */
  async stopAll(): Promise<boolean> {
    const ids = [...this.open.keys(), ...this.measurements.keys()];
    // Latest first, so that no queued run starts because the one before it ended.
    for (const runId of ids.reverse()) await this.stop(runId);
    return ids.length > 0;
  }

  /** Called when a trace was moved, so that the shown run opens it from there. */
  traceMoved(from: string, to: string): void {
    const moved = (run: RunSnapshot): RunSnapshot =>
      run.ended?.tracePath === from ? { ...run, ended: { ...run.ended, tracePath: to } } : run;
    if (this.current !== null) this.current.snapshot = moved(this.current.snapshot);
    if (this.restored !== null) this.restored = moved(this.restored);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async stop(runId: RunId): Promise<void> {
    // Without a server no run is left to stop; the run's own result says why.
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

  private applyEvent(runId: RunId, event: RunEvent): void {
    this.measurements.get(runId)?.(event);
    const known = this.open.get(runId);
    if (known === undefined) return;
    known.snapshot = withEvent(known.snapshot, event);
    known.changed(known.snapshot);
    if (this.current === known) this.deltaEmitter.fire({ kind: "event", runId, event });
    // A run that starts replaces one that is still queued.
    else if (event.kind === "begin") this.show(known);
    if (event.kind === "begin") this.reportQueue();
  }

  /** The run shown and those that wait, by the names of their prompts. */
  get queue(): Extract<ToPanel, { readonly kind: "queue" }> {
    const waiting = [...this.open.values()].filter((run) => run !== this.current);
    const isWaiting = this.current?.snapshot.header === null && this.current.snapshot.ended === null;
    const measured = isWaiting && this.measurements.size > 0 ? vscode.l10n.t("the plain run") : null;
    return { kind: "queue", behind: measured, next: waiting.map(({ request }) => nameOf(request)) };
  }

  private reportQueue(): void {
    const { queue } = this;
    const key = JSON.stringify(queue);
    if (key === this.lastQueue) return;
    this.lastQueue = key;
    this.deltaEmitter.fire(queue);
  }

  private show(known: KnownRun): void {
    this.restored = null;
    this.current = known;
    const { runId, header, progress } = known.snapshot;
    this.deltaEmitter.fire(
      header === null && progress === null
        ? { kind: "started", runId, identity: known.snapshot.identity }
        : { kind: "snapshot", status: this.client.status, run: known.snapshot },
    );
  }
}

/** A trace keeps the outcome of a request, but not its settings and file paths. */
function requestGone(): RunResult {
  const error = {
    code: "requestGone",
    message: vscode.l10n.t("This run is from before the window was reloaded."),
    nextStep: vscode.l10n.t("Run the prompt again, then measure."),
  };
  return { finish: "failed", tracePath: null, error };
}

/** E.g. "reader" of the prompt file reader.prompty. */
function nameOf({ generate: { promptFile } }: RunRequest): string {
  return promptName(promptFile) ?? vscode.l10n.t("the selected text");
}
