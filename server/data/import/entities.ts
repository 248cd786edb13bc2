// Users or items while a data set is imported: ids become small numbers, in the order of their first appearance. They are
// kept in a scratch database, because those of a large source don't fit into memory.
import type { Database, Statement } from "node-sqlite3-wasm";
import { DataError } from "../errors.ts";

/** Ids whose numbers are kept in memory, twice: the younger and the older half. */
const CACHED = 30_000;
/** Of one number and a record: well below what a list of four bytes each may take. */
const MAX_ENTITIES = 50_000_000;

export type Described = "new" | "same" | "other";

export class Entities {
  private count = 0;
  private younger = new Map<string, number>();
  private older = new Map<string, number>();
  private readonly find: Statement;
  private readonly insert: Statement;
  private readonly content: Statement;
  private readonly describeOne: Statement;

  constructor(
    private readonly database: Database,
    private readonly table: "users" | "items",
  ) {
    database.exec(
      `CREATE TABLE ${table} (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT)`,
    );
    this.find = database.prepare(`SELECT number FROM ${table} WHERE id = ?`);
    this.insert = database.prepare(`INSERT INTO ${table} VALUES (?, ?, NULL)`);
    this.content = database.prepare(`SELECT content FROM ${table} WHERE number = ?`);
    this.describeOne = database.prepare(`UPDATE ${table} SET content = ? WHERE number = ?`);
  }

  /** How many there are. */
  get size(): number {
    return this.count;
  }

  /** The number of an id, counted from 0; a new id gets the next one. @throws DataError dataTooMany */
  numberOf(id: string): number {
    const known = this.younger.get(id) ?? this.older.get(id) ?? this.stored(id);
    this.remember(id, known);
    return known;
  }

  /** Releases the memory of the ids, once all have been read. */
  forgetIds(): void {
    this.younger = new Map();
    this.older = new Map();
  }

  /** Keeps what a source says about an id, unless something was kept before. */
  describe(id: string, content: string): Described {
    const number = this.numberOf(id);
    const before = this.contentOf(number);
    if (before !== null) return before === content ? "same" : "other";
    this.describeOne.run([content, number]);
    return "new";
  }

  contentOf(number: number): string | null {
    const content = this.content.get(number)?.content;
    return typeof content === "string" ? content : null;
  }

  /** In the order of their numbers; only those that `keeps` accepts. */
  *all(
    keeps: (number: number) => boolean,
  ): Generator<{ number: number; id: string; content: string | null }> {
    const rows = this.database.prepare(`SELECT number, id, content FROM ${this.table} ORDER BY number`);
    try {
      for (const row of rows.iterate()) {
        const number = Number(row.number);
        if (!keeps(number)) continue;
        yield { number, id: row.id as string, content: row.content as string | null };
      }
    } finally {
      rows.finalize();
    }
  }

  close(): void {
    for (const statement of [this.find, this.insert, this.content, this.describeOne]) statement.finalize();
  }

  private stored(id: string): number {
    const found = this.find.get(id)?.number;
    if (found !== undefined) return Number(found);
    if (this.count >= MAX_ENTITIES)
      throw new DataError({ tag: "dataTooMany", what: this.table, most: MAX_ENTITIES });
    this.insert.run([this.count, id]);
    return this.count++;
  }

  private remember(id: string, number: number): void {
    if (this.younger.size >= CACHED) {
      this.older = this.younger;
      this.younger = new Map();
    }
    // Cut out of a block of text, an id would keep the whole block in memory.
    this.younger.set(this.younger.has(id) ? id : Buffer.from(id).toString(), number);
  }
}
