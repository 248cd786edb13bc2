// The pool of a batch run: what it begins with, and where it is saved.
import { destinationOf, withLock } from "../../files/index.ts";
import { writePoolFile, type PoolSource } from "../../pools/index.ts";
import { GrowingPool, inPieces, loadingPool, type Session } from "../../worker/index.ts";
import { note } from "../terminal/output.ts";

/** @throws PoolError; the signal's AbortError */
export async function openPool(
  source: PoolSource | null,
  budgetTokens: number,
  { engine }: Session,
  signal: AbortSignal,
): Promise<GrowingPool> {
  if (source === null) return new GrowingPool(engine, null, undefined, budgetTokens);
  return inPieces(loadingPool(source, engine, budgetTokens), signal);
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
