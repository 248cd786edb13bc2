// T(n, threads) of a model on a device, measured once and kept in the cache folder. A damaged or foreign file
// is not an error: the costs are measured again.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { measureCosts, measuredContexts, type Engine } from "../engine/index.ts";
import { asFilesError, writeFileAtomic } from "../files/index.ts";
import type { CostTable } from "../../core/laser/index.ts";
import { WorkerError } from "./errors.ts";

/** Increment when the method of measurement changes. */
const MEASUREMENT_VERSION = 3;

const FileSchema = Type.Object({
  points: Type.Array(
    Type.Object({
      tokens: Type.Integer({ minimum: 1 }),
      threads: Type.Integer({ minimum: 1 }),
      baseMs: Type.Number({ minimum: 0 }),
      msPerContextToken: Type.Number({ minimum: 0 }),
    }),
    { minItems: 1 },
  ),
});

export interface CostCacheOptions {
  readonly cacheDir: string;
  readonly rowWidth: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Called while measuring; not at all if the cache has the table. */
  readonly onProgress?: (share: number) => void;
}

/** The table from the cache, or measured now and cached. @throws the signal's reason when stopped */
export async function costsOf(engine: Engine, options: CostCacheOptions): Promise<CostTable> {
  const path = join(options.cacheDir, "costs", `${keyOf(engine, options.rowWidth)}.json`);
  const cached = await readTable(path);
  if (cached !== null) return cached;
  const { maxThreads, backend } = engine.device;
  const table = await measureCosts(engine.target, {
    threadChoices: backend === "cpu" && maxThreads > 1 ? [1, maxThreads] : [maxThreads],
    rowWidth: options.rowWidth,
    now: options.now,
    signal: options.signal,
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  options.signal.throwIfAborted();
  if (table === null) throw new Error("measuring ended without a result");
  await writeFileAtomic(path, `${JSON.stringify(table, null, 1)}\n`);
  return table;
}

/**
 * Everything T depends on: model, device, threads, flash attention, row width, depths, version of the
 * measurement.
 */
function keyOf({ model, device, target }: Engine, rowWidth: number): string {
  const facts = [
    MEASUREMENT_VERSION,
    model.file,
    model.modelBytes,
    model.sha256,
    device,
    rowWidth,
    measuredContexts(target),
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

/**
 * A table to use instead of measuring, in the form that the cache keeps. Runs on it repeat exactly: the same drafts are
 * sent on a busy machine as on a quiet one.
 * @throws FilesError when the file can't be read, WorkerError `costsInvalid` when it isn't a table
 */
export async function readFixedCosts(path: string): Promise<CostTable> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw asFilesError(error, path);
  });
  const table = tableOf(text);
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
