// The rows of the list of steps: one for each step, and below an unfolded one, a row for each branch of its draft. Pure.
import type { Cursor } from "../run/model/cursor.ts";
import type { Branch } from "../run/model/draftShape.ts";
import type { StepView } from "../run/model/model.ts";

export interface StepRow {
  readonly view: StepView;
  /** The index of a branch of the step's draft; −1 for the step itself. */
  readonly branch: number;
}

/** More branches than a draft can have. */
const BRANCHES = 4096;

/** @param isUnfolded takes the index of a step */
export function stepRows(
  steps: readonly StepView[],
  isUnfolded: (step: number) => boolean,
): readonly StepRow[] {
  return steps.flatMap((view): readonly StepRow[] => {
    const own = { view, branch: -1 };
    if (view.shape.folded === 0 || !isUnfolded(view.step.index)) return [own];
    return [own, ...view.shape.branches.map((_, branch) => ({ view, branch }))];
  });
}

/** What a row is called in ids and events: a step's index, or a number below 0 for a branch; −1 is for none. */
export function rowNumber(step: number, branch: number): number {
  return branch < 0 ? step : -2 - step * BRANCHES - branch;
}

/** The row of a place. */
export function rowOfPlace(steps: readonly StepView[], { step, place }: Cursor): number {
  return rowNumber(step, steps[step]?.shape.branchOf[place] ?? -1);
}

/** The first token of a row, by its number. */
export function firstOfRow(steps: readonly StepView[], row: number): Cursor {
  const step = row >= 0 ? row : Math.floor((-2 - row) / BRANCHES);
  const shape = steps[step]?.shape;
  return { step, place: (row >= 0 ? shape?.line[0] : branchOfRow(shape?.branches ?? [], row)) ?? 0 };
}

function branchOfRow(branches: readonly Branch[], row: number): number | undefined {
  return branches[(-2 - row) % BRANCHES]?.places[0];
}
