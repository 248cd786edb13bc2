// The model that a back end is tried with: a llama of two layers with random weights, made on the spot. The attention of
// one layer is Q4_0, of the other F16, with heads of 64 values: kernels of quantised and of plain weights are both run.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../files/index.ts";
import { writeGguf, type GgufTensor, type GgufValue } from "./ggufWriter.ts";

const WIDTH = 128;
const HEADS = 2;
const FEED_FORWARD = 128;
/** How the attention weights of each layer are stored. */
const LAYERS = ["q4_0", "f16"] as const;
const CONTEXT = 256;
/** Increment when the file's content changes: it is part of its name. */
const VERSION = 1;
/** Keeps the values of each layer near 1. */
const SPREAD = 2 / Math.sqrt(WIDTH);

const Q4_0_BLOCK = 32;
const Q4_0_BLOCK_BYTES = 18;

/** Ids that the trial evaluates: bytes of text, none of them special. */
export const TRIAL_TOKENS: Int32Array = Int32Array.from({ length: 24 }, (_, i) => 3 + 65 + ((i * 7) % 26));

/** A model to try with; `remove` is to be called after the trial. */
export interface TrialModelFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * The model in the cache folder, written if it is missing; if the cache can't be written, in a temporary folder.
 * @throws FilesError if neither can be written
 */
export async function ensureTrialModel(cacheDir: string): Promise<TrialModelFile> {
  const path = join(cacheDir, "devices", `trial-${VERSION}.gguf`);
  const bytes = trialModel();
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  const kept = { path, remove: () => Promise.resolve() };
  if (size === bytes.length) return kept;
  try {
    await writeFileAtomic(path, bytes);
    return kept;
  } catch {
    const folder = await mkdtemp(join(tmpdir(), "laser-trial-"));
    const aside = join(folder, "trial.gguf");
    await writeFileAtomic(aside, bytes);
    return { path: aside, remove: () => rm(folder, { recursive: true, force: true }) };
  }
}

/** The bytes of the file; the same on every call. */
export function trialModel(): Uint8Array {
  const tokens = vocabulary();
  return writeGguf(metadata(tokens), tensors(tokens.length));
}

/** The three special tokens and one token per byte: the least that llama.cpp's own tokenizer accepts. */
const vocabulary = (): readonly string[] => [
  "<unk>",
  "<s>",
  "</s>",
  ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
];

function metadata(tokens: readonly string[]): Record<string, GgufValue> {
  const count = (value: number): GgufValue => ({ type: "uint32", value });
  const string = (value: string): GgufValue => ({ type: "string", value });
  const [unknown, control, byte] = [2, 3, 6];
  return {
    "general.architecture": string("llama"),
    "general.name": string("back-end trial"),
    "llama.context_length": count(CONTEXT),
    "llama.embedding_length": count(WIDTH),
    "llama.block_count": count(LAYERS.length),
    "llama.feed_forward_length": count(FEED_FORWARD),
    "llama.attention.head_count": count(HEADS),
    "llama.attention.head_count_kv": count(HEADS),
    "llama.rope.dimension_count": count(WIDTH / HEADS),
    "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
    "llama.vocab_size": count(tokens.length),
    "tokenizer.ggml.model": string("llama"),
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    "tokenizer.ggml.scores": { type: "float32s", value: tokens.map(() => 0) },
    "tokenizer.ggml.token_type": {
      type: "int32s",
      value: tokens.map((_, id) => (id === 0 ? unknown : id < 3 ? control : byte)),
    },
    "tokenizer.ggml.unknown_token_id": count(0),
    "tokenizer.ggml.bos_token_id": count(1),
    "tokenizer.ggml.eos_token_id": count(2),
    "tokenizer.ggml.add_bos_token": { type: "bool", value: true },
  };
}

function tensors(vocabularySize: number): GgufTensor[] {
  const next = randomBytes();
  const weights = (
    name: string,
    type: "q4_0" | "f16",
    columns: number,
    rows: number,
    spread = SPREAD,
  ): GgufTensor => ({
    name,
    shape: [columns, rows],
    type,
    data:
      type === "q4_0" ? q4Weights(columns * rows, spread, next) : f16Weights(columns * rows, spread, next),
  });
  const ones = (name: string): GgufTensor => ({
    name,
    shape: [WIDTH],
    type: "f32",
    data: new Uint8Array(new Float32Array(WIDTH).fill(1).buffer),
  });
  return [
    weights("token_embd.weight", "q4_0", WIDTH, vocabularySize, 1),
    ...LAYERS.flatMap((type, layer) => [
      ones(`blk.${layer}.attn_norm.weight`),
      weights(`blk.${layer}.attn_q.weight`, type, WIDTH, WIDTH),
      weights(`blk.${layer}.attn_k.weight`, type, WIDTH, WIDTH),
      weights(`blk.${layer}.attn_v.weight`, type, WIDTH, WIDTH),
      weights(`blk.${layer}.attn_output.weight`, type, WIDTH, WIDTH),
      ones(`blk.${layer}.ffn_norm.weight`),
      weights(`blk.${layer}.ffn_gate.weight`, "q4_0", WIDTH, FEED_FORWARD),
      weights(`blk.${layer}.ffn_up.weight`, "q4_0", WIDTH, FEED_FORWARD),
      weights(`blk.${layer}.ffn_down.weight`, "q4_0", FEED_FORWARD, WIDTH),
    ]),
    ones("output_norm.weight"),
    weights("output.weight", "q4_0", WIDTH, vocabularySize, 4 * SPREAD),
  ];
}

/** Blocks of 32 weights: a scale as F16, then 16 bytes of two weights each. */
function q4Weights(count: number, spread: number, next: () => number): Uint8Array {
  const data = new Uint8Array((count / Q4_0_BLOCK) * Q4_0_BLOCK_BYTES);
  const scale = f16Bits(spread / 8);
  for (let at = 0; at < data.length; at += Q4_0_BLOCK_BYTES) {
    data[at] = scale & 0xff;
    data[at + 1] = scale >> 8;
    for (let i = 2; i < Q4_0_BLOCK_BYTES; i++) data[at + i] = next();
  }
  return data;
}

function f16Weights(count: number, spread: number, next: () => number): Uint8Array {
  const data = new Uint8Array(2 * count);
  for (let at = 0; at < data.length; at += 2) {
    const bits = f16Bits(spread * (next() / 127.5 - 1));
    data[at] = bits & 0xff;
    data[at + 1] = bits >> 8;
  }
  return data;
}

/** The bits of the half-precision number next to `value` toward zero, for 2⁻¹⁴ ≤ |value| < 65504; 0 below that. */
function f16Bits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign;
  const exponent = Math.floor(Math.log2(size));
  const fraction = Math.floor((size / 2 ** exponent - 1) * 1024);
  return sign | ((exponent + 15) << 10) | fraction;
}

/** Bytes of a linear congruential generator (Numerical Recipes' constants). */
function randomBytes(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}
