// Where a pool file may be written.
import { stat } from "node:fs/promises";
import { isPoolFile } from "../pools/index.ts";
import { CliError } from "./errors.ts";

/** Refuses to replace a file that is not a pool file. @throws CliError outputPathUnusable; PoolError */
export async function requirePoolOutput(out: string): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found?.isFile() !== true || (await isPoolFile(out))) return;
  const reason = "it exists and is not a pool file, so it is not replaced";
  throw new CliError({ tag: "outputPathUnusable", path: out, reason });
}
