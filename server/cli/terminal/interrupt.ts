// Ctrl-C: the first one stops cleanly, the second ends the program at once. A reader that closes the pipe (|
// head) stops like the first.
import { onStdoutError } from "./output.ts";

export const EXIT_STOPPED = 130;

/** Ctrl-C, a request to end, a closed terminal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `work` with a signal that is raised by the first of SIGNALS. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_STOPPED);
    controller.abort();
  };
  const closed = (): void => {
    controller.abort();
  };
  const deafen = onStdoutError(closed);
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    deafen();
    for (const name of SIGNALS) process.off(name, stop);
  }
}

/** Keeps a closed pipe from ending the program with a stack trace; any other error of stdout is thrown. */
export function toleratePipeEnd(): void {
  onStdoutError((error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
