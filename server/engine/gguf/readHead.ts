// Reads the head of a GGUF file: metadata and descriptions of tensors. It knows the format and no model: what the values
// must be for llama.cpp is in checkHead.ts. No length or count is trusted that the file can't contain.
import {
  BOUNDS,
  DEFAULT_ALIGNMENT,
  NUMBER_BYTES,
  TENSOR_BLOCKS,
  VALUE_TYPES,
  type ValueType,
} from "./format.ts";
import { damaged, type HeadBytes } from "./headBytes.ts";

/** Metadata of one key. Texts are UTF-8 decoded; of long ones and of long lists only the length is kept. */
export type MetadataValue =
  | { readonly type: Exclude<ValueType, "string" | "array">; readonly value: number }
  | { readonly type: "string"; readonly bytes: number; readonly value: string | null }
  | {
      readonly type: "array";
      readonly of: Exclude<ValueType, "array">;
      readonly length: number;
      /** Numbers of a list of up to KEPT_NUMBERS. */
      readonly numbers: readonly number[] | null;
    };

/** A tensor as the head describes it; sizes in bytes, `type` is ggml's number. */
export interface TensorInfo {
  readonly name: string;
  /** The length of a row comes first. */
  readonly shape: readonly number[];
  readonly type: number;
  readonly bytes: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

/** The head of one file: everything before its tensor data. */
export interface GgufHead {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly TensorInfo[];
  /** What the file must have, in bytes. */
  readonly neededBytes: number;
  /** The texts of the vocabulary as bytes (see HeadBytes.latin1); null if there is none. */
  readonly tokens: readonly string[] | null;
}

/** Lists under these keys are the vocabulary. */
const VOCABULARY_KEYS = "tokenizer.ggml.";
/** The least that a key or an item of a list counts for. */
const MIN_COUNTED_BYTES = 16;
const TOKENS_KEY = "tokenizer.ggml.tokens";
/** A number for each layer is kept. */
const KEPT_NUMBERS = 512;
const KEPT_TEXT_BYTES = 4096;

/**
 * @param bytes after magic and version
 * @throws HeadError
 */
export async function readHead(bytes: HeadBytes, version: number): Promise<GgufHead> {
  await bytes.need(16);
  const tensorCount = bytes.uint64();
  const keyCount = bytes.uint64();
  bounded(tensorCount, BOUNDS.tensors, "tensors");
  bounded(keyCount, BOUNDS.keys, "keys");
  bytes.require(tensorCount * MIN_TENSOR_BYTES + keyCount * MIN_KEY_BYTES);
  const { metadata, tokens } = await readMetadata(bytes, keyCount);
  const alignment = alignmentOf(metadata);
  const { tensors, dataBytes } = await readTensors(bytes, tensorCount, alignment);
  const dataStart = tensorCount === 0 ? bytes.position : alignedTo(bytes.position, alignment);
  if (tensorCount > 0 && dataStart % LEAST_ALIGNMENT !== 0)
    damaged(`its weights begin at byte ${dataStart}, which is not a multiple of ${LEAST_ALIGNMENT}`);
  const neededBytes = dataStart + dataBytes;
  return { version, metadata, tensors, neededBytes, tokens };
}

/** llama.cpp asserts this of the address at which a file's weights are mapped (TENSOR_ALIGNMENT). */
const LEAST_ALIGNMENT = 32;
/** A key's length, one character, its type, one byte. */
const MIN_KEY_BYTES = 8 + 1 + 4 + 1;
/** A name's length, the number of dimensions, type and offset. */
const MIN_TENSOR_BYTES = 8 + 4 + 4 + 8;

async function readMetadata(bytes: HeadBytes, keys: number): Promise<Pick<GgufHead, "metadata" | "tokens">> {
  const metadata = new Map<string, MetadataValue>();
  let tokens: string[] | null = null;
  let items = 0;
  const sizes = { other: 0, vocabulary: 0 };
  const count = (of: keyof typeof sizes, bytesOf: number): void => {
    sizes[of] += bytesOf;
    bounded(sizes.other, BOUNDS.otherBytes, "bytes of metadata besides the vocabulary");
  };
  for (let i = 0; i < keys; i++) {
    const key = await readText(bytes, BOUNDS.keyBytes, "a key");
    if (key === "") damaged(`key ${i + 1} is empty`);
    if (metadata.has(key)) damaged(`the key ${key} occurs twice`);
    await bytes.need(4);
    const type = typeOf(bytes.uint32(), key);
    count("other", Math.max(key.length, MIN_COUNTED_BYTES));
    if (type !== "array") {
      const value = await readScalar(bytes, type, key);
      if (value.type === "string") count("other", value.bytes);
      metadata.set(key, value);
      continue;
    }
    await bytes.need(12);
    const of = typeOf(bytes.uint32(), key);
    if (of === "array") damaged(`${key} is a list of lists, which llama.cpp doesn't read`);
    const length = bytes.uint64();
    items += length;
    bounded(items, BOUNDS.listItems, "items of lists");
    bytes.require(length * (of === "string" ? 8 : NUMBER_BYTES[of]));
    const start = bytes.position;
    const part = key.startsWith(VOCABULARY_KEYS) ? "vocabulary" : "other";
    count(part, length * MIN_COUNTED_BYTES);
    let numbers: number[] | null = null;
    if (of === "string") {
      const texts = await readTexts(bytes, length, key === TOKENS_KEY);
      if (key === TOKENS_KEY) tokens = texts;
      count(part, bytes.position - start - length * 8);
    } else if (length <= KEPT_NUMBERS) {
      await bytes.need(length * NUMBER_BYTES[of]);
      numbers = Array.from({ length }, () => readNumber(bytes, of));
    } else bytes.skip(length * NUMBER_BYTES[of]);
    metadata.set(key, { type: "array", of, length, numbers });
  }
  const most = BOUNDS.vocabularyBytes + BOUNDS.vocabularyBytesOfToken * (tokens?.length ?? 0);
  bounded(sizes.vocabulary, most, "bytes of a vocabulary");
  return { metadata, tokens };
}

async function readScalar(
  bytes: HeadBytes,
  type: Exclude<ValueType, "array">,
  key: string,
): Promise<MetadataValue> {
  if (type !== "string") {
    await bytes.need(NUMBER_BYTES[type]);
    return { type, value: readNumber(bytes, type) };
  }
  await bytes.need(8);
  const length = bytes.uint64();
  bounded(length, BOUNDS.textBytes, `bytes of ${key}`);
  if (length > KEPT_TEXT_BYTES) {
    bytes.skip(length);
    return { type, bytes: length, value: null };
  }
  await bytes.need(length);
  return { type, bytes: length, value: utf8(bytes.latin1(length)) };
}

/** The texts of a list, or null if they are only skipped. */
async function readTexts(bytes: HeadBytes, count: number, kept: boolean): Promise<string[] | null> {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    if (!bytes.has(8)) await bytes.need(8);
    const length = bytes.uint64();
    bounded(length, kept ? BOUNDS.keyBytes : BOUNDS.textBytes, "bytes of one text in a list");
    if (kept) {
      if (!bytes.has(length)) await bytes.need(length);
      texts.push(bytes.latin1(length));
    } else bytes.skip(length);
  }
  return kept ? texts : null;
}

