// Runs many jobs on the lanes of one model: each lane takes the next job as soon as it has finished one, and its tokens
// are evaluated together with those of the other lanes meanwhile.
import type { Signal } from "../base/index.ts";
import type { Gathering } from "./gathering.ts";
import type { TargetModel } from "./target.ts";

/**
 * The most jobs that any caller may run at once: with more, each gets little of an evaluation, and memory
 * runs short.
 */
export const MAX_LANES = 256;

/** Sequences of one model that are evaluated together. */
export interface Lanes {
  /** One sequence each; the index of a lane is its member in `gathering`. */
  readonly targets: readonly TargetModel[];
  readonly gathering: Gathering;
}

/** How a job ended. A failed job does not end the others. */
export type JobOutcome<R> =
  | { readonly kind: "done"; readonly result: R }
  | { readonly kind: "failed"; readonly error: unknown };

/** Jobs of type J with results of type R, and the lanes that run them. */
export interface LaneJobs<J, R> {
  readonly lanes: Lanes;
  /** How many jobs run at once, at most as many as there are lanes. */
  readonly parallel: number;
  /** Taken in order, one by one, when a lane is free. */
  readonly jobs: Iterable<J> | AsyncIterable<J>;
  /** Runs one job on the lane given; ends soon after the signal is raised. */
  readonly run: (job: J, lane: number) => Promise<R>;
  /** Awaited only by its own lane, in the order in which jobs end. */
  readonly onOutcome: (job: J, outcome: JobOutcome<R>) => void | Promise<void>;
  /** Once raised, no further job begins. */
  readonly signal: Signal;
}

/**
 * Resolves when all jobs have ended.
 * @throws whatever `jobs` or `onOutcome` throws, after the jobs under way have ended
 */
export async function runLanes<J, R>({ lanes, parallel, ...work }: LaneJobs<J, R>): Promise<void> {
  const { gathering, targets } = lanes;
  const iterator = ordered(work.jobs);
  let isStopped = false;
  const runOne = async (lane: number): Promise<void> => {
    try {
      while (!isStopped && !work.signal.aborted) {
        // Nobody waits for a slow source or reader; but without need, none should miss an evaluation.
        const found = iterator.next();
        const next = found instanceof Promise ? await gathering.away(lane, () => found) : found;
        if (next.done === true) return;
        const job = next.value;
        const outcome = await outcomeOf(work.run(job, lane));
        const reading = work.onOutcome(job, outcome);
        if (reading instanceof Promise) await gathering.away(lane, () => reading);
      }
    } catch (error) {
      isStopped = true;
      throw error;
    } finally {
      gathering.leave(lane);
    }
  };
  const used = targets.slice(0, parallel).map((_, lane) => lane);
  for (const lane of used) gathering.enter(lane);
  const ended = await Promise.allSettled(used.map(runOne));
  await iterator.end();
  for (const result of ended) if (result.status === "rejected") throw result.reason;
}

async function outcomeOf<R>(running: Promise<R>): Promise<JobOutcome<R>> {
  try {
    return { kind: "done", result: await running };
  } catch (error) {
    return { kind: "failed", error };
  }
}

interface Ordered<J> {
  next(): IteratorResult<J, unknown> | Promise<IteratorResult<J, unknown>>;
  end(): Promise<void>;
}

/** Asks for one item at a time, however many lanes are free. */
function ordered<J>(jobs: Iterable<J> | AsyncIterable<J>): Ordered<J> {
  if (!(Symbol.asyncIterator in jobs)) {
    const iterator = jobs[Symbol.iterator]();
    return {
      next: () => iterator.next(),
      end() {
        iterator.return?.();
        return Promise.resolve();
      },
    };
  }
  const iterator = jobs[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const turn = last.then(() => iterator.next());
      last = turn.catch(() => undefined);
      return turn;
    },
    async end() {
      await last;
      await iterator.return?.();
    },
  };
}
