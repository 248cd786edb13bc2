// Model files that can't be loaded are refused by our own reader, with the reason and the next step; those that can, pass.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import {
  writeGguf,
  type GgufTensor,
  type GgufValue,
} from "../../../../../server/engine/devices/ggufWriter.ts";
import { EngineError } from "../../../../../server/engine/errors.ts";
import { examineModel } from "../../../../../server/engine/gguf/examine.ts";
import { table } from "../../../../support/check.ts";
import { damage, specimen } from "../../../../support/gguf/damage.ts";
import { count, smallLlama, smallModels, text, type Changes } from "../../../../support/gguf/smallModels.ts";
import { seededRandom } from "../../../../support/random.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "laser-heads-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Writes files into their own folder and examines the first. */
async function examined(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const own = await mkdtemp(path.join(folder, "case-"));
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(own, name), bytes);
  const file = path.join(own, Object.keys(files)[0]!);
  try {
    const { architecture, parts, bytes } = await examineModel(file);
    return `${architecture}, ${parts} parts, ${bytes} bytes`;
  } catch (error) {
    assert.ok(error instanceof EngineError, describeError(error).message);
    const { message, nextStep } = error.text;
    return `${error.fault.tag}: ${message} ${nextStep}`.replaceAll(`${own}${path.sep}`, "");
  }
}

const llama = (changes: Changes = {}, tensors?: readonly GgufTensor[]): Uint8Array => {
  const parts = smallLlama(changes);
  return writeGguf(parts.metadata, tensors ?? parts.tensors);
};

table(
  "a whole model passes",
  Object.entries(smallModels()).map(([name, bytes]) => ({ name, bytes })),
  async ({ bytes }) => {
    assert.match(await examined({ "m.gguf": bytes }), new RegExp(`, 1 parts, ${bytes.length} bytes$`));
  },
);

const without = (tensor: string): Uint8Array =>
  llama(
    {},
    smallLlama().tensors.filter(({ name }) => name !== tensor),
  );

/** A head of this many tensors and keys, and what follows. */
function head(tensors: bigint, keys: bigint, ...rest: readonly Buffer[]): Buffer {
  const start = Buffer.alloc(24);
  start.write("GGUF", "latin1");
  start.writeUInt32LE(3, 4);
  start.writeBigUInt64LE(tensors, 8);
  start.writeBigUInt64LE(keys, 16);
  return Buffer.concat([start, ...rest, Buffer.alloc(64)]);
}
const number = (value: bigint, bytes: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer.subarray(0, bytes);
};
const string = (value: string): Buffer =>
  Buffer.concat([number(BigInt(value.length), 8), Buffer.from(value)]);
const [STRING, LIST, BYTES] = [number(8n, 4), number(9n, 4), number(0n, 4)];

const tokensOf = (tokens: readonly string[]): GgufValue => ({ type: "strings", value: tokens });
const TWICE = tokensOf(Array.from({ length: 262 }, (_, id) => (id === 7 ? "t3" : `t${id}`)));
const ENDED = tokensOf(Array.from({ length: 262 }, (_, id) => (id === 7 ? "t3\0x" : `t${id}`)));

