// Opens a data set for reading. The file is checked to be a LASER data set before its tables are used.
import { constants } from "node:fs";
import { access, mkdtemp, open, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "node-sqlite3-wasm";
import { FaultError, messageOf, parse } from "../../../core/base/index.ts";
import { asFilesError, errorCode } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import { openDatabase } from "./database.ts";
import { AboutSchema, APPLICATION_ID, TABLES, VERSION, type About } from "./format.ts";

const SIGNATURE = "SQLite format 3\0";
const HEAD_BYTES = 72;
const VERSION_AT = 60;
const APPLICATION_AT = 68;

/** Whether the file is a data set, of whatever version, by its first bytes. @throws FilesError if it can't be read */
export async function isDataSet(path: string): Promise<boolean> {
  return (await headOf(path))?.application === APPLICATION_ID;
}

/** @throws DataError dataOutTaken if a file would be lost that is not a data set */
export async function requireReplaceable(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw asFilesError(error, path);
  });
  if (found?.isFile() === true && found.size > 0 && !(await isDataSet(path)))
    throw new DataError({ tag: "dataOutTaken", path });
}

/** A data set that is open for reading. */
export class DataSet {
  private constructor(
    readonly path: string,
    readonly about: About,
    private readonly database: Database,
    private readonly linkFolder: string | null,
  ) {}

  /** @throws DataError dataSetUnknown | dataSetVersion | dataSetDamaged; FilesError */
  static async open(path: string): Promise<DataSet> {
    const head = await headOf(path);
    if (head === null)
      throw new DataError({ tag: "dataSetUnknown", path, reason: "it is another kind of file" });
    if (head.application !== APPLICATION_ID)
      throw new DataError({ tag: "dataSetUnknown", path, reason: "it is the database of another program" });
    if (head.version !== VERSION)
      throw new DataError({ tag: "dataSetVersion", path, version: head.version, known: VERSION });
    const linkFolder = await folderForLink(path);
    const name = linkFolder === null ? path : join(linkFolder, "data");
    try {
      if (linkFolder !== null) await symlink(resolve(path), name);
      const database = await openDatabase(name);
      try {
        return new DataSet(path, aboutOf(database, path), database, linkFolder);
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      if (linkFolder !== null) await rm(linkFolder, { recursive: true, force: true });
      throw asDamage(error, path);
    }
  }

  /** The results of queries made in one go. @throws DataError dataSetDamaged */
  async read<T>(query: (database: Database) => T): Promise<T> {
    // Queries block: a signal to stop gets its turn between them.
    await nextTurn();
    try {
      // One transaction: without it, each statement would begin one and end it.
      this.database.exec("BEGIN");
      try {
        return query(this.database);
      } finally {
        this.database.exec("COMMIT");
      }
    } catch (error) {
      throw asDamage(error, this.path);
    }
  }

  async close(): Promise<void> {
    this.database.close();
    if (this.linkFolder !== null) await rm(this.linkFolder, { recursive: true, force: true });
  }
}

/** The database makes a folder beside the file while it reads. If it can't, it reads through a link elsewhere. */
async function folderForLink(path: string): Promise<string | null> {
  const isWritable = await access(dirname(resolve(path)), constants.W_OK).then(
    () => true,
    () => false,
  );
  return isWritable ? null : mkdtemp(join(tmpdir(), "laser-data-"));
}

async function headOf(path: string): Promise<{ version: number; application: number } | null> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      if (bytesRead < HEAD_BYTES || buffer.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE) return null;
      return { version: buffer.readInt32BE(VERSION_AT), application: buffer.readInt32BE(APPLICATION_AT) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asFilesError(error, path);
  }
}

/** The tables must be exactly ours: a view or a trigger in their place could do anything. */
function aboutOf(database: Database, path: string): About {
  const schema = database.all("SELECT name, sql FROM sqlite_schema");
  const found = new Map(schema.map(({ name, sql }) => [name as string, sql as string | null]));
  const isOurs = Object.entries(TABLES).every(([name, sql]) => found.get(name) === sql);
  if (!isOurs || found.size !== Object.keys(TABLES).length)
    throw new DataError({ tag: "dataSetDamaged", path, reason: "its tables are not those of a data set" });
  const json = database.get("SELECT json FROM about")?.json;
  const about = typeof json === "string" ? parse(AboutSchema, jsonOf(json)) : null;
  if (about === null)
    throw new DataError({ tag: "dataSetDamaged", path, reason: "its description of itself can't be read" });
  return about;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Any other error in our tables is caused by their content. */
function asDamage(error: unknown, path: string): unknown {
  if (error instanceof FaultError || errorCode(error) !== undefined) return error;
  return new DataError({ tag: "dataSetDamaged", path, reason: messageOf(error) }, { cause: error });
}
