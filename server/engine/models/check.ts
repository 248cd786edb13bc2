// Compares a downloaded file with its pinned or announced hash.
import { rm } from "node:fs/promises";
import { sha256File } from "../../files/index.ts";
import { ModelError } from "./errors.ts";
import type { FetchHooks } from "./progress.ts";

/** Deletes the file if it is not the expected one. @throws ModelError wrongHash; FilesError; the signal's AbortError */
export async function checkHash(
  path: string,
  expected: string,
  what: string,
  { onProgress, signal }: FetchHooks,
): Promise<void> {
  const actual = await sha256File(path, {
    signal,
    onProgress: (doneBytes, totalBytes) => {
      onProgress({ phase: "verify", message: `checking ${what}`, doneBytes, totalBytes });
    },
  });
  if (actual === expected) return;
  await rm(path, { force: true });
  throw new ModelError({ tag: "wrongHash", what, expected, actual });
}
