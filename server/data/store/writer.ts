// Writes the tables of a new data set, and takes its fingerprint on the way.
import { createHash } from "node:crypto";
import type { Database } from "node-sqlite3-wasm";
import type { Block } from "../import/interactionFile.ts";
import type { ItemRecord, UserRecord } from "../import/records.ts";
import { createDatabase, Inserter } from "./database.ts";
import { APPLICATION_ID, TABLES, VERSION, type About } from "./format.ts";

export interface StoredUser extends Omit<UserRecord, "kind"> {
  readonly interactions: number;
}

export interface StoredItem extends Omit<ItemRecord, "kind" | "isAside"> {
  readonly interactions: number;
  /** Those of the part for training; all without a split. */
  readonly trained: number;
}

/** Rows are only ever appended. */
const APPENDING_CACHE_KIB = 2_048;

/** Rows are numbered in the order in which they are added. `close` must be called, after a failure too. */
export class DataSetWriter {
  private readonly hash = createHash("sha256");
  private readonly users: Inserter;
  private readonly items: Inserter;
  private readonly interactions: Inserter;
  private userCount = 0;
  private itemCount = 0;
  private place = 0;
  private first = 0;

  private constructor(private readonly database: Database) {
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}`);
    for (const sql of Object.values(TABLES)) database.exec(sql);
    database.exec("BEGIN");
    this.users = new Inserter(database, "users", 5);
    this.items = new Inserter(database, "items", 9);
    this.interactions = new Inserter(database, "interactions", 6);
  }

  static async create(path: string): Promise<DataSetWriter> {
    return new DataSetWriter(await createDatabase(path, APPENDING_CACHE_KIB));
  }

  addUser({ id, attributes, interactions }: StoredUser): void {
    const json = JSON.stringify(attributes);
    this.hash.update(`${JSON.stringify([id, json, interactions])}\n`);
    this.users.add(this.userCount++, id, json, this.first, interactions);
    this.first += interactions;
  }

  addItem(item: StoredItem): void {
    const cells = [
      item.id,
      item.title,
      item.year,
      JSON.stringify(item.categories),
      item.description,
      JSON.stringify(item.attributes),
      item.interactions,
      item.trained,
    ];
    this.hash.update(`${JSON.stringify(cells)}\n`);
    this.items.add(this.itemCount++, ...cells);
  }

  /** Records of four numbers, and the part of each; null without a split. */
  addInteractions(block: Block, parts: Uint8Array | null): void {
    this.hash.update(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
    if (parts !== null) this.hash.update(parts);
    for (let record = 0; record * 4 < block.length; record++) {
      const [user, item, rating, time] = block.subarray(record * 4, record * 4 + 4);
      const part = parts === null ? null : parts[record]!;
      this.interactions.add(this.place++, user!, item!, numberOrNull(rating!), numberOrNull(time!), part);
    }
  }

  /** The last step. */
  finish(about: (fingerprint: string) => About): About {
    const done = about(this.hash.digest("hex"));
    for (const rows of this.inserters) rows.end();
    this.database.run("INSERT INTO about VALUES (?)", [JSON.stringify(done)]);
    this.database.exec("COMMIT");
    return done;
  }

  close(): void {
    for (const rows of this.inserters) rows.close();
    this.database.close();
  }

  private get inserters(): readonly Inserter[] {
    return [this.users, this.items, this.interactions];
  }
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
