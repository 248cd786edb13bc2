// What llama.cpp and node-llama-cpp take for granted about a head. Otherwise they abort the process, divide by
// zero or loop forever, so each rule here prevents one of their assertions. Rules that a library reports itself
// are left to it.
import { checkArchitecture } from "./architectureRules.ts";
import { damaged } from "./headBytes.ts";
import { kindOf, numberAt, numbersAt, textAt } from "./metadata.ts";
import type { GgufHead, MetadataValue } from "./readHead.ts";

/** LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS. */
const MOST = { layers: 512, experts: 1024 } as const;
const ROPE_SCALINGS: readonly (string | null)[] = ["none", "linear", "yarn", "longrope"];
/** llama.cpp writes −1 so, for a missing token. */
const NO_TOKEN = 2 ** 32 - 1;

/** @throws HeadError. The head must be that of a model with a vocabulary, of a single file or of the first part. */
export function checkHead(head: GgufHead): void {
  checkNamespaces(head);
  checkTypes(head);
  checkVocabulary(head);
  checkSizes(head);
}

/** The name of the architecture. @throws HeadError */
export function architectureOf(head: GgufHead): string {
  const name = textAt(head, "general.architecture");
  if (name === null || name === "") damaged("general.architecture is missing");
  return name;
}

/** node-llama-cpp nests keys at their dots: a value under the name of a group of keys would hide the group. */
function checkNamespaces(head: GgufHead): void {
  const architecture = architectureOf(head);
  for (const group of ["general", "tokenizer", "tokenizer.ggml", architecture, `${architecture}.attention`])
    if (head.metadata.has(group)) damaged(`${group} is a value, and should hold others`);
}

type Wanted = "string" | "uint32" | "bool" | "strings" | "int32s" | "scores";

const isWanted: Readonly<Record<Wanted, (value: MetadataValue) => boolean>> = {
  string: ({ type }) => type === "string",
  uint32: ({ type }) => type === "uint32",
  bool: ({ type }) => type === "bool",
  strings: (value) => value.type === "array" && value.of === "string",
  int32s: (value) => value.type === "array" && value.of === "int32",
  scores: (value) => value.type === "array" && (value.of === "float32" || value.of === "int32"),
};

function checkTypes(head: GgufHead): void {
  const architecture = architectureOf(head);
  const wanted: readonly (readonly [key: string, wanted: Wanted, isRequired: boolean])[] = [
    ["general.name", "string", false],
    ["tokenizer.ggml.model", "string", true],
    ["tokenizer.ggml.pre", "string", false],
    ["tokenizer.ggml.tokens", "strings", true],
    ["tokenizer.ggml.scores", "scores", false],
    ["tokenizer.ggml.token_type", "int32s", false],
    ["tokenizer.ggml.merges", "strings", false],
    ["tokenizer.ggml.bos_token_id", "uint32", false],
    ["tokenizer.ggml.eos_token_id", "uint32", false],
    ["tokenizer.ggml.add_bos_token", "bool", false],
    ["tokenizer.chat_template", "string", false],
    [`${architecture}.context_length`, "uint32", true],
    [`${architecture}.embedding_length`, "uint32", true],
    [`${architecture}.block_count`, "uint32", true],
  ];
  for (const [key, type, isRequired] of wanted) {
    const value = head.metadata.get(key);
    if (value === undefined && isRequired) damaged(`${key} is missing`);
    if (value !== undefined && !isWanted[type](value))
      damaged(`${key} is ${kindOf(value)}, which llama.cpp doesn't read`);
  }
}

function checkVocabulary(head: GgufHead): void {
  const tokens = head.tokens ?? [];
  if (tokens.length === 0) damaged("its vocabulary is empty");
  for (const key of ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"]) {
    const list = head.metadata.get(key);
    if (list?.type === "array" && list.length < tokens.length)
      damaged(`${key} has ${list.length} entries for ${tokens.length} tokens`);
  }
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    const read = token.includes("\0") ? token.slice(0, token.indexOf("\0")) : token; // A C string ends there.
    const text = read === "" ? `[EMPTY_${id}]` : read; // As llama.cpp calls it.
    const other = ids.get(text);
    if (other !== undefined) damaged(`tokens ${other} and ${id} are the same text`);
    ids.set(text, id);
  });
  const tokenizer = textAt(head, "tokenizer.ggml.model");
  if (tokenizer === "llama") checkBytes(ids);
  // It ends the process if it can't spell a line end, and only recurrent models use it.
  if (tokenizer === "rwkv") damaged("its tokenizer is that of RWKV, which models of its kind don't have");
  for (const key of ["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"]) {
    const id = numberAt(head, key);
    if (id !== null && id >= tokens.length && id !== NO_TOKEN)
      damaged(`${key} is ${id}, outside a vocabulary of ${tokens.length} tokens`);
  }
}

/** SentencePiece spells what it doesn't know in bytes: if one is missing, llama.cpp ends the process. */
function checkBytes(ids: ReadonlyMap<string, number>): void {
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    if (!ids.has(`<0x${hex}>`) && !ids.has(String.fromCharCode(byte)))
      damaged(`its vocabulary has no token for the byte 0x${hex}`);
  }
}

