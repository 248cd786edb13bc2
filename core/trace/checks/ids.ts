// Every token id that a step mentions, which the dictionary of a trace must contain.
import type { TraceStep } from "../types.ts";

/** The ids of a step, some more than once: root, draft, alternatives, rows, next. */
export function* idsOfStep(step: TraceStep): Generator<number> {
  yield step.root;
  for (const { id } of step.draft) yield id;
  for (const { id } of step.alternatives) yield id;
  for (const { own, ids } of step.rows) {
    yield own;
    yield* ids;
  }
  yield step.next.id;
}
