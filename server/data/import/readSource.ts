// The first step of an import: every record of the source, taken into the scratch database and the sorter or counted.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { asFilesError, FilesError } from "../../files/index.ts";
import type { BadRowTally } from "./badRows.ts";
import type { Described, Entities } from "./entities.ts";
import type { ImportProgress } from "./options.ts";
import type { InteractionRecord, ItemRecord, Source, SourceRecord } from "./records.ts";
import type { InteractionSorter } from "./sortedInteractions.ts";
import type { Split } from "./split.ts";

export interface Taking {
  readonly users: Entities;
  readonly items: Entities;
  readonly sorter: InteractionSorter;
  readonly badRows: BadRowTally;
}

export interface ReadOptions {
  readonly minRating: number | null;
  readonly split: Split | null;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((event: ImportProgress) => void) | undefined;
}

export interface ReadCounts {
  /** Rows about interactions that could be read. */
  readonly interactions: number;
  readonly belowMinRating: number;
  readonly describedAgain: { readonly same: number; readonly other: number };
}

const DAY_MS = 86_400_000;

export async function readSource(
  source: Source,
  { users, items, sorter, badRows }: Taking,
  { minRating, split, nowMs, signal, onProgress }: ReadOptions,
): Promise<ReadCounts> {
  let total = 0;
  for (const file of source.files) total += await bytesOf(file);
  let [done, interactions, belowMinRating] = [0, 0, 0];
  const again = { same: 0, other: 0 };
  const reading = {
    signal,
    latestMs: nowMs + DAY_MS,
    needsTimes: split !== null,
    onBadRow: (path: string, line: number, reason: string) => {
      badRows.add(basename(path), line, reason);
    },
    onBytes: (bytes: Uint8Array) => {
      done += bytes.length;
      onProgress?.({ phase: "read", done, total });
    },
  };
  const count = (described: Described): void => {
    if (described !== "new") again[described]++;
  };
  const takeInteraction = ({ user, item, rating, timeMs }: InteractionRecord): boolean => {
    interactions++;
    if (minRating !== null && !(rating !== null && rating >= minRating)) {
      belowMinRating++;
      return false;
    }
    return sorter.add(users.numberOf(user), items.numberOf(item), rating ?? Number.NaN, timeMs ?? Number.NaN);
  };
  /** True when the sorter must be flushed. */
  const take = (record: SourceRecord): boolean => {
    switch (record.kind) {
      case "interaction":
        return takeInteraction(record);
      case "user":
        count(users.describe(record.id, JSON.stringify(record.attributes)));
        return false;
      case "item": {
        const described = items.describe(record.id, itemContent(record));
        if (!(record.isAside ?? false) || described === "other") count(described);
        return false;
      }
    }
  };
  for await (const records of source.records(reading)) {
    signal.throwIfAborted();
    for (const record of records) if (take(record)) await sorter.flush();
  }
  await sorter.flush();
  for (const entities of [users, items]) entities.forgetIds();
  return { interactions, belowMinRating, describedAgain: again };
}

/** @throws FilesError for a file that is missing, or a folder */
async function bytesOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw asFilesError(error, file);
  });
  if (found.isDirectory()) throw new FilesError({ tag: "notAFile", path: file, what: "a folder" });
  return found.size;
}

/** In the scratch database. */
export type ItemContent = Pick<ItemRecord, "title" | "year" | "categories" | "description" | "attributes">;

const itemContent = ({ title, year, categories, description, attributes }: ItemRecord): string =>
  JSON.stringify({ title, year, categories, description, attributes } satisfies ItemContent);