function checkSizes(head: GgufHead): void {
  const architecture = architectureOf(head);
  const at = (key: string): number | null => numberAt(head, `${architecture}.${key}`);
  const within = (key: string, least: number, most: number): void => {
    const value = at(key);
    if (value !== null && (value < least || value > most))
      damaged(`${architecture}.${key} is ${value}, and must be ${least} to ${most}`);
  };
  within("context_length", 1, 2 ** 31 - 1);
  within("embedding_length", 1, 2 ** 24);
  within("block_count", 1, MOST.layers);
  const layers = at("block_count") ?? 0;
  within("nextn_predict_layers", 0, layers);
  checkAttention(head, architecture, at);
  checkReals(head, architecture);
  checkFrequencies(head, architecture, at("rope.dimension_count"));
  checkExperts(head, architecture, at);
  const scaling = head.metadata.get(`${architecture}.rope.scaling.type`);
  if (scaling !== undefined && !ROPE_SCALINGS.includes(textAt(head, `${architecture}.rope.scaling.type`)))
    damaged(`${architecture}.rope.scaling.type is unknown to llama.cpp`);
}

/** NaN and infinities are useless in calculations. */
function checkReals(head: GgufHead, architecture: string): void {
  for (const [key, value] of head.metadata) {
    if (value.type !== "float32" || !key.startsWith(`${architecture}.`)) continue;
    if (!Number.isFinite(value.value) || (key.endsWith("epsilon") && value.value < 0))
      damaged(`${key} is ${value.value}`);
  }
}

/** Angles are powers of this base: of 0 they are infinite, and no token has a probability. */
function checkFrequencies(head: GgufHead, architecture: string, rotated: number | null): void {
  if (rotated === 0) return;
  for (const [key, value] of head.metadata)
    if (key.startsWith(`${architecture}.rope.freq_base`) && value.type === "float32" && value.value <= 0)
      damaged(`${key} is ${value.value}, and must be above 0`);
}

/** Sizes of which a zero would make an empty tensor. Others are written as 0 by converters (ssm.group_count of PLaMo 2). */
const NEVER_ZERO = [
  "attention.key_length",
  "attention.value_length",
  "attention.key_length_mla",
  "attention.value_length_mla",
  "attention.key_length_swa",
  "attention.value_length_swa",
  "expert_feed_forward_length",
  "feed_forward_length",
  "shortconv.l_cache",
  "ssm.conv_kernel",
  "ssm.inner_size",
  "ssm.state_size",
  "ssm.time_step_rank",
  "vocab_size",
];

function checkAttention(head: GgufHead, architecture: string, at: (key: string) => number | null): void {
  for (const key of NEVER_ZERO) if (at(key) === 0) damaged(`${architecture}.${key} is 0`);
  for (const key of ["attention.head_count", "attention.head_count_kv", "feed_forward_length"]) {
    const values = numbersAt(head, `${architecture}.${key}`);
    const isOptional =
      key === "attention.head_count_kv" ||
      (key === "feed_forward_length" && (at("expert_feed_forward_length") ?? 0) > 0);
    if (values.length === 0 && isOptional) continue;
    // Layers without attention have 0, but not all layers do.
    if (!(Math.max(...values) >= 1)) damaged(`${architecture}.${key} is missing or 0`);
  }
  const width = at("embedding_length") ?? 0;
  const counts = numbersAt(head, `${architecture}.attention.head_count`);
  const [heads = 0] = counts.filter((count) => count > 0);
  const usualSize = Math.floor(width / heads);
  const headSize = at("attention.key_length") ?? usualSize;
  if (headSize < 1) damaged(`${architecture} has ${heads} heads for ${width} values`);
  checkRope(architecture, "rope.dimension_count", at("rope.dimension_count"), headSize);
  const windowed = at("attention.key_length_swa") ?? headSize;
  checkRope(architecture, "rope.dimension_count_swa", at("rope.dimension_count_swa"), windowed);
  // If the first layer has no heads, llama.cpp takes all of these sizes for 0.
  if (counts[0] !== 0) checkArchitecture(architecture, { headSize, usualSize }, at);
}

function checkRope(architecture: string, key: string, dimensions: number | null, headSize: number): void {
  // With 0 the kernels loop forever.
  if (dimensions !== null && (dimensions < 2 || dimensions > headSize || dimensions % 2 !== 0))
    damaged(`${architecture}.${key} is ${dimensions}, for heads of ${headSize} values`);
}

function checkExperts(head: GgufHead, architecture: string, at: (key: string) => number | null): void {
  const experts = at("expert_count") ?? 0;
  const used = numbersAt(head, `${architecture}.expert_used_count`);
  const mostUsed = Math.max(0, ...used);
  const groups = at("expert_group_count") ?? 0;
  const groupsUsed = at("expert_group_used_count") ?? 0;
  const isFine =
    experts <= MOST.experts &&
    mostUsed <= experts &&
    (experts === 0 ? groups === 0 : mostUsed > 0 && groups < experts) &&
    (groups <= 1 || (experts % groups === 0 && groupsUsed > 0 && groupsUsed < groups));
  if (!isFine)
    damaged(
      `${experts} experts in ${groups} groups, of which ${mostUsed} and ${groupsUsed} are used, can't be`,
    );
}
