// Work in idle time: begun only when nothing is asked, and out of the way before the next request.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { test } from "vitest";
import { IdleWork } from "../../../../../server/worker/process/idleWork.ts";

/** Work that runs until its signal is raised, with a log and an event of each beginning. */
function endless() {
  const log: string[] = [];
  const events = new EventEmitter();
  const work = async (signal: AbortSignal): Promise<void> => {
    log.push("begun");
    events.emit("begun");
    while (!signal.aborted) await setImmediate();
    log.push("ended");
  };
  return { log, begun: () => once(events, "begun"), work };
}

test("it begins after the delay and has ended once it was interrupted", async () => {
  const { log, begun, work } = endless();
  const idle = new IdleWork(work, 0);
  const first = begun();
  idle.schedule();
  await first;
  await idle.interrupt();
  assert.deepEqual(log, ["begun", "ended"]);
});

test("a request before the delay has passed cancels it", async () => {
  const { log, work } = endless();
  const idle = new IdleWork(work, 1_000_000);
  idle.schedule();
  await idle.interrupt();
  assert.deepEqual(log, []);
});

test("it begins again after a later request", async () => {
  const { log, begun, work } = endless();
  const idle = new IdleWork(work, 0);
  for (let request = 0; request < 2; request++) {
    const next = begun();
    idle.schedule();
    await next;
    await idle.interrupt();
  }
  assert.deepEqual(log, ["begun", "ended", "begun", "ended"]);
});
