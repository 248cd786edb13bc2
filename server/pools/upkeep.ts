// Upkeep of pools: several made into one, old entries removed, and figures of their groups.
import { Pool } from "../../core/laser/index.ts";
import { answerTokens, usesOf, without } from "./budget.ts";
import { PoolError } from "./errors.ts";
import type { GroupsFile } from "./groups/index.ts";
import type { PoolEntry } from "./poolEntries.ts";
import type { StoredPool } from "./poolFile.ts";

/** A pool and the path of its file, for faults. */
export interface NamedPool {
  readonly path: string;
  readonly stored: StoredPool;
}

/** The result of a merge. */
export interface Merged {
  readonly stored: StoredPool;
  /** Entries left out because another one of the same key, group and text is kept. */
  readonly duplicates: number;
}

/**
 * One pool of all entries, by the time when they were added. Of entries with the same key, group and text the first
 * stays, used as often as all of them and last used when any of them was. Tokens are copied: no model is needed.
 * @throws PoolError poolOtherTokenizer, for pools of different tokenizers or openings
 */
export function mergePools([first, ...others]: readonly [NamedPool, ...NamedPool[]]): Merged {
  const { tokenizer, opening } = first.stored;
  for (const { path, stored } of others)
    if (
      stored.tokenizer.fingerprint !== tokenizer.fingerprint ||
      stored.opening.length !== opening.length ||
      stored.opening.some((token, i) => token !== opening[i])
    )
      throw new PoolError({ tag: "poolOtherTokenizer", path, model: stored.tokenizer.model });
  const byIdentity = new Map<string, TokenizedEntry>();
  let duplicates = 0;
  const all = [first, ...others].flatMap(({ stored }) => tokenized(stored));
  for (const one of all.sort((a, b) => a.entry.timeMs - b.entry.timeMs)) {
    const { key, group, text } = one.entry;
    const identity = JSON.stringify([key, group, text]);
    const kept = byIdentity.get(identity);
    if (kept === undefined) byIdentity.set(identity, { ...one });
    else {
      duplicates++;
      kept.lastUse = Math.max(kept.lastUse, one.lastUse);
      const uses = usesOf(kept.entry) + usesOf(one.entry);
      if (uses > 0) kept.entry = { ...kept.entry, uses };
    }
  }
  const kept = [...byIdentity.values()];
  const pool = Pool.build(kept.map(({ tokens }) => tokens));
  kept.forEach(({ lastUse }, id) => pool.touch(id, lastUse));
  return { stored: { tokenizer, opening, pool, entries: kept.map(({ entry }) => entry) }, duplicates };
}

interface TokenizedEntry {
  entry: PoolEntry;
  readonly tokens: Int32Array;
  lastUse: number;
}

function tokenized({ pool, entries }: StoredPool): TokenizedEntry[] {
  const { text, entryTokens, lastUse } = pool.arrays();
  // The text ends with the last entry and its end.
  let at = text.length - entryTokens.reduce((sum, tokens) => sum + tokens + 1, 0);
  return entries.map((entry, slot) => {
    const tokens = text.slice(at, at + entryTokens[slot]!);
    at += entryTokens[slot]! + 1;
    return { entry, tokens, lastUse: lastUse[slot]! };
  });
}

/** Times are milliseconds since 1970; −Infinity: no limit. */
export interface PruneLimits {
  /** Entries added before this are removed. */
  readonly addedSince: number;
  /** Entries last used before this are removed. */
  readonly usedSince: number;
  /** Entries used by fewer answers than this are removed. */
  readonly minUses: number;
  /** Entries added since this stay: they have had little time to be used. */
  readonly sparedSince: number;
}

/** Removes entries that are too old or used too little. Changes the pool, which is compact afterwards. */
export function prune(stored: StoredPool, limits: PruneLimits): StoredPool {
  const { addedSince, usedSince, minUses, sparedSince } = limits;
  const { lastUse } = stored.pool.arrays();
  const gone = stored.entries.flatMap((entry, slot) => {
    if (entry.timeMs >= sparedSince) return [];
    const isGone = entry.timeMs < addedSince || lastUse[slot]! < usedSince || usesOf(entry) < minUses;
    return isGone ? [slot] : [];
  });
  return without(stored, new Set(gone));
}

/** The figures of the entries of one group; null: those without a group. */
export interface GroupFigures {
  readonly group: string | null;
  readonly entries: number;
  readonly tokens: number;
  /** Of the texts, as UTF-8. */
  readonly textBytes: number;
  /** When an entry of it was last added or used, milliseconds since 1970. */
  readonly lastUseMs: number;
  /** Answers that used its entries, each counted once for each entry. */
  readonly uses: number;
}

/** The figures of each group, in the order in which groups first appear. Compacts the pool. */
export function groupFigures(stored: StoredPool): GroupFigures[] {
  const tokens = answerTokens(stored);
  const { lastUse } = stored.pool.arrays();
  const groups = new Map<string | null, { -readonly [Key in keyof GroupFigures]: GroupFigures[Key] }>();
  stored.entries.forEach((entry, slot) => {
    const { group, text } = entry;
    const figures = groups.get(group) ?? {
      group,
      entries: 0,
      tokens: 0,
      textBytes: 0,
      lastUseMs: 0,
      uses: 0,
    };
    groups.set(group, figures);
    figures.entries++;
    figures.tokens += tokens[slot]!;
    figures.textBytes += Buffer.byteLength(text);
    figures.lastUseMs = Math.max(figures.lastUseMs, lastUse[slot]!);
    figures.uses += usesOf(entry);
  });
  return [...groups.values()];
}

/**
 * How evenly entries are spread over groups: entropy ÷ that of equal sizes, 0 … 1; null for fewer than two groups.
 */
export function balanceOf(sizes: readonly number[]): number | null {
  const held = sizes.filter((size) => size > 0);
  if (held.length < 2) return null;
  const total = held.reduce((sum, size) => sum + size, 0);
  const entropy = held.reduce((sum, size) => sum - (size / total) * Math.log(size / total), 0);
  return entropy / Math.log(held.length);
}

/** How far a pool covers the subjects of one group. */
export interface Coverage {
  readonly group: string;
  /** Subjects of the groups file. */
  readonly subjects: number;
  /** Those of them that an answer of the pool is about. */
  readonly covered: number;
}

/** For each group of a groups file, how many of its subjects the pool has an answer about. */
export function coverageOf({ entries }: StoredPool, { subjects }: GroupsFile): Coverage[] {
  const keys = new Set(entries.map(({ key }) => key));
  const groups = new Map<string, { subjects: number; covered: number }>();
  for (const [subject, group] of Object.entries(subjects)) {
    const counted = groups.get(group) ?? { subjects: 0, covered: 0 };
    groups.set(group, counted);
    counted.subjects++;
    if (keys.has(subject)) counted.covered++;
  }
  return [...groups].map(([group, counted]) => ({ group, ...counted }));
}
