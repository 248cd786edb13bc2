// Makes folders. Node's own recursive mkdir never settles if a folder exists and takes no entries, such as /proc.
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./errors.ts";

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
