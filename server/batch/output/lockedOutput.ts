// One run at a time for an output: a second one is refused, because it could only write the same rows twice.
import { withLock, type HeldLock } from "../../files/index.ts";
import { BatchError } from "../errors.ts";
import type { OutputPaths } from "./outputPaths.ts";

/** @throws BatchError outputBusy; FilesError; what `work` throws */
export async function withOutput<T>(
  { out, lock }: OutputPaths,
  work: (held: HeldLock) => Promise<T>,
): Promise<T> {
  const refusing = new AbortController();
  const busy: BatchError[] = [];
  try {
    return await withLock(
      lock,
      {
        signal: refusing.signal,
        onWait: ({ pid, host }) => {
          busy.push(new BatchError({ tag: "outputBusy", path: out, pid, host }));
          refusing.abort();
        },
      },
      work,
    );
  } catch (error) {
    throw busy[0] ?? error;
  }
}
