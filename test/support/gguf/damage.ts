// Damages the head of a GGUF file in the ways that files are damaged by accident or on purpose: bytes, lengths, counts, types,
// values, texts, whole entries. The walk over an undamaged head finds where its fields are.
import type { Random } from "../random.ts";

/** A field of the head: bytes [at, at + bytes). */
interface Field {
  readonly kind: "count" | "length" | "type" | "number" | "text";
  readonly at: number;
  readonly bytes: number;
}

/** An undamaged file and where its fields are. */
export interface Specimen {
  readonly name: string;
  readonly file: Buffer;
  readonly headBytes: number;
  /** Zeros after the file, so that it is as long as a whole one. */
  readonly tailBytes: number;
  readonly fields: readonly Field[];
  /** Bytes [from, to) of each key with its value. */
  readonly entries: readonly (readonly [from: number, to: number])[];
}

const SIZES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const [TEXT, LIST] = [8, 9];
/** Items of a list that become fields: those of a vocabulary would outnumber all others. */
const LIST_FIELDS = 8;

/**
 * Walks an undamaged head.
 * @param wholeBytes of a file of which only the start is given
 */
export function specimen(name: string, file: Uint8Array, wholeBytes = file.length): Specimen {
  const bytes = Buffer.from(file);
  const fields: Field[] = [];
  const entries: [number, number][] = [];
  let at = 4;
  const field = (kind: Field["kind"], size: number): number => {
    fields.push({ kind, at, bytes: size });
    at += size;
    return size <= 4 ? bytes.readUIntLE(at - size, size) : Number(bytes.readBigUInt64LE(at - size));
  };
  const text = (isField: boolean): void => {
    const length = isField ? field("length", 8) : Number(bytes.readBigUInt64LE(at));
    if (!isField) at += 8;
    if (isField && length > 0) fields.push({ kind: "text", at, bytes: length });
    at += length;
  };
  const value = (type: number): void => {
    if (type === TEXT) text(true);
    else if (type === LIST) {
      const of = field("type", 4);
      const length = field("count", 8);
      for (let i = 0; i < length; i++) {
        if (of === TEXT) text(i < LIST_FIELDS);
        else if (i < LIST_FIELDS) field("number", SIZES[of]!);
        else at += SIZES[of]!;
      }
    } else field("number", SIZES[type]!);
  };
  field("type", 4);
  const tensors = field("count", 8);
  const keys = field("count", 8);
  for (let i = 0; i < keys; i++) {
    const from = at;
    text(true);
    value(field("type", 4));
    entries.push([from, at]);
  }
  for (let i = 0; i < tensors; i++) {
    text(true);
    const dimensions = field("count", 4);
    for (let d = 0; d < dimensions; d++) field("number", 8);
    field("type", 4);
    field("number", 8);
  }
  const isWhole = wholeBytes === bytes.length;
  const kept = isWhole ? bytes : bytes.subarray(0, aligned(at));
  return { name, file: kept, headBytes: at, tailBytes: wholeBytes - kept.length, fields, entries };
}

const NASTY: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  31n,
  64n,
  512n,
  513n,
  65_536n,
  2n ** 24n,
  2n ** 31n - 1n,
  2n ** 31n + 5n,
  2n ** 32n - 1n,
  2n ** 50n,
  2n ** 60n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Damage = (file: Buffer, from: Specimen, random: Random) => Buffer;

/** Another number in a field of the kinds. */
const fieldDamage =
  (...kinds: readonly Field["kind"][]): Damage =>
  (file, { fields }, random) => {
    const { at, bytes } = random.pick(fields.filter(({ kind }) => kinds.includes(kind)));
    const bits = 8 * bytes;
    const old = BigInt(
      `0x${Buffer.from(file.subarray(at, at + bytes))
        .reverse()
        .toString("hex")}`,
    );
    const near = BigInt(random.below(17)) - 8n;
    const value = random.below(2) === 0 ? random.pick(NASTY) : random.below(2) === 0 ? old + near : old * 2n;
    let rest = BigInt.asUintN(bits, value);
    for (let i = 0; i < bytes; i++, rest >>= 8n) file[at + i] = Number(rest & 255n);
    return file;
  };

