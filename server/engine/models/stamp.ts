// The small file next to a model file that records what was checked and when, so that a start needs no hashing.
import { readFile, rm, stat } from "node:fs/promises";
import * as Type from "typebox";
import { parse, type Parsed } from "../../../core/base/index.ts";
import { errorCode, asFilesError, sha256File, writeFileAtomic } from "../../files/index.ts";
import { SOURCE_KINDS, type ModelFile, type SourceKind } from "./source.ts";
import type { FetchHooks } from "../../files/wheels/index.ts";

/** As in the fault conversionFailed. */
const ConversionFailureSchema = Type.Object({ cause: Type.String(), output: Type.Array(Type.String()) });
export type ConversionFailure = Parsed<typeof ConversionFailureSchema>;

/** What was checked, and when. */
export interface Stamp {
  readonly sha256: string;
  readonly bytes: number;
  /** The file's modification time when it was checked. */
  readonly mtimeMs: number;
  /** ISO 8601. */
  readonly checkedAt: string;
  /** Null if the file was found in the cache without a stamp. */
  readonly source: SourceKind | null;
  /** Why this Q4_1 file could not be converted; null otherwise. */
  readonly conversionFailure: ConversionFailure | null;
}

/** A stamp is used without the last two if they are of another version. */
const StampSchema = Type.Object({
  sha256: Type.String(),
  bytes: Type.Number(),
  mtimeMs: Type.Number(),
  checkedAt: Type.String(),
  source: Type.Optional(Type.Unknown()),
  conversionFailure: Type.Optional(Type.Unknown()),
});

/** The stamp of a file that has not changed since it was checked against `file`; else null. No hashing. */
export async function validStamp(path: string, file: ModelFile): Promise<Stamp | null> {
  const stamp = await readStamp(path);
  const found = await sizeAndTime(path);
  if (stamp === null || found === null || stamp.sha256 !== file.sha256) return null;
  return stamp.bytes === found.bytes && stamp.mtimeMs === found.mtimeMs ? stamp : null;
}

/**
 * The stamp of the file at `path`, which is hashed first if its stamp is missing or outdated. Null if the file is
 * missing or wrong; a wrong one is removed.
 */
export async function verifiedStamp(path: string, file: ModelFile, hooks: FetchHooks): Promise<Stamp | null> {
  const stamp = await validStamp(path, file);
  if (stamp !== null) return stamp;
  if ((await sizeAndTime(path)) !== null && (await hashWithProgress(path, file, hooks)) === file.sha256) {
    return writeStamp(path, file, null);
  }
  await removeWithStamp(path);
  return null;
}

/** SHA-256 of the whole file in hex; reports progress as phase "verify". */
export async function hashWithProgress(
  path: string,
  file: ModelFile,
  hooks: Pick<FetchHooks, "onProgress" | "signal">,
): Promise<string> {
  return sha256File(path, {
    signal: hooks.signal,
    onProgress: (doneBytes, totalBytes) => {
      hooks.onProgress({ phase: "verify", message: `checking ${file.fileName}`, doneBytes, totalBytes });
    },
  });
}

/**
 * Stamps a file that was just checked against `file`. If the stamp can't be written, the file is checked again at the
 * next start; it can be used now anyway.
 */
export async function writeStamp(
  path: string,
  file: ModelFile,
  source: SourceKind | null,
  conversionFailure: ConversionFailure | null = null,
): Promise<Stamp> {
  const found = await sizeAndTime(path);
  const stamp: Stamp = {
    sha256: file.sha256,
    bytes: found?.bytes ?? 0,
    mtimeMs: found?.mtimeMs ?? 0,
    checkedAt: new Date().toISOString(),
    source,
    conversionFailure,
  };
  await writeFileAtomic(stampPath(path), JSON.stringify(stamp, null, 2) + "\n").catch(() => undefined);
  return stamp;
}

/** Removes a file and its stamp, if they exist. */
export async function removeWithStamp(path: string): Promise<void> {
  await rm(path, { force: true });
  await removeStamp(path);
}

/** Removes the stamp, so that the file is hashed before its next use. */
export async function removeStamp(path: string): Promise<void> {
  await rm(stampPath(path), { force: true });
}

/** Null for anything that is not a complete stamp: the file is then hashed. */
async function readStamp(path: string): Promise<Stamp | null> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(stampPath(path), "utf8"));
  } catch {
    return null;
  }
  const stamp = parse(StampSchema, value);
  if (stamp === null) return null;
  return {
    ...stamp,
    source: parse(Type.Enum(SOURCE_KINDS), stamp.source),
    conversionFailure: parse(ConversionFailureSchema, stamp.conversionFailure),
  };
}

async function sizeAndTime(path: string): Promise<{ bytes: number; mtimeMs: number } | null> {
  try {
    const found = await stat(path);
    return { bytes: found.size, mtimeMs: found.mtimeMs };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw asFilesError(error, path);
  }
}

const stampPath = (path: string): string => `${path}.json`;
