// One answer as a column shows it: every token in order, inherited ones first, with drafts that were not kept
// as ghosts before the token that the target put there. Pure.
import { runOfTrace } from "../../extension/shared/traceRun.ts";
import { answerPieces, type TokenRange } from "../../core/inspect/index.ts";
import { inheritedOf, type Trace } from "../../core/trace/index.ts";
import type { DraftShape } from "../run/model/draftShape.ts";
import { isGhost, type Item } from "../run/model/items.ts";
import { EMPTY_MODEL, reduce, type RunModel } from "../run/model/model.ts";

/** A token or a ghost. */
export interface Entry {
  /** Index of the token in the answer; a ghost has that of the token after it. */
  readonly token: number;
  readonly text: string;
  /** null for an inherited token, whose origin is unknown. */
  readonly item: Item | null;
  /** For the target's token after a tree: the shape of the draft, of which only the line has entries. */
  readonly shape: DraftShape | null;
}

export interface Side {
  readonly trace: Trace;
  readonly run: RunModel;
  readonly entries: readonly Entry[];
  /** starts[i] is the entry of token i or of the first ghost before it; one more for the end. */
  readonly starts: readonly number[];
  /** Texts of the tokens of the answer. */
  readonly texts: readonly string[];
}

export function sideOf(trace: Trace, name: string): Side {
  const run = runModelOf(trace, name);
  const texts = answerPieces(trace).map(({ text }) => text);
  const inherited = inheritedOf(trace.request).length;
  const entries: Entry[] = texts.slice(0, inherited).map((text, token) => ({
    ...{ token, text, item: null, shape: null },
  }));
  const starts = entries.map((_, i) => i);
  let token = inherited;
  let isAfterToken = true;
  for (const { items, shape } of run.steps) {
    for (const place of shape.line) {
      const item = items[place]!;
      if (isAfterToken) starts.push(entries.length);
      isAfterToken = !isGhost(item.shownClass);
      const isLast = place === items.length - 1;
      entries.push({ token, text: item.text, item, shape: isLast && shape.folded > 0 ? shape : null });
      if (isAfterToken) token++;
    }
  }
  return { trace, run, entries, starts: [...starts, entries.length], texts };
}

/** The entries of some tokens, with the ghosts before each. */
export function entriesOf({ starts }: Side, [from, to]: TokenRange): TokenRange {
  return [starts[from]!, starts[to]!];
}

/** The entry of an item of a step; −1 for none. Inherited tokens have step −1. */
export function entryAt({ entries, run, trace }: Side, step: number, place: number): number {
  if (step < 0) return place < inheritedOf(trace.request).length ? place : -1;
  const within = run.steps[step]?.shape.line.indexOf(place) ?? -1;
  if (within < 0) return -1;
  let at = inheritedOf(trace.request).length;
  for (let before = 0; before < step; before++) at += run.steps[before]!.shape.line.length;
  return at < entries.length ? at + within : -1;
}

/** The run as the panel would show it. */
function runModelOf(trace: Trace, name: string): RunModel {
  const status = { state: "ready", stats: null, error: null } as const;
  const { run } = reduce(EMPTY_MODEL, { kind: "snapshot", status, run: runOfTrace(trace, name, name) });
  if (run === null) throw new Error("a snapshot with a run gives a run");
  return run;
}
