// The tokenizer of a model file and what it says about chat prompts, as the rest of the product uses them.
import { basename } from "node:path";
import type { GgufFileInfo, LlamaModel, Token } from "node-llama-cpp";
import type { TokenId } from "../../../core/laser/index.ts";
import type { ChatFacts, ModelFacts, Tokenizer } from "../engine.ts";
import { textTokenizer } from "./textTokens.ts";
import { createVocabulary } from "./vocabulary.ts";

/** A tokenizer with the facts about the file it comes from. */
export interface FileTokenizer {
  readonly tokenizer: Tokenizer;
  readonly chat: ChatFacts;
  readonly facts: Pick<
    ModelFacts,
    "name" | "file" | "architecture" | "vocabularySize" | "tokenizerFingerprint"
  >;
}

/** @param isEndOfText what llama.cpp made of a token on loading */
export function fileTokenizer(
  model: LlamaModel,
  { metadata: { general, tokenizer: head } }: Pick<GgufFileInfo, "metadata">,
  path: string,
  isEndOfText: (token: TokenId) => boolean,
): FileTokenizer {
  const template = head.chat_template ?? null;
  const { model: kind, tokens: texts, token_type: kinds } = head.ggml;
  const vocabulary = createVocabulary({ model: kind, texts, kinds, template: template ?? "" }, (token) => {
    const { control, userDefined } = model.getTokenAttributes(token as Token);
    return { control, userDefined, endOfText: isEndOfText(token) };
  });
  const tokenize = (text: string, control: boolean): TokenId[] => model.tokenize(text, control);
  const tokenizeText = textTokenizer({
    tokenize: (text) => tokenize(text, false),
    forbiddenSpelling: (token) => vocabulary.forbiddenSpelling(token),
    bytesOf: (token) => vocabulary.bytesOf(token),
  });
  return {
    facts: {
      name: general.name ?? basename(path),
      file: basename(path),
      architecture: general.architecture,
      vocabularySize: vocabulary.size,
      tokenizerFingerprint: vocabulary.fingerprint,
    },
    tokenizer: {
      tokenize,
      tokenizeText,
      controlToken: (spelling) => vocabulary.controlToken(spelling),
      bytesOf: (token) => vocabulary.bytesOf(token),
      isControl: (token) => vocabulary.isControl(token),
      controlTokens: vocabulary.controlTokens,
    },
    chat: {
      template,
      bosToken: model.tokens.bosString ?? "",
      eosToken: model.tokens.eosString ?? "",
      addsBos: model.tokens.shouldPrependBosToken,
    },
  };
}
