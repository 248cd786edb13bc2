// The embedded database that holds a data set: SQLite in WebAssembly, loaded when a data set is first used.
import { rm } from "node:fs/promises";
import type { Database, QueryResult, Statement } from "node-sqlite3-wasm";

export type { Database, Statement };
export type Cell = number | bigint | string | Uint8Array | null;
export type Cells = Readonly<Record<string, Cell>>;

async function library(): Promise<typeof import("node-sqlite3-wasm")> {
  const loaded = (await import("node-sqlite3-wasm")) as typeof import("node-sqlite3-wasm") & {
    readonly default?: typeof import("node-sqlite3-wasm");
  };
  return loaded.default ?? loaded;
}

/** Memory of one open database, in KiB: the pages that it keeps. */
const CACHE_KIB = 16_384;

/** A new database that only this process writes, without journal: a failed import is thrown away whole. */
export async function createDatabase(path: string, cacheKib = CACHE_KIB): Promise<Database> {
  const { Database } = await library();
  const database = new Database(path);
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${cacheKib}`,
  );
  return database;
}

/** A database that is no longer written. */
export async function openDatabase(path: string): Promise<Database> {
  const { Database } = await library();
  const database = new Database(path, { readOnly: true, fileMustExist: true });
  database.exec(`PRAGMA trusted_schema = OFF; PRAGMA cache_size = -${CACHE_KIB}`);
  return database;
}

/** Whether an error comes from the database. */
export const isDatabaseError = (error: unknown): error is Error =>
  error instanceof Error && error.name === "SQLite3Error";

/**
 * The library locks by a folder beside the file, which a killed process leaves behind. A data set is never
 * written once it is in place, so a lock on one means nothing.
 */
export const removeLock = (path: string): Promise<void> =>
  rm(`${path}.lock`, { recursive: true, force: true });

/** A row of a query without nested tables. */
export const cellsOf = (row: QueryResult): Cells => row as Cells;

const MAX_CELLS = 2_000;

/** Inserts rows in groups, which is twice as fast as one by one. `close` must be called, after a failure too. */
export class Inserter {
  private readonly group: Statement;
  private readonly groupRows: number;
  private cells: (number | string | null)[] = [];

  constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly columns: number,
  ) {
    this.groupRows = Math.min(100, Math.floor(MAX_CELLS / columns));
    this.group = database.prepare(this.sql(this.groupRows));
  }

  add(...cells: readonly (number | string | null)[]): void {
    for (const cell of cells) this.cells.push(cell);
    if (this.cells.length < this.groupRows * this.columns) return;
    this.group.run(this.cells);
    this.cells = [];
  }

  /** Inserts what is left. */
  end(): void {
    if (this.cells.length > 0) this.database.run(this.sql(this.cells.length / this.columns), this.cells);
    this.cells = [];
  }

  close(): void {
    if (!this.group.isFinalized) this.group.finalize();
  }

  private sql(rows: number): string {
    const row = `(${Array<string>(this.columns).fill("?").join(",")})`;
    return `INSERT INTO ${this.table} VALUES ${Array<string>(rows).fill(row).join(",")}`;
  }
}
