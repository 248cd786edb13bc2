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

/** What a command with much in progress hears of Ctrl-C. */
export interface GradualStop {
  /** Raised by the first: begin nothing more. */
  readonly stop: AbortSignal;
  /** Raised by the second: leave what is in progress. */
  readonly drop: AbortSignal;
}

/** Runs `work` with two signals that the first and the second of SIGNALS raise; the third ends the program at once. */
export async function interruptibleGradually<T>(
  work: (signals: GradualStop) => Promise<T>,
  onStop: () => void,
): Promise<T> {
  const [stopping, dropping] = [new AbortController(), new AbortController()];
  const heard = (): void => {
    if (dropping.signal.aborted) process.exit(EXIT_STOPPED);
    if (stopping.signal.aborted) {
      dropping.abort();
      return;
    }
    stopping.abort();
    onStop();
  };
  const deafen = onStdoutError(() => {
    stopping.abort();
  });
  for (const name of SIGNALS) process.on(name, heard);
  try {
    return await work({ stop: stopping.signal, drop: dropping.signal });
  } finally {
    deafen();
    for (const name of SIGNALS) process.off(name, heard);
  }
}

/** Keeps a closed pipe from ending the program with a stack trace; any other error of stdout is thrown. */
export function toleratePipeEnd(): void {
  onStdoutError((error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
