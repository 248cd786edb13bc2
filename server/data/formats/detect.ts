// Finds out which format a source has, from the names of its files and its first record.
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asFilesError } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import type { Source } from "../import/records.ts";
import { amazonFormatOf, amazonSource, metadataNames } from "./amazon.ts";
import { parseColumnMap } from "./columnMap.ts";
import { mappedSource } from "./mapped.ts";
import { movielens100k, movielensCsv, movielensDat } from "./movielens.ts";
import { recboleSource } from "./recbole.ts";
import { tableKindOf, tableRows } from "./table.ts";

export const FORMATS = [
  "movielens-100k",
  "movielens-dat",
  "movielens-csv",
  "amazon-2018",
  "amazon-2023",
  "recbole",
  "csv",
  "tsv",
  "jsonl",
  "parquet",
] as const;
export type Format = (typeof FORMATS)[number];

export interface SourceOptions {
  /** Detected when left out. */
  readonly format?: Format | undefined;
  /** Of tables: which column means what, e.g. "user=uid,item=asin". */
  readonly map?: string | undefined;
  /** A file about the items: Amazon's metadata, or a table. */
  readonly items?: string | undefined;
  /** A table about the users. */
  readonly users?: string | undefined;
  readonly signal: AbortSignal;
}

/** The files around a source, by name. */
interface Place {
  readonly path: string;
  readonly folder: string;
  readonly names: readonly string[];
  /** The file that was named; null for a folder. */
  readonly file: string | null;
}

/** @throws DataError; FilesError; TextFileError */
export async function openSource(path: string, options: SourceOptions): Promise<Source> {
  const place = await placeOf(path);
  const format = options.format ?? (await formatOf(place, options));
  refuseUnused(format, options);
  return openAs(format, place, options);
}

async function placeOf(path: string): Promise<Place> {
  try {
    const found = await stat(path);
    const isFolder = found.isDirectory();
    const folder = isFolder ? path : dirname(path);
    return { path, folder, names: (await readdir(folder)).sort(), file: isFolder ? null : basename(path) };
  } catch (error) {
    throw asFilesError(error, path);
  }
}

/** The file by which a folder of a format is known. */
const MAIN_FILES = {
  "movielens-100k": "u.data",
  "movielens-dat": "ratings.dat",
  "movielens-csv": "ratings.csv",
} as const;
type MovielensFormat = keyof typeof MAIN_FILES;
const isMovielens = (format: Format): format is MovielensFormat => format in MAIN_FILES;

/** @throws DataError dataFormatUnknown */
async function formatOf(place: Place, options: SourceOptions): Promise<Format> {
  const { path, file, names } = place;
  const unknown = (reason: string): DataError => new DataError({ tag: "dataFormatUnknown", path, reason });
  const candidates = file === null ? names : [file];
  if (options.map === undefined)
    for (const [format, main] of Object.entries(MAIN_FILES))
      if (candidates.includes(main) && (main !== "ratings.csv" || names.includes("movies.csv")))
        return format as Format;
  if (candidates.some((name) => name.endsWith(".inter"))) return "recbole";
  if (file === null)
    throw unknown("it is a folder without u.data, ratings.dat, ratings.csv or a file .inter; name a file");
  const kind = tableKindOf(path);
  if (kind === null) throw unknown("its name ends in none of .csv, .tsv, .json, .jsonl, .parquet, .inter");
  if (options.map !== undefined) return kind;
  if (kind === "jsonl") return (await amazonFormat(path, options.signal)) ?? kind;
  return kind;
}

async function amazonFormat(path: string, signal: AbortSignal): Promise<Format | null> {
  const reading = { signal, onBadRow: () => undefined, onBytes: () => undefined };
  for await (const [first] of tableRows(path, "jsonl", null, reading))
    if (first !== undefined) return amazonFormatOf(first.cells);
  return null;
}

/** @throws DataError dataOptionUnused */
function refuseUnused(format: Format, { map, items, users }: SourceOptions): void {
  const isTable = format === "csv" || format === "tsv" || format === "jsonl" || format === "parquet";
  const isAmazon = format === "amazon-2018" || format === "amazon-2023";
  const unused =
    map !== undefined && !isTable
      ? "--map"
      : items !== undefined && !isTable && !isAmazon
        ? "--items"
        : users !== undefined && !isTable
          ? "--users"
          : null;
  if (unused !== null) throw new DataError({ tag: "dataOptionUnused", option: unused, format });
}

function openAs(format: Format, place: Place, options: SourceOptions): Source {
  const { path, folder, names, file } = place;
  const missing = (name: string): DataError =>
    new DataError({ tag: "dataFileMissing", path, format, file: name });
  if (isMovielens(format) && !names.includes(MAIN_FILES[format])) throw missing(MAIN_FILES[format]);
  switch (format) {
    case "movielens-100k":
      return movielens100k(folder, names);
    case "movielens-dat":
      return movielensDat(folder, names);
    case "movielens-csv":
      return movielensCsv(folder, names);
    case "recbole": {
      const inter = file ?? names.find((name) => name.endsWith(".inter"));
      if (inter === undefined) throw missing("a file .inter");
      return openRecbole(folder, names, inter);
    }
    case "amazon-2018":
    case "amazon-2023": {
      if (file === null) throw missing("a file of reviews");
      const beside = metadataNames(file).find((name) => names.includes(name));
      return amazonSource(
        format,
        path,
        options.items ?? (beside === undefined ? null : join(folder, beside)),
      );
    }
    case "csv":
    case "tsv":
    case "jsonl":
    case "parquet": {
      if (file === null) throw missing("a table");
      const { items = null, users = null, map } = options;
      const columns = map === undefined ? {} : parseColumnMap(map);
      return mappedSource({ interactions: path, kind: format, items, users, map: columns });
    }
  }
}

function openRecbole(folder: string, names: readonly string[], inter: string): Source {
  const beside = (ending: string): string | null => {
    const name = inter.replace(/\.inter$/, ending);
    return name !== inter && names.includes(name) ? join(folder, name) : null;
  };
  return recboleSource({ inter: join(folder, inter), item: beside(".item"), user: beside(".user") });
}
