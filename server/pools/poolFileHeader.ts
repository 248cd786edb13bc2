// The header of a pool file: its kind, and what it contains where.
import * as Type from "typebox";
import { Value } from "typebox/value";
import { PoolError } from "./errors.ts";

export const POOL_FILE_VERSION = 1;
/** The sections in the order of the file. */
export const SECTIONS = ["text", "order", "entryTokens", "ids", "lastUse", "entries"] as const;
export type SectionName = (typeof SECTIONS)[number];

const MAGIC = "LASERPL\n";
export const MAGIC_BYTES = 8;
export const DIGEST_BYTES = 32;
/** Bytes are padded to multiples of this, so that arrays of doubles are aligned. */
const ALIGNMENT = 8;

const bytes = Type.Integer({ minimum: 0 });
const HeaderSchema = Type.Object({
  version: Type.Integer(),
  tokenizer: Type.Object({ fingerprint: Type.String(), model: Type.String() }),
  /** Token ids at the beginning of each entry of the index, before its answer. */
  opening: Type.Array(bytes),
  entries: bytes,
  tokens: bytes,
  nextId: bytes,
  /** Its answers must not be changed. Programs of earlier versions don't know the key. */
  frozen: Type.Optional(Type.Literal(true)),
  /** Without their padding; one number per section. */
  sectionBytes: Type.Array(bytes, { minItems: SECTIONS.length, maxItems: SECTIONS.length }),
});
export type PoolFileHeader = Type.Static<typeof HeaderSchema>;

/** A number of bytes, rounded up to the alignment. */
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

/** Whether these bytes begin like a pool file. */
export function hasMagic(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, MAGIC_BYTES).toString("latin1") === MAGIC;
}

/** Length of the header after magic and length field. @throws PoolError */
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
  // The version is checked first: a later one may have another header.
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version !== POOL_FILE_VERSION)
    throw new PoolError({ tag: "poolFileVersion", path, version, supported: POOL_FILE_VERSION });
  if (!Value.Check(HeaderSchema, value))
    throw new PoolError({ tag: "poolFileDamaged", path, reason: "its header is incomplete" });
  return value;
}