async function readTensors(
  bytes: HeadBytes,
  count: number,
  alignment: number,
): Promise<{ tensors: TensorInfo[]; dataBytes: number }> {
  const tensors: TensorInfo[] = [];
  const names = new Set<string>();
  let expectedOffset = 0;
  let dataBytes = 0;
  for (let i = 0; i < count; i++) {
    const name = await readText(bytes, BOUNDS.tensorNameBytes - 1, "the name of a tensor");
    if (names.has(name)) damaged(`the tensor ${name} occurs twice`);
    names.add(name);
    const { shape, type } = await readShape(bytes, name);
    const offset = bytes.uint64();
    if (offset !== expectedOffset) damaged(`the tensor ${name} isn't where the one before it ends`);
    const size = tensorBytes(name, shape, type);
    tensors.push({ name, shape, type, bytes: size, offset });
    dataBytes = offset + size;
    expectedOffset = alignedTo(dataBytes, alignment);
  }
  return { tensors, dataBytes };
}

async function readShape(bytes: HeadBytes, name: string): Promise<Pick<TensorInfo, "shape" | "type">> {
  await bytes.need(4);
  const dimensions = bytes.uint32();
  if (dimensions > BOUNDS.dimensions) damaged(`the tensor ${name} has ${dimensions} dimensions`);
  await bytes.need(dimensions * 8 + 12);
  const shape = Array.from({ length: dimensions }, () => bytes.uint64());
  return { shape, type: bytes.uint32() };
}

/** @throws HeadError for what llama.cpp could not hold */
function tensorBytes(name: string, shape: readonly number[], type: number): number {
  const block = TENSOR_BLOCKS.get(type);
  if (block === undefined) damaged(`the tensor ${name} is of type ${type}, which is unknown`);
  const weights = shape.reduce((product, length) => product * length, 1);
  if (weights === 0) damaged(`the tensor ${name} is empty`);
  const row = shape[0] ?? 1;
  if (row % block.weights !== 0)
    damaged(`rows of the tensor ${name} have ${row} weights, not a multiple of ${block.weights}`);
  const size = (weights / block.weights) * block.bytes;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(weights))
    damaged(`the tensor ${name} is larger than any file`);
  return size;
}

async function readText(bytes: HeadBytes, most: number, what: string): Promise<string> {
  if (!bytes.has(8)) await bytes.need(8);
  const length = bytes.uint64();
  bounded(length, most, `bytes of ${what}`);
  if (!bytes.has(length)) await bytes.need(length);
  const text = utf8(bytes.latin1(length));
  if (text.includes("\0")) damaged(`${what} holds a zero byte`);
  return text;
}

/** All types but texts and lists. The bytes must have been asked for. */
function readNumber(bytes: HeadBytes, type: keyof typeof NUMBER_BYTES): number {
  switch (type) {
    case "uint8":
      return bytes.uint8();
    case "int8":
      return (bytes.uint8() << 24) >> 24;
    case "uint16":
      return bytes.uint16();
    case "int16":
      return (bytes.uint16() << 16) >> 16;
    case "uint32":
      return bytes.uint32();
    case "int32":
      return bytes.int32();
    case "float32":
      return bytes.float32();
    case "bool":
      return bytes.uint8() === 0 ? 0 : 1;
    case "uint64":
      return bytes.uint64();
    case "int64":
      return bytes.int64();
    case "float64":
      return bytes.float64();
  }
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>): number {
  const given = metadata.get("general.alignment");
  if (given === undefined) return DEFAULT_ALIGNMENT;
  const isPower = given.type === "uint32" && given.value > 0 && Number.isInteger(Math.log2(given.value));
  if (!isPower) damaged("general.alignment is not a power of two");
  return given.value;
}

function typeOf(number: number, key: string): ValueType {
  const type = VALUE_TYPES[number];
  if (type === undefined) damaged(`${key} is of type ${number}, which is unknown`);
  return type;
}

function bounded(count: number, most: number, what: string): void {
  if (count > most) damaged(`it claims ${count} ${what}, and at most ${most} are read`);
}

const alignedTo = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment;

const utf8 = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");
