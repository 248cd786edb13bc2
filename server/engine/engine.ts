// What a loaded model offers to the rest of the product: a target, a tokenizer, and honest facts about itself.
// Both the real and the scripted engine are of this shape. Types only; it must not know either of them.
import type { TargetModel, TokenId } from "../laser/index.ts";

export interface ModelFacts {
  /** The model's own name, else its file's. */
  readonly name: string;
  /** Base name of the file. */
  readonly file: string;
  readonly modelBytes: number;
  /** SHA-256 of the file in hex; null where it was not computed. */
  readonly sha256: string | null;
  readonly architecture: string;
  readonly vocabularySize: number;
  /** First 16 hex digits of the SHA-256 over all token texts and kinds: pools and traces name it. */
  readonly tokenizerFingerprint: string;
  /** The longest context the model was trained for. */
  readonly trainContextTokens: number;
  readonly endOfTextTokens: readonly TokenId[];
}

export interface DeviceFacts {
  /** Where the layers really are; "cpu" when none was offloaded. */
  readonly backend: "cpu" | "vulkan" | "cuda" | "metal";
  /** Names the driver gives; empty on CPU. */
  readonly names: readonly string[];
  readonly offloadedLayers: number;
  readonly totalLayers: number;
  readonly flashAttention: boolean;
  /** The most processor threads an evaluation may use. */
  readonly maxThreads: number;
}

export interface Tokenizer {
  /** Tokens of a text. Control tokens such as <|im_end|> are recognised only where `control` is true. */
  tokenize(text: string, control: boolean): TokenId[];
  /** The bytes of one token, control tokens as their name; a character may be split over several tokens. */
  bytesOf(token: TokenId): Uint8Array;
  /** True for a token that adds nothing to a text, such as <|im_start|>. */
  isControl(token: TokenId): boolean;
  /** Names of all control tokens, e.g. <|im_start|>. */
  readonly controlTokens: readonly string[];
}

export interface ChatFacts {
  /** The Jinja chat template inside the model file; null when it has none. */
  readonly template: string | null;
  readonly bosToken: string;
  readonly eosToken: string;
}

export interface Engine {
  readonly model: ModelFacts;
  readonly device: DeviceFacts;
  readonly tokenizer: Tokenizer;
  readonly chat: ChatFacts;
  readonly target: TargetModel;
  dispose(): Promise<void>;
}

/** A piece of a rendered prompt: a control token put there by the template, or text in which none is recognised. */
export interface PromptFragment {
  readonly kind: "control" | "text";
  readonly text: string;
}

/** Prompt tokens of rendered fragments: special tokens come only from where the template put them. */
export function tokenizeFragments(tokenizer: Tokenizer, fragments: readonly PromptFragment[]): Int32Array {
  return Int32Array.from(fragments.flatMap(({ kind, text }) => tokenizer.tokenize(text, kind === "control")));
}
