// Ctrl-C: the first one stops cleanly, the second ends the program at once. A reader that closes the pipe (|
// head) stops like the first.
import { onStdoutError } from "./output.ts";

export const EXIT_STOPPED = 130;

/** Runs `work` with a signal that is raised by the first Ctrl-C or SIGTERM. */
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
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    deafen();
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Keeps a closed pipe from ending the program with a stack trace; any other error of stdout is thrown. */
export function toleratePipeEnd(): void {
  onStdoutError((error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
