// `laser bench --parallel`: several requests at once, by plain decoding and with drafts.
import { availableParallelism } from "node:os";
import {
  armSpecs,
  BASELINE,
  parallelFigures,
  parallelTable,
  runParallel,
  type ParallelFigures,
} from "../../bench/index.ts";
import { keepsGraphs, measureLaneCosts, workClock, type Engine } from "../../engine/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { draftsTrees, ROW_WIDTH } from "../../worker/index.ts";
import type { Progress } from "../terminal/progress.ts";
import type { TokenizedInputs } from "./benchInputs.ts";
import { benchSettings, chosenStrategies, type BenchFlags } from "./benchOptions.ts";
import { threadChoices } from "./measuredCosts.ts";

/** About how long T(n) is measured for each number of requests at once. */
const MEASURE_MS = 15_000;

export interface ParallelResult {
  readonly figures: readonly ParallelFigures[];
  /** By number of requests at once, T(n) as measured before; n counts the tokens of all of them. */
  readonly costs: Readonly<Record<number, CostTable>>;
  readonly stopped: boolean;
}

export interface ParallelInputs {
  readonly engine: Engine;
  readonly tokenized: TokenizedInputs;
  readonly contextTokens: number;
}

/** Measures each number of requests in its own context, one after another. @throws EngineError, AbortError */
export async function measureParallel(
  flags: BenchFlags,
  { engine, tokenized, contextTokens }: ParallelInputs,
  progress: Progress,
  signal: AbortSignal,
): Promise<ParallelResult> {
  const { maxDraftTokens, maxTreeTokens, draftShape, guards, sampling } = benchSettings(flags);
  const now = () => performance.now();
  const arms = armSpecs(chosenStrategies(flags).strategies, flags.rule);
  const trees = arms.some(({ strategy }) => draftsTrees({ draftShape, strategy }, engine));
  const figures: ParallelFigures[] = [];
  const costsBy: Record<number, CostTable> = {};
  for (const lanes of flags.parallel ?? []) {
    progress.update(`opening a context for ${lanes} at once`);
    const group = await engine.openLanes({ lanes, contextTokens, trees });
    try {
      const costs = await measureLaneCosts(group, {
        threadChoices: threadChoices(engine),
        hasShapes: keepsGraphs(engine.device),
        rowWidth: ROW_WIDTH,
        budgetMs: MEASURE_MS,
        now: workClock(engine.device),
        signal,
        onProgress: (share) => {
          progress.update(`${lanes} at once: measuring T(n, threads)`, share);
        },
      });
      if (costs === null) return { figures, costs: costsBy, stopped: true };
      costsBy[lanes] = costs;
      const run = await runParallel({
        group,
        arms,
        prompts: tokenized.prompts,
        warmUp: tokenized.warmUp,
        pool: tokenized.pool,
        repeats: flags.repeat ?? 1,
        seed: sampling.seed,
        costs,
        frozenCosts: flags.freezeCosts ?? false,
        guards,
        maxDraftTokens,
        treeTokens: trees ? maxTreeTokens : null,
        rowWidth: ROW_WIDTH,
        now,
        signal,
        onProgress: (done, all, doing) => {
          progress.update(`${done} of ${all} waves: ${doing}`, done / all);
        },
      });
      figures.push(...parallelFigures(lanes, run, BASELINE, sampling.seed));
      if (run.stopped) return { figures, costs: costsBy, stopped: true };
    } finally {
      await group.dispose();
    }
  }
  return { figures, costs: costsBy, stopped: false };
}

/** What the facts of a benchmark say instead of rounds. */
export function parallelFact({ figures, stopped }: ParallelResult): readonly [name: string, value: string] {
  const done = [...new Set(figures.map(({ parallel }) => parallel))].join(", ");
  return [
    "requests",
    `${done} at once, each with a context of its own size; ${availableParallelism()} processor threads` +
      (stopped ? "; stopped before all were measured" : ""),
  ];
}

export function parallelTables({ figures }: ParallelResult) {
  return figures.length === 0 ? [] : [parallelTable(figures)];
}
