// Several rows at once: a context of their own, and what their evaluations cost.
import type { CostTable } from "../../../core/laser/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { BatchOptions } from "../../batch/index.ts";
import { keepsGraphs, measureLaneCosts } from "../../engine/index.ts";
import { draftsTrees, ROW_WIDTH, SCRIPTED_COSTS, type Session } from "../../worker/index.ts";
import { threadChoices } from "../bench/measuredCosts.ts";
import type { Progress } from "../terminal/progress.ts";

/** About how long T(n) of so many rows at once is measured. */
const MEASURE_MS = 8_000;

/** Null for one row after another, and where a stop came first. The caller disposes of the group. @throws EngineError */
export async function openRunLanes(
  { engine }: Session,
  parallel: number,
  contextTokens: number,
  settings: GenerationSettings,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<BatchOptions["lanes"]> {
  if (parallel === 1) return null;
  progress.update(`opening a context for ${parallel} rows at once`);
  const trees = draftsTrees(settings, engine);
  const group = await engine.openLanes({ lanes: parallel, contextTokens, trees });
  try {
    const costs: CostTable | null =
      engine.device.engine === "scripted"
        ? SCRIPTED_COSTS
        : await measureLaneCosts(group, {
            threadChoices: threadChoices(engine),
            hasShapes: keepsGraphs(engine.device),
            rowWidth: ROW_WIDTH,
            budgetMs: MEASURE_MS,
            now: () => performance.now(),
            signal,
            onProgress: (share) => {
              progress.update("measuring what evaluations cost", share);
            },
          });
    if (costs !== null) return { group, costs };
  } catch (error) {
    await group.dispose();
    throw error;
  }
  await group.dispose();
  signal.throwIfAborted();
  return null;
}
