// What a loaded model offers to the rest of the product: a target, a tokenizer, and facts about what was actually loaded.
// The real and the scripted engine both implement it.
import type { TargetModel, TokenId } from "../../core/laser/index.ts";
import type { DeviceMemory, RefusedBackend } from "./devices/index.ts";
import type { LaneGroup, LaneOptions } from "./lanes/lanes.ts";

/** What was loaded. */
export interface ModelFacts {
  /** As given in the model file, else the file's base name. */
  readonly name: string;
  /** Base name of the file. */
  readonly file: string;
  readonly modelBytes: number;
  /** Bits of the file per weight: about 5 for Q4_0, 16 for F16. Null: no tensor is known. */
  readonly bitsPerWeight: number | null;
  /** SHA-256 of the file in hex; null if it was not computed. */
  readonly sha256: string | null;
  readonly architecture: string;
  readonly vocabularySize: number;
  /** First 16 hex digits of the SHA-256 over all token texts and kinds; pools and traces record it. */
  readonly tokenizerFingerprint: string;
  /** First 16 hex digits of the SHA-256 over names, types and sizes of all tensors. */
  readonly weightsFingerprint: string;
  /** The context length that the model was trained for, in tokens. */
  readonly trainContextTokens: number;
  readonly endOfTextTokens: readonly TokenId[];
  /** Part of it is recurrent: each rejected draft makes it evaluate again, so drafts gain less. */
  readonly isHybrid: boolean;
}

/** What a user of a hybrid model reads. */
export const HYBRID_NOTICE =
  "Part of this model is recurrent: each rejected draft is evaluated again, so drafting gains less than with other models.";

/** What it runs on. */
export interface DeviceFacts {
  /** Where the layers really are; "cpu" if none was offloaded. */
  readonly backend: "cpu" | "vulkan" | "cuda" | "metal";
  /** Device names from the driver; empty on CPU. */
  readonly names: readonly string[];
  readonly offloadedLayers: number;
  readonly totalLayers: number;
  readonly flashAttention: boolean;
  /** The most CPU threads that an evaluation may use. */
  readonly maxThreads: number;
  /** How the context stores keys and values; f16 where omitted. */
  readonly kvType?: "f16" | "q8_0" | "q4_0";
  /** native: llama.cpp is called directly · library: node-llama-cpp evaluates · scripted: no model at all. */
  readonly engine: "native" | "library" | "scripted";
  /** Why the direct engine is not used; null if it is, or without a model. */
  readonly engineReason: string | null;
}

/** Text to tokens and back. */
export interface Tokenizer {
  /** The tokens of a text. Control tokens such as <|im_end|> are recognised only if `control` is true. */
  tokenize(text: string, control: boolean): TokenId[];
  /** The tokens of a text from outside, of which none is in `controlTokens`, whatever the text spells. */
  tokenizeText(text: string): TokenId[];
  /** The token of a spelling in `controlTokens`; null for any other text. */
  controlToken(spelling: string): TokenId | null;
  /**
   * The UTF-8 bytes of one token; of a control token, those of its name. A character may be split over several tokens.
   * @throws RangeError for an id outside the vocabulary
   */
  bytesOf(token: TokenId): Uint8Array;
  /** Whether the token adds nothing to a text, such as <|im_start|>. */
  isControl(token: TokenId): boolean;
  /** Spellings that only a template may turn into their tokens: control tokens, e.g. <|im_start|>, and marks of turns. */
  readonly controlTokens: readonly string[];
}

/** What the model file says about chat prompts. */
export interface ChatFacts {
  /** The Jinja chat template, of the model file unless another replaces it; null if there is none. */
  readonly template: string | null;
  /** The file that replaces it, for messages; missing if the template is the model's own. */
  readonly templateFile?: string;
  readonly bosToken: string;
  readonly eosToken: string;
  /** Whether a prompt begins with the BOS token, as llama.cpp takes it from `tokenizer.ggml.add_bos_token` or by default. */
  readonly addsBos: boolean;
}

/** A loaded model with one context. */
export interface Engine {
  readonly model: ModelFacts;
  readonly device: DeviceFacts;
  /** Memory of the GPU that holds layers; null on CPU, or where the driver doesn't report it. */
  readonly deviceMemory: DeviceMemory | null;
  /** Back ends that would have been preferred, and why they are not used. */
  readonly refused: readonly RefusedBackend[];
  readonly tokenizer: Tokenizer;
  readonly chat: ChatFacts;
  readonly target: TargetModel;
  /**
   * Opens a separate context for several sequences that are evaluated together. Its owner disposes of it; unloading the
   * model does so as well.
   * @throws EngineError lanesUnavailable, memoryTooSmall
   */
  openLanes(options: LaneOptions): Promise<LaneGroup>;
  /** Unloads the model; the engine must not be used afterwards. */
  dispose(): Promise<void>;
}

/** A piece of a rendered prompt: a control token from the template, or text in which no control token is recognised. */
export interface PromptFragment {
  readonly kind: "control" | "text";
  readonly text: string;
}

/** The prompt tokens of rendered fragments: control tokens come only from the template, never from text. */
export function tokenizeFragments(tokenizer: Tokenizer, fragments: readonly PromptFragment[]): Int32Array {
  return Int32Array.from(
    fragments.flatMap(({ kind, text }) => {
      if (kind === "text") return tokenizer.tokenizeText(text);
      const token = tokenizer.controlToken(text);
      return token === null ? tokenizer.tokenize(text, true) : [token];
    }),
  );
}
