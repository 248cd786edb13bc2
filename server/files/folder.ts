// Makes folders, and tests whether files can be created in them. Node's own recursive mkdir
// never settles if a folder exists and takes no entries, such as /proc.
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "./errors.ts";
import { temporaryName } from "./leftovers.ts";

/** Makes the folder and those above it that are missing. @throws errors of system calls */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" && dirname(path) !== path && !(await isFolder(dirname(path)))) {
      await makeFolder(dirname(path));
      await mkdir(path).catch(acceptFolder(path));
    } else await acceptFolder(path)(error);
  }
}

/**
 * Makes a file in an existing folder and removes it: permissions alone don't say whether that works (/proc, a read-only disk,
 * a quota).
 * @throws errors of system calls
 */
export async function tryFolder(path: string): Promise<void> {
  const probe = temporaryName(join(path, "probe"));
  const file = await open(probe, "wx", 0o600);
  await file.close();
  await rm(probe, { force: true });
}

/** Another process may have made the folder in the meantime; any other failure is thrown. */
function acceptFolder(path: string): (error: unknown) => Promise<void> {
  return async (error) => {
    if (!(await isFolder(path))) throw error;
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
