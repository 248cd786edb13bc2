// The state of the trace editor beside the trace: cursor, filter, granularity, the pane on the right, the
// what-if. Kept over hiding and reload, and validated when read back. Pure.
import { readCursor, type Cursor } from "../run/cursor.ts";
import { GRANULARITIES, type Granularity } from "../run/granularity.ts";
import { SHOWN_CLASSES, type ShownClass } from "../run/items.ts";
import { readChoice, type WhatIfChoice } from "./whatIfChoice.ts";

export const PANES = ["step", "figures", "whatIf", "about"] as const;
export type Pane = (typeof PANES)[number];

export interface TraceState {
  readonly cursor: Cursor | null;
  readonly filter: string;
  readonly granularity: Granularity;
  readonly hidden: readonly ShownClass[];
  readonly pane: Pane;
  /** null for the trace's own rule and guards. */
  readonly whatIf: WhatIfChoice | null;
}

const FRESH_STATE: TraceState = {
  cursor: null,
  filter: "",
  granularity: "token",
  hidden: [],
  pane: "step",
  whatIf: null,
};

/** Validates kept state, perhaps of another version: invalid parts are dropped. */
export function readTraceState(kept: unknown): TraceState {
  if (typeof kept !== "object" || kept === null) return FRESH_STATE;
  const { cursor, filter, granularity, hidden, pane, whatIf } = kept as Record<string, unknown>;
  return {
    cursor: readCursor(cursor),
    filter: typeof filter === "string" ? filter : "",
    granularity: GRANULARITIES.find((known) => known === granularity) ?? FRESH_STATE.granularity,
    hidden: Array.isArray(hidden) ? SHOWN_CLASSES.filter((name) => hidden.includes(name)) : [],
    pane: PANES.find((known) => known === pane) ?? FRESH_STATE.pane,
    whatIf: readChoice(whatIf),
  };
}
