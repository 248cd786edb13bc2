// npm run bench:index -- [--recordings FILE] [--sizes 1e4,1e5,1e6,1e7] [--queries N] [--passes N]
// Prints what the pool index costs at each size: a draft call, memory, building, inserting, compacting, loading; and the
// reference index beside it. Must be run on a quiet machine; says which one it was.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Latencies } from "./lookups.ts";
import {
  build,
  DRAFT_CALL,
  reference,
  use,
  type BuildResult,
  type ReferenceResult,
  type StageInput,
  type UseResult,
} from "./stages.ts";

/** The reference index keeps each window of 13 tokens as a path: beyond this it does not fit a common heap. */
const REFERENCE_MOST_TOKENS = 1e5;
/** Its draft calls are slower by orders: this many show the same. */
const REFERENCE_QUERIES = 10_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function runStage(input: StageInput): unknown {
  const output = execFileSync(
    process.execPath,
    [
      "--expose-gc",
      "--max-old-space-size=6144",
      "--import",
      "tsx",
      fileURLToPath(import.meta.url),
      "--stage",
      JSON.stringify(input),
    ],
    { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] },
  );
  return JSON.parse(output);
}

/** Median with lowest and highest of the passes. */
function spread(passes: readonly Latencies[], pick: (pass: Latencies) => number): string {
  const values = passes.map(pick).sort((a, b) => a - b);
  const shown = (value: number): string => value.toFixed(1);
  return `${shown(values[values.length >> 1]!)} (${shown(values[0]!)}–${shown(values.at(-1)!)})`;
}

const perToken = (bytes: number | null, tokens: number): string =>
  bytes === null ? "–" : (bytes / tokens).toFixed(1);

/** A pool smaller than this is lost in what else a process does with its memory. */
const MIN_RESIDENT_TOKENS = 1e7;
const resident = (bytes: number | null, tokens: number): string =>
  perToken(tokens < MIN_RESIDENT_TOKENS ? null : bytes, tokens);

function latencyLines(passes: readonly Latencies[]): string[] {
  return [
    `  p50 ${spread(passes, ({ p50 }) => p50)} µs   p99 ${spread(passes, ({ p99 }) => p99)} µs   p99.9 ${spread(passes, ({ p999 }) => p999)} µs`,
    `  slowest ${spread(passes, ({ most }) => most)} µs   drafted ${passes[0]!.drafted.toFixed(2)} tokens a call`,
  ];
}

function benchSize(input: Omit<StageInput, "stage">): number {
  const built = runStage({ ...input, stage: "build" }) as BuildResult;
  const used = runStage({ ...input, stage: "use" }) as UseResult;
  const { tokens } = built;
  say(`\npool of ${tokens.toLocaleString("en")} tokens`);
  latencyLines(used.passes).forEach(say);
  say(
    `  ${perToken(used.pool.heldBytes, tokens)} bytes per token held, ${resident(used.pool.residentBytes, tokens)} resident, ${resident(used.compactPeakBytes, tokens)} at most while compacting, ${resident(built.buildPeakBytes, tokens)} more while building, ${perToken(built.fileBytes, tokens)} in the file (text included)`,
  );
  say(
    `  build ${built.buildMs.toFixed(0)} ms   load ${used.loadMs.toFixed(0)} ms   compact ${used.compactMs.toFixed(0)} ms   insert of 250 tokens ${used.insertMs[0].toFixed(2)} ms, slowest of 100 ${used.insertMs[1].toFixed(2)} ms`,
  );
  if (tokens <= REFERENCE_MOST_TOKENS * 1.1) {
    const queries = Math.min(input.queries, REFERENCE_QUERIES);
    const { passes, pool } = runStage({ ...input, queries, stage: "reference" }) as ReferenceResult;
    say(
      `  reference index (${queries.toLocaleString("en")} calls per pass): ${perToken(pool.heldBytes, tokens)} bytes per token held`,
    );
    latencyLines(passes).forEach((line) => {
      say(`  ${line}`);
    });
  }
  const p99s = used.passes.map(({ p99 }) => p99).sort((a, b) => a - b);
  return p99s[p99s.length >> 1]!;
}

function bench(): void {
  const { values } = parseArgs({
    options: {
      recordings: { type: "string" },
      sizes: { type: "string", default: "1e4,1e5,1e6,1e7" },
      queries: { type: "string", default: "100000" },
      passes: { type: "string", default: "5" },
    },
  });
  const sizes = values.sizes.split(",").map(Number);
  const [queries, passes] = [Number(values.queries), Number(values.passes)];
  if (![...sizes, queries, passes].every((value) => Number.isInteger(value) && value > 0)) {
    process.stderr.write("--sizes, --queries and --passes are whole numbers above 0\n");
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "laser-bench-"));
  try {
    const [cpu] = cpus();
    say(`${cpu?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}`);
    say(`texts made from ${values.recordings ?? "the samples' answers, a word a token"}`);
    say(
      `${DRAFT_CALL}; ${queries.toLocaleString("en")} shuffled held-out queries a pass; median (lowest–highest) of ${passes} passes`,
    );
    const p99s = sizes.map((tokens) =>
      benchSize({
        tokens,
        queries,
        passes,
        recordings: values.recordings ?? null,
        file: path.join(folder, `${tokens}.laserpool`),
      }),
    );
    const [small, large] = [sizes.indexOf(1e5), sizes.indexOf(1e7)];
    if (small >= 0 && large >= 0)
      say(`\np99 at 10^7 tokens is ${(p99s[large]! / p99s[small]!).toFixed(2)} times that at 10^5`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runAsStage(json: string): Promise<void> {
  const input = JSON.parse(json) as StageInput;
  const stages = { build, use, reference } as const;
  process.stdout.write(JSON.stringify(await stages[input.stage](input)));
}

if (process.argv[2] === "--stage") await runAsStage(process.argv[3]!);
else bench();
