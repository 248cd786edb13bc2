// The real model of the model lane: its path comes from the lane, which fetched it. Never skips: no model is a failure.
// Runs on it have the demo pool and frozen costs, so that they repeat.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadLlamaEngine, type Engine, type LoadOptions } from "../../../server/engine/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { cacheFolder } from "../../../server/files/index.ts";
import { readPoolSource } from "../../../server/pools/index.ts";
import type { Trace } from "../../../core/trace/index.ts";
import {
  applyTemplate,
  fillPrompt,
  loadPool,
  Session,
  type GenerateOptions,
  type LoadedPool,
  type PreparedPrompt,
} from "../../../server/worker/index.ts";
import { repositoryFolder } from "../check.ts";

export const samplesFolder = join(repositoryFolder, "samples");

/** The path that `npm run test:model` hands over. */
export function testModelPath(): string {
  const path = process.env.LASER_TEST_MODEL;
  if (!path) throw new Error("LASER_TEST_MODEL is not set: run these tests by `npm run test:model`");
  return path;
}

export async function loadTestEngine(options: Partial<LoadOptions> = {}): Promise<Engine> {
  return loadLlamaEngine({
    path: testModelPath(),
    gpu: "off",
    contextTokens: 1024,
    maxThreads: 1,
    ...options,
  });
}

/** The model with the answers that the samples hold. */
export interface ModelWithPool {
  readonly engine: Engine;
  readonly pool: LoadedPool;
}

export async function loadModelWithPool(options: Partial<LoadOptions> = {}): Promise<ModelWithPool> {
  const engine = await loadTestEngine(options);
  return { engine, pool: loadPool(await readPoolSource(join(samplesFolder, "answers.jsonl")), engine) };
}

export interface SamplePrompt {
  /** Of the samples. */
  readonly file: string;
  readonly values?: Readonly<Record<string, string | number>>;
  /** Put before each message, to make it longer. */
  readonly padding?: string;
}

/** A prompt of the samples as the model reads it, on a day that is always the same. */
export async function samplePrompt(
  engine: Engine,
  { file, values = {}, padding = "" }: SamplePrompt,
): Promise<PreparedPrompt> {
  const { messages } = fillPrompt(await readFile(join(samplesFolder, file), "utf8"), values);
  const padded = messages.map(({ role, content }) => ({ role, content: `${padding}${content}` }));
  return applyTemplate(padded, file, engine, new Date(0), false);
}

type Asked = Pick<GenerateOptions, "prompt" | "settings"> & Partial<GenerateOptions>;

/** A run in its own session, under flat costs for this many threads. */
export async function runSample(
  { engine, pool }: ModelWithPool,
  threads: number,
  asked: Asked,
): Promise<Trace> {
  const costs = flatCosts(threads);
  const cacheDir = cacheFolder();
  const session = new Session({ engine, costs, frozenCosts: true, generator: "test 0", cacheDir });
  const { signal } = new AbortController();
  const { trace, failure } = await session.generate({ pool, signal, ...asked });
  if (failure !== null) throw failure;
  return trace;
}

/** Costs that make every draft look cheap, so that many are sent whatever the machine. */
function flatCosts(threads: number): CostTable {
  const points = [1, 4, 8, 12, 16].map((tokens) => ({
    tokens,
    threads,
    baseMs: 10 + tokens / 4,
    msPerContextToken: 0,
  }));
  return { points };
}
