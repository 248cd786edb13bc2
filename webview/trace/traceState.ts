// The state of the trace editor beside the trace: cursor, filter, granularity, the pane on the right, the
// what-if. Kept over hiding and reload, and validated when read back. Pure.
import * as Type from "typebox";
import { parseParts, type Parsed } from "../../core/base/index.ts";
import { CursorSchema } from "../run/model/cursor.ts";
import { GRANULARITIES } from "../run/stream/granularity.ts";
import { SHOWN_CLASSES, type ShownClass } from "../run/model/items.ts";
import { readChoice, type WhatIfChoice } from "./whatIf/whatIfChoice.ts";

export const PANES = ["step", "figures", "whatIf", "about"] as const;
export type Pane = (typeof PANES)[number];

const TraceStateSchema = Type.Object({
  cursor: Type.Union([CursorSchema, Type.Null()]),
  filter: Type.String(),
  granularity: Type.Enum(GRANULARITIES),
  /** Unknown classes, of another version, are dropped. */
  hidden: Type.Unsafe<readonly ShownClass[]>({ type: "array" }),
  pane: Type.Enum(PANES),
  /** null for the trace's own rule and guards. */
  whatIf: Type.Unsafe<WhatIfChoice | null>({}),
});
export type TraceState = Parsed<typeof TraceStateSchema>;

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
  const state = parseParts(TraceStateSchema, kept, FRESH_STATE);
  const hidden = SHOWN_CLASSES.filter((name) => state.hidden.includes(name));
  return { ...state, hidden, whatIf: readChoice(state.whatIf) };
}
