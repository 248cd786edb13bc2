// A pool file: the index, sorted and ready to search, and the text it was made from, so that it can be built
// again for another model.
//
//   magic "LASERPL\n" · header bytes (uint32) · header (JSON, blanks to a multiple of 8) · sections · SHA-256 of all that
//
// Numbers are little-endian, as on every platform that Node supports. Sections are in the order of SECTIONS,
// each padded with zeros to a multiple of 8 bytes, and load directly into the arrays that are searched.
import { createHash } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
import { messageOf } from "../../core/base/index.ts";
import {
  asFilesError,
  errorCode,
  PRIVATE_MODE,
  unreadableReason,
  writeFileAtomic,
  type WriteOptions,
} from "../files/index.ts";
import { Pool } from "../../core/laser/index.ts";
import { PoolError } from "./errors.ts";
import { parseEntries, type PoolEntry } from "./poolEntries.ts";
import { PoolRoom } from "./room.ts";
import {
  DIGEST_BYTES,
  encodeHeader,
  hasMagic,
  MAGIC_BYTES,
  padded,
  parseHeader,
  parseStart,
  POOL_FILE_VERSION,
  SECTIONS,
  type PoolFileHeader,
  type SectionName,
} from "./poolFileHeader.ts";

/** The tokenizer of a pool's tokens. */
export interface PoolTokenizer {
  readonly fingerprint: string;
  /** Name of the model, for display. */
  readonly model: string;
}

/** A pool with the texts of its entries, as a pool file holds it. */
export interface StoredPool {
  readonly tokenizer: PoolTokenizer;
  /** The tokens before each answer in the index: a prompt's last ones, so that an answer's first tokens match. */
  readonly opening: readonly number[];
  readonly pool: Pool;
  /** In the order of the pool's entries, the oldest first. */
  readonly entries: readonly PoolEntry[];
  /** No answer is added, dropped or evicted; absent: they may be. */
  readonly isFrozen?: boolean;
}

/** A pool as read, with a fingerprint of the file's content. */
export interface ReadPool extends StoredPool {
  /** First 16 hex digits of the file's checksum. */
  readonly fingerprint: string;
  readonly fileBytes: number;
}

/** Whether a file begins like a pool file. @throws PoolError poolFileMissing, poolFileUnreadable */
export async function isPoolFile(path: string): Promise<boolean> {
  // A pipe can be read only once: it may hold answers, and a look would consume their beginning.
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile() && !found.isDirectory()) return false;
  return reading(path, async (file) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(MAGIC_BYTES), 0, MAGIC_BYTES);
    return bytesRead === MAGIC_BYTES && hasMagic(buffer);
  });
}

/**
 * Writes the pool whole or not at all; compacts it first. `entries` has one element for each remaining entry. A new file
 * is readable only by its owner, because it holds answers.
 * @throws PoolError poolTooLarge; FilesError naming the path; what `options.beforeReplace` throws
 */
export async function writePoolFile(
  path: string,
  { tokenizer, opening, pool, entries, isFrozen = false }: StoredPool,
  options: Omit<WriteOptions, "mode"> = {},
): Promise<void> {
  const arrays = pool.arrays();
  if (entries.length !== arrays.ids.length)
    throw new Error(`${entries.length} texts for ${arrays.ids.length} entries`);
  const room = new PoolRoom();
  for (const { key, group, text } of entries) room.take(path, { id: key, group, text });
  const sections: Record<SectionName, Uint8Array> = {
    text: bytesOf(arrays.text),
    order: bytesOf(arrays.order),
    entryTokens: bytesOf(arrays.entryTokens),
    ids: bytesOf(arrays.ids),
    lastUse: bytesOf(arrays.lastUse),
    entries: Buffer.from(JSON.stringify(entries)),
  };
  const header = encodeHeader({
    version: POOL_FILE_VERSION,
    tokenizer,
    opening: [...opening],
    entries: entries.length,
    tokens: pool.tokens,
    nextId: arrays.nextId,
    ...(isFrozen && { frozen: true as const }),
    sectionBytes: SECTIONS.map((name) => sections[name].length),
  });
  const parts: Uint8Array[] = [header];
  for (const name of SECTIONS) {
    const bytes = sections[name];
    parts.push(bytes, new Uint8Array(padded(bytes.length) - bytes.length));
  }
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  await writeFileAtomic(path, Buffer.concat([...parts, hash.digest()]), { mode: PRIVATE_MODE, ...options });
}

/**
 * Reads a pool for a tokenizer, null for any. The whole file is checked first.
 * @throws PoolError naming the path and the reason; `poolOtherTokenizer` if its tokens are of another tokenizer
 */
export async function readPoolFile(path: string, fingerprint: string | null): Promise<ReadPool> {
  return reading(path, async (file) => {
    const { header, arrays, entries, digest, fileBytes } = await readChecked(path, file, fingerprint);
    const { tokenizer, opening, nextId } = header;
    try {
      if (entries.length !== arrays.ids.length)
        throw new Error(`it has ${entries.length} texts for ${arrays.ids.length} entries`);
      const pool = Pool.from({ ...arrays, nextId });
      const isFrozen = header.frozen === true;
      return { tokenizer, opening, pool, entries, isFrozen, fingerprint: digest.slice(0, 16), fileBytes };
    } catch (error) {
      throw damaged(path, messageOf(error), error);
    }
  });
}

