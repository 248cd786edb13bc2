// The stages of the bench, each run in its own process, so that the garbage of one doesn't count as memory of another.
// A stage takes plain values and returns plain values.
import { stat } from "node:fs/promises";
import { Pool, RetrievalDrafter } from "../../../core/laser/index.ts";
import { ReferenceDrafter, ReferenceIndex } from "../../../server/bench/reference/index.ts";
import { readPoolFile, writePoolFile } from "../../../server/pools/index.ts";
import { DRAFT_TOKENS, timeDrafts, type Latencies } from "./lookups.ts";
import { settledMemory, watchPeak, type Memory } from "./memory.ts";
import { readRecordings, readSamples, TextMaker, VOCABULARY } from "./texts.ts";

export interface StageInput {
  readonly stage: "build" | "use" | "reference";
  readonly tokens: number;
  readonly queries: number;
  readonly passes: number;
  /** null: the samples. */
  readonly recordings: string | null;
  readonly file: string;
}

export interface BuildResult {
  readonly tokens: number;
  readonly buildMs: number;
  readonly buildPeakBytes: number | null;
  readonly fileBytes: number;
}

export interface UseResult {
  readonly loadMs: number;
  /** Growth by the pool alone, its entries' texts not counted. */
  readonly pool: Memory;
  readonly passes: readonly Latencies[];
  /** Of a 250-token answer: median and most, over 100. */
  readonly insertMs: readonly [number, number];
  readonly compactMs: number;
  readonly compactPeakBytes: number | null;
}

export interface ReferenceResult {
  readonly pool: Memory;
  readonly passes: readonly Latencies[];
}

const FINGERPRINT = "bench";
/** Pools and queries come from the same process with other seeds. */
const POOL_SEED = 1;
const QUERY_SEED = 2;
const INSERT_SEED = 3;
const HELD_OUT_TOKENS = 250_000;

const maker = ({ recordings }: StageInput): TextMaker =>
  new TextMaker(recordings === null ? readSamples() : readRecordings(recordings));

export async function build(input: StageInput): Promise<BuildResult> {
  const texts = maker(input).make(POOL_SEED, input.tokens);
  const before = settledMemory();
  const peak = watchPeak();
  const begun = performance.now();
  const pool = Pool.build(texts);
  const buildMs = performance.now() - begun;
  const buildPeakBytes = peak && peak() - before.residentBytes;
  // Four letters a token are what English takes: the file and its reading cost what they would.
  const entries = texts.map((text, i) => ({
    key: `item-${i}`,
    group: null,
    text: "word".repeat(text.length),
    timeMs: i,
  }));
  const tokenizer = { fingerprint: FINGERPRINT, model: "none" };
  await writePoolFile(input.file, { tokenizer, opening: [], pool, entries });
  return { tokens: pool.tokens, buildMs, buildPeakBytes, fileBytes: (await stat(input.file)).size };
}

export async function use(input: StageInput): Promise<UseResult> {
  const texts = maker(input).make(QUERY_SEED, HELD_OUT_TOKENS);
  const added = maker(input)
    .make(INSERT_SEED, 60_000)
    .filter((text) => text.length >= 250)
    .slice(0, 100)
    .map((text) => text.slice(0, 250));
  const before = settledMemory();
  const begun = performance.now();
  const pool = await loadedPool(input.file);
  const loadMs = performance.now() - begun;
  const grown = growth(before);
  const drafter = new RetrievalDrafter(VOCABULARY, pool);
  const passes = measure(input, (queries, seed) => timeDrafts(drafter, texts, queries, seed));
  const insertTimes = added.map((text, time) => {
    const start = performance.now();
    pool.insert(text, time);
    return performance.now() - start;
  });
  insertTimes.sort((a, b) => a - b);
  const beforeCompacting = settledMemory();
  const peak = watchPeak();
  const compacting = performance.now();
  pool.compact(Math.floor(pool.tokens * 0.95));
  return {
    loadMs,
    pool: grown,
    passes,
    insertMs: [insertTimes[insertTimes.length >> 1]!, insertTimes.at(-1)!],
    compactMs: performance.now() - compacting,
    // The queries' garbage doesn't count as the pool's.
    compactPeakBytes: peak && grown.residentBytes + peak() - beforeCompacting.residentBytes,
  };
}

export function reference(input: StageInput): ReferenceResult {
  const answers = maker(input).make(POOL_SEED, input.tokens);
  const texts = maker(input).make(QUERY_SEED, HELD_OUT_TOKENS);
  const before = settledMemory();
  const index = new ReferenceIndex();
  for (const answer of answers) index.putOutput(answer);
  const pool = growth(before);
  const drafter = new ReferenceDrafter(index, { online: false });
  const passes = measure(input, (queries, seed) => timeDrafts(drafter, texts, queries, seed));
  return { pool, passes };
}

/** Reads the pool and lets go of its texts: a separate function, or the caller would keep them. */
async function loadedPool(file: string): Promise<Pool> {
  return (await readPoolFile(file, FINGERPRINT)).pool;
}

function growth(before: Memory): Memory {
  const after = settledMemory();
  return {
    heldBytes: after.heldBytes - before.heldBytes,
    residentBytes: after.residentBytes - before.residentBytes,
  };
}

/** One pass to warm up, then as many as asked for. */
function measure(input: StageInput, pass: (queries: number, seed: number) => Latencies): Latencies[] {
  pass(Math.min(input.queries, 20_000), QUERY_SEED);
  return Array.from({ length: input.passes }, (_, i) => pass(input.queries, 100 + i));
}

export const DRAFT_CALL = `one draft call: overlay + pool, up to ${DRAFT_TOKENS} tokens, provenance and garbage collection included`;
