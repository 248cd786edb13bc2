// What a GGUF file is for: many are not language models, or can't be decoded speculatively.
import type { OtherPurpose } from "../errors.ts";
import { textAt } from "./metadata.ts";
import type { GgufHead } from "./readHead.ts";

/** The architectures of llama.cpp that don't continue a text. */
const ARCHITECTURES: Readonly<Record<Exclude<OtherPurpose, "vocabularyOnly">, readonly string[]>> = {
  projector: ["clip", "mmproj"],
  adapter: ["controlvector"],
  importanceMatrix: ["imatrix"],
  embeddings: [
    "bert",
    "modern-bert",
    "nomic-bert",
    "nomic-bert-moe",
    "neo-bert",
    "jina-bert-v2",
    "jina-bert-v3",
    "eurobert",
    "gemma-embedding",
    "llama-embed",
    "t5encoder",
  ],
  diffusion: ["dream", "llada", "llada-moe", "rnd1"],
  draftHead: ["eagle3", "dflash", "gemma4-assistant"],
  speech: ["wavtokenizer-dec", "qwen3tts", "pockettts"],
};

const RECURRENT: readonly string[] = ["mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"];

/** Part attention, part recurrent: what a cell of the cache holds can be taken back, a state can't. */
const HYBRID: readonly string[] = [
  "jamba",
  "falcon-h1",
  "plamo2",
  "granitehybrid",
  "lfm2",
  "lfm2moe",
  "nemotron_h",
  "nemotron_h_moe",
  "qwen3next",
  "kimi-linear",
  "bailingmoe3",
  "kimi-k3",
  "qwen35",
  "qwen35moe",
  "qwen4exp",
  "deepseek4",
  "minimax-01",
];

/** Values of `general.type` other than "model". */
const TYPES: Readonly<Record<string, OtherPurpose>> = {
  adapter: "adapter",
  imatrix: "importanceMatrix",
  mmproj: "projector",
};

/**
 * Null for a model that may generate text.
 * @param tensors how many, those of all parts counted
 */
export function otherPurposeOf(head: GgufHead, tensors: number): OtherPurpose | null {
  const byType = TYPES[textAt(head, "general.type") ?? ""];
  if (byType !== undefined) return byType;
  if (head.metadata.has("adapter.type")) return "adapter";
  const architecture = textAt(head, "general.architecture") ?? "";
  for (const [purpose, names] of Object.entries(ARCHITECTURES) as [OtherPurpose, readonly string[]][])
    if (names.includes(architecture)) return purpose;
  return tensors === 0 && head.tokens !== null ? "vocabularyOnly" : null;
}

/** Whether the architecture keeps one state for the whole text, from which nothing can be taken back. */
export function isRecurrent(architecture: string): boolean {
  return RECURRENT.includes(architecture);
}

/** Whether part of the architecture is recurrent: taking tokens back means evaluating again. */
export function isHybrid(architecture: string): boolean {
  return HYBRID.includes(architecture);
}
