// What a command does about a file that is already where its output goes, one rule for all of them: it stays, unless
// --overwrite is given.
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { CliError } from "../errors.ts";

export interface OverwriteFlags {
  readonly overwrite?: boolean | undefined;
}

/** Which option names an output, and whether what is there may be replaced. */
export interface OutputOption extends OverwriteFlags {
  /** E.g. "--out". */
  readonly option: string;
  /** A run is resumed that has not written the file: --overwrite would begin the run again. */
  readonly isForeign?: boolean;
}

export const OVERWRITE_HELP = "replace output files that exist";

/** Adds --overwrite to a command that writes files. */
export function withOverwrite(command: Command): Command {
  return command.option("--overwrite", OVERWRITE_HELP);
}

/** An empty file holds nothing to lose, and devices and pipes are written to where they are. @throws CliError outputExists, outputPathUnusable */
export async function refuseExisting(
  path: string,
  { option, overwrite, isForeign = false }: OutputOption,
): Promise<void> {
  if (overwrite === true) return;
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true || found.size === 0) return;
  const reason = "it exists, and the run that is resumed did not write it";
  throw new CliError(
    isForeign ? { tag: "outputPathUnusable", path, reason } : { tag: "outputExists", path, option },
  );
}
