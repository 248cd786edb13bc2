// A pool as a list: its figures, its groups and, page by page, its entries. For showing it to people.
import { stat } from "node:fs/promises";
import type { PoolEntry } from "./poolEntries.ts";
import type { StoredPool } from "./poolFile.ts";
import { answerTokens, usesOf, without } from "./budget.ts";
import { readPoolSource } from "./poolSource.ts";
import { groupFigures } from "./upkeep.ts";
import { withNotedUses } from "./uses.ts";
import { PoolError } from "./errors.ts";

/** An entry as it is listed. */
export interface ListedEntry {
  /** Its number, which stays the same while the pool file changes; of answers as text, its place from 0. */
  readonly entry: number;
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
  /** Without the opening; null for answers as text, which no model has read. */
  readonly tokens: number | null;
  /** Milliseconds since 1970; null if not known. */
  readonly addedMs: number | null;
  readonly lastUseMs: number | null;
  /** Answers that kept tokens drafted from it, as far as they were counted; null for answers as text. */
  readonly uses: number | null;
}

/** The figures of one group; figures that answers as text don't have are null. */
export interface ListedGroup {
  readonly group: string | null;
  readonly entries: number;
  readonly tokens: number | null;
  /** Of the texts, as UTF-8. */
  readonly textBytes: number;
  readonly lastUseMs: number | null;
  readonly uses: number | null;
}

/** A pool's figures, and the entries that a filter finds. */
export interface PoolListing {
  /** poolFile: tokenized for a model · answers: JSON lines. */
  readonly kind: "poolFile" | "answers";
  /** Name of the model whose tokenizer was used; null for answers as text. */
  readonly model: string | null;
  readonly tokenizerFingerprint: string | null;
  readonly fileBytes: number;
  /** Whether its answers must not be changed. */
  readonly isFrozen: boolean;
  /** In the order in which they first appear. */
  readonly groups: readonly ListedGroup[];
  /** How many entries the filter finds. */
  readonly found: number;
  /** Those of them that were asked for, the newest first. */
  readonly entries: readonly ListedEntry[];
}

/** Which entries to list, at most `limit` of them. */
export interface ListFilter {
  /** Only entries of this group; null: those of no group; absent: of any. */
  readonly group?: string | null;
  /** Only entries whose text, id or group has it, in any letter case. */
  readonly search?: string;
  /** Only this entry. */
  readonly entry?: number;
  readonly limit: number;
}

/** @throws PoolError naming the path and the reason */
export async function listPool(path: string, filter: ListFilter): Promise<PoolListing> {
  const source = await readPoolSource(path);
  if (source.kind === "poolFile") {
    const stored = await withNotedUses(path, source.stored);
    const { model, fingerprint: tokenizerFingerprint } = stored.tokenizer;
    const { fileBytes, isFrozen = false } = stored;
    const all = entriesOf(stored);
    const groups = groupFigures(stored);
    const facts = { model, tokenizerFingerprint, fileBytes, isFrozen };
    return { kind: "poolFile", ...facts, groups, ...page(all, filter) };
  }
  const all = source.file.answers.map(({ id, group, text }, entry): ListedEntry => ({
    ...{ entry, id, group, text },
    ...{ tokens: null, addedMs: null, lastUseMs: null, uses: null },
  }));
  const { size } = await stat(path);
  const nothing = { model: null, tokenizerFingerprint: null, isFrozen: false };
  return { kind: "answers", ...nothing, fileBytes: size, groups: groupsOf(all), ...page(all, filter) };
}

/** The names of the groups that a pool has answers of, in their order. @throws PoolError */
export async function poolGroupNames(path: string): Promise<readonly string[]> {
  const { groups } = await listPool(path, { limit: 1 });
  return groups
    .map(({ group }) => group)
    .filter((group) => group !== null)
    .toSorted();
}

function entriesOf(stored: StoredPool): readonly ListedEntry[] {
  const tokens = answerTokens(stored);
  const { ids, lastUse } = stored.pool.arrays();
  return stored.entries.map((entry: PoolEntry, slot) => ({
    ...{ entry: ids[slot]!, id: entry.key, group: entry.group, text: entry.text },
    ...{ tokens: tokens[slot]!, addedMs: entry.timeMs, lastUseMs: lastUse[slot]!, uses: usesOf(entry) },
  }));
}

function groupsOf(entries: readonly ListedEntry[]): readonly ListedGroup[] {
  const groups = new Map<string | null, { entries: number; textBytes: number }>();
  for (const { group, text } of entries) {
    const figures = groups.get(group) ?? { entries: 0, textBytes: 0 };
    groups.set(group, figures);
    figures.entries++;
    figures.textBytes += Buffer.byteLength(text);
  }
  return [...groups].map(([group, figures]) => ({
    group,
    ...figures,
    tokens: null,
    lastUseMs: null,
    uses: null,
  }));
}

function page(
  all: readonly ListedEntry[],
  { group, search, entry, limit }: ListFilter,
): Pick<PoolListing, "found" | "entries"> {
  const wanted = search?.toLowerCase();
  const found = all.filter(
    (one) =>
      (entry === undefined || one.entry === entry) &&
      (group === undefined || one.group === group) &&
      (wanted === undefined ||
        [one.text, one.id, one.group ?? ""].some((text) => text.toLowerCase().includes(wanted))),
  );
  return { found: found.length, entries: found.slice(Math.max(0, found.length - limit)).reverse() };
}

/** Removes single entries by their numbers. Changes the pool. @throws PoolError poolEntryUnknown, before any is removed */
export function dropEntries(path: string, stored: StoredPool, entries: readonly number[]): StoredPool {
  const slots = new Map(Array.from(stored.pool.arrays().ids, (id, slot) => [id, slot]));
  const gone = entries.map((entry) => {
    const slot = slots.get(entry);
    if (slot === undefined) throw new PoolError({ tag: "poolEntryUnknown", path, entry });
    return slot;
  });
  return without(stored, new Set(gone));
}
