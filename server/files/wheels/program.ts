// Finds a program by its name without looking into the current folder, and names a folder of our own to start it in.
import { lstat } from "node:fs/promises";
import { dirname, posix, resolve, win32 } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this program. Children start here: what is in the caller's folder is never loaded by them. */
export const OWN_FOLDER = dirname(fileURLToPath(import.meta.url));

/** What a lookup depends on. */
export interface ProgramLookup {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly exists: (path: string) => Promise<boolean>;
}

/**
 * The command to start for a name, such as "python3", or for a path. A path is resolved in the caller's folder, because
 * the child starts in another. Windows would look into the current folder before PATH: there the name is looked up in
 * the absolute folders of PATH. Null if it is in none of them.
 */
export async function findProgram(
  command: string,
  { env, platform, exists }: ProgramLookup = {
    env: process.env,
    platform: process.platform,
    exists: isThere,
  },
): Promise<string | null> {
  const path = platform === "win32" ? win32 : posix;
  if (path.basename(command) !== command) return resolve(command);
  if (platform !== "win32") return command;
  const names = path.extname(command) === "" ? [`${command}.exe`] : [command];
  // The variable's name is written in either way on Windows, and a copy of the environment knows only one.
  const folders = (env.PATH ?? env.Path ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    for (const name of names) {
      const full = path.join(folder, name);
      if (await exists(full)) return full;
    }
  }
  return null;
}

// The Windows Store's python3.exe is a link that only lstat can read.
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
