// One owner at a time for a path, across processes. A lock is a folder that names its owner. It coordinates
// honest processes and does not protect against hostile ones.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asFilesError, errorCode } from "./errors.ts";

/** The owner touches its lock this often; a lock untouched for STALE_MS was left by a process that is gone. */
const TOUCH_MS = 5_000;
const STALE_MS = 60_000;

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** Unique for each acquisition of the lock. */
  readonly ticket: string;
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
 * @throws FilesError when the folder can't be created; the signal's AbortError when stopped while waiting.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const owner: LockOwner = { pid: process.pid, host: hostname(), ticket: randomBytes(8).toString("hex") };
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
    return await work();
  } finally {
    clearInterval(touch);
    // Moved away first, as a stale lock is: if removed in place, it would be empty for a moment, could be taken in
    // that moment, and the new owner's lock would then be removed.
    if ((await readOwner(path))?.ticket === owner.ticket) await moveAside(path, owner);
  }
}

async function take(path: string, owner: LockOwner, options: LockOptions): Promise<void> {
  const { onWait, signal, pollMs = 500 } = options;
  const prepared = `${path}.${owner.ticket}`;
  await mkdir(dirname(path), { recursive: true });
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
  const aside = `${path}.${owner?.ticket ?? "nobody"}.old`;
  try {
    await rename(path, aside);
  } catch {
    return; // Another waiter was faster.
  }
  if ((await readOwner(aside))?.ticket === owner?.ticket) await rm(aside, { recursive: true, force: true });
  else await rename(aside, path).catch(() => rm(aside, { recursive: true, force: true }));
}

async function isStale(path: string, owner: LockOwner | null): Promise<boolean> {
  if (owner?.host === hostname() && !isAlive(owner.pid)) return true;
  try {
    return Date.now() - (await stat(owner === null ? path : ownerFile(path))).mtimeMs > STALE_MS;
  } catch {
    return false; // Released between two checks.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // The process is alive and belongs to another user.
  }
}

async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(ownerFile(path), "utf8"));
    if (typeof value !== "object" || value === null) return null;
    const { pid, host, ticket } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof host !== "string" || typeof ticket !== "string") return null;
    return { pid, host, ticket };
  } catch {
    return null;
  }
}

const ownerFile = (path: string): string => join(path, "owner.json");
