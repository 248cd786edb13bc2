// Some steps of a trace as a small JSON object, to paste into a report or a script. It is not a trace: what
// was committed before these steps is missing.
import {
  idsOfStep,
  keptOf,
  layOutDocument,
  piecesOf,
  type Trace,
  type TraceRequest,
  type TraceStep,
} from "../../trace/index.ts";

export interface TraceSelection {
  readonly format: "lasertrace-selection";
  readonly version: 2;
  /** The run that the steps belong to. */
  readonly parent: {
    readonly createdAt: string;
    readonly generator: string;
    readonly model: Pick<Trace["model"], "name" | "file" | "sha256">;
    readonly strategy: TraceRequest["strategy"];
    readonly rule: TraceRequest["rule"];
    readonly guards: TraceRequest["guards"];
    /** All its steps. */
    readonly steps: number;
  };
  /** The text that the steps added to the answer, concatenated. */
  readonly text: string;
  /** Every token id that the steps mention, with its text. */
  readonly tokens: Trace["tokens"];
  /** Names of the pool entries that they mention. */
  readonly entryNames: NonNullable<Trace["pool"]>["entryNames"];
  /** In order, each as in the trace. */
  readonly steps: readonly TraceStep[];
}

/** The steps with these indices, in order and each once; indices beyond the trace are ignored. */
export function selectionOf(trace: Trace, indices: Iterable<number>): TraceSelection {
  const wanted = new Set(indices);
  const { createdAt, generator, request, model, pool } = trace;
  const { strategy, rule, guards } = request;
  const chosen: TraceStep[] = [];
  const tokens: Record<string, Trace["tokens"][string]> = {};
  const entryNames: Record<string, NonNullable<Trace["pool"]>["entryNames"][string]> = {};
  const committed: number[] = [];
  let at = 0;
  trace.steps.forEach((step, index) => {
    const end = at + keptOf(step) + 1;
    if (wanted.has(index)) {
      chosen.push(step);
      committed.push(...trace.result.tokens.slice(at, end));
      for (const id of idsOfStep(step)) copy(trace.tokens, tokens, id);
      for (const { entries } of step.draft)
        for (const entry of entries) copy(pool?.entryNames ?? {}, entryNames, entry);
    }
    at = end;
  });
  return {
    format: "lasertrace-selection",
    version: 2,
    parent: {
      ...{ createdAt, generator, strategy, rule, guards, steps: trace.steps.length },
      model: { name: model.name, file: model.file, sha256: model.sha256 },
    },
    text: piecesOf(committed, trace.tokens)
      .map(({ text }) => text)
      .join(""),
    tokens,
    entryNames,
    steps: chosen,
  };
}

/** As text, one step per line. */
export function serialiseSelection(selection: TraceSelection): string {
  return layOutDocument(selection);
}

function copy<T>(from: Readonly<Record<string, T>>, to: Record<string, T>, number: number): void {
  const key = String(number);
  if (Object.hasOwn(from, key)) to[key] = from[key]!;
}
