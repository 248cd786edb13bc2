// The pool of a batch run: what it begins with, and where it is saved.
import { destinationOf, withLock } from "../../files/index.ts";
import { writePoolFile, type PoolSource } from "../../pools/index.ts";
import { GrowingPool, inPieces, requireTokenizer, storingPool, type Session } from "../../worker/index.ts";
import { note } from "../terminal/output.ts";

/** @throws PoolError; the signal's AbortError */
export async function openPool(
  source: PoolSource | null,
  { engine }: Session,
  signal: AbortSignal,
): Promise<GrowingPool> {
  if (source === null) return new GrowingPool(engine, null);
  if (source.kind === "poolFile") {
    requireTokenizer(source.path, source.stored, engine);
    return new GrowingPool(engine, source.stored, {
      name: source.name,
      fingerprint: source.stored.fingerprint,
    });
  }
  const { name, fingerprint, answers } = source.file;
  const stored = await inPieces(storingPool(answers, engine, Date.now()), signal);
  return new GrowingPool(engine, stored, { name, fingerprint });
}

/** Under the lock that `laser pool` takes as well. @throws PoolError poolTooLarge; FilesError */
export async function savePool(path: string, pool: GrowingPool): Promise<void> {
  const destination = await destinationOf(path);
  if (destination.kind === "device") return writePoolFile(path, pool.stored());
  const onWait = ({ pid, host }: { readonly pid: number; readonly host: string }): void => {
    note(`waiting for process ${pid} on ${host}, which is changing the same pool`);
  };
  await withLock(`${destination.path}.lock`, { onWait }, ({ check }) =>
    writePoolFile(path, pool.stored(), { beforeReplace: check }),
  );
}
