// Data sets for tests: sources written to a folder of the test, imported, and read as a batch run reads them.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";
import {
  importDataSet,
  openRowSource,
  openSource,
  type About,
  type BadRow,
  type DataRow,
  type ImportOptions,
  type RowSourceOptions,
  type SourceOptions,
} from "../../server/data/index.ts";
import { temporaryFolder } from "./check.ts";

/** 1 January 2020: later times are in the future. */
export const NOW_MS = Date.UTC(2020, 0, 1);

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Imported {
  readonly about: About;
  readonly path: string;
  readonly folder: string;
}

export const unstopped = new AbortController().signal;

/** Writes files into a new folder and returns it. */
export function folderWith(context: TestContext, files: Files): string {
  const folder = temporaryFolder(context);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** `from`: the file or folder below the one that holds `files`. */
export async function imported(
  folder: string,
  from: string,
  options: Partial<ImportOptions & SourceOptions> = {},
): Promise<Imported> {
  const source = await openSource(path.join(folder, from), { signal: unstopped, ...options });
  const out = options.out ?? path.join(folder, "out", "set.laserdata");
  const about = await importDataSet(source, { signal: unstopped, nowMs: NOW_MS, ...options, out });
  return { about, path: out, folder };
}

export interface ReadRows {
  readonly rows: readonly DataRow[];
  readonly bad: readonly BadRow[];
}

export async function rowsOf(file: string, options: Omit<RowSourceOptions, "signal">): Promise<ReadRows> {
  const source = await openRowSource(file, { signal: unstopped, ...options });
  const rows: DataRow[] = [];
  const bad: BadRow[] = [];
  const onBadRow = (row: BadRow): void => {
    bad.push(row);
  };
  for await (const row of source.rows({ signal: unstopped, onBadRow })) rows.push(row);
  return { rows, bad };
}

/** A data set as one readable text: each item and user on a line. */
export async function shown({ path: file }: Imported): Promise<string> {
  const items = await rowsOf(file, { of: "items", trainOnly: false });
  const users = await rowsOf(file, { of: "users", trainOnly: false, historyItems: null });
  return [
    ...items.rows.map(({ id, values }) => `${id} ${JSON.stringify({ ...values, id: undefined })}`),
    ...items.bad.map(({ line, reason }) => `item row ${line}: ${reason}`),
    ...users.rows.map(({ id, values }) => `${id} ${JSON.stringify({ ...values, id: undefined })}`),
  ].join("\n");
}
