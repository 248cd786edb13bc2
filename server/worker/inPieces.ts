// Drives long work in pieces: between them signals are handled, locks are touched and requests are answered.
import { setImmediate } from "node:timers/promises";
import type { InPieces } from "../../core/base/index.ts";

/** Work for this long before a turn of the event loop: short enough for a Ctrl-C, long enough to cost nothing. */
const TURN_MS = 50;

/** @throws the signal's reason when stopped, also if the stop arrived during the last piece */
export async function inPieces<T>(work: InPieces<T>, signal: AbortSignal): Promise<T> {
  let turned = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (!done && performance.now() - turned < TURN_MS) continue;
    await turnFor(signal);
    if (done) return value;
    turned = performance.now();
  }
}

/** One turn of the event loop, in which a pending signal is handled. @throws the signal's reason when stopped */
export async function turnFor(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
