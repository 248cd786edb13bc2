// Finds out which format a source has, from the names of its files and their first lines.
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asFilesError } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import type { Source } from "../import/records.ts";
import { recboleSource } from "./recbole.ts";

export const FORMATS = ["recbole"] as const;
export type Format = (typeof FORMATS)[number];

export interface SourceOptions {
  /** Found out when left out. */
  readonly format?: Format | undefined;
}

/** The files around a source, by name. */
interface Place {
  readonly path: string;
  readonly folder: string;
  readonly names: readonly string[];
  /** The file that was named; null for a folder. */
  readonly file: string | null;
}

/** @throws DataError dataFormatUnknown | dataFileMissing; FilesError */
export async function openSource(path: string, options: SourceOptions = {}): Promise<Source> {
  const place = await placeOf(path);
  const source = openAs(place, options);
  if (source !== null) return source;
  throw new DataError({ tag: "dataFormatUnknown", path, reason: "none of its files has a known name" });
}

async function placeOf(path: string): Promise<Place> {
  try {
    const found = await stat(path);
    const folder = found.isDirectory() ? path : dirname(path);
    return {
      path,
      folder,
      names: (await readdir(folder)).sort(),
      file: found.isDirectory() ? null : basename(path),
    };
  } catch (error) {
    throw asFilesError(error, path);
  }
}

function openAs(place: Place, { format }: SourceOptions): Source | null {
  if (format === undefined || format === "recbole") return asRecbole(place);
  return null;
}

function asRecbole({ folder, names, file }: Place): Source | null {
  const inter = file ?? names.find((name) => name.endsWith(".inter"));
  if (inter?.endsWith(".inter") !== true) return null;
  const beside = (ending: string): string | null => {
    const name = inter.replace(/\.inter$/, ending);
    return names.includes(name) ? join(folder, name) : null;
  };
  return recboleSource({ inter: join(folder, inter), item: beside(".item"), user: beside(".user") });
}
