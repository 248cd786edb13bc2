// `laser bench`: compares strategies on a model, on the same prompts in one process.
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import {
  armSpecs,
  benchmarkFigures,
  bestPlainThreads,
  createDecodeArm,
  createPeerArm,
  pointsOf,
  runBenchmark,
  type Arm,
  type BenchmarkRun,
  type BenchPrompt,
} from "../../bench/index.ts";
import { loadLlamaEngine, loadPeers, type Engine, type Peers } from "../../engine/index.ts";
import { checkRequest, STRATEGY_TRAITS, type CostTable } from "../../../core/laser/index.ts";
import { draftsTrees, readChatTemplate, ROW_WIDTH, withChatTemplate } from "../../worker/index.ts";
import { readInputs, type TokenizedInputs } from "../bench/benchInputs.ts";
import {
  BENCH_CONTEXT_TOKENS,
  benchSettings,
  checkFlags,
  chosenStrategies,
  ONLINE_ORDERS,
  withBenchOptions,
  type BenchFlags,
} from "../bench/benchOptions.ts";
import { factsOf, prepareFolder, show, showParallel } from "../bench/benchOutput.ts";
import { measuredCosts, threadChoices } from "../bench/measuredCosts.ts";
import { modelBatches } from "../bench/modelBatches.ts";
import { measureParallel } from "../bench/parallelBench.ts";
import { EXIT_STOPPED, interruptible, stoppableAfter } from "../terminal/interrupt.ts";
import { findModel } from "../loadSession.ts";
import { engineChoices } from "../options/settingOptions.ts";
import { complain, drawsProgress, openProgress } from "../terminal/output.ts";
import type { Progress } from "../terminal/progress.ts";

/** Without a terminal, the minimum time between two lines of progress. */
const PROGRESS_MS = 10_000;
export function addBenchCommand(program: Command): void {
  const command = program
    .command("bench")
    .description("compare strategies on a model: speed, text and where the time goes");
  withBenchOptions(command).action(bench);
}

async function bench(flags: BenchFlags): Promise<void> {
  checkFlags(flags);
  const samples = fileURLToPath(new URL("../samples", import.meta.url));
  const inputs = await readInputs(flags, samples);
  if (flags.report !== undefined) await prepareFolder(flags.report, flags.overwrite);
  const loadBefore = loadavg()[0]!;
  const progress = openProgress();
  try {
    await interruptible(async (signal) => {
      const { path, sha256 } = await findModel(flags.model, progress, signal);
      progress.update("loading the model");
      const { threads, chatTemplatePath, ...device } = engineChoices(flags, BENCH_CONTEXT_TOKENS);
      const template =
        chatTemplatePath === undefined ? null : await readChatTemplate(chatTemplatePath, signal);
      const loaded = await loadLlamaEngine({
        path,
        sha256,
        ...device,
        ...(threads !== undefined && { maxThreads: threads }),
        signal,
        log: (level, line) => {
          if (level === "error") complain(line.trimEnd());
        },
      });
      const engine = withChatTemplate(loaded, template);
      let peers: Peers | null = null;
      try {
        const tokenized = await stoppableAfter(signal, () => inputs.tokenized(engine));
        for (const { tokens, maxTokens } of tokenized.prompts)
          checkRequest({ prompt: tokens, maxTokens, target: engine.target });
        if (flags.parallel !== undefined) {
          const { contextTokens } = device;
          const result = await measureParallel(flags, { engine, tokenized, contextTokens }, progress, signal);
          progress.close();
          showParallel(flags, inputs, { engine, tokenized, loadBefore }, result);
          if (result.stopped) process.exitCode = EXIT_STOPPED;
          return;
        }
        peers = await openPeers(flags, path, engine, tokenized);
        const costs = await measuredCosts(engine, progress, signal);
        const measured = await measure(flags, { engine, peers, costs, tokenized }, progress, signal);
        progress.close();
        const facts = factsOf(flags, inputs, { engine, tokenized, loadBefore, ...measured });
        const figures = benchmarkFigures(measured.run, measured.arms, benchSettings(flags).sampling.seed);
        await show({ facts, figures, costsBefore: costs, costs: measured.run.costs }, flags);
        if (measured.run.stopped) process.exitCode = EXIT_STOPPED;
      } finally {
        await peers?.dispose();
        await engine.dispose();
      }
    });
  } finally {
    progress.close();
  }
}

