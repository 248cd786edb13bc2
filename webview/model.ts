// What the panel shows, as one value, and how each message of the extension changes it: hydrate, then deltas.
// Pure: the same messages give the same model, and a snapshot gives what its deltas would have given.
// It must not know the DOM.
import { unreachable } from "../server/laser/index.ts";
import type { RunSnapshot, ToPanel } from "../extension/protocol/panel.ts";
import type { ErrorText } from "../server/protocol/errors/text.ts";
import type { RunEvent, RunResult, ServerStatus } from "../server/protocol/methods.ts";
import type { CommittedPiece } from "../server/protocol/worker.ts";
import {
  addCounts,
  countSteps,
  NO_STEPS,
  type NamedEntries,
  type NamedTokens,
  type StepCounts,
  type TraceHeader,
  type TraceStep,
} from "../server/trace/index.ts";
import { SHOWN_CLASSES, stepItems, type Item, type ShownClass } from "./items.ts";

export interface StepView {
  readonly step: TraceStep;
  readonly items: readonly Item[];
}

export interface RunModel {
  readonly runId: string;
  readonly header: TraceHeader | null;
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
  readonly steps: readonly StepView[];
  readonly counts: StepCounts;
  readonly classCounts: Readonly<Record<ShownClass, number>>;
  readonly progress: RunSnapshot["progress"];
  readonly ended: RunResult | null;
  readonly plainTokensPerSecond: number | null;
}

export interface PanelModel {
  /** null until the first snapshot: deltas before it are part of it. */
  readonly status: ServerStatus | null;
  readonly run: RunModel | null;
  readonly notice: ErrorText | null;
  /** A step went missing: a new snapshot is needed. */
  readonly outOfStep: boolean;
}

export const EMPTY_MODEL: PanelModel = { status: null, run: null, notice: null, outOfStep: false };

export function reduce(model: PanelModel, message: ToPanel): PanelModel {
  if (message.kind === "snapshot") {
    const run = message.run === null ? null : fromSnapshot(message.run);
    return { ...model, status: message.status, run, outOfStep: false };
  }
  if (message.kind === "notice") return { ...model, notice: message.error };
  if (model.status === null) return model;
  switch (message.kind) {
    case "status":
      return { ...model, status: message.status };
    case "started":
      return { ...model, run: emptyRun(message.runId), notice: null };
    case "event":
    case "ended":
    case "plainMeasured":
      if (model.run?.runId !== message.runId) return model;
      break;
    default:
      return unreachable(message);
  }
  switch (message.kind) {
    case "event":
      return withEvent(model, model.run, message.event);
    case "ended":
      return { ...model, run: { ...model.run, progress: null, ended: message.result } };
    case "plainMeasured":
      return { ...model, run: { ...model.run, plainTokensPerSecond: message.tokensPerSecond } };
    default:
      return unreachable(message);
  }
}

/** The notice was read. */
export function withoutNotice(model: PanelModel): PanelModel {
  return { ...model, notice: null };
}

export function isRunning(run: RunModel | null): boolean {
  return run !== null && run.ended === null;
}

function emptyRun(runId: string): RunModel {
  return {
    runId,
    header: null,
    tokens: {},
    entries: {},
    steps: [],
    counts: NO_STEPS,
    classCounts: Object.fromEntries(SHOWN_CLASSES.map((name) => [name, 0])) as Record<ShownClass, number>,
    progress: null,
    ended: null,
    plainTokensPerSecond: null,
  };
}

function fromSnapshot(snapshot: RunSnapshot): RunModel {
  const { runId, header, tokens, entries, progress, ended, plainTokensPerSecond } = snapshot;
  const named = { ...emptyRun(runId), header, tokens, entries };
  const run = withSteps(named, snapshot.steps, snapshot.pieces);
  return { ...run, progress, ended, plainTokensPerSecond };
}

function withEvent(model: PanelModel, run: RunModel, event: RunEvent): PanelModel {
  switch (event.kind) {
    case "progress":
      return { ...model, run: { ...run, progress: { message: event.message, share: event.share } } };
    case "begin":
      return {
        ...model,
        run: { ...run, header: event.header, tokens: { ...run.tokens, ...event.tokens }, progress: null },
      };
    case "step": {
      const { step, pieces, tokens, entries } = event;
      if (step.index < run.steps.length) return model;
      if (step.index > run.steps.length) return { ...model, outOfStep: true };
      const named = {
        ...run,
        tokens: { ...run.tokens, ...tokens },
        entries: { ...run.entries, ...entries },
        progress: null,
      };
      return { ...model, run: withSteps(named, [step], [pieces]) };
    }
    default:
      return unreachable(event);
  }
}

function withSteps(
  run: RunModel,
  steps: readonly TraceStep[],
  pieces: readonly (readonly CommittedPiece[])[],
): RunModel {
  const views = steps.map((step, i) => ({ step, items: stepItems(step, pieces[i] ?? [], run.tokens) }));
  const classCounts = { ...run.classCounts };
  for (const { items } of views) for (const { shownClass } of items) classCounts[shownClass]++;
  const rule = run.header?.request.rule ?? { kind: "strict" };
  return {
    ...run,
    steps: [...run.steps, ...views],
    counts: addCounts(run.counts, countSteps(steps, rule)),
    classCounts,
  };
}
