// What the panel shows, as one value, and how each message of the extension changes it: a snapshot, then
// deltas. Pure: the same messages give the same model, and a snapshot gives the same as its deltas would have
// given.
import { unreachable, type ErrorText } from "../../../core/base/index.ts";
import type { RunIdentity, RunSnapshot, ToPanel } from "../../../extension/shared/panel.ts";
import {
  emptyHead,
  headWithEnd,
  headWithEvent,
  headWithPlain,
  type RunHead,
} from "../../../extension/shared/runHead.ts";
import type { RunEvent, ServerStatus } from "../../../server/protocol/methods.ts";
import type { CommittedPiece } from "../../../server/protocol/worker.ts";
import { LoopReader, type AnswerLoop, type MeasuredLoop } from "../../../core/inspect/index.ts";
import type { Rule } from "../../../core/laser/index.ts";
import {
  addCounts,
  countSteps,
  inheritedOf,
  NO_STEPS,
  type StepCounts,
  type TraceStep,
} from "../../../core/trace/index.ts";
import { shapeOf, type DraftShape } from "./draftShape.ts";
import { SHOWN_CLASSES, stepItems, type Item, type ShownClass } from "./items.ts";

export interface StepView {
  readonly step: TraceStep;
  readonly shape: DraftShape;
  /** By place. */
  readonly items: readonly Item[];
}

export interface RunModel extends RunHead {
  readonly steps: readonly StepView[];
  readonly counts: StepCounts;
  /** The loop in which the answer ends, with the counts of the steps before it; null if it does not repeat itself. */
  readonly loop: MeasuredLoop | null;
  /** The reader of these steps, which also reads the next ones. */
  readonly loopReader: LoopReader;
  readonly classCounts: Readonly<Record<ShownClass, number>>;
}

export type Queue = Omit<Extract<ToPanel, { readonly kind: "queue" }>, "kind">;

const NOBODY: Queue = { behind: null, next: [] };

export interface PanelModel {
  /** null until the first snapshot, which includes all deltas before it. */
  readonly status: ServerStatus | null;
  readonly run: RunModel | null;
  /** What the run waits for, and what waits after it. */
  readonly queue: Queue;
  /** What comes before the next run can be shown, in words; null: nothing. */
  readonly awaited: string | null;
  /** A step is missing: a new snapshot is needed. */
  readonly outOfStep: boolean;
}

export const EMPTY_MODEL: PanelModel = {
  status: null,
  run: null,
  queue: NOBODY,
  awaited: null,
  outOfStep: false,
};

export function reduce(model: PanelModel, message: ToPanel): PanelModel {
  if (message.kind === "snapshot") {
    const run = message.run === null ? null : runModelOf(message.run);
    return { ...model, status: message.status, run, outOfStep: false };
  }
  if (message.kind === "awaited") return { ...model, awaited: message.words };
  if (model.status === null) return model;
  switch (message.kind) {
    case "status":
      return { ...model, status: message.status };
    case "started":
      return { ...model, run: emptyRun(message.runId, message.identity) };
    case "queue":
      return { ...model, queue: { behind: message.behind, next: message.next } };
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
      return { ...model, run: headWithEnd(model.run, message.result, message.isPlainPending) };
    case "plainMeasured":
      return { ...model, run: headWithPlain(model.run, message.tokensPerSecond, message.plainRun) };
    default:
      return unreachable(message);
  }
}

/** The server's error, unless the failed run shows the same. */
export function shownServerError({ status, run }: PanelModel): ErrorText | null {
  const error = status?.error ?? null;
  return isSame(error, run?.ended?.error ?? null) ? null : error;
}

function isSame(a: ErrorText | null, b: ErrorText | null): boolean {
  return a !== null && b !== null && a.code === b.code && a.message === b.message;
}

export function isRunning(run: RunModel | null): boolean {
  return run?.ended === null;
}

function emptyRun(runId: string, identity: RunIdentity | null): RunModel {
  return {
    ...emptyHead(runId, identity),
    steps: [],
    counts: NO_STEPS,
    loop: null,
    loopReader: new LoopReader(),
    classCounts: Object.fromEntries(SHOWN_CLASSES.map((name) => [name, 0])) as Record<ShownClass, number>,
  };
}

/** A run as it is shown. */
export function runModelOf({ steps, pieces, ...head }: RunSnapshot): RunModel {
  return withSteps({ ...emptyRun(head.runId, head.identity), ...head }, steps, pieces);
}

function withEvent(model: PanelModel, run: RunModel, event: RunEvent): PanelModel {
  if (event.kind !== "step") return { ...model, run: headWithEvent(run, event) };
  const { step, pieces } = event;
  if (step.index < run.steps.length) return model;
  if (step.index > run.steps.length) return { ...model, outOfStep: true };
  return { ...model, run: withSteps(headWithEvent(run, event), [step], [pieces]) };
}

function withSteps(
  run: RunModel,
  steps: readonly TraceStep[],
  pieces: readonly (readonly CommittedPiece[])[],
): RunModel {
  const named = { tokens: run.tokens, rowWidth: run.header?.request.rowWidth ?? null };
  const views = steps.map((step, i): StepView => {
    const shape = shapeOf(step);
    return { step, shape, items: stepItems(step, shape, pieces[i] ?? [], named) };
  });
  const classCounts = { ...run.classCounts };
  for (const { items } of views) for (const { shownClass } of items) classCounts[shownClass]++;
  const rule = run.header?.request.rule ?? { kind: "strict" };
  const all = [...run.steps, ...views];
  const loopReader = readLoops(run, steps);
  return {
    ...run,
    steps: all,
    loop: shownLoop(loopReader.loop, run.loop, all, rule),
    loopReader,
    counts: addCounts(run.counts, countSteps(steps, rule)),
    classCounts,
  };
}

/** Continues reading, or starts over if the reader has read other steps, as after a snapshot. */
function readLoops({ loopReader, steps, header }: RunModel, added: readonly TraceStep[]): LoopReader {
  const isSame = steps.length > 0 && loopReader.hasRead(steps.length, steps.at(-1)!.step);
  const reader = isSame ? loopReader : new LoopReader(header === null ? [] : inheritedOf(header.request));
  if (!isSame) for (const { step } of steps) reader.push(step);
  for (const step of added) reader.push(step);
  return reader;
}

/** @param last the loop before the last steps came, which is mostly the same one */
function shownLoop(
  loop: AnswerLoop | null,
  last: MeasuredLoop | null,
  steps: readonly StepView[],
  rule: Rule,
): MeasuredLoop | null {
  if (loop === null) return null;
  if (last?.stepsBefore === loop.stepsBefore) return { ...loop, countsBefore: last.countsBefore };
  const before = steps.slice(0, loop.stepsBefore).map(({ step }) => step);
  return { ...loop, countsBefore: countSteps(before, rule) };
}
