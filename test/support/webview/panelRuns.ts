// Runs as the side panel receives them: the messages of a seeded run, and the snapshot equivalent to all of them.
import type { RunSnapshot, ToPanel } from "../../../extension/shared/panel.ts";
import type { RunEvent, ServerStatus } from "../../../server/protocol/methods.ts";
import type { CommittedPiece } from "../../../server/protocol/worker.ts";
import {
  committedClassOf,
  committedOf,
  pieces as piecesOfTrace,
  TraceRecorder,
  type NamedEntries,
  type RecordedStep,
  type Trace,
  type TraceHeader,
} from "../../../core/trace/index.ts";
import { randomRun, traceNames } from "../trace/randomTraces.ts";

export const READY: ServerStatus = { state: "ready", stats: null, error: null };
export const RUNNING: ServerStatus = { state: "running", stats: null, error: null };

export interface PanelRun {
  readonly trace: Trace;
  /** begin, then one event per step, each with the names it is the first to mention. */
  readonly events: readonly RunEvent[];
  readonly snapshot: RunSnapshot;
}

/** A seeded run of at most `maxSteps` steps, ended. */
export function panelRun(seed: number, maxSteps?: number): PanelRun {
  const { header, events, end } = randomRun(seed, maxSteps);
  const recorder = new TraceRecorder(header, traceNames);
  const recorded = events.flatMap((event) => recorder.take(event) ?? []);
  return receivedRun({ header, promptNames: recorder.promptNames, recorded, trace: recorder.trace(end) });
}

export interface RecordedRun {
  readonly header: TraceHeader;
  readonly promptNames: Trace["tokens"];
  readonly recorded: readonly RecordedStep[];
  readonly trace: Trace;
}

/** A recorded run as the panel receives it. */
export function receivedRun({ header, promptNames, recorded, trace }: RecordedRun): PanelRun {
  const pieces = piecesOfSteps(trace);
  return {
    trace,
    events: [
      { kind: "begin", header, tokens: promptNames },
      ...recorded.map((step, i): RunEvent => ({ kind: "step", pieces: pieces[i]!, ...step })),
    ],
    // A run without a pool may still name entries here: seeded drafts do not look at it.
    snapshot: {
      ...snapshotOf(trace),
      entries: Object.assign({}, ...recorded.map((step) => step.entries)) as NamedEntries,
    },
  };
}

/** The snapshot of a run that left this trace. */
export function snapshotOf(trace: Trace, runId = "run-1"): RunSnapshot {
  const { createdAt, generator, request, model, device, pool } = trace;
  const { entryNames = {}, ...poolHeader } = pool ?? {};
  const header = { createdAt, generator, request, model, device, pool: pool && (poolHeader as typeof pool) };
  return {
    runId,
    header,
    tokens: trace.tokens,
    entries: entryNames,
    steps: trace.steps,
    pieces: piecesOfSteps(trace),
    progress: null,
    ended: { finish: trace.result.finish, tracePath: "runs/last.lasertrace", error: null },
    identity: null,
    plainTokensPerSecond: null,
    plainRun: null,
    isPlainPending: false,
    prefillMs: trace.result.prefillMs,
    prefillTokens: trace.result.prefillTokens,
  };
}

/** All messages of a run as they come one by one. */
export function messagesOf({ events, snapshot }: PanelRun): ToPanel[] {
  const { runId } = snapshot;
  return [
    { kind: "snapshot", status: READY, run: null },
    { kind: "started", runId, identity: null },
    ...events.map((event): ToPanel => ({ kind: "event", runId, event })),
    ...(snapshot.ended === null ? [] : [{ kind: "ended", runId, result: snapshot.ended } satisfies ToPanel]),
  ];
}

function piecesOfSteps(trace: Trace): CommittedPiece[][] {
  const texts = piecesOfTrace(trace);
  let at = 0;
  return trace.steps.map((step) =>
    committedOf(step).map((_, nth): CommittedPiece => ({
      ...texts[at++]!,
      tokenClass: committedClassOf(step, nth),
    })),
  );
}
