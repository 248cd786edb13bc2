// The loop in which an answer ends, in the steps of its run, and the figures before it. Drafts of a loop are kept for
// free, so a figure over a looping answer says more about the loop than about the drafting.
import { t } from "../base/index.ts";
import { LoopFinder } from "../laser/index.ts";
import { committedOf, countSteps, type StepCounts, type Trace, type TraceStep } from "../trace/index.ts";

/** Where an answer begins to repeat itself until its end. */
export interface AnswerLoop {
  /** Tokens that the run wrote before the loop. */
  readonly tokensBefore: number;
  /** Steps that ended before the loop, whose figures are those before the loop. */
  readonly stepsBefore: number;
}

/** Follows a growing answer, step by step. */
export class LoopReader {
  private readonly finder = new LoopFinder();
  /** ends[i]: tokens written by the end of step i. */
  private readonly ends: number[] = [];
  private readonly inheritedTokens: number;
  private last: TraceStep | null = null;

  /** @param inherited the tokens of the answer before the run's own */
  constructor(inherited: readonly number[] = []) {
    for (const token of inherited) this.finder.push(token);
    this.inheritedTokens = inherited.length;
  }

  /** Whether these are the steps that were read, so that those after them can be read next. */
  hasRead(steps: number, last: TraceStep | null): boolean {
    return this.ends.length === steps && this.last === last;
  }

  push(step: TraceStep): void {
    const committed = committedOf(step);
    for (const token of committed) this.finder.push(token);
    this.ends.push((this.ends.at(-1) ?? 0) + committed.length);
    this.last = step;
  }

  /** null if the answer does not end in a loop. */
  get loop(): AnswerLoop | null {
    const { tokensBefore } = this.finder;
    if (tokensBefore === null) return null;
    const own = Math.max(0, tokensBefore - this.inheritedTokens);
    const after = this.ends.findIndex((end) => end > own);
    return { tokensBefore: own, stepsBefore: after < 0 ? this.ends.length : after };
  }
}

/** The loop in which a recorded answer ends; null if it does not. */
export function loopOf({
  request,
  steps,
}: Pick<Trace, "steps"> & {
  readonly request: Pick<Trace["request"], "promptTokens" | "inheritedTokens">;
}): AnswerLoop | null {
  const { promptTokens, inheritedTokens = 0 } = request;
  const reader = new LoopReader(promptTokens.slice(promptTokens.length - inheritedTokens));
  for (const step of steps) reader.push(step);
  return reader.loop;
}

/** A loop with the counts of the steps before it. */
export interface MeasuredLoop extends AnswerLoop {
  readonly countsBefore: StepCounts;
}

/** As `loopOf`, with the counts of the steps before the loop; `withRates` makes figures of them. */
export function measuredLoopOf({
  request,
  steps,
}: Pick<Trace, "steps"> & {
  readonly request: Pick<Trace["request"], "promptTokens" | "inheritedTokens" | "rule">;
}): MeasuredLoop | null {
  const loop = loopOf({ request, steps });
  if (loop === null) return null;
  return { ...loop, countsBefore: countSteps(steps.slice(0, loop.stepsBefore), request.rule) };
}

/** E.g. "repeats itself from token 101". */
export function loopWords({ tokensBefore }: AnswerLoop): string {
  return t("repeats itself from token {0}", tokensBefore + 1);
}
