// Answers as a model's pool holds them: tokenized, indexed, with the names of their entries.
import { tokenizeFragments, type Engine, type Tokenizer } from "../../engine/index.ts";
import { finish, type InPieces } from "../../../core/base/index.ts";
import { Pool, type EntryLabel, type GroupWeights, type TokenId } from "../../../core/laser/index.ts";
import {
  OPENING_TOKENS,
  PoolError,
  type Answer,
  type PoolEntry,
  type StoredPool,
} from "../../pools/index.ts";
import { PromptError } from "../../../core/prompts/index.ts";
import type { NamedEntry } from "../../../core/trace/index.ts";
import { applyTemplate } from "../prompt/prompt.ts";

export interface LoadedPool {
  readonly name: string;
  readonly fingerprint: string;
  /** Lines of its file that are not answers and were left out, as asked. */
  readonly skippedLines: number;
  readonly index: Pool;
  /** Of the answers only: the openings before them are not counted. */
  readonly tokens: number;
  /** The learned weights of other groups' votes in this pool. */
  readonly groupWeights: GroupWeights;
  /** Numbers for the group and subject of an entry that is added. */
  labelOf(entry: Omit<NamedEntry, "text">): EntryLabel;
  /** The number of a group in the index; null: it has no entries there, or only in too many groups. */
  groupNumber(group: string): number | null;
  /** The number of a user or item in the index; null: no entry is about it. */
  subjectNumber(key: string): number | null;
  /** The subject of an entry of the index; null without such an entry. */
  entryOf(entry: number): NamedEntry | null;
}

export interface TokenizingEngine extends Pick<Engine, "chat" | "tokenizer"> {
  readonly model: Pick<Engine["model"], "name" | "tokenizerFingerprint" | "vocabularySize">;
}

/** @throws PoolError poolOtherTokenizer; poolFileDamaged for tokens that this tokenizer does not have */
export function requireTokenizer(
  path: string,
  { tokenizer: { fingerprint, model }, pool, opening }: Pick<StoredPool, "tokenizer" | "pool" | "opening">,
  engine: TokenizingEngine,
): void {
  const { tokenizerFingerprint, vocabularySize } = engine.model;
  if (fingerprint !== tokenizerFingerprint) throw new PoolError({ tag: "poolOtherTokenizer", path, model });
  const highest = Math.max(pool.highestToken, ...opening);
  if (highest >= vocabularySize) {
    const reason = `it has token ${highest}, and the vocabulary ends at ${vocabularySize - 1}`;
    throw new PoolError({ tag: "poolFileDamaged", path, reason });
  }
}

/** A storable pool of the answers: oldest first, last used when they were added. */
export function storedPool(answers: readonly Answer[], engine: TokenizingEngine, nowMs: number): StoredPool {
  return finish(storingPool(answers, engine, nowMs));
}

/** The same in pieces. */
export function* storingPool(
  answers: readonly Answer[],
  engine: TokenizingEngine,
  nowMs: number,
): InPieces<StoredPool> {
  const { tokenizerFingerprint, name } = engine.model;
  const opening = answerOpening(engine);
  const entries = answers.map((answer) => entryFrom(answer, nowMs));
  const pool = yield* Pool.building(yield* tokenizing(entries, opening, engine.tokenizer));
  entries.forEach(({ timeMs }, entry) => pool.touch(entry, timeMs));
  return { tokenizer: { fingerprint: tokenizerFingerprint, model: name }, opening, pool, entries };
}

/** What adding made of a pool. */
export interface AddedAnswers {
  readonly stored: StoredPool;
  readonly added: number;
  /** Answers that the pool had already, with the same id and text; they are left out. */
  readonly known: number;
}

/**
 * Appends answers to a pool, which it changes, in pieces. The tokenizer must be the pool's. One that the pool has already
 * is left out, and gives its entry its group, if it has one: the same file may be added again. Answers that repeat each
 * other are all added, as votes of their own.
 */
export function* addingAnswers(
  stored: StoredPool,
  answers: readonly Answer[],
  tokenizer: Tokenizer,
  nowMs: number,
): InPieces<AddedAnswers> {
  const { pool, opening } = stored;
  const entries = [...stored.entries];
  const slots = new Map<string, number[]>();
  for (const [slot, { key }] of entries.entries()) {
    const found = slots.get(key);
    if (found === undefined) slots.set(key, [slot]);
    else found.push(slot);
  }
  for (const answer of answers) {
    const same = (slots.get(answer.id) ?? []).filter((slot) => entries[slot]!.text === answer.text);
    for (const slot of same)
      if (answer.group !== null) entries[slot] = { ...entries[slot]!, group: answer.group };
    if (same.length === 0) {
      const entry = entryFrom(answer, nowMs);
      entries.push(entry);
      pool.add(entryTokens(opening, tokenizer, entry.text), entry.timeMs);
    }
    yield;
  }
  const added = entries.length - stored.entries.length;
  return { stored: { ...stored, entries }, added, known: answers.length - added };
}

/** Texts as they are indexed, one per piece. */
function* tokenizing(
  texts: readonly { readonly text: string }[],
  opening: readonly TokenId[],
  tokenizer: Tokenizer,
): InPieces<readonly TokenId[][]> {
  const tokens: TokenId[][] = [];
  for (const { text } of texts) {
    tokens.push(entryTokens(opening, tokenizer, text));
    yield;
  }
  return tokens;
}

/** An answer as it is indexed. */
function entryTokens(opening: readonly TokenId[], tokenizer: Tokenizer, text: string): TokenId[] {
  return [...opening, ...tokenizer.tokenize(text, false)];
}

function entryFrom({ id, group, text, timeMs }: Answer, nowMs: number): PoolEntry {
  return { key: id, group, text, timeMs: timeMs ?? nowMs };
}

/**
 * The last tokens of every prompt, up to OPENING_TOKENS, which the model's chat template puts before an answer whatever
 * the question. Example: "\n<|im_start|>assistant\n". Empty for a model without a template that takes one message.
 */
export function answerOpening({ chat, tokenizer }: Pick<Engine, "chat" | "tokenizer">): readonly TokenId[] {
  const promptOf = (content: string): Int32Array => {
    const { fragments } = applyTemplate(
      [{ role: "user", content }],
      null,
      { chat, tokenizer },
      new Date(0),
      false,
    );
    return tokenizeFragments(tokenizer, fragments);
  };
  try {
    // The end shared by the prompts of two different questions comes from the template.
    const one = promptOf("A?");
    const other = promptOf("B!");
    let shared = 0;
    while (shared < OPENING_TOKENS && shared < one.length && one.at(-1 - shared) === other.at(-1 - shared))
      shared++;
    return [...one.slice(one.length - shared)];
  } catch (error) {
    if (error instanceof PromptError) return [];
    throw error;
  }
}
