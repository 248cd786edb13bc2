// Slow work with its progress on stderr, which Ctrl-C stops.
import type { FetchProgress } from "../../engine/index.ts";
import { isAbort } from "../../files/index.ts";
import { EXIT_STOPPED, interruptible } from "./interrupt.ts";
import { openProgress } from "./output.ts";

export interface Show {
  readonly onProgress: (event: FetchProgress) => void;
  /** A step by its text, and how much of it is done, 0 … 1, if known. */
  readonly onStep: (text: string, fraction?: number) => void;
  /** A permanent line on stderr. */
  readonly say: (text: string) => void;
}

/** What stopping leaves of work that puts one file in place at its end. */
export const NOTHING_WRITTEN = "nothing was written";

/** Runs work that Ctrl-C stops cleanly: null and exit code 130 then. `left`: what stopping leaves, for the last line. */
export async function stoppable<T>(
  left: string,
  work: (signal: AbortSignal, show: Show) => Promise<T>,
): Promise<T | null> {
  const progress = openProgress();
  const show: Show = {
    onProgress: ({ message, doneBytes, totalBytes }) => {
      const known = doneBytes !== undefined && totalBytes !== undefined && totalBytes > 0;
      if (known) progress.update(message, doneBytes / totalBytes);
      else progress.update(message);
    },
    onStep: (text, fraction) => {
      progress.update(text, fraction);
    },
    say: (text) => {
      progress.done(text);
    },
  };
  try {
    return await interruptible((signal) => work(signal, show));
  } catch (error) {
    if (!isAbort(error)) throw error;
    progress.done(`stopped; ${left}`);
    process.exitCode = EXIT_STOPPED;
    return null;
  } finally {
    progress.close();
  }
}
