// An engine that recites given answers: the same interface as the real one, without a model. For tests of everything
// above the engine, and for demonstrations without a model.
import { createHash } from "node:crypto";
import { hash3, type TokenId } from "../../../core/laser/index.ts";
import type { Engine, Tokenizer } from "../engine.ts";
import { scriptedLanes } from "./scriptedLanes.ts";
import { ScriptedTarget, type Script, type ScriptedFaults } from "./scriptedTarget.ts";

/** One answer and when to recite it. */
export interface ScriptedAnswer {
  /** Recited if the prompt contains this text; an answer without it matches every prompt. */
  readonly when?: string;
  readonly text: string;
}

/** What a scripted engine recites, and how it misbehaves. */
export interface ScriptedOptions extends ScriptedFaults {
  /** The first that matches is recited. */
  readonly answers: readonly ScriptedAnswer[];
  /** 4096 by default. */
  readonly contextTokens?: number;
  /** Whether it verifies trees, as no real engine does yet. */
  readonly maxTreeLeaves?: number;
}

const BYTES = 256;
const CONTROL_TOKENS = ["<|user|>", "<|assistant|>", "<|end|>"] as const;
const ASSISTANT = BYTES + 1;
const END = BYTES + 2;
const FIRST_WORD = BYTES + CONTROL_TOKENS.length;
const WORDS = /\s?[\p{L}\p{N}]+/gu;

/** The chat template of this engine, as a GGUF file would contain one. */
const TEMPLATE =
  "{% for message in messages %}{% if message['role'] == 'assistant' %}<|assistant|>{% else %}<|user|>{% endif %}" +
  "{{ message['content'] }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

/** Logits of the recited token, and of the runner-up, which is close at a third of the positions and far at the others. */
const RECITED_LOGIT = 8;
const CLOSE_LOGIT = 6.8;
const FAR_LOGIT = 2;

/** Its vocabulary: bytes, three control tokens, and the words of the answers. */
export function createScriptedEngine(options: ScriptedOptions): Engine {
  const { answers, contextTokens = 4096, maxTreeLeaves = 1, ...faults } = options;
  const tokenizer = createWordTokenizer(answers.map((answer) => answer.text));
  const scripts = answers.map(({ when, text }) => ({ when, tokens: tokenizer.tokenize(text, false) }));
  const script = recite(scripts, tokenizer);
  const newTarget = (tokens: number) =>
    new ScriptedTarget(tokenizer.size, tokens, END, script, faults, maxTreeLeaves);
  return {
    model: {
      name: "scripted",
      file: "scripted",
      modelBytes: 0,
      bitsPerWeight: null,
      sha256: null,
      architecture: "scripted",
      vocabularySize: tokenizer.size,
      tokenizerFingerprint: tokenizer.fingerprint,
      weightsFingerprint: "",
      isHybrid: false,
      trainContextTokens: contextTokens,
      endOfTextTokens: [END],
    },
    device: {
      backend: "cpu",
      names: [],
      offloadedLayers: 0,
      totalLayers: 0,
      flashAttention: false,
      maxThreads: 1,
      engine: "scripted",
      engineReason: null,
    },
    deviceMemory: null,
    refused: [],
    tokenizer,
    chat: { template: TEMPLATE, bosToken: "", eosToken: "<|end|>", addsBos: false },
    target: newTarget(contextTokens),
    openLanes: ({ lanes, contextTokens: tokens }) =>
      Promise.resolve(scriptedLanes(Array.from({ length: lanes }, () => newTarget(tokens)))),
    dispose: () => Promise.resolve(),
  };
}

/**
 * The n-th token of an answer is recited whatever the n − 1 before it were: a relaxed token doesn't derail the rest.
 */
function recite(
  scripts: readonly { readonly when: string | undefined; readonly tokens: readonly TokenId[] }[],
  tokenizer: WordTokenizer,
): Script {
  const decoder = new TextDecoder();
  const textOf = (tokens: readonly TokenId[]) =>
    decoder.decode(Buffer.concat(tokens.map((token) => tokenizer.bytesOf(token))));
  return (sequence) => {
    const begin = sequence.lastIndexOf(ASSISTANT) + 1;
    const prompt = textOf(sequence.slice(0, begin));
    const chosen = scripts.findIndex(({ when }) => when === undefined || prompt.includes(when));
    const position = sequence.length - begin;
    const recited = scripts[chosen]?.tokens[position] ?? END;
    const other = scripts[(chosen + 1) % Math.max(1, scripts.length)]?.tokens[position] ?? END;
    if (other === recited) return [{ token: recited, logit: RECITED_LOGIT }];
    const isClose = hash3(position, recited, other) % 3 === 0;
    return [
      { token: recited, logit: RECITED_LOGIT },
      { token: other, logit: isClose ? CLOSE_LOGIT : FAR_LOGIT },
    ];
  };
}

interface WordTokenizer extends Tokenizer {
  readonly size: number;
  readonly fingerprint: string;
}

/** Words of the given texts are tokens; everything else is spelled in bytes. */
function createWordTokenizer(texts: readonly string[]): WordTokenizer {
  const words = [...new Set(texts.flatMap((text) => text.match(WORDS) ?? []))];
  const ids = new Map(words.map((word, i) => [word, FIRST_WORD + i]));
  const encoder = new TextEncoder();
  const spellOut = (text: string): TokenId[] => Array.from(encoder.encode(text));
  const plain = (text: string): TokenId[] => {
    const tokens: TokenId[] = [];
    let done = 0;
    for (const match of text.matchAll(WORDS)) {
      tokens.push(...spellOut(text.slice(done, match.index)));
      const id = ids.get(match[0]);
      tokens.push(...(id === undefined ? spellOut(match[0]) : [id]));
      done = match.index + match[0].length;
    }
    return [...tokens, ...spellOut(text.slice(done))];
  };
  return {
    size: FIRST_WORD + words.length,
    fingerprint: createHash("sha256").update(words.join("\n")).digest("hex").slice(0, 16),
    controlTokens: CONTROL_TOKENS,
    isControl: (token) => token >= BYTES && token < FIRST_WORD,
    tokenizeText: plain,
    controlToken(spelling) {
      const at = (CONTROL_TOKENS as readonly string[]).indexOf(spelling);
      return at < 0 ? null : BYTES + at;
    },
    tokenize(text, control) {
      if (!control) return plain(text);
      return text.split(/(<\|(?:user|assistant|end)\|>)/).flatMap((part) => {
        const at = (CONTROL_TOKENS as readonly string[]).indexOf(part);
        return at < 0 ? plain(part) : [BYTES + at];
      });
    },
    bytesOf(token) {
      if (token < BYTES) return Uint8Array.of(token);
      const text = CONTROL_TOKENS[token - BYTES] ?? words[token - FIRST_WORD];
      if (text === undefined)
        throw new RangeError(`token ${token} is outside a vocabulary of ${FIRST_WORD + words.length}`);
      return encoder.encode(text);
    },
  };
}