const refused: readonly { readonly name: string; readonly bytes: Uint8Array | string; readonly says: RegExp }[] = [
  { name: "a pointer of Git LFS", bytes: "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", says: /Git LFS pointer.*git lfs pull/ },
  { name: "a web page", bytes: "\n<!DOCTYPE html><html><body>Sign in</body></html>", says: /web page/ },
  { name: "an error of a server", bytes: '{"error":"Repository not found"}', says: /error message of a server/ },
  { name: "an error in plain text", bytes: "Entry not found", says: /error message of a server/ },
  { name: "a zip", bytes: Buffer.from("504b0304140000000000", "hex"), says: /archive.*Unpack it/ },
  { name: "gzip", bytes: Buffer.from("1f8b0800000000000003", "hex"), says: /archive.*Unpack it/ },
  { name: "PyTorch's zip", bytes: Buffer.concat([Buffer.from("504b030414000000", "hex"), Buffer.from("archive/data.pkl")]), says: /PyTorch's format.*convert_hf_to_gguf/ },
  { name: "a pickle", bytes: Buffer.from("80028a0a6cfc9c46f920", "hex"), says: /PyTorch's format/ },
  { name: "safetensors", bytes: Buffer.concat([number(20n, 8), Buffer.from('{"__metadata__":{}}')]), says: /safetensors format.*convert_hf_to_gguf/ },
  { name: "GGML before GGUF", bytes: Buffer.from("tjgg\u0003\0\0\0"), says: /older than GGUF/ },
  { name: "zeros", bytes: Buffer.alloc(600), says: /begins with zeros.*Download/ },
  { name: "nothing", bytes: "", says: /^modelFileEmpty/ },
  { name: "version 1", bytes: Buffer.from("GGUF\u0001\0\0\0"), says: /version 1;/ },
  { name: "version 4", bytes: Buffer.from("GGUF\u0004\0\0\0"), says: /version 4;.*newer/ },
  { name: "big-endian", bytes: Buffer.from("GGUF\0\0\0\u0003"), says: /big-endian/ },
  { name: "cut after the version", bytes: Buffer.from("GGUF\u0003\0\0\0"), says: /^modelFileTruncated.*needs at least 24/ },
  { name: "2⁵⁰ tensors", bytes: head(2n ** 50n, 1n), says: /^modelHeadUnreadable.*1125899906842624 tensors/ },
  { name: "2²⁴ tensors", bytes: head(2n ** 24n, 1n), says: /^modelHeadUnreadable.*16777216 tensors/ },
  { name: "more tensors than the file can hold", bytes: head(9000n, 1n), says: /^modelFileTruncated/ },
  { name: "2⁶⁰ keys", bytes: head(0n, 2n ** 60n), says: /^modelHeadUnreadable.*keys/ },
  { name: "a key of 3 GB", bytes: head(0n, 1n, number(3n << 30n, 8)), says: /3221225472 bytes of a key/ },
  { name: "an empty key", bytes: head(0n, 1n, number(0n, 8)), says: /key 1 is empty/ },
  { name: "a text of 2 GB", bytes: head(0n, 1n, string("a"), STRING, number(2n ** 31n - 1n, 8)), says: /2147483647 bytes of a/ },
  { name: "a text of 5 MiB", bytes: head(0n, 1n, string("a"), STRING, string("x".repeat(5 * 2 ** 20))), says: /5242880 bytes of a, and at most 4194304/ },
  { name: "two texts of 3 MiB", bytes: head(0n, 2n, string("a"), STRING, string("x".repeat(3 * 2 ** 20)), string("b"), STRING, string("x".repeat(3 * 2 ** 20))), says: /bytes of metadata besides the vocabulary, and at most 5242880/ },
  { name: "a list that belongs to no vocabulary", bytes: head(0n, 1n, string("a"), LIST, BYTES, number(400_000n, 8), Buffer.alloc(400_000)), says: /6400016 bytes of metadata besides/ },
  { name: "merges for no tokens", bytes: head(0n, 1n, string("tokenizer.ggml.merges"), LIST, BYTES, number(200_000n, 8), Buffer.alloc(200_000)), says: /3200000 bytes of a vocabulary/ },
  { name: "a list of 3 · 10⁸", bytes: head(0n, 1n, string("a"), LIST, BYTES, number(300_000_000n, 8)), says: /items of lists/ },
  { name: "a list of 2⁶⁰", bytes: head(0n, 1n, string("a"), LIST, BYTES, number(2n ** 60n, 8)), says: /items of lists/ },
  { name: "lists of lists", bytes: head(0n, 1n, string("a"), LIST, LIST, number(1n, 8)), says: /list of lists/ },
  { name: "an unknown type", bytes: head(0n, 1n, string("a"), number(77n, 4)), says: /type 77/ },
  { name: "2³² − 1 dimensions", bytes: head(1n, 0n, string("t"), number(2n ** 32n - 1n, 4)), says: /4294967295 dimensions/ },
  { name: "a tensor of 2⁶⁰ weights", bytes: head(1n, 0n, string("t"), number(1n, 4), number(2n ** 60n, 8), number(0n, 4), number(0n, 8)), says: /larger than any file/ },
  { name: "a tensor of an unknown type", bytes: head(1n, 0n, string("t"), number(1n, 4), number(8n, 8), number(4n, 4), number(0n, 8)), says: /type 4, which is unknown/ },
  { name: "a tensor of half a block", bytes: head(1n, 0n, string("t"), number(1n, 4), number(16n, 8), number(2n, 4), number(0n, 8)), says: /not a multiple of 32/ },
  { name: "an empty tensor", bytes: head(1n, 0n, string("t"), number(1n, 4), number(0n, 8), number(0n, 4), number(0n, 8)), says: /is empty/ },
  { name: "a tensor elsewhere", bytes: head(1n, 0n, string("t"), number(1n, 4), number(8n, 8), number(0n, 4), number(64n, 8)), says: /isn't where/ },
  { name: "weights in an odd place", bytes: llama({ "general.alignment": count(1) }), says: /weights begin at byte \d+, which is not a multiple of 32/ },
  { name: "no architecture", bytes: llama({ "general.architecture": undefined }), says: /general\.architecture is missing/ },
  { name: "a number as architecture", bytes: llama({ "general.architecture": count(3) }), says: /general\.architecture is missing/ },
  { name: "a value instead of a group", bytes: llama({ "llama.attention": count(1) }), says: /llama\.attention is a value/ },
  { name: "no context length", bytes: llama({ "llama.context_length": undefined }), says: /context_length is missing/ },
  { name: "a context of 0", bytes: llama({ "llama.context_length": count(0) }), says: /context_length is 0/ },
  { name: "513 layers", bytes: llama({ "llama.block_count": count(513) }), says: /block_count is 513/ },
  { name: "no heads", bytes: llama({ "llama.attention.head_count": undefined }), says: /head_count is missing/ },
  { name: "more heads than values", bytes: llama({ "llama.attention.head_count": count(64) }), says: /64 heads/ },
  { name: "RoPE wider than a head", bytes: llama({ "llama.rope.dimension_count": count(32) }), says: /rope\.dimension_count is 32/ },
  { name: "a base of angles of 0", bytes: llama({ "llama.rope.freq_base": { type: "float32", value: 0 } }), says: /llama\.rope\.freq_base is 0, and must be above 0/ },
  { name: "an unknown RoPE scaling", bytes: llama({ "llama.rope.scaling.type": text("cubic") }), says: /rope\.scaling\.type/ },
  { name: "an epsilon below 0", bytes: llama({ "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: -1 } }), says: /epsilon is -1/ },
  { name: "experts used and none there", bytes: llama({ "llama.expert_used_count": count(2) }), says: /0 experts/ },
  { name: "no embeddings", bytes: without("token_embd.weight"), says: /the tensor token_embd\.weight is missing/ },
  { name: "no last norm", bytes: without("output_norm.weight"), says: /the tensor output_norm\.weight is missing/ },
  { name: "more layers than tensors", bytes: llama({ "llama.block_count": count(40) }), says: /40 layers, and no tensor belongs to the last one/ },
  { name: "another feed-forward width", bytes: llama({ "llama.feed_forward_length": count(32) }), says: /ffn_down\.weight has 64 × 32/ },
  { name: "tokens that are numbers", bytes: llama({ "tokenizer.ggml.tokens": { type: "int32s", value: [1, 2] } }), says: /tokens is a list of int32/ },
  { name: "a token twice", bytes: llama({ "tokenizer.ggml.tokens": TWICE }), says: /tokens 3 and 7 are the same/ },
  { name: "a token twice for C", bytes: llama({ "tokenizer.ggml.tokens": ENDED }), says: /tokens 3 and 7 are the same/ },
  { name: "an empty vocabulary", bytes: llama({ "tokenizer.ggml.tokens": tokensOf([]) }), says: /vocabulary is empty/ },
  { name: "too few token types", bytes: llama({ "tokenizer.ggml.token_type": { type: "int32s", value: [1] } }), says: /token_type has 1 entries for 262/ },
  { name: "an end outside the vocabulary", bytes: llama({ "tokenizer.ggml.eos_token_id": count(262) }), says: /eos_token_id is 262/ },
  { name: "bytes that can't be spelled", bytes: llama({ "tokenizer.ggml.model": text("llama") }), says: /no token for the byte 0x00/ },
  { name: "a template that is a number", bytes: llama({ "tokenizer.chat_template": count(1) }), says: /chat_template is uint32/ },
  { name: "no vocabulary", bytes: llama({ "tokenizer.ggml.tokens": undefined }), says: /^modelWithoutVocabulary/ },
  { name: "a tokenizer of no words", bytes: llama({ "tokenizer.ggml.model": text("none") }), says: /^modelWithoutVocabulary/ },
  { name: "the same by its other name", bytes: llama({ "tokenizer.ggml.model": text("no_vocab") }), says: /^modelWithoutVocabulary/ },
  { name: "a recurrent model's tokenizer", bytes: llama({ "tokenizer.ggml.model": text("rwkv") }), says: /tokenizer is that of RWKV/ },
  { name: "only a vocabulary", bytes: llama({}, []), says: /a vocabulary without weights/ },
  { name: "a projector", bytes: llama({ "general.architecture": text("clip") }), says: /mmproj/ },
  { name: "an adapter", bytes: llama({ "general.type": text("adapter") }), says: /LoRA/ },
  { name: "an encoder", bytes: llama({ "general.architecture": text("bert") }), says: /embeddings/ },
  { name: "a recurrent model", bytes: llama({ "general.architecture": text("mamba") }), says: /^modelRecurrent/ },
  { name: "cut tensors", bytes: llama().subarray(0, -1), says: /^modelFileTruncated/ },
]; // prettier-ignore
table("refused", refused, async ({ bytes, says }) => {
  assert.match(await examined({ "m.gguf": bytes }), says);
});

/** A model in three parts; those after the first hold the tensors, or all three do. */
function split(inFirst: boolean): Record<string, Uint8Array> {
  const { metadata, tensors } = smallLlama();
  const cuts = inFirst ? [0, 5, 9] : [0, 0, 9];
  const files = cuts.map((from, part): [string, Uint8Array] => {
    const own = {
      "split.no": { type: "uint16", value: part },
      "split.count": { type: "uint16", value: cuts.length },
      "split.tensors.count": count(tensors.length),
    } as const;
    const name = `m-0000${part + 1}-of-00003.gguf`;
    return [name, writeGguf(part === 0 ? { ...metadata, ...own } : own, tensors.slice(from, cuts[part + 1]))];
  });
  return Object.fromEntries(files);
}

const [ONE, TWO, THREE] = [
  "m-00001-of-00003.gguf",
  "m-00002-of-00003.gguf",
  "m-00003-of-00003.gguf",
] as const;
const bytesOf = (files: Readonly<Record<string, Uint8Array>>): number =>
  Object.values(files).reduce((sum, { length }) => sum + length, 0);

const whole = split(false);
const splits: readonly { readonly name: string; readonly files: Record<string, Uint8Array>; readonly says: string | RegExp }[] = [
  { name: "the first part has only metadata", files: whole, says: `llama, 3 parts, ${bytesOf(whole)} bytes` },
  { name: "each part holds tensors", files: split(true), says: `llama, 3 parts, ${bytesOf(split(true))} bytes` },
  { name: "a part is missing", files: { [ONE]: whole[ONE]!, [THREE]: whole[THREE]! }, says: /part 2 of 3 is missing: m-00002-of-00003\.gguf/ },
  { name: "part 2 is chosen", files: { [TWO]: whole[TWO]!, [ONE]: whole[ONE]! }, says: /is part 2 of 3.*Choose part 00001.*m-00001-of-00003\.gguf/ },
  { name: "a part is cut", files: { ...whole, [THREE]: whole[THREE]!.subarray(0, -1) }, says: /^modelFileTruncated: The model m-00003/ },
  { name: "a part is a page", files: { ...whole, [TWO]: Buffer.from("<html>") }, says: /m-00002.*web page/ },
  { name: "two parts are exchanged", files: { ...whole, [TWO]: whole[THREE]!, [THREE]: whole[TWO]! }, says: /m-00002.*header says part 3/ },
  { name: "a part is of another model", files: { ...whole, [THREE]: split(true)[THREE]!, [TWO]: split(true)[TWO]! }, says: /claims 20 tensors in all parts/ },
  { name: "the first was renamed", files: { "m.gguf": whole[ONE]! }, says: /says that it is a part of 3, and its name/ },
  { name: "a whole model is named a part", files: { [ONE]: llama() }, says: /its header that it is whole/ },
]; // prettier-ignore
table("a split model", splits, async ({ files, says }) => {
  const found = await examined(files);
  if (typeof says === "string") assert.equal(found, says);
  else assert.match(found, says);
});

test("damaged heads pass or are refused, and nothing else happens", async () => {
  const specimens = Object.entries(smallModels()).map(([name, file]) => specimen(name, file));
  const tags = new Map<string, number>();
  for (let seed = 1; seed <= 400; seed++) {
    const found = await examined({
      "m.gguf": damage(specimens[seed % specimens.length]!, seededRandom(seed)),
    });
    const [tag = ""] = found.split(/[:,]/);
    tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  assert.ok((tags.get("modelHeadUnreadable") ?? 0) > 200, JSON.stringify([...tags]));
  assert.ok((tags.get("llama") ?? 0) > 10, "some damages do no harm");
});

test("a reason quotes no control characters, and not much", async () => {
  const found = await examined({
    "m.gguf": head(0n, 1n, string(`\u001b[31m${"a".repeat(9000)}`), number(77n, 4)),
  });
  assert.match(found, /the key|is of type 77|…/);
  assert.ok(!found.includes("\u001b") && found.length < 600, found);
});

test("a signal stops the reading", async () => {
  const file = path.join(folder, "stopped.gguf");
  await writeFile(file, llama());
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(examineModel(file, stop.signal), { name: "AbortError" });
});

test("a folder is not a model", async () => {
  await assert.rejects(examineModel(folder), (error) => {
    assert.ok(error instanceof EngineError);
    assert.match(error.text.message, /it is a folder/);
    return true;
  });
});
