// Counts tokens by the tokenizer of a model's file, without its weights: what an editor shows while a prompt is written.
import { stat } from "node:fs/promises";
import { describeError } from "../../../core/base/index.ts";
import { loadTokenizer, tokenizeFragments, type Tokenizer, type TokenizerOnly } from "../../engine/index.ts";
import { PromptError } from "../../../core/prompts/index.ts";
import { usedContextTokens } from "../../../core/settings/index.ts";
import type { TokenizeResult, WorkerRequest } from "../../protocol/worker.ts";
import { readChatTemplate, withChatTemplate } from "../prompt/chatTemplate.ts";
import { fileOf } from "../model/loadModel.ts";
import { applyTemplate, messagesOf } from "../prompt/prompt.ts";
import { loadScriptedEngine } from "../model/scriptedModel.ts";

export type TokenizeRequest = Extract<WorkerRequest, { readonly kind: "tokenize" }>;
type Choice = TokenizeRequest["model"];

/** The tokenizer of the model that a client chose. Both throw EngineError, ModelError, the signal's reason. */
export interface LoadTokenizer {
  /** The path of its file. */
  readonly find: (choice: Choice, signal: AbortSignal) => Promise<string>;
  readonly load: (path: string, choice: Choice, signal: AbortSignal) => Promise<TokenizerOnly>;
}

export const llamaTokenizer: LoadTokenizer = {
  find: async (choice, signal) => (await fileOf(choice, { signal, onProgress: () => undefined })).path,
  load: (path, _choice, signal) => loadTokenizer(path, signal),
};

const UNBOUNDED_TOKENS = 2 ** 30;

/** The script's tokenizer, whatever file is chosen. */
export function scriptedTokenizer(scriptPath: string): LoadTokenizer {
  return {
    find: () => Promise.resolve(scriptPath),
    load: async (path) => {
      const engine = await loadScriptedEngine(path, UNBOUNDED_TOKENS);
      const { tokenizer, chat, model: facts } = engine;
      // Kept for other choices of a context: without a size in the script there is no limit.
      const trained = facts.trainContextTokens === UNBOUNDED_TOKENS ? null : facts.trainContextTokens;
      return { tokenizer, chat, facts, trainContextTokens: trained, dispose: () => engine.dispose() };
    },
  };
}

/** Keeps the last tokenizer. */
export class TokenizerHolder {
  private held: { readonly key: string; readonly loading: Promise<TokenizerOnly> } | null = null;

  constructor(private readonly source: LoadTokenizer) {}

  /** @throws EngineError, ModelError for a model that can't be used; the signal's reason when stopped */
  async tokenize(
    { model, texts, prompt, isShown = false }: TokenizeRequest,
    signal: AbortSignal,
  ): Promise<TokenizeResult> {
    const found = await this.of(model, signal);
    const { chatTemplatePath } = model;
    const given = chatTemplatePath === undefined ? null : await readChatTemplate(chatTemplatePath, signal);
    const { tokenizer, facts, trainContextTokens, ...rest } = withChatTemplate(found, given);
    const contextTokens = usedContextTokens(model.contextTokens, trainContextTokens);
    return {
      ...{ file: facts.file, name: facts.name, architecture: facts.architecture },
      ...{ contextTokens, trainContextTokens },
      ends: texts.map((text) => tokenEnds(text, tokenizer)),
      prompt: prompt === null ? null : countPrompt(prompt, { tokenizer, ...rest }, isShown),
    };
  }

  async unload(): Promise<void> {
    const { held } = this;
    this.held = null;
    await held?.loading.then(
      (tokenizer) => tokenizer.dispose(),
      () => undefined, // It failed where it was asked for.
    );
  }

  private async of(model: Choice, signal: AbortSignal): Promise<TokenizerOnly> {
    const path = await this.source.find(model, signal);
    // A file that was replaced has another tokenizer, perhaps.
    const facts = await stat(path).catch(() => null);
    const key = `${path} ${facts?.mtimeMs ?? 0} ${facts?.size ?? 0}`;
    if (this.held?.key === key) return this.held.loading;
    await this.unload();
    const held = { key, loading: this.source.load(path, model, signal) };
    this.held = held;
    try {
      return await held.loading;
    } catch (error) {
      if (this.held === held) this.held = null;
      throw error;
    }
  }
}

function countPrompt(
  { systemInUserTurn, ...prompt }: NonNullable<TokenizeRequest["prompt"]>,
  engine: Pick<TokenizerOnly, "tokenizer" | "chat">,
  isShown: boolean,
): NonNullable<TokenizeResult["prompt"]> {
  const { tokenizer } = engine;
  try {
    const { fragments, messages, rendered, leavesOutSystem } = applyTemplate(
      messagesOf(prompt),
      prompt.promptFile,
      engine,
      new Date(),
      systemInUserTurn,
    );
    const tokens = tokenizeFragments(tokenizer, fragments).length;
    if (!isShown) return { tokens, shown: null };
    const counted = messages.map(({ role, content }) => ({
      ...{ role, content },
      tokens: tokenizer.tokenizeText(content).length,
    }));
    return { tokens, shown: { messages: counted, rendered, leavesOutSystem: leavesOutSystem === true } };
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    return { error: describeError(error) };
  }
}

/**
 * Where each token of a text ends, in UTF-16 units. A token that ends inside a character counts to the end of it, so that the
 * number of ends is the number of tokens.
 */
export function tokenEnds(text: string, tokenizer: Pick<Tokenizer, "tokenizeText" | "bytesOf">): number[] {
  const tokens = tokenizer.tokenizeText(text);
  const bytes = new TextEncoder().encode(text);
  const sizes = tokens.map((token) => tokenizer.bytesOf(token).length);
  // SentencePiece puts a space before the text, which belongs to no character of it.
  let taken = -Math.max(0, sizes.reduce((sum, size) => sum + size, 0) - bytes.length);
  let [byte, unit] = [0, 0];
  return sizes.map((size) => {
    taken += size;
    while (byte < taken && byte < bytes.length) {
      const lead = bytes[byte]!;
      const width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      byte += width;
      unit += width === 4 ? 2 : 1;
    }
    return Math.min(unit, text.length);
  });
}
