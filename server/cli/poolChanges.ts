// Changes of pool files: read, changed and written whole under the pool's lock, and frozen ones not at all.
import { destinationOf, withLock, type HeldLock } from "../files/index.ts";
import { isPoolFile, PoolError, readPoolFile, writePoolFile, type ReadPool } from "../pools/index.ts";
import { turnFor } from "../worker/index.ts";
import { interruptible } from "./terminal/interrupt.ts";
import { note, print } from "./terminal/output.ts";

/** Where a pool is written while its lock is held. */
export interface LockedPlace {
  /** The last check before the file is put in place. @throws FilesError lockLost; the signal's reason when stopped */
  readonly beforeReplace: () => Promise<void>;
}

/**
 * Reads, changes and writes a pool file under its lock.
 * @throws PoolError poolFrozen, where its answers are to stay; what `change` throws
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
    await change(stored, place);
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

/** `laser pool freeze`: what a frozen pool holds stays, but for who asks to be forgotten. */
export async function freezePool(file: string, { off = false }: { readonly off?: boolean }): Promise<void> {
  const words = off ? "may change again" : "is frozen: its answers stay as they are";
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
