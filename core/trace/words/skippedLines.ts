// Which lines of a pool's file a run left out, in words.
import { several, t } from "../../base/index.ts";
import type { Trace } from "../types.ts";

/** E.g. "2 bad lines of the pool left out"; null if nothing was left out. */
export function skippedLinesWords(
  pool: Pick<NonNullable<Trace["pool"]>, "skippedLines"> | null | undefined,
): string | null {
  const skipped = pool?.skippedLines ?? 0;
  return skipped === 0 ? null : t("{0} of the pool left out", several(skipped, "bad line"));
}
