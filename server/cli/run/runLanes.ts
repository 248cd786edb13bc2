// Several rows at once: their own context, and the initial estimate of what their evaluations cost.
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { BatchOptions } from "../../batch/index.ts";
import { draftsTrees, keepCosts, laneCostsToBegin, type Session } from "../../worker/index.ts";
import type { Progress } from "../terminal/progress.ts";

/**
 * Null for one row after another. Nothing is measured: costs begin as earlier runs left them, or as a guess, and are
 * corrected by the rows themselves. The caller disposes of the group. @throws EngineError
 */
export async function openRunLanes(
  session: Session,
  parallel: number,
  contextTokens: number,
  settings: GenerationSettings,
  progress: Progress,
): Promise<BatchOptions["lanes"]> {
  if (parallel === 1) return null;
  const {
    engine,
    costs: { cache, given },
  } = session;
  progress.update(`opening a context for ${parallel} rows at once`);
  const trees = draftsTrees(settings, engine);
  const group = await engine.openLanes({ lanes: parallel, contextTokens, trees });
  if (cache === null) return { group, costs: given };
  return {
    group,
    costs: await laneCostsToBegin(engine, group, cache),
    keepCosts: (corrected) => keepCosts(engine, cache, corrected, group),
  };
}
