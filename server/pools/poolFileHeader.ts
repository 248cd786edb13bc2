// The first bytes of a pool file: what kind of file it is, and what it holds where.
import * as Type from "typebox";
import { Value } from "typebox/value";
import { PoolError } from "./errors.ts";

export const POOL_FILE_VERSION = 1;
/** The sections in the order in which they lie in the file. */
export const SECTIONS = ["text", "order", "entryTokens", "ids", "lastUse", "entries"] as const;
export type SectionName = (typeof SECTIONS)[number];

const MAGIC = "LASERPL\n";
export const MAGIC_BYTES = 8;
export const DIGEST_BYTES = 32;
/** Bytes are padded to whole multiples of this, so that arrays of doubles stand aligned. */
const ALIGNMENT = 8;

const bytes = Type.Integer({ minimum: 0 });
const HeaderSchema = Type.Object({
  version: Type.Integer(),
  tokenizer: Type.Object({ fingerprint: Type.String(), model: Type.String() }),
  /** Token ids that each entry of the index begins with, in front of its answer. */
  opening: Type.Array(bytes),
  entries: bytes,
  tokens: bytes,
  nextId: bytes,
  /** Without the padding behind them; one number a section. */
  sectionBytes: Type.Array(bytes, { minItems: SECTIONS.length, maxItems: SECTIONS.length }),
});
export type PoolFileHeader = Type.Static<typeof HeaderSchema>;

export function padded(byteCount: number): number {
  return Math.ceil(byteCount / ALIGNMENT) * ALIGNMENT;
}

/** Magic, length and header, ready to be written. */
export function encodeHeader(header: PoolFileHeader): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const start = MAGIC_BYTES + 4;
  const result = Buffer.alloc(padded(start + json.length), " ");
  result.write(MAGIC, "latin1");
  result.writeUInt32LE(result.length - start, MAGIC_BYTES);
  json.copy(result, start);
  return result;
}

/** Whether these bytes begin as a pool file does. */
export function hasMagic(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, MAGIC_BYTES).toString("latin1") === MAGIC;
}

/** Bytes of the header that follows magic and length. @throws PoolError */
export function parseStart(path: string, start: ArrayBuffer, fileBytes: number): number {
  const buffer = Buffer.from(start);
  if (!hasMagic(buffer))
    throw new PoolError({ tag: "poolFileDamaged", path, reason: "it does not begin as a pool file does" });
  const headerBytes = buffer.readUInt32LE(MAGIC_BYTES);
  if (headerBytes > fileBytes)
    throw new PoolError({ tag: "poolFileDamaged", path, reason: "it ends before its header does" });
  return headerBytes;
}

/** @throws PoolError poolFileDamaged, or poolFileVersion for a version that this program does not read */
export function parseHeader(path: string, json: string): PoolFileHeader {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new PoolError({ tag: "poolFileDamaged", path, reason: "its header is not JSON" }, { cause: error });
  }
  // The version is looked at first: a later one may have another header.
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version !== POOL_FILE_VERSION)
    throw new PoolError({ tag: "poolFileVersion", path, version, supported: POOL_FILE_VERSION });
  if (!Value.Check(HeaderSchema, value))
    throw new PoolError({ tag: "poolFileDamaged", path, reason: "its header is incomplete" });
  return value;
}
