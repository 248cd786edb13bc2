// Writes a model of a shape as a GGUF file (version 3) that llama.cpp loads: header, synthetic vocabulary, random weights.
import { closeSync, openSync, writeSync } from "node:fs";
import { tensorsOf, type Shape, type TensorShape } from "./shapes.ts";
import { RandomBlocks, RandomWords, STORAGE } from "./weights.ts";

const ALIGNMENT = 32;
/** How long a context the header allows; no cost depends on it. */
const CONTEXT_TOKENS = 8192;

/**
 * Writes the file; returns its size in bytes.
 * @param poolBytes how many random bytes of a kind are made, and used again
 * @throws the file system's own errors
 */
export function writeModel(path: string, shape: Shape, poolBytes = 2 ** 24): number {
  const tensors = tensorsOf(shape);
  const header = headerOf(shape, tensors);
  const file = openSync(path, "w");
  let written = 0;
  const write = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    written += bytes.length;
  };
  try {
    write(header);
    const random = new RandomWords();
    const pools = new Map<string, RandomBlocks>();
    for (const tensor of tensors) {
      if (tensor.rows === 1) {
        write(new Uint8Array(new Float32Array(tensor.columns).fill(1).buffer));
        write(new Uint8Array(paddingAfter(written)));
        continue;
      }
      const key = `${tensor.type} ${tensor.columns}`;
      const pool = pools.get(key) ?? new RandomBlocks(tensor.type, tensor.columns, random, poolBytes);
      pools.set(key, pool);
      for (let left = bytesOf(tensor); left > 0;) {
        if (tensor.distinctRows) pool.refill();
        const part = tensor.distinctRows ? pool.bytes.subarray(0, left) : pool.take(left);
        write(part);
        left -= part.length;
      }
      write(new Uint8Array(paddingAfter(written)));
    }
  } finally {
    closeSync(file);
  }
  return written;
}

/** Size of a tensor's data. */
export function bytesOf({ type, columns, rows }: TensorShape): number {
  const { blockWeights, blockBytes } = STORAGE[type];
  return (columns / blockWeights) * blockBytes * rows;
}

function paddingAfter(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}

function headerOf(shape: Shape, tensors: readonly TensorShape[]): Uint8Array {
  const out = new HeaderBytes();
  const metadata = metadataOf(shape);
  out.raw("GGUF").uint32(3).uint64(tensors.length).uint64(metadata.length);
  for (const [key, value] of metadata) out.text(key).value(value);
  let offset = 0;
  for (const tensor of tensors) {
    const { name, type, columns, rows } = tensor;
    out.text(name);
    if (rows === 1) out.uint32(1).uint64(columns);
    else out.uint32(2).uint64(columns).uint64(rows);
    out.uint32(STORAGE[type].id).uint64(offset);
    offset += bytesOf(tensor) + paddingAfter(bytesOf(tensor));
  }
  return out.padded();
}

type Value =
  | { readonly text: string }
  | { readonly uint32: number }
  | { readonly float32: number }
  | { readonly texts: readonly string[] }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] };

function metadataOf(shape: Shape): readonly (readonly [key: string, value: Value])[] {
  const { texts, kinds } = vocabularyOf(shape.vocabularySize);
  return [
    ["general.architecture", { text: "llama" }],
    ["general.name", { text: `random weights, shape of ${shape.like} ${shape.weights}` }],
    ["llama.context_length", { uint32: CONTEXT_TOKENS }],
    ["llama.embedding_length", { uint32: shape.width }],
    ["llama.block_count", { uint32: shape.layers }],
    ["llama.feed_forward_length", { uint32: shape.feedForward }],
    ["llama.attention.head_count", { uint32: shape.heads }],
    ["llama.attention.head_count_kv", { uint32: shape.keyValueHeads }],
    ["llama.attention.layer_norm_rms_epsilon", { float32: 1e-5 }],
    ["llama.rope.dimension_count", { uint32: shape.width / shape.heads }],
    ["llama.rope.freq_base", { float32: shape.ropeBase }],
    ["llama.vocab_size", { uint32: shape.vocabularySize }],
    ["tokenizer.ggml.model", { text: "llama" }],
    ["tokenizer.ggml.tokens", { texts }],
    ["tokenizer.ggml.scores", { floats: texts.map((_, id) => -id) }],
    ["tokenizer.ggml.token_type", { ints: kinds }],
    ["tokenizer.ggml.unknown_token_id", { uint32: 0 }],
    ["tokenizer.ggml.bos_token_id", { uint32: 1 }],
    ["tokenizer.ggml.eos_token_id", { uint32: 2 }],
  ];
}

const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Three special tokens, 256 bytes, a space, and all words of letters by length: a, b … z, aa, ab … */
function vocabularyOf(size: number): { texts: readonly string[]; kinds: readonly number[] } {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const texts = ["<unk>", "<s>", "</s>", ...bytes, "▁"];
  const words: string[] = [];
  for (let at = 0; texts.length + words.length < size; at++) {
    const before = at < LETTERS.length ? "" : words[Math.floor(at / LETTERS.length) - 1]!;
    words.push(before + LETTERS[at % LETTERS.length]!);
  }
  const kinds = [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE)];
  return {
    texts: [...texts, ...words],
    kinds: [...kinds, ...Array.from({ length: size - kinds.length }, () => NORMAL)],
  };
}

/** Little-endian, as GGUF is written. */
class HeaderBytes {
  private readonly parts: Buffer[] = [];

  raw(text: string): this {
    this.parts.push(Buffer.from(text, "utf8"));
    return this;
  }

  uint32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.parts.push(part);
    return this;
  }

  uint64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    this.parts.push(part);
    return this;
  }

  text(text: string): this {
    return this.uint64(Buffer.byteLength(text)).raw(text);
  }

  /** A value after its type: 4 uint32, 5 int32, 6 float32, 8 text, 9 a list. */
  value(value: Value): this {
    if ("text" in value) return this.uint32(8).text(value.text);
    if ("uint32" in value) return this.uint32(4).uint32(value.uint32);
    if ("float32" in value) return this.uint32(6).numbers(Float32Array.of(value.float32));
    if ("floats" in value)
      return this.uint32(9).uint32(6).uint64(value.floats.length).numbers(Float32Array.from(value.floats));
    if ("ints" in value)
      return this.uint32(9).uint32(5).uint64(value.ints.length).numbers(Int32Array.from(value.ints));
    this.uint32(9).uint32(8).uint64(value.texts.length);
    for (const text of value.texts) this.text(text);
    return this;
  }

  padded(): Uint8Array {
    const bytes = Buffer.concat(this.parts);
    return Buffer.concat([bytes, Buffer.alloc(paddingAfter(bytes.length))]);
  }

  private numbers(values: Float32Array | Int32Array): this {
    this.parts.push(Buffer.from(values.buffer));
    return this;
  }
}