/** Peers sample differently and hold answers to nothing: only greedy, free output can be compared. */
async function openPeers(
  flags: BenchFlags,
  path: string,
  engine: Engine,
  { prompts }: TokenizedInputs,
): Promise<Peers | null> {
  const { peers } = chosenStrategies(flags);
  if (peers.length === 0 || benchSettings(flags).sampling.temperature > 0) return null;
  if (prompts.some(({ constraint = null }) => constraint !== null)) return null;
  const { gpu, gpuLayers, contextTokens } = engineChoices(flags, BENCH_CONTEXT_TOKENS);
  return loadPeers(peers, {
    path,
    gpu,
    ...(gpuLayers !== undefined && { gpuLayers }),
    contextTokens,
    maxThreads: engine.device.maxThreads,
  });
}

interface LoadedBench {
  readonly engine: Engine;
  readonly peers: Peers | null;
  readonly costs: CostTable;
  readonly tokenized: TokenizedInputs;
}

interface Measured {
  readonly arms: readonly Arm[];
  readonly run: BenchmarkRun;
  readonly plainThreads: number;
}

async function measure(
  flags: BenchFlags,
  { engine, peers, costs, tokenized }: LoadedBench,
  progress: Progress,
  signal: AbortSignal,
): Promise<Measured> {
  const plainThreads = bestPlainThreads(costs);
  const now = () => performance.now();
  const { maxDraftTokens, maxTreeTokens, draftShape, guards, sampling } = benchSettings(flags);
  const shared = {
    target: engine.target,
    frozenCosts: flags.freezeCosts ?? false,
    guards,
    maxDraftTokens,
    rowWidth: ROW_WIDTH,
    now,
  };
  const batches = (await modelBatches(engine, progress, signal))?.batches ?? null;
  const arms = [
    ...armSpecs(chosenStrategies(flags).strategies, flags.rule).map((spec) =>
      createDecodeArm({
        ...shared,
        ...spec,
        treeTokens: draftsTrees({ draftShape, strategy: spec.strategy }, engine) ? maxTreeTokens : null,
        // The baseline uses its best number of threads, one token per step.
        costs: spec.strategy === "plain" ? pointsOf(costs, plainThreads) : costs,
        batches: spec.strategy !== "plain" && STRATEGY_TRAITS[spec.strategy].strict ? batches : null,
      }),
    ),
    ...(peers?.peers ?? []).map((peer) => createPeerArm(peer, threadChoices(engine), now)),
  ];
  const isExact = batches === null || batches.sizeFor(1, plainThreads, longest(tokenized.prompts)) === 1;
  const exact = {
    name: "reference",
    strategy: "plain",
    rule: { kind: "strict" },
    batches,
  } as const;
  const run = await runBenchmark({
    ...tokenized,
    arms,
    online: flags.online ?? false,
    repeats: flags.repeat ?? (flags.online ? ONLINE_ORDERS : 1),
    seed: sampling.seed,
    costs,
    plainThreads,
    maxDraftTokens,
    target: engine.target,
    // A followed answer is the recorded one, whatever bits the model has.
    reference:
      isExact || tokenized.followed !== null ? null : createDecodeArm({ ...shared, ...exact, costs }),
    signal,
    onProgress: remaining(progress),
  });
  return { arms, run, plainThreads };
}

function longest(prompts: readonly BenchPrompt[]): number {
  return Math.max(...prompts.map(({ tokens, maxTokens }) => tokens.length + maxTokens));
}

/** Shows the time left, estimated from the mean time per answer so far. */
function remaining(progress: Progress): (done: number, all: number, doing: string) => void {
  const begun = performance.now();
  let shownAt = -Infinity;
  return (done, all, doing) => {
    const time = performance.now();
    if (!drawsProgress() && time - shownAt < PROGRESS_MS) return;
    shownAt = time;
    const leftSeconds = done === 0 ? null : ((time - begun) / done / 1000) * (all - done);
    const left = leftSeconds === null ? "" : `, about ${duration(leftSeconds)} left`;
    progress.update(`${done} of ${all} answers${left}: ${doing}`, done / all);
  };
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
