// Compares a downloaded file with its pinned or announced hash.
import { rm } from "node:fs/promises";
import { sha256File } from "../index.ts";
import { WheelError } from "./errors.ts";
import type { FetchHooks } from "./progress.ts";

/** Deletes the file if it is not the expected one. @throws WheelError wrongHash; FilesError; the signal's AbortError */
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
  throw new WheelError({ tag: "wrongHash", what, expected, actual });
}
