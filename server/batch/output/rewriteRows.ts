// Takes the failed rows out of an output, so that they are written again.
import { open, realpath, rename, rm } from "node:fs/promises";
import { asFilesError, PRIVATE_MODE, temporaryName } from "../../files/index.ts";
import { BatchError } from "../errors.ts";
import { readRows } from "./recordedRun.ts";

/**
 * Keeps the rows with an answer, line for line; the file is replaced whole or not at all, however large it is.
 * @throws BatchError outputDamaged; FilesError
 */
export async function removeFailedRows(path: string, signal: AbortSignal): Promise<void> {
  const target = await realpath(path).catch((error: unknown) => {
    throw asFilesError(error, path);
  });
  const temporary = temporaryName(target);
  try {
    const file = await open(temporary, "wx", PRIVATE_MODE);
    try {
      await readRows(path, signal, async ({ error }, line) => {
        if (error === null) await file.write(`${line}\n`);
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error instanceof BatchError ? error : asFilesError(error, path);
  }
}
