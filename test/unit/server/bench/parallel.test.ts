// Several requests at once, measured on the scripted engine by a clock that counts its looks.
import assert from "node:assert/strict";
import { Command } from "commander";
import { test } from "vitest";
import { DEFAULT_GUARDS } from "../../../../core/laser/index.ts";
import {
  armSpecs,
  parallelFigures,
  parallelTable,
  runParallel,
  wavesOf,
  type ParallelOptions,
  type WaveSample,
} from "../../../../server/bench/index.ts";
import { measureLaneCosts, laneCounts } from "../../../../server/engine/index.ts";
import {
  checkFlags,
  chosenStrategies,
  withBenchOptions,
  type BenchFlags,
} from "../../../../server/cli/bench/benchOptions.ts";
import { CliError } from "../../../../server/cli/errors.ts";
import { table } from "../../../support/check.ts";
import {
  ANSWERS,
  COSTS,
  countingClock,
  poolOf,
  PUBLISHED,
  scriptedBench,
} from "../../../support/decoding/scriptedBenchmark.ts";

async function run(lanes: number, options: Partial<ParallelOptions> = {}) {
  const { engine, prompts } = scriptedBench();
  const group = await engine.openLanes({ lanes, contextTokens: 400, trees: false });
  const pool = poolOf(
    engine,
    ANSWERS.map((text, i) => ({ id: `tell ${i}`, text })),
  );
  const result = await runParallel({
    group,
    arms: armSpecs(["laser-strict"], [PUBLISHED]),
    prompts,
    warmUp: prompts[0]!,
    pool,
    repeats: 2,
    seed: 1,
    costs: COSTS,
    frozenCosts: true,
    guards: DEFAULT_GUARDS,
    maxDraftTokens: 15,
    treeTokens: null,
    rowWidth: 16,
    now: countingClock(),
    signal: new AbortController().signal,
    ...options,
  });
  return { ...result, group, prompts };
}

test("every arm decodes the same waves, and strict text is plain text", async () => {
  const { samples, stopped } = await run(2);
  assert.equal(stopped, false);
  assert.deepEqual(samples.map(({ arm, wave }) => `${wave} ${arm}`).sort(), [
    "0 laser-strict",
    "0 plain",
    "1 laser-strict",
    "1 plain",
  ]);
  for (const sample of samples) {
    const [plain] = samples.filter(({ arm, wave }) => arm === "plain" && wave === sample.wave);
    assert.deepEqual(sample.answers, plain!.answers);
    assert.equal(sample.tokens, sample.steps + sample.kept);
    assert.ok(
      sample.evaluatedRequests >= sample.evaluations && sample.evaluatedRequests <= 2 * sample.evaluations,
    );
  }
  const [plain, laser] = parallelFigures(2, { samples, stopped }, "plain", 1);
  assert.deepEqual(
    [plain!.strategy, plain!.edl, plain!.acceptance, plain!.equalAnswers],
    ["plain", 1, null, 6],
  );
  assert.equal(plain!.tokensAnEvaluation, plain!.requestsAnEvaluation);
  assert.ok(laser!.edl! > 1.2, String(laser!.edl));
  assert.equal(laser!.answers, 6);
});

test("a stop drops the wave in progress", async () => {
  const stop = new AbortController();
  let begun = 0;
  const { samples, stopped } = await run(2, {
    signal: stop.signal,
    onProgress: (done) => {
      if (done === 1 && ++begun === 2) stop.abort();
    },
  });
  assert.deepEqual([stopped, ...samples.map(({ wave }) => wave)], [true, 0, 0]);
});

