// npm run bench:what-if -- [--steps 1000] [--seeds 20] [--repeats 20]
// How long judging a trace again takes, as a slider does at every move: the first time and then; and the curve EDL
// against budget. Seeded traces, one process; the machine is named.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { budgetCurve, whatIf } from "../../core/inspect/index.ts";
import { DEFAULT_GUARDS, type Rule } from "../../core/laser/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import { longTrace } from "../support/trace/longTrace.ts";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "1000" },
    seeds: { type: "string", default: "20" },
    repeats: { type: "string", default: "20" },
  },
});
const [steps, seeds, repeats] = [values.steps, values.seeds, values.repeats].map(Number) as [
  number,
  number,
  number,
];

const first: number[] = [];
const again: number[] = [];
const curves: number[] = [];
let drafted = 0;
for (let seed = 1; seed <= seeds; seed++) {
  const trace = longTrace(seed, steps);
  drafted += trace.steps.reduce((sum, { draft }) => sum + draft.length, 0);
  for (let repeat = 0; repeat < repeats; repeat++) {
    const rule: Rule = { kind: "relaxed", topK: 1 + (repeat % 8), minProbability: 0.3 / (1 + repeat) };
    (repeat === 0 ? first : again).push(timed(() => whatIf(trace, rule, DEFAULT_GUARDS)));
  }
  // A copy has not been seen before: the curve pays for laying it out.
  const copy: Trace = { ...trace };
  curves.push(timed(() => budgetCurve(copy, DEFAULT_GUARDS)));
}
print(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`);
print(`${seeds} traces of ${steps} steps, ${(drafted / seeds).toFixed(0)} drafted tokens each`);
show("what-if, a trace seen first", first);
show("what-if, then", again);
show("curve EDL against budget", curves);

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function show(name: string, durations: readonly number[]): void {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(2);
  print(`${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms (${sorted.length} times)`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
