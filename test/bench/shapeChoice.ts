// npm run bench:shape-choice -- --recordings FILE [--pool 2000] [--tests 80] [--nodes 63] [--costs f16,q4,1b,135m]
// What the planner's choice of shape is worth on a device that keeps graphs: recorded answers through the real loop, on a
// clock that adds T(n) and the cost of changing n, as measured on an H200. Beside it each fixed shape, and a planner
// that knows the future: it sees every offer and which of its tokens will be kept, repeats nothing, and pays the same T and
// changes.
import { parseArgs } from "node:util";
import {
  CostModel,
  DEFAULT_SAMPLING,
  MAX_CHAIN_TOKENS,
  Pool,
  TreeAcceptanceModel,
  TreeDrafter,
  type CostPoint,
  type CostTable,
} from "../../core/laser/index.ts";
import { createDecodeArm } from "../../server/bench/measure.ts";
import { PricedTarget } from "../../server/bench/replay/pricedTarget.ts";
import { costPoints } from "../support/decoding/plannerWorlds.ts";
import { seededRandom, type Random } from "../support/random.ts";
import { readRecordings, vocabularyOf, type Recording } from "../../server/bench/recordings/recordings.ts";

const MAX_LEAVES = 32;
const THREADS = 1;
/** Target: at most this share of the time in drafts of which nothing is kept. */
const USELESS_SHARE = 0.03;
/** The most that the expected ms of a useless draft are multiplied by. */
const MOST_CHARGED = 64;
/** How often that range is halved. */
const BISECTIONS = 16;
/** "tokens:ms+switch": docs/benchmarks.md; what changing costs is known only of 7B F16, and in proportion elsewhere. */
const TABLES: Readonly<Record<string, string>> = {
  f16: "1:5.06+11 2:7.1+12 4:7.55+12 8:7.8+12 16:8.33+13 32:8.1+14 64:9.2+16",
  q4: "1:3.3+8 2:3.6+8 4:5.06+8 8:6.6+9 16:7.92+10 32:9.88+10 64:12.93+12",
  "1b": "1:1.26+5 2:1.33+5 4:1.71+5 8:2.24+6 16:3.1+6 32:4.07+7 64:5.74+8",
  "135m": "1:1.4+6 2:1.6+6 4:1.8+6 8:2.1+6 16:3.6+7 32:4.5+7 64:5.4+8",
};

