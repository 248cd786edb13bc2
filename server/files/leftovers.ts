// Temporary files and folders: their names, and the removal of those that a killed process left.
import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isAlive } from "./processes.ts";

const NAME = /^\.laser-(\d+)-[0-9a-f]{8}\.tmp$/;
/** A folder may be shared with other machines, whose processes can't be seen from here. */
const LEFT_AFTER_MS = 3_600_000;

/**
 * A name in the same folder, so that the rename stays on one file system; no two writers share it. Short, so that it fits
 * if the file's own name does.
 */
export function temporaryName(path: string): string {
  return join(dirname(path), `.laser-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
}

/** Removes temporary files and folders of dead processes, untouched for an hour. Never fails: it is only housekeeping. */
export async function removeLeftovers(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
      const path = join(folder, name);
      if (isAlive(pid) || Date.now() - (await stat(path)).mtimeMs < LEFT_AFTER_MS) continue;
      await rm(path, { recursive: true, force: true });
    }
  } catch {
    // Another process removes them as well, or this one may not.
  }
}