/** Whether a pool file is frozen, by its header. @throws PoolError */
export async function isFrozenPool(path: string): Promise<boolean> {
  return reading(path, async (file) => {
    const start = Buffer.alloc(MAGIC_BYTES + 4);
    await readExactly(path, file, start);
    const fileBytes = (await file.stat()).size;
    const header = Buffer.alloc(parseStart(path, new Uint8Array(start).buffer, fileBytes));
    await readExactly(path, file, header);
    return parseHeader(path, header.toString("utf8")).frozen === true;
  });
}

async function reading<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT")
      throw new PoolError({ tag: "poolFileMissing", path }, { cause: error });
    throw unreadable(path, error);
  }
  try {
    return await read(file);
  } catch (error) {
    throw error instanceof PoolError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

/** Bytes of an element of each section that is an array. */
const UNITS = [
  ["text", 4],
  ["order", 4],
  ["entryTokens", 4],
  ["ids", 4],
  ["lastUse", 8],
] as const;

interface Checked {
  readonly header: PoolFileHeader;
  readonly arrays: {
    readonly text: Int32Array;
    readonly order: Int32Array;
    readonly entryTokens: Int32Array;
    readonly ids: Int32Array;
    readonly lastUse: Float64Array;
  };
  readonly entries: readonly PoolEntry[];
  /** The file's checksum in hex. */
  readonly digest: string;
  readonly fileBytes: number;
}

/** Whether it may be JSON lines: an object or a list comes first, after white space and a byte order mark. */
async function beginsAsJson(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(64), 0, 64, 0);
  return /^\s*[{[]/.test(new TextDecoder().decode(buffer.subarray(0, bytesRead)));
}

async function readChecked(path: string, file: FileHandle, fingerprint: string | null): Promise<Checked> {
  const fileBytes = (await file.stat()).size;
  const hash = createHash("sha256");
  const read = async (bytes: number): Promise<ArrayBuffer> => {
    const buffer = new ArrayBuffer(bytes);
    await readExactly(path, file, new Uint8Array(buffer));
    hash.update(new Uint8Array(buffer));
    return buffer;
  };
  if (await beginsAsJson(file)) throw new PoolError({ tag: "poolFileIsText", path });
  if (fileBytes < MAGIC_BYTES + 4 + DIGEST_BYTES) throw damaged(path, `it has only ${fileBytes} bytes`);
  const headerBytes = parseStart(path, await read(MAGIC_BYTES + 4), fileBytes);
  const header = parseHeader(path, Buffer.from(await read(headerBytes)).toString("utf8"));
  const expectedBytes =
    MAGIC_BYTES +
    4 +
    headerBytes +
    DIGEST_BYTES +
    header.sectionBytes.reduce((sum, bytes) => sum + padded(bytes), 0);
  if (fileBytes !== expectedBytes)
    throw damaged(path, `it has ${fileBytes} bytes instead of ${expectedBytes}`);
  // Reported before the rest is read: this is the common case, and not damage.
  if (fingerprint !== null && header.tokenizer.fingerprint !== fingerprint)
    throw new PoolError({ tag: "poolOtherTokenizer", path, model: header.tokenizer.model });
  const sections: Partial<Record<SectionName, ArrayBuffer>> = {};
  for (const [index, name] of SECTIONS.entries())
    sections[name] = await read(padded(header.sectionBytes[index]!));
  const digest = new Uint8Array(DIGEST_BYTES);
  await readExactly(path, file, digest);
  if (!hash.digest().equals(digest)) throw damaged(path, "its checksum does not match its content");
  const bytes = (name: SectionName): number => header.sectionBytes[SECTIONS.indexOf(name)]!;
  // The checksum shows that the file is whole, not that this program made it.
  for (const [name, unit] of UNITS)
    if (bytes(name) % unit !== 0) throw damaged(path, `its section "${name}" is cut`);
  const integers = (name: SectionName): Int32Array => new Int32Array(sections[name]!, 0, bytes(name) / 4);
  return {
    header,
    arrays: {
      text: integers("text"),
      order: integers("order"),
      entryTokens: integers("entryTokens"),
      ids: integers("ids"),
      lastUse: new Float64Array(sections.lastUse!, 0, bytes("lastUse") / 8),
    },
    entries: parseEntries(path, Buffer.from(sections.entries!, 0, bytes("entries")), header.entries),
    digest: Buffer.from(digest).toString("hex"),
    fileBytes,
  };
}

/** Node reads at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

async function readExactly(path: string, file: FileHandle, into: Uint8Array): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, Math.min(into.length - done, MAX_READ_BYTES));
    if (bytesRead === 0) throw damaged(path, "it ends too early");
    done += bytesRead;
  }
}

function bytesOf(array: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function damaged(path: string, reason: string, cause?: unknown): PoolError {
  return new PoolError({ tag: "poolFileDamaged", path, reason }, { cause });
}

function unreadable(path: string, error: unknown): PoolError {
  const cause = asFilesError(error, path);
  const reason = errorCode(error) === undefined ? cause.message : unreadableReason(error);
  return new PoolError({ tag: "poolFileUnreadable", path, reason }, { cause });
}