const DAMAGES: readonly (readonly [share: number, damage: Damage])[] = [
  [3, fieldDamage("count", "length")],
  [2, fieldDamage("type")],
  [4, fieldDamage("number")],
  [3, bytesDamage],
  [2, textDamage],
  [2, withoutEntry],
  [1, withEntryTwice],
  [2, withValueOfOther],
  [1, cut],
  [1, shifted],
];

/** One to three damages. The same seed of `random` gives the same file. */
export function damage(from: Specimen, random: Random): Buffer {
  let file: Buffer = Buffer.from(from.file);
  const shares = DAMAGES.flatMap(([share, one]) => Array.from({ length: share }, () => one));
  const first = random.pick(shares);
  file = first(file, from, random);
  // Positions hold for a file that has kept its length.
  for (let more = random.below(3); more > 0 && file.length === from.file.length; more--)
    file = random.pick(shares)(file, from, random);
  return file;
}

function bytesDamage(file: Buffer, { headBytes }: Specimen, random: Random): Buffer {
  for (let i = random.below(8); i >= 0; i--) file[random.below(headBytes)] = random.below(256);
  return file;
}

/** Letters of a key, a name or a text. */
function textDamage(file: Buffer, { fields }: Specimen, random: Random): Buffer {
  const { at, bytes } = random.pick(fields.filter(({ kind }) => kind === "text"));
  for (let i = random.below(3); i >= 0; i--) file[at + random.below(bytes)] = random.below(256);
  return file;
}

const KEY_COUNT_AT = 16;

function withKeyCount(file: Buffer, change: number): Buffer {
  file.writeBigUInt64LE(
    BigInt.asUintN(64, file.readBigUInt64LE(KEY_COUNT_AT) + BigInt(change)),
    KEY_COUNT_AT,
  );
  return file;
}

function withoutEntry(file: Buffer, specimen: Specimen, random: Random): Buffer {
  const [from, to] = random.pick(specimen.entries);
  return resized(withKeyCount(file, -1), specimen, from, to, Buffer.alloc(0));
}

function withEntryTwice(file: Buffer, specimen: Specimen, random: Random): Buffer {
  const [from, to] = random.pick(specimen.entries);
  return resized(withKeyCount(file, 1), specimen, to, to, file.subarray(from, to));
}

/** The value of one key under the name of another. */
function withValueOfOther(file: Buffer, specimen: Specimen, random: Random): Buffer {
  const [from, to] = random.pick(specimen.entries);
  const [otherFrom, otherTo] = random.pick(specimen.entries);
  const { file: whole } = specimen;
  const valueAt = (start: number): number => start + 8 + Number(whole.readBigUInt64LE(start));
  return resized(file, specimen, valueAt(from), to, whole.subarray(valueAt(otherFrom), otherTo));
}

const ALIGNMENT = 32;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Replaces bytes of the head; the tensors begin where they then must. */
function resized(file: Buffer, { headBytes }: Specimen, from: number, to: number, by: Buffer): Buffer {
  const head = Buffer.concat([file.subarray(0, from), by, file.subarray(to, headBytes)]);
  const padding = Buffer.alloc(aligned(head.length) - head.length);
  return Buffer.concat([head, padding, file.subarray(aligned(headBytes))]);
}

function cut(file: Buffer, { headBytes }: Specimen, random: Random): Buffer {
  return Buffer.from(file.subarray(0, random.below(random.below(2) === 0 ? headBytes : file.length)));
}

/** Bytes lost or doubled somewhere. */
function shifted(file: Buffer, { headBytes }: Specimen, random: Random): Buffer {
  const at = random.below(headBytes);
  const bytes = 1 + random.below(64);
  return random.below(2) === 0
    ? Buffer.concat([file.subarray(0, at), file.subarray(at + bytes)])
    : Buffer.concat([file.subarray(0, at + bytes), file.subarray(at)]);
}