const { values } = parseArgs({
  options: {
    recordings: { type: "string" },
    pool: { type: "string", default: "2000" },
    tests: { type: "string", default: "80" },
    nodes: { type: "string", default: "63" },
    costs: { type: "string", default: Object.keys(TABLES).join() },
    noisy: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const signal = new AbortController().signal;
const poolAnswers = Number(values.pool);
const maxNodes = Number(values.nodes);
if (values.recordings === undefined) throw new Error("name a file: --recordings FILE");
const recordings = (await readRecordings(values.recordings)).slice(0, poolAnswers + Number(values.tests));
const vocabularySize = vocabularyOf(recordings);
const pool = Pool.build(
  recordings.slice(0, poolAnswers).map(({ prompt, out }) => [...prompt.slice(-8), ...out]),
);
const tests = recordings.slice(poolAnswers);

for (const name of values.costs.split(",")) {
  const table = TABLES[name];
  if (table === undefined) throw new Error(`no costs ${name}; known: ${Object.keys(TABLES).join(", ")}`);
  const points = costPoints(THREADS, table);
  const plain = await decoded({ points }, { points }, "plain");
  const free = await decoded({ points }, { points });
  const limit = limitOf(points);
  const frugal = limitOf(points, USELESS_SHARE);
  let best = 0;
  const fixed: string[] = [];
  for (const point of points.slice(1)) {
    const { tokensPerMs } = await decoded({ points }, { points: [point] });
    best = Math.max(best, tokensPerMs);
    fixed.push(`${point.tokens}: ${(tokensPerMs / plain.tokensPerMs).toFixed(2)}`);
  }
  const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
  const times = (ms: number): string => (plain.ms / ms).toFixed(2);
  say(
    `${name}: ${times(free.ms)} times plain, ${percent(free.tokensPerMs / best)} of the best fixed shape ` +
      `(${fixed.join(" · ")}); useless drafts ${percent(free.uselessMs / free.ms)} of the time, ` +
      `${percent(free.keptNothing)} of the steps`,
  );
  say(
    `  one that knows the future: ${times(limit.ms)}, of which ${percent(limit.ms / free.ms)} are reached; ` +
      `useless ${percent(limit.uselessMs / limit.ms)}; with at most ${percent(USELESS_SHARE)} of them ${times(frugal.ms)}`,
  );
}

/** Decodes the tests by the real loop, planned with `planned`, paid with `paid`. */
async function decoded(
  paid: CostTable,
  planned: CostTable,
  strategy: "plain" | "laser-strict" = "laser-strict",
) {
  const target = new PricedTarget({
    costs: new CostModel(paid, true),
    like: { maxTreeLeaves: MAX_LEAVES },
    vocabularySize,
    contextTokens: 1 + Math.max(...tests.map(({ prompt, out }) => prompt.length + out.length)),
    threads: THREADS,
    ...(values.noisy && { noise: noiseOf(seededRandom(7)) }),
  });
  const arm = createDecodeArm({
    name: strategy,
    strategy,
    rule: { kind: "strict" },
    target,
    costs: planned,
    frozenCosts: !values.noisy,
    batches: null,
    maxDraftTokens: MAX_CHAIN_TOKENS,
    treeTokens: maxNodes,
    rowWidth: 2,
    now: () => target.spentMs,
  });
  let tokens = 0;
  let ms = 0;
  let steps = 0;
  let keptNothing = 0;
  let uselessMs = 0;
  const plainMs = paid.points[0]!.baseMs;
  for (const { prompt, out } of tests) {
    const question = { name: "answer", poolId: "answer", tokens: prompt, sampling: DEFAULT_SAMPLING };
    const answer = await arm.answer({ ...question, maxTokens: out.length, recorded: out }, pool, signal);
    tokens += answer.tokens.length;
    ms += answer.decodeMs;
    for (const [step, evaluation] of answer.evaluations.entries()) {
      steps++;
      const committed = answer.stepTokens[step]! - (answer.stepTokens[step - 1] ?? 0);
      const drafted = answer.stepDrafted[step]!;
      if (drafted === 0 || committed > 1) continue;
      keptNothing++;
      uselessMs += Math.max(0, evaluation.ms - plainMs);
    }
  }
  return { tokensPerMs: tokens / ms, ms, uselessMs, keptNothing: keptNothing / steps };
}

/** Durations as on an H200: a spread of about a tenth, and one evaluation in 50 twice as long. */
function noiseOf(random: Random): () => number {
  return () => (random.next() < 0.02 ? 2 : 0.92 + 0.2 * random.next() ** 2);
}

/** What a way through the tests takes, and how much of that in drafts of which nothing is kept, beyond a plain step's. */
interface Way {
  readonly ms: number;
  readonly uselessMs: number;
}

/**
 * The fastest way in which the same offers could decode the tests, and the fastest of those in which useless drafts take
 * at most `share` of the time: each of their milliseconds is charged until that holds.
 */
function limitOf(points: readonly CostPoint[], share = 1): Way {
  const drafter = new TreeDrafter(vocabularySize, pool, new TreeAcceptanceModel(), {
    maxNodes,
    maxLeaves: MAX_LEAVES,
  });
  const kept = tests.map((test) => keptByShape(drafter, test, points));
  const at = (charge: number): Way => {
    const ways = kept.map((answer) => fastestWay(answer, points, charge));
    const total = (of: (way: Way) => number) => ways.reduce((sum, way) => sum + of(way), 0);
    return { ms: total(({ ms }) => ms), uselessMs: total(({ uselessMs }) => uselessMs) };
  };
  const allows = ({ ms, uselessMs }: Way): boolean => uselessMs <= share * ms;
  const free = at(0);
  if (allows(free)) return free;
  let [low, high] = [0, MOST_CHARGED];
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (allows(at(middle))) high = middle;
    else low = middle;
  }
  return at(high);
}

/** Entry [j][s]: how many drafted tokens shape s would keep of what is offered after j committed ones. */
function keptByShape(
  drafter: TreeDrafter,
  { prompt, out }: Recording,
  points: readonly CostPoint[],
): number[][] {
  drafter.begin(prompt);
  return Array.from(out, (token, committed) => {
    const draft = drafter.draft(Math.min(MAX_CHAIN_TOKENS, out.length - committed - 1));
    const kept = points.map(({ tokens }) => {
      let depth = 0;
      for (let i = 0, last = -1; i < Math.min(draft.length, tokens - 1); i++) {
        if (draft.parents[i] !== last || draft.tokens[i] !== out[committed + depth]) continue;
        depth++;
        last = i;
      }
      return Math.min(depth, out.length - committed - 1);
    });
    drafter.commit([token]);
    return kept;
  });
}

/** Backwards over the answer: the best way from each place on, by the shape in use. Begins with a single token. */
function fastestWay(
  kept: readonly (readonly number[])[],
  points: readonly CostPoint[],
  chargeOfUseless: number,
): Way {
  const price = ({ ms, uselessMs }: Way): number => ms + chargeOfUseless * uselessMs;
  let ways: Way[][] = kept.map(() => []);
  ways = [...ways, points.map(() => ({ ms: 0, uselessMs: 0 }))];
  for (let at = kept.length - 1; at >= 0; at--) {
    const bySent = points.map(({ baseMs }, s): Way => {
      const rest = ways[at + kept[at]![s]! + 1]![s]!;
      const useless = s > 0 && kept[at]![s] === 0 ? baseMs - points[0]!.baseMs : 0;
      return { ms: baseMs + rest.ms, uselessMs: useless + rest.uselessMs };
    });
    ways[at] = points.map((_, used) =>
      bySent
        .map((way, s) => ({ ...way, ms: way.ms + (s === used ? 0 : points[s]!.switchMs!) }))
        .reduce((best, way) => (price(way) < price(best) ? way : best)),
    );
  }
  return ways[0]![0]!;
}
