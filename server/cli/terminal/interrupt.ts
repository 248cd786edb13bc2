// Ctrl-C: the first one stops cleanly, the second ends the program at once. A reader that closes the pipe (|
// head) stops like the first.
import { describeError } from "../../../core/base/index.ts";
import { asFilesError } from "../../files/index.ts";
import { turnFor } from "../../worker/index.ts";
import { breakable } from "./breakable.ts";
import { complain, onStdoutError } from "./output.ts";

export const EXIT_FAILED = 1;
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
  const stopListening = onStdoutError(closed);
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
    for (const name of SIGNALS) process.off(name, stop);
  }
}

/**
 * Runs work that holds up the event loop, such as rendering a chat template up to its bound. Ctrl-C breaks it off; another
 * stop that was asked for meanwhile takes effect right after it, however the work ended.
 * @throws the signal's reason, rather than what the work throws
 */
export async function stoppableAfter<T>(signal: AbortSignal, work: () => T): Promise<T> {
  try {
    return breakable(work);
  } finally {
    // Signals are handled between turns of the event loop; the first turn may begin after the phase that handles them.
    await turnFor(signal);
    await turnFor(signal);
  }
}

/** How a command with much in progress receives Ctrl-C. */
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
  const onSignal = (): void => {
    if (dropping.signal.aborted) process.exit(EXIT_STOPPED);
    if (stopping.signal.aborted) {
      dropping.abort();
      return;
    }
    stopping.abort();
    onStop();
  };
  const stopListening = onStdoutError(() => {
    stopping.abort();
  });
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work({ stop: stopping.signal, drop: dropping.signal });
  } finally {
    stopListening();
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/**
 * Keeps a failing stdout from ending the program with a stack trace. A closed pipe is a normal end; any other error,
 * such as that of a full disk, is reported once, and the exit code says so.
 */
export function tolerateStdoutErrors(): void {
  let isReported = false;
  onStdoutError((error) => {
    if (error.code === "EPIPE" || isReported) return;
    isReported = true;
    const { message } = describeError(asFilesError(error, "standard output"));
    complain(`error: ${message}\nPart of the output is missing; write it elsewhere.`);
    process.once("exit", () => {
      process.exitCode = EXIT_FAILED;
    });
  });
}
