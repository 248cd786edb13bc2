// Steps that a test puts together by hand, made whole: a chain keeps what its verdicts keep.
import { isKept } from "../../../core/laser/index.ts";
import type { TraceStep } from "../../../core/trace/index.ts";

/** The step with its draft as a chain, kept up to the first token that its verdicts don't keep. */
export function asChain(step: TraceStep): TraceStep {
  const path: number[] = [];
  while (isKept(step.verdicts[path.length]?.kind)) path.push(path.length);
  const draft = step.draft.map((drafted, place) => ({ ...drafted, parent: place - 1 }));
  return { ...step, draft, path, repeatedTokens: 0 };
}
