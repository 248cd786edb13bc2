// Where a groups file may be written, and what it must hold.
import { stat } from "node:fs/promises";
import { PoolError, readGroupsFile, type GroupsFile } from "../../pools/index.ts";
import { CliError } from "../errors.ts";
import { refuseExisting, type OverwriteFlags } from "../files/overwrite.ts";
import { checkOutputPath } from "../files/tracePath.ts";

export interface OutFlags extends OverwriteFlags {
  readonly out: string;
}

/**
 * Refuses an input of the command, and a file that exists: without --overwrite any, with it all but a groups file. @throws
 * CliError
 */
export async function checkGroupsOutput(
  { out, overwrite }: OutFlags,
  inputs: readonly string[],
): Promise<void> {
  await checkOutputPath(out, inputs, null);
  const found = await stat(out).catch(() => null);
  if (found?.isFile() !== true || found.size === 0) return;
  await readGroupsFile(out).catch((error: unknown) => {
    const reason = "it exists and is not a groups file, so it is not replaced";
    throw new CliError({ tag: "outputPathUnusable", path: out, reason }, { cause: error });
  });
  await refuseExisting(out, { option: "--out", overwrite });
}

/** @param path of what they were made from @throws PoolError if no subject has a group */
export function requireGrouped(groups: GroupsFile, path: string, subjects: number): void {
  if (Object.keys(groups.subjects).length > 0) return;
  const { attribute } = groups;
  const reason =
    subjects === 0
      ? "it does not name a user or an item"
      : attribute === null
        ? `none of its ${subjects} users or items got a group`
        : `none of its ${subjects} users or items has a value of "${attribute.name}" with a group`;
  throw new PoolError({ tag: "groupDataInvalid", path, line: null, reason });
}
