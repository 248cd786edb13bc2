// T(n, threads) of a model on a device: guessed at first, corrected by runs, measured in idle time, and kept in the
// cache folder. A damaged or foreign file is not an error: the costs are guessed again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import {
  guessCosts,
  keepsGraphs,
  measureCosts,
  measuredContexts,
  threadChoicesOf,
  type Engine,
  type LaneGroup,
} from "../../engine/index.ts";
import { asFilesError, FileTooLarge, readBounded, writeFileAtomic } from "../../files/index.ts";
import { describeError } from "../../../core/base/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { cacheKey, deviceFacts } from "./cacheKey.ts";
import { WorkerError } from "../errors.ts";

/** Increment when the method of measurement changes, or to drop tables that an earlier version spoiled. */
const MEASUREMENT_VERSION = 6;

const FileSchema = Type.Object({
  points: Type.Array(
    Type.Object({
      tokens: Type.Integer({ minimum: 1 }),
      threads: Type.Integer({ minimum: 1 }),
      baseMs: Type.Number({ minimum: 0 }),
      msPerContextToken: Type.Number({ minimum: 0 }),
      switchMs: Type.Optional(Type.Number({ minimum: 0 })),
    }),
    { minItems: 1 },
  ),
  isGuess: Type.Optional(Type.Boolean()),
});

/** Where costs are kept, and the width of the rows that they include. */
export interface CostCache {
  readonly cacheDir: string;
  readonly rowWidth: number;
  /** Called once per cache folder if costs can't be kept. */
  readonly warn?: (line: string) => void;
}

/** Folders that could not be written to; each is named once. */
const unwritable = new Set<string>();

/**
 * The table to begin a run with: as measured or as learned by earlier runs, from the cache, or else a guess. Never
 * measures, so that nothing delays an answer.
 */
export async function costsToBegin(engine: Engine, cache: CostCache): Promise<CostTable> {
  return (await readTable(pathOf(engine, cache))) ?? guessCosts(engine.device, engine.model);
}

/** The same for evaluations that hold tokens of several lanes: n counts the tokens of all of them. */
export async function laneCostsToBegin(
  engine: Engine,
  group: LaneGroup,
  cache: CostCache,
): Promise<CostTable> {
  const guess = () => guessCosts(engine.device, engine.model, group.counts);
  return (await readTable(pathOf(engine, cache, group))) ?? guess();
}

/**
 * Keeps a table for the next session; a failure to write it costs that session a guess, not this one its answer.
 * @param group of lanes that the table is of; null: of one answer
 */
export async function keepCosts(
  engine: Engine,
  cache: CostCache,
  table: CostTable,
  group: LaneGroup | null = null,
): Promise<void> {
  const { cacheDir, warn } = cache;
  try {
    await writeFileAtomic(pathOf(engine, cache, group), `${JSON.stringify(table, null, 1)}\n`);
  } catch (error) {
    if (unwritable.has(cacheDir)) return;
    unwritable.add(cacheDir);
    const { message, nextStep } = describeError(error);
    warn?.(`The measured costs were not kept, so the next start begins with a guess: ${message} ${nextStep}`);
  }
}

export interface MeasureInIdleTime extends CostCache {
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** About how long a measurement in idle time may take, in ms. */
const IDLE_BUDGET_MS = 20_000;

/** Measures the costs and keeps them; null if stopped. @throws whatever the target throws */
export async function measureInIdleTime(
  engine: Engine,
  options: MeasureInIdleTime,
): Promise<CostTable | null> {
  const table = await measureCosts(engine.target, {
    threadChoices: threadChoicesOf(engine.device),
    hasShapes: keepsGraphs(engine.device),
    rowWidth: options.rowWidth,
    budgetMs: IDLE_BUDGET_MS,
    now: options.now,
    signal: options.signal,
  });
  if (table !== null) await keepCosts(engine, options, table);
  return table;
}

function pathOf(engine: Engine, { cacheDir, rowWidth }: CostCache, group: LaneGroup | null = null): string {
  return join(cacheDir, "costs", `${keyOf(engine, rowWidth, group)}.json`);
}

/**
 * Everything that T depends on: the model's shape and weights by their size, the device, row width, depths, and the
 * version of the measurement. Not the file's name: a renamed model costs the same.
 */
function keyOf({ model, device, target }: Engine, rowWidth: number, group: LaneGroup | null): string {
  const { architecture, vocabularySize, modelBytes } = model;
  const facts = [
    MEASUREMENT_VERSION,
    [architecture, vocabularySize, modelBytes],
    deviceFacts(device),
    rowWidth,
    target.maxTreeLeaves,
    measuredContexts(target, keepsGraphs(device)),
    ...(group === null ? [] : [[group.targets.length, group.counts]]),
  ];
  return cacheKey(facts);
}

const MAX_TABLE_BYTES = 16e6;

/**
 * A table to use instead of measuring, in the form that the cache keeps. Runs on it repeat exactly: the same drafts are
 * sent on a busy machine as on a quiet one.
 * @throws FilesError when the file can't be read, WorkerError `costsInvalid` when it isn't a table
 */
export async function readFixedCosts(path: string): Promise<CostTable> {
  const bytes = await readBounded(path, MAX_TABLE_BYTES).catch((error: unknown) => {
    if (error instanceof FileTooLarge) throw new WorkerError({ tag: "costsInvalid", path }, { cause: error });
    throw asFilesError(error, path);
  });
  const table = tableOf(bytes.toString("utf8"));
  if (table === null) throw new WorkerError({ tag: "costsInvalid", path });
  return table;
}

/** The cached table; null if there is none that can be used. */
async function readTable(path: string): Promise<CostTable | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  return text === null ? null : tableOf(text);
}

function tableOf(text: string): CostTable | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(FileSchema, value) ? value : null;
  } catch {
    return null;
  }
}
