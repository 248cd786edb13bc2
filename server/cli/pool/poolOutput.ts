// Where a pool file may be written.
import { stat } from "node:fs/promises";
import { isFrozenPool, isPoolFile, PoolError } from "../../pools/index.ts";
import { CliError } from "../errors.ts";
import { refuseExisting, type OutputOption } from "../files/overwrite.ts";
import { checkOutputPath } from "../files/tracePath.ts";

/**
 * Refuses a file that exists: without --overwrite any, with it a frozen pool and what is not a pool file.
 * @throws CliError outputPathUnusable, outputExists; PoolError poolFrozen
 */
export async function requirePoolOutput(
  out: string,
  inputs: readonly string[],
  output: OutputOption,
): Promise<void> {
  await checkOutputPath(out, inputs, null);
  const found = await stat(out).catch(() => null);
  if (found?.isFile() !== true || found.size === 0) return;
  if (!(await isPoolFile(out))) {
    const reason = "it exists and is not a pool file, so it is not replaced";
    throw new CliError({ tag: "outputPathUnusable", path: out, reason });
  }
  if (await isFrozenPool(out)) throw new PoolError({ tag: "poolFrozen", path: out });
  await refuseExisting(out, output);
}
