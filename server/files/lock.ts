// One owner at a time for a path, across processes. A lock is a folder that names its owner. It coordinates
// honest processes and does not protect against hostile ones.
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asFilesError, errorCode, FilesError } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { isAlive, startOf } from "./processes.ts";

/** The owner touches its lock this often, between pieces of its work. */
const TOUCH_MS = 5_000;
/** A lock of another machine untouched for this long was left by a process that is gone. */
const STALE_MS = 60_000;
/**
 * The same for a living process of this machine whose start can't be known: it may be another one that was given the
 * same id, or the owner, busy with a long piece of work.
 */
const UNSURE_MS = 600_000;

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** Unique for each acquisition of the lock. */
  readonly ticket: string;
  /** When the process started, as startOf gives it; null if it can't be known. */
  readonly started: string | null;
}

/** A lock that this process holds. */
export interface HeldLock {
  /** To be called right before the result is put in place. @throws FilesError lockLost if another process took the lock */
  readonly check: () => Promise<void>;
}

export interface LockOptions {
  /** Called once if another process holds the lock. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How often a waiter checks again. */
  readonly pollMs?: number;
}

/**
 * Runs `work` while holding the lock at `path` (a folder that this function creates and removes).
 * Waits while a living process holds it; takes over the lock of a dead one.
 * @throws FilesError when the folder can't be created, or the lock of a dead process can't be removed; the signal's
 * AbortError when stopped while waiting.
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  work: (held: HeldLock) => Promise<T>,
): Promise<T> {
  const { pid } = process;
  const ticket = randomBytes(8).toString("hex");
  const owner: LockOwner = { pid, host: hostname(), ticket, started: startOf(pid) };
  try {
    await take(path, owner, options);
  } catch (error) {
    throw asFilesError(error, path);
  }
  const touch = setInterval(() => {
    const now = new Date();
    utimes(ownerFile(path), now, now).catch(() => undefined);
  }, TOUCH_MS);
  touch.unref();
  try {
    return await work({
      check: async () => {
        if ((await readOwner(path))?.ticket !== ticket) throw new FilesError({ tag: "lockLost", path });
      },
    });
  } finally {
    clearInterval(touch);
    // Moved away first, like a stale lock: if removed in place, it would be empty for a moment, could be taken in
    // that moment, and the new owner's lock would then be removed.
    if ((await readOwner(path))?.ticket === ticket) await moveAside(path, owner).catch(() => undefined);
  }
}

async function take(path: string, owner: LockOwner, options: LockOptions): Promise<void> {
  const { onWait, signal, pollMs = 500 } = options;
  const prepared = `${path}.${owner.ticket}`;
  await makeFolder(dirname(path));
  await removeLeftovers(path);
  await mkdir(prepared);
  try {
    await writeFile(ownerFile(prepared), JSON.stringify(owner));
    for (let waited = false; ; waited = true) {
      signal?.throwIfAborted();
      try {
        // A folder that already names its owner is moved into place in one step, or not at all.
        await rename(prepared, path);
        return;
      } catch (error) {
        if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(errorCode(error) ?? "")) throw error;
      }
      const other = await readOwner(path);
      if (await isStale(path, other)) {
        await moveAside(path, other);
        continue;
      }
      if (other !== null && !waited) onWait?.(other);
      await sleep(pollMs, undefined, signal ? { signal } : {});
    }
  } finally {
    await rm(prepared, { recursive: true, force: true });
  }
}

/** Ends the owner's lock: moves it aside, then removes it. If it changed hands in between, it goes back. */
async function moveAside(path: string, owner: LockOwner | null): Promise<void> {
  const aside = `${path}.${randomBytes(8).toString("hex")}.old`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return; // Another waiter was faster.
    // In a folder with the sticky bit, only the user who left the lock may remove it.
    throw new FilesError({ tag: "lockStuck", path }, { cause: error });
  }
  if ((await readOwner(aside))?.ticket === owner?.ticket) await rm(aside, { recursive: true, force: true });
  else await rename(aside, path).catch(() => rm(aside, { recursive: true, force: true }));
}

async function isStale(path: string, owner: LockOwner | null): Promise<boolean> {
  let limitMs = STALE_MS;
  if (owner?.host === hostname()) {
    if (!isAlive(owner.pid)) return true;
    const started = startOf(owner.pid);
    // However long its work takes: while the owner lives, the lock is its own.
    if (started !== null && owner.started !== null) return started !== owner.started;
    limitMs = UNSURE_MS;
  }
  try {
    return Date.now() - (await stat(owner === null ? path : ownerFile(path))).mtimeMs > limitMs;
  } catch {
    return false; // Released between two checks.
  }
}

/** Removes what killed processes left beside a lock while they took or released it. Never fails. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(`${basename(path)}.`) || !/\.[0-9a-f]{16}(?:\.old)?$/.test(name)) continue;
      const left = join(folder, name);
      if (await isStale(left, await readOwner(left))) await rm(left, { recursive: true, force: true });
    }
  } catch {
    // Another process removes them as well, or this one may not.
  }
}

async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(ownerFile(path), "utf8"));
    if (typeof value !== "object" || value === null) return null;
    const { pid, host, ticket, started } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof host !== "string" || typeof ticket !== "string") return null;
    return { pid, host, ticket, started: typeof started === "string" ? started : null };
  } catch {
    return null;
  }
}

const ownerFile = (path: string): string => join(path, "owner.json");
