// Changes of a pool file, or of what lies beside it, under its lock.
import { withLock, destinationOf, type HeldLock } from "../files/index.ts";
import { dropNotedUses, isPoolFile, readPoolFile, withNotedUses, type ReadPool } from "../pools/index.ts";
import { turnFor } from "../worker/index.ts";
import { note } from "./terminal/output.ts";

/** Where a pool is written while its lock is held. */
export interface LockedPlace {
  /** The last check before the file is put in place. @throws FilesError lockLost; the signal's reason when stopped */
  readonly beforeReplace: () => Promise<void>;
}

/** Reads, changes and writes a pool file under its lock. */
export async function changing(
  file: string,
  signal: AbortSignal,
  change: (stored: ReadPool, place: LockedPlace) => Promise<void>,
): Promise<void> {
  await isPoolFile(file); // Taking the lock of a missing file would create its folder.
  await locked(file, signal, async (place) => {
    await change(await withNotedUses(file, await readPoolFile(file, null)), place);
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