test("figures are sums over waves, with the spread of the waves", () => {
  const sample = (arm: string, wave: number, ms: number, steps: number): WaveSample => ({
    arm,
    wave,
    prompts: [0, 1],
    answers: [[1, 2], arm === "plain" ? [3] : [4]],
    ms,
    tokens: 3,
    steps,
    drafted: 4,
    kept: 3 - steps,
    evaluations: 2,
    evaluatedTokens: 10,
    fillers: 1,
    evaluatedRequests: 3,
    evaluateMs: 20,
  });
  const samples = [
    sample("plain", 0, 100, 3),
    sample("laser", 0, 50, 2),
    sample("plain", 1, 200, 3),
    sample("laser", 1, 150, 1),
  ];
  const [, laser] = parallelFigures(2, { samples, stopped: false }, "plain", 1);
  assert.deepEqual(
    [
      laser!.ratioToPlain.value,
      laser!.tokensPerSecond,
      laser!.medianTokensPerSecond,
      laser!.edl,
      laser!.acceptance,
    ],
    [1.5, 30, 40, 2, 3 / 8],
  );
  assert.deepEqual(
    [
      laser!.tokensAnEvaluation,
      laser!.fillersAnEvaluation,
      laser!.requestsAnEvaluation,
      laser!.msAnEvaluation,
    ],
    [5, 0.5, 1.5, 10],
  );
  assert.deepEqual([laser!.equalAnswers, laser!.answers], [2, 4]);
  const { columns, rows } = parallelTable([laser!]);
  assert.deepEqual([rows[0]![0], rows[0]![1], rows[0]!.length], ["2 laser", "1.50×", columns.length]);
});

table(
  "waves contain every prompt once per repeat",
  [
    { name: "several waves", prompts: 20, lanes: 4, sizes: [8, 12, 8, 12] },
    { name: "one", prompts: 5, lanes: 16, sizes: [5, 5] },
    { name: "at least four prompts", prompts: 8, lanes: 1, sizes: [4, 4, 4, 4] },
  ],
  ({ prompts, lanes, sizes }) => {
    const waves = wavesOf(prompts, lanes, 2, 1);
    assert.deepEqual(
      waves.map(({ length }) => length),
      sizes,
    );
    const inOrder = waves
      .flat()
      .slice(0, prompts)
      .sort((a, b) => a - b);
    assert.deepEqual(
      inOrder,
      Array.from({ length: prompts }, (_, i) => i),
    );
  },
);

test("T(n) is measured by the tokens of all lanes", async () => {
  const { engine } = scriptedBench();
  const group = await engine.openLanes({ lanes: 4, contextTokens: 600, trees: false });
  const seen = new Set<string>();
  group.onEvaluated = ({ tokens, lanes, promptTokens }) => {
    if (promptTokens === 0) seen.add(`${tokens} of ${lanes}`);
  };
  const measured = await measureLaneCosts(group, {
    threadChoices: [1],
    hasShapes: false,
    rowWidth: 16,
    budgetMs: 0,
    now: countingClock(),
    signal: { aborted: false },
  });
  assert.deepEqual(
    measured?.points.map(({ tokens }) => tokens),
    [...laneCounts(4, 512, false)],
  );
  assert.deepEqual([...seen], ["1 of 1", "2 of 2", "4 of 4", "8 of 4", "16 of 4", "32 of 4", "64 of 4"]);
});

function flagsOf(...args: string[]): BenchFlags {
  const command = withBenchOptions(new Command()).exitOverride();
  return command.parse(args, { from: "user" }).opts<BenchFlags>();
}

test("--parallel takes numbers, and measures plain and strict unless others are named", () => {
  const flags = flagsOf("--parallel", "1, 4,16,4");
  checkFlags(flags);
  assert.deepEqual(flags.parallel, [1, 4, 16]);
  assert.deepEqual(chosenStrategies(flags).strategies, ["plain", "laser-strict"]);
  assert.deepEqual(chosenStrategies(flagsOf("--parallel", "2", "--strategies", "laser")).strategies, [
    "laser",
  ]);
});

table(
  "--parallel is refused",
  [
    { name: "without a number", args: ["--parallel", "4,"] },
    { name: "for none", args: ["--parallel", "0"] },
    { name: "for too many", args: ["--parallel", "500"] },
    { name: "with --online", args: ["--parallel", "4", "--online"] },
    { name: "with --report", args: ["--parallel", "4", "--report", "r"] },
    { name: "with a peer", args: ["--parallel", "4", "--strategies", "laser,llama-plain"] },
  ],
  ({ args }) => {
    assert.throws(() => {
      checkFlags(flagsOf(...args));
    }, CliError);
  },
);
