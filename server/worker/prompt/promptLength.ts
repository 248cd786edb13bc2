// Refuses a prompt that can't fit the context before its template is rendered and its tokens are counted, which take seconds
// and gigabytes for a text of many megabytes.
import { Buffer } from "node:buffer";
import { DecodeError } from "../../../core/laser/index.ts";
import type { ChatMessage } from "../../../core/prompts/index.ts";
import type { Engine, Tokenizer } from "../../engine/index.ts";

/** Texts below this many characters per token of the context are quickly tokenized. */
const CHARACTERS_PER_TOKEN = 64;
const longest = new WeakMap<Tokenizer, number>();

/** @throws DecodeError contextTooSmall, if even the longest token of the vocabulary throughout would make too many */
export function checkPromptLength(
  messages: readonly ChatMessage[],
  { tokenizer, target: { contextTokens, vocabularySize } }: Pick<Engine, "tokenizer" | "target">,
): void {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (characters <= CHARACTERS_PER_TOKEN * contextTokens) return;
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const promptTokens = Math.ceil(bytes / longestToken(tokenizer, vocabularySize));
  if (promptTokens > contextTokens)
    throw new DecodeError({
      tag: "contextTooSmall",
      promptTokens,
      isLeast: true,
      maxTokens: 0,
      contextTokens,
    });
}

/** In UTF-8 bytes, at least 1. */
function longestToken(tokenizer: Tokenizer, vocabularySize: number): number {
  const known = longest.get(tokenizer);
  if (known !== undefined) return known;
  let most = 1;
  for (let token = 0; token < vocabularySize; token++) most = Math.max(most, tokenizer.bytesOf(token).length);
  longest.set(tokenizer, most);
  return most;
}
