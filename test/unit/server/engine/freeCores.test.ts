// A prompt is read by as many threads as have a core beside other programs.
import assert from "node:assert/strict";
import { test } from "vitest";
import { FreeCores, type CoreTimes } from "../../../../server/engine/costs/freeCores.ts";
import { table } from "../../../support/check.ts";

interface Second {
  /** Cores that are busy in this second, by others and by this process. */
  readonly others: number;
  readonly own?: number;
}

/** Readings one second after another. */
function clockOf(cores: number, seconds: readonly Second[]): () => CoreTimes {
  let now = { cores, busyMs: 0, idleMs: 0, ownMs: 0 };
  let at = -1; // The first reading is the beginning.
  return () => {
    const second = seconds[at++];
    if (second === undefined) return now;
    const { others, own = 0 } = second;
    const { busyMs, idleMs, ownMs } = now;
    const busy = 1000 * (others + own);
    now = { cores, busyMs: busyMs + busy, idleMs: idleMs + 1000 * cores - busy, ownMs: ownMs + 1000 * own };
    return now;
  };
}

table(
  "threads that have a core",
  [
    { name: "nothing else runs", cores: 2, maxThreads: 2, seconds: [{ others: 0 }], threads: [2] },
    { name: "an editor that idles", cores: 2, maxThreads: 2, seconds: [{ others: 0.2 }], threads: [2] },
    { name: "one busy program", cores: 2, maxThreads: 2, seconds: [{ others: 1 }], threads: [1] },
    { name: "all cores are busy", cores: 2, maxThreads: 2, seconds: [{ others: 2 }], threads: [1] },
    { name: "this process itself", cores: 2, maxThreads: 2, seconds: [{ others: 0, own: 2 }], threads: [2] },
    { name: "three of sixteen are busy", cores: 16, maxThreads: 16, seconds: [{ others: 3 }], threads: [13] },
    { name: "fewer are allowed", cores: 16, maxThreads: 8, seconds: [{ others: 3 }], threads: [8] },
    {
      name: "it follows what changes",
      cores: 4,
      maxThreads: 4,
      seconds: [
        { others: 3, own: 1 },
        { others: 0, own: 1 },
      ],
      threads: [1, 4],
    },
  ],
  ({ cores, maxThreads, seconds, threads }) => {
    const free = new FreeCores(maxThreads, clockOf(cores, seconds));
    const found = threads.map(() => free.threadsNow());
    assert.deepEqual(found, threads);
  },
);

test("right after the last reading, and where a machine says nothing, it stays as it was", () => {
  const times = { cores: 2, busyMs: 0, idleMs: 0, ownMs: 0 };
  assert.equal(new FreeCores(2, () => times).threadsNow(), 2);
  assert.equal(new FreeCores(2, () => ({ ...times, cores: 0 })).threadsNow(), 2);
});

test("this machine is read", () => {
  const threads = new FreeCores(64).threadsNow();
  assert.ok(threads >= 1 && threads <= 64);
});
