// T(n, threads) of a loaded model, measured now, with progress.
import { keepsGraphs, measureCosts, workClock, type Engine } from "../../engine/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { ROW_WIDTH } from "../../worker/index.ts";
import type { Progress } from "../terminal/progress.ts";

/** @throws the signal's reason when stopped; whatever the target throws */
export async function measuredCosts(
  engine: Engine,
  progress: Progress,
  signal: AbortSignal,
): Promise<CostTable> {
  const costs = await measureCosts(engine.target, {
    threadChoices: threadChoices(engine),
    hasShapes: keepsGraphs(engine.device),
    rows: "reached", // No trace is kept.
    rowWidth: ROW_WIDTH,
    now: workClock(engine.device),
    signal,
    onProgress: (share) => {
      progress.update("measuring T(n, threads)", share);
    },
  });
  signal.throwIfAborted();
  if (costs === null) throw new Error("measuring ended without a result");
  return costs;
}

/** 1, 2, 4 … and all; on a GPU, threads hardly matter. */
export function threadChoices({ device: { backend, maxThreads } }: Engine): readonly number[] {
  if (backend !== "cpu") return [maxThreads];
  const powers = Array.from({ length: 10 }, (_, i) => 2 ** i).filter((count) => count < maxThreads);
  return [...powers, maxThreads];
}
