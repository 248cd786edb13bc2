// Writes a small GGUF file, version 3: metadata, then tensors, aligned to 32 bytes.

const MAGIC = "GGUF";
const VERSION = 3;
const ALIGNMENT = 32;

/** The value types of the format that are written here, by their numbers. */
const TYPES = { uint16: 2, uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

export type GgufValue =
  | { readonly type: "uint16"; readonly value: number }
  | { readonly type: "uint32"; readonly value: number }
  | { readonly type: "int32"; readonly value: number }
  | { readonly type: "float32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "int32s"; readonly value: readonly number[] }
  | { readonly type: "float32s"; readonly value: readonly number[] };

/** Numbers of ggml's tensor types. */
export const TENSOR_TYPES = { f32: 0, f16: 1, q4_0: 2 } as const;

/** A tensor to write; `data` has the bytes of its type, in ggml's layout. */
export interface GgufTensor {
  readonly name: string;
  /** ggml's order: the length of a row comes first. */
  readonly shape: readonly number[];
  readonly type: keyof typeof TENSOR_TYPES;
  readonly data: Uint8Array;
}

/** The bytes of the file. */
export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Uint8Array {
  const keys = Object.entries(metadata);
  const parts = [Buffer.from(MAGIC, "latin1"), uint32(VERSION), uint64(tensors.length), uint64(keys.length)];
  for (const [key, value] of keys) parts.push(text(key), valueBytes(value));
  let offset = 0;
  for (const { name, shape, type, data } of tensors) {
    parts.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(TENSOR_TYPES[type]));
    parts.push(uint64(offset));
    offset += aligned(data.length);
  }
  const head = Buffer.concat(parts);
  const start = aligned(head.length);
  const file = Buffer.alloc(start + offset);
  head.copy(file);
  let at = start;
  for (const { data } of tensors) {
    file.set(data, at);
    at += aligned(data.length);
  }
  return file;
}

function valueBytes(given: GgufValue): Buffer {
  switch (given.type) {
    case "uint16":
      return Buffer.concat([uint32(TYPES.uint16), uint32(given.value).subarray(0, 2)]);
    case "uint32":
      return Buffer.concat([uint32(TYPES.uint32), uint32(given.value)]);
    case "int32":
      return Buffer.concat([uint32(TYPES.int32), uint32(given.value)]);
    case "float32":
      return Buffer.concat([uint32(TYPES.float32), float32(given.value)]);
    case "bool":
      return Buffer.concat([uint32(TYPES.bool), Buffer.from([given.value ? 1 : 0])]);
    case "string":
      return Buffer.concat([uint32(TYPES.string), text(given.value)]);
    case "strings":
      return list(TYPES.string, given.value.map(text));
    case "int32s":
      return list(TYPES.int32, given.value.map(uint32));
    case "float32s":
      return list(TYPES.float32, given.value.map(float32));
  }
}

const list = (type: number, items: readonly Buffer[]): Buffer =>
  Buffer.concat([uint32(TYPES.array), uint32(type), uint64(items.length), ...items]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
