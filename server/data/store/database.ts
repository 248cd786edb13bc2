// The embedded database that holds a data set: SQLite in WebAssembly, loaded when a data set is first used.
import { rmSync } from "node:fs";
import { setTimeout as nextTurn } from "node:timers/promises";
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

/** A database that is no longer written, whose lock is kept until it is closed: others may read it at the same time. */
export async function openDatabase(path: string): Promise<Database> {
  const { Database } = await library();
  const database = new Database(path, { readOnly: true, fileMustExist: true });
  try {
    await takeLock(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** A lock is kept in this mode; the size of the cache is what already reads the file. */
const READING = `PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -${CACHE_KIB}`;
/** Between removing a lock and taking it, another reader can take it; never for long, because readers remove it at once. */
const LOCK_TRIES = 1_000;

/**
 * The library locks by a folder beside the file, which a killed process leaves behind. A data set is never written once it
 * is in place, so a lock on one means nothing: it is removed before and after this database has taken it for good.
 */
async function takeLock(database: Database, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    removeLock(path);
    try {
      database.exec(READING);
      database.get("SELECT count(*) FROM sqlite_schema");
      removeLock(path);
      return;
    } catch (error) {
      if (!isDatabaseError(error) || error.message !== BUSY || tries === LOCK_TRIES) throw error;
      await nextTurn(1);
    }
  }
}

/** SQLITE_BUSY as the library words it: another holds the lock. */
const BUSY = "database is locked";

function removeLock(path: string): void {
  rmSync(`${path}.lock`, { recursive: true, force: true });
}

/** Whether an error comes from the database. */
export const isDatabaseError = (error: unknown): error is Error =>
  error instanceof Error && error.name === "SQLite3Error";

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
