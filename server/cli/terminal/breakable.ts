// Runs work that blocks the event loop, and ends it on Ctrl-C. Node handles signals only between turns of the event loop, so a
// template that renders for seconds would delay Ctrl-C; the vm module can end running code on it.
import { Script } from "node:vm";
import { errorCode } from "../../files/index.ts";

/** Where the script finds the work: a script has no parameters. */
const PLACE = Symbol.for("laser.breakableWork");
const SCRIPT = new Script('globalThis[Symbol.for("laser.breakableWork")]()');
const global = globalThis as { [PLACE]?: (() => void) | undefined };

/**
 * Runs work to its end, or until the first Ctrl-C, whose listeners are then called. Work that is broken off leaves things as
 * they are at that moment, without `finally` blocks, so it must change nothing that is used afterwards.
 * @throws AbortError when broken off; whatever the work throws
 */
export function breakable<T>(work: () => T): T {
  const results: T[] = [];
  const before = global[PLACE];
  global[PLACE] = () => {
    results.push(work());
  };
  try {
    SCRIPT.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } catch (error) {
    if (errorCode(error) !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    process.emit("SIGINT", "SIGINT");
    throw new DOMException("The work was broken off by Ctrl-C.", "AbortError");
  } finally {
    global[PLACE] = before;
  }
  return results[0]!;
}
