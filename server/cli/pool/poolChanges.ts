// Changes of pool files: answers read in, a pool read and written under its lock, kept within its budget, and a frozen one
// left as it is.
import { resolve } from "node:path";
import { several } from "../../../core/base/index.ts";
import { destinationOf, withLock, type HeldLock } from "../../files/index.ts";
import {
  dropNotedUses,
  evictToBudget,
  groupFigures,
  isPoolFile,
  PoolError,
  PoolRoom,
  readPoolFile,
  withNotedUses,
  writePoolFile,
  type Answer,
  type PoolBudget,
  type ReadPool,
  type StoredPool,
} from "../../pools/index.ts";
import { turnFor } from "../../worker/index.ts";
import { answersOf, type SkipFlags } from "./poolSource.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { note, print } from "../terminal/output.ts";

/** The answers of all files, in order. */
export async function readAll(
  paths: readonly string[],
  signal: AbortSignal,
  { skipBadLines: skipsBadLines }: SkipFlags,
  room = new PoolRoom(),
): Promise<readonly Answer[]> {
  const files: (readonly Answer[])[] = [];
  const read = new Set<string>();
  for (const path of paths) {
    if (read.has(resolve(path))) {
      note(`${path} was given more than once, and is read once`);
      continue;
    }
    read.add(resolve(path));
    files.push(await answersOf(path, { signal, room, skipsBadLines }));
  }
  return files.flat();
}

/** Where a pool is written while its lock is held. */
export interface LockedPlace {
  /** The last check before the file is put in place. @throws FilesError lockLost; the signal's reason when stopped */
  readonly beforeReplace: () => Promise<void>;
}

/**
 * Reads, changes and writes a pool file under its lock, with the uses that were noted beside it.
 * @throws PoolError poolFrozen if its answers must stay; what `change` throws
 */
export async function changing(
  file: string,
  signal: AbortSignal,
  change: (stored: ReadPool, place: LockedPlace) => Promise<void>,
  { evenFrozen = false }: { readonly evenFrozen?: boolean } = {},
): Promise<void> {
  await isPoolFile(file); // Taking the lock of a missing file would create its folder.
  await locked(file, signal, async (place) => {
    const stored = await readPoolFile(file, null);
    if (stored.isFrozen === true && !evenFrozen) throw new PoolError({ tag: "poolFrozen", path: file });
    await change(await withNotedUses(file, stored), place);
    await dropNotedUses((await destinationOf(file)).path);
  });
}

/** Works under the lock of a pool file, the same one whatever link names it. A device needs none. */
export async function locked(
  file: string,
  signal: AbortSignal,
  work: (place: LockedPlace) => Promise<void>,
): Promise<void> {
  const destination = await destinationOf(file);
  const placeOf = (held: HeldLock | null): LockedPlace => ({
    beforeReplace: async () => {
      await turnFor(signal);
      await held?.check();
    },
  });
  if (destination.kind === "device") return work(placeOf(null));
  const onWait = ({ pid, host }: { readonly pid: number; readonly host: string }): void => {
    note(`waiting for process ${pid} on ${host}, which is changing the same pool`);
  };
  await withLock(`${destination.path}.lock`, { signal, onWait }, (held) => work(placeOf(held)));
}

/** Evicts answers beyond the budget, writes the pool and prints what changed and what it holds. @throws FilesError */
export async function keep(
  file: string,
  stored: StoredPool,
  budget: PoolBudget,
  { beforeReplace }: LockedPlace,
  changed = "",
): Promise<void> {
  const left = evictToBudget(stored, budget);
  await writePoolFile(file, left, { beforeReplace });
  const groups = groupFigures(left);
  const tokens = groups.reduce((sum, group) => sum + group.tokens, 0);
  const evicted = stored.entries.length - left.entries.length;
  const rest = evicted === 0 ? "" : `; ${several(evicted, "answer")} evicted to stay within the budget`;
  print(
    `${file}: ${changed}${several(left.entries.length, "answer")}, ${several(tokens, "token")} in ${several(groups.length, "group")}${rest}`,
  );
}

/** `laser pool freeze`: the answers of a frozen pool stay, except those about a user or item to be forgotten. */
export async function freezePool(file: string, { off = false }: { readonly off?: boolean }): Promise<void> {
  const words = off ? "is no longer frozen" : "is frozen: its answers can't be changed";
  await interruptible((signal) =>
    changing(
      file,
      signal,
      async (stored, { beforeReplace }) => {
        if ((stored.isFrozen ?? false) !== off) print(`${file} ${words} already`);
        else {
          await writePoolFile(file, { ...stored, isFrozen: !off }, { beforeReplace });
          print(`${file} ${words}`);
        }
      },
      { evenFrozen: true },
    ),
  );
}
