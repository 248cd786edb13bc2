// npm run bench:lanes -- --recordings FILE [--pool 2000] [--tests 400] [--at-once 4,8,16,32] [--nodes 63] [--prompt-tokens 80]
// Whether requests that share evaluations should draft at all, for a small model on a GPU: recorded answers through the
// real planner, drafters and loops, on a clock that adds T(n) as measured with SmolLM2-135M on an H200 to the processor time
// that this process really uses. Plain decoding and LASER in turn on each wave, as laser bench --parallel.
import { parseArgs } from "node:util";
import { CostModel, DEFAULT_GUARDS, DEFAULT_SAMPLING } from "../../core/laser/index.ts";
import type { LaneGroup } from "../../server/engine/index.ts";
import { scriptedLanes } from "../../server/engine/scripted/scriptedLanes.ts";
import { BenchPool } from "../../server/bench/benchPlan.ts";
import { runParallel } from "../../server/bench/parallel.ts";
import { PricedTarget } from "../../server/bench/replay/pricedTarget.ts";
import { costPoints } from "../support/decoding/plannerWorlds.ts";
import { readRecordings, vocabularyOf } from "../../server/bench/recordings/recordings.ts";

const MAX_LEAVES = 32;
const THREADS = 1;
/** "tokens:ms+switch": all tokens of all requests; docs/benchmarks.md. What changing costs is an assumption. */
const COSTS =
  "1:1.4+6 2:1.75+6 4:1.85+6 8:2.1+6 16:3.85+7 32:5.1+7 64:5.6+8 96:7+8 128:9.5+8 192:13+9 256:15.5+9 512:30+12";

const { values } = parseArgs({
  options: {
    recordings: { type: "string" },
    pool: { type: "string", default: "2000" },
    tests: { type: "string", default: "400" },
    "at-once": { type: "string", default: "4,8,16,32" },
    nodes: { type: "string", default: "63" },
    "prompt-tokens": { type: "string", default: "80" },
  },
});
if (values.recordings === undefined) throw new Error("name a file: --recordings FILE");
const poolAnswers = Number(values.pool);
const recordings = (await readRecordings(values.recordings)).slice(0, poolAnswers + Number(values.tests));
const vocabularySize = vocabularyOf(recordings);
const pool = new BenchPool(
  values.recordings,
  recordings
    .slice(0, poolAnswers)
    .map(({ prompt, out }, i) => ({ id: `pool ${i}`, tokens: [...prompt.slice(-8), ...out] })),
);
const tests = recordings.slice(poolAnswers).map(({ prompt, out }, i) => ({
  name: String(i),
  poolId: "all",
  tokens: prompt.slice(-Number(values["prompt-tokens"])),
  sampling: DEFAULT_SAMPLING,
  maxTokens: out.length,
  recorded: out,
}));
const points = costPoints(THREADS, COSTS);
const paid = new CostModel({ points }, true);

/** Evaluations cost what the table says; everything between them, the processor time that it takes here. */
class Clock {
  private evaluationsMs = 0;
  readonly now = (): number => {
    const { user, system } = process.cpuUsage();
    return this.evaluationsMs + (user + system) / 1000;
  };
  add(ms: number): void {
    this.evaluationsMs += ms;
  }
}

function lanesOf(lanes: number, clock: Clock): LaneGroup {
  let shape = 0;
  let [last, lastMs] = [0, 0];
  const targets = Array.from({ length: lanes }, () => {
    const contextTokens =
      1 + Math.max(...tests.map(({ tokens, recorded }) => tokens.length + recorded.length));
    return new PricedTarget({
      costs: paid,
      like: { maxTreeLeaves: MAX_LEAVES },
      vocabularySize,
      contextTokens,
      threads: THREADS,
    });
  });
  const inner = scriptedLanes(targets, (asked) => {
    const tokens = Math.max(
      shape,
      asked.reduce((sum, ask) => sum + ask.tokens, 0),
    );
    lastMs = paid.expectedMs(tokens, THREADS, 0) + (tokens === last ? 0 : paid.switchMs(tokens, THREADS));
    last = tokens;
    clock.add(lastMs);
    return Promise.resolve();
  });
  const group: LaneGroup = {
    ...inner,
    maxTokensEach: 64,
    keepShape: (tokens) => {
      shape = tokens;
    },
    onEvaluated: null,
  };
  inner.onEvaluated = (evaluation) => {
    const tokens = Math.max(shape, evaluation.tokens);
    group.onEvaluated?.({ ...evaluation, tokens, fillers: tokens - evaluation.tokens, ms: lastMs });
  };
  return group;
}

for (const lanes of values["at-once"].split(",").map(Number)) {
  const clock = new Clock();
  const group = lanesOf(lanes, clock);
  const { samples } = await runParallel({
    group,
    arms: (["plain", "laser-strict"] as const).map((strategy) => ({
      name: strategy,
      strategy,
      rule: { kind: "strict" },
    })),
    prompts: tests,
    warmUp: tests[0]!,
    pool,
    repeats: 1,
    seed: 0,
    costs: { points },
    frozenCosts: false,
    guards: DEFAULT_GUARDS,
    maxDraftTokens: 15,
    treeTokens: Number(values.nodes),
    rowWidth: 2,
    now: clock.now,
    signal: new AbortController().signal,
  });
  await group.dispose();
  const figures = ["plain", "laser-strict"].map((arm) => {
    const own = samples.filter((sample) => sample.arm === arm);
    const total = (of: (sample: (typeof own)[number]) => number) =>
      own.reduce((sum, sample) => sum + of(sample), 0);
    return {
      rate: (1000 * total(({ tokens }) => tokens)) / total(({ ms }) => ms),
      edl: total(({ tokens }) => tokens) / total(({ steps }) => steps),
      tokens: total(({ evaluatedTokens }) => evaluatedTokens) / total(({ evaluations }) => evaluations),
      outside: 1 - total(({ evaluateMs }) => evaluateMs) / total(({ ms }) => ms),
    };
  });
  const [plain, laser] = figures as [(typeof figures)[0], (typeof figures)[0]];
  process.stdout.write(
    `${lanes} at once: plain ${plain.rate.toFixed(0)}, LASER ${laser.rate.toFixed(0)} tokens/s, ` +
      `${(laser.rate / plain.rate).toFixed(2)} times; EDL ${laser.edl.toFixed(2)}, ${laser.tokens.toFixed(0)} tokens an ` +
      `evaluation; outside evaluations ${(100 * plain.outside).toFixed(0)} and ${(100 * laser.outside).toFixed(0)} %\n`,
  );
}
