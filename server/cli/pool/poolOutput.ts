// Where a pool file may be written.
import { stat } from "node:fs/promises";
import { isFrozenPool, isPoolFile, PoolError } from "../../pools/index.ts";
import { CliError } from "../errors.ts";

/** Refuses to replace a frozen pool, and a file that is not a pool file. @throws CliError outputPathUnusable; PoolError */
export async function requirePoolOutput(out: string): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found?.isFile() !== true) return;
  if (await isPoolFile(out)) {
    if (await isFrozenPool(out)) throw new PoolError({ tag: "poolFrozen", path: out });
    return;
  }
  const reason = "it exists and is not a pool file, so it is not replaced";
  throw new CliError({ tag: "outputPathUnusable", path: out, reason });
}
