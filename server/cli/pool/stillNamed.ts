// Where else a user or item that was forgotten is still named: answers, outputs of runs, traces, data sets, and other pools and
// groups in the same folders.
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { dataSetNames, parquetNames } from "../../data/index.ts";

/** What runs, exports and imports write; other programs' files are not looked at. */
const WRITTEN = /\.(?:jsonl|journal|html|lasertrace|lasertrace\.gz|laserdata|parquet|laserpool|json)$/i;
/** As `laser data import` usually writes it. */
export const isDataSetPath = (path: string): boolean => /\.laserdata$/i.test(path);
/** What `laser pool forget` changes itself when it is named. */
export const isForgettable = (path: string): boolean => /\.(?:laserpool|json)$/i.test(path);
/** With what a groups file begins; other JSON is not looked at. */
const GROUPS_BEGIN = /^\s*\{\s*"format":\s*"laser-groups"/;
const GROUPS_BEGIN_BYTES = 200;
/** Folders below the one searched, as a folder of traces beside an output. */
const MAX_DEPTH = 2;
/** More, such as the traces of a whole catalogue, are not searched. */
const MAX_FILES = 20_000;
/** Of one data set: some 100 million interactions. Larger ones are not searched. */
const MAX_DATA_SET_BYTES = 8 * 2 ** 30;

export interface StillNamed {
  readonly paths: readonly string[];
  /** What could not be read, or was beyond the most files. */
  readonly unsearched: readonly string[];
}

/**
 * Searches the folders for files that name the key as a whole word.
 * @param onFile called before each file with how many were searched, of how many
 */
export async function stillNamed(
  folders: readonly string[],
  key: string,
  signal: AbortSignal,
  onFile: (searched: number, files: number) => void = () => undefined,
): Promise<StillNamed> {
  const { files, unsearched } = await writtenFiles(folders, signal);
  const paths: string[] = [];
  for (const [searched, path] of files.entries()) {
    onFile(searched, files.length);
    const isNamed = await isNamedIn(path, key, signal).catch(() => null);
    signal.throwIfAborted();
    if (isNamed === null) unsearched.push(path);
    else if (isNamed) paths.push(path);
  }
  return { paths: paths.sort(), unsearched };
}

/** The files to search, and the folders and files that are not searched. */
async function writtenFiles(
  folders: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly files: string[]; readonly unsearched: string[] }> {
  const [files, unsearched]: [string[], string[]] = [[], []];
  const list = async (folder: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    const found = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (found === null) {
      unsearched.push(folder);
      return;
    }
    for (const entry of found) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH) await list(path, depth + 1);
      if (entry.isFile() && WRITTEN.test(entry.name))
        (files.length < MAX_FILES ? files : unsearched).push(path);
    }
  };
  for (const folder of new Set(folders)) await list(folder, 0);
  return { files, unsearched };
}

/** Null for what is too large. @throws errors of reading; the signal's reason */
async function isNamedIn(path: string, key: string, signal: AbortSignal): Promise<boolean | null> {
  if (isDataSetPath(path)) return inDataSet(path, key, signal);
  if (/\.parquet$/i.test(path)) return parquetNames(path, key, signal);
  if (/\.json$/i.test(path) && !(await isGroupsFile(path))) return false;
  return names(path, key);
}

async function isGroupsFile(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GROUPS_BEGIN_BYTES), 0, GROUPS_BEGIN_BYTES, 0);
    return GROUPS_BEGIN.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Null for one that is too large. @throws DataError; FilesError; errors of reading; the signal's reason */
async function inDataSet(path: string, key: string, signal: AbortSignal): Promise<boolean | null> {
  const { size } = await stat(path);
  return size > MAX_DATA_SET_BYTES ? null : dataSetNames(path, key, signal);
}

/** Whether a file has the key between characters that no id consists of; in memory is a part of it. @throws errors of reading */
async function names(path: string, key: string): Promise<boolean> {
  const written = JSON.stringify(key).slice(1, -1);
  const word = new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped(written)}(?![\\p{L}\\p{N}_-])`, "u");
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const source: Readable = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => source.destroy(error));
  source.setEncoding("utf8");
  let tail = "";
  try {
    for await (const part of source as AsyncIterable<string>) {
      const text = tail + part;
      // The last characters wait for what follows them.
      const found = word.exec(text);
      if (found !== null && found.index + written.length < text.length) return true;
      tail = text.slice(-(written.length + 2));
    }
    return word.test(tail);
  } finally {
    file.destroy();
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
