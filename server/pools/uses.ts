// How often and when answers of a pool file were drafted from. The program that wrote an answer notes it in a small file
// beside the
// pool, "films.laserpool.uses", under the pool's lock: a pool of a gigabyte is not written again for one answer, and its
// checksum, which traces and runs name, stays. The next change of the pool merges the notes into it.
import { open, rm, stat } from "node:fs/promises";
import * as Type from "typebox";
import { parse } from "../../core/base/index.ts";
import { destinationOf, PRIVATE_MODE, readBounded, withLock, writeFileAtomic } from "../files/index.ts";
import { DIGEST_BYTES } from "./poolFileHeader.ts";
import type { ReadPool } from "./poolFile.ts";

/** That an entry was used: kept tokens of this many answers were drafted from it. */
export interface EntryUse {
  /** Its number in the pool. */
  readonly entry: number;
  /** When it was added: a pool that was built again gives its number to another answer. */
  readonly addedMs: number;
  readonly answers: number;
}

const count = Type.Integer({ minimum: 0 });
const NoteSchema = Type.Object({
  /** Fingerprint of the pool file that the numbers belong to: notes that it has taken in are of another one. */
  pool: Type.String(),
  /** Entry, when it was added, answers, and when the last of them was written. */
  uses: Type.Array(Type.Tuple([count, Type.Number(), count, Type.Number({ minimum: 0 })])),
});
type Note = Type.Static<typeof NoteSchema>;

/** A command waits no longer than this for another one that changes the pool: a count is not worth it. */
const PATIENCE_MS = 2_000;
/** Notes are merged into one when there are many and they take more than this. */
const MANY_BYTES = 256 * 1024;
const MANY_NOTES = 64;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Notes uses of a pool file. Not of a frozen one, which must not be written, nor of one that another process keeps locked.
 * Never fails: it is only housekeeping. @returns whether they were noted
 */
export async function noteUses(
  path: string,
  uses: readonly EntryUse[],
  nowMs: number,
  patienceMs = PATIENCE_MS,
): Promise<boolean> {
  if (uses.length === 0) return false;
  try {
    const destination = await destinationOf(path);
    if (destination.kind === "device" || destination.replaced === null) return false;
    // Asked of the mode, because root may write to anything.
    if ((destination.replaced.mode & 0o222) === 0) return false;
    const signal = AbortSignal.timeout(patienceMs);
    return await withLock(`${destination.path}.lock`, { signal, pollMs: 100 }, async ({ check }) => {
      const pool = await fingerprintOf(destination.path);
      const note: Note = {
        pool,
        uses: uses.map(({ entry, addedMs, answers }) => [entry, addedMs, answers, nowMs]),
      };
      await append(usesPath(destination.path), note, check);
      return true;
    });
  } catch {
    return false;
  }
}

/**
 * A pool as read, with the uses noted beside it: last uses, and how many answers used each entry. Changes its index.
 * Notes of another content of the file are left out.
 */
export async function withNotedUses<Read extends ReadPool>(path: string, read: Read): Promise<Read> {
  const destination = await destinationOf(path).catch(() => null);
  if (destination?.kind !== "file") return read;
  const notes = (await notesIn(usesPath(destination.path))).filter(({ pool }) => pool === read.fingerprint);
  if (notes.length === 0) return read;
  const { ids, lastUse } = read.pool.arrays();
  const slots = new Map(Array.from(ids, (id, slot) => [id, slot]));
  const entries = [...read.entries];
  for (const { uses } of notes)
    for (const [id, addedMs, answers, lastMs] of uses) {
      const slot = slots.get(id);
      const entry = slot === undefined ? undefined : entries[slot];
      if (slot === undefined || entry?.timeMs !== addedMs) continue;
      entries[slot] = { ...entry, uses: (entry.uses ?? 0) + answers };
      if (lastMs > lastUse[slot]!) read.pool.touch(id, lastMs);
    }
  return { ...read, entries };
}

/** Removes what was noted, once the pool was written with it; under the pool's lock. */
export async function dropNotedUses(poolPath: string): Promise<void> {
  await rm(usesPath(poolPath), { force: true }).catch(() => undefined);
}

const usesPath = (poolPath: string): string => `${poolPath}.uses`;

/** A note is one write of whole lines: a torn one is left out when it is read. */
async function append(path: string, note: Note, check: () => Promise<void>): Promise<void> {
  const bytes = (await stat(path).catch(() => null))?.size ?? 0;
  const earlier = bytes > MANY_BYTES ? await notesIn(path) : [];
  await check();
  if (bytes > MOST_BYTES || earlier.length >= MANY_NOTES) {
    const all: Note = { pool: note.pool, uses: summedUses([...earlier, note], note.pool) };
    await writeFileAtomic(path, `${JSON.stringify(all)}\n`, { mode: PRIVATE_MODE });
    return;
  }
  const file = await open(path, "a", PRIVATE_MODE);
  try {
    // Starts a new line, also after a torn one.
    await file.appendFile(`${bytes > 0 ? "\n" : ""}${JSON.stringify(note)}`);
  } finally {
    await file.close();
  }
}

function summedUses(notes: readonly Note[], pool: string): Note["uses"] {
  const sums = new Map<string, Note["uses"][number]>();
  for (const [entry, addedMs, answers, lastMs] of notes.flatMap((note) =>
    note.pool === pool ? note.uses : [],
  )) {
    const sum = sums.get(`${entry} ${addedMs}`);
    if (sum === undefined) sums.set(`${entry} ${addedMs}`, [entry, addedMs, answers, lastMs]);
    else {
      sum[2] += answers;
      sum[3] = Math.max(sum[3], lastMs);
    }
  }
  return [...sums.values()];
}

async function notesIn(path: string): Promise<readonly Note[]> {
  const text = await readBounded(path, MOST_BYTES).catch(() => null);
  if (text === null) return [];
  return text
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const note = parse(NoteSchema, jsonOf(line));
      return note === null ? [] : [note as Note];
    });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** As readPoolFile gives it: the beginning of the checksum, which is the end of the file. */
async function fingerprintOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const digest = Buffer.alloc(DIGEST_BYTES);
    await file.read(digest, 0, DIGEST_BYTES, Math.max(0, size - DIGEST_BYTES));
    return digest.toString("hex").slice(0, 16);
  } finally {
    await file.close();
  }
}
