// A prompt is read by as many threads as have a core beside other programs.
import assert from "node:assert/strict";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { test, vi } from "vitest";
import { FreeCores, type CoreTimes } from "../../../../server/engine/costs/freeCores.ts";
import { table } from "../../../support/check.ts";

interface Second {
  /** Cores that are busy in this second, by others and by this process. */
  readonly others: number;
  readonly own?: number;
}

/** Readings one second after another. */
function clockOf(cores: number, seconds: readonly Second[]): () => CoreTimes {
  let now = { cores, wallMs: 0, busyMs: 0, ownMs: 0 };
  let at = -1; // The first reading is the beginning.
  return () => {
    const second = seconds[at++];
    if (second === undefined) return now;
    const { others, own = 0 } = second;
    const { wallMs, busyMs, ownMs } = now;
    now = {
      cores,
      wallMs: wallMs + 1000,
      busyMs: busyMs + 1000 * (others + own),
      ownMs: ownMs + 1000 * own,
    };
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
  const times = { cores: 2, wallMs: 0, busyMs: 0, ownMs: 0 };
  assert.equal(new FreeCores(2, () => times).threadsNow(), 2);
  let wallMs = 0;
  assert.equal(new FreeCores(2, () => ({ ...times, cores: 0, wallMs: (wallMs += 1000) })).threadsNow(), 2);
  // No core did anything, as in some sandboxes.
  assert.equal(
    new FreeCores(2, () => ({ ...times, wallMs: (wallMs += 1000), ownMs: wallMs })).threadsNow(),
    2,
  );
});

test("cores that wait for a disk, which are neither busy nor idle, are free", () => {
  const { cpus } = os;
  // In each second of two cores, this process and others use 0.2 s each; idle are 0.1 s, the rest is waiting.
  let seconds = 0;
  const core = (): os.CpuInfo => ({
    model: "",
    speed: 0,
    times: { user: 200 * seconds, nice: 0, sys: 0, irq: 0, idle: 50 * seconds },
  });
  try {
    os.cpus = () => [core(), core()];
    syncBuiltinESMExports();
    vi.spyOn(process, "cpuUsage").mockImplementation(() => ({ user: 200_000 * seconds, system: 0 }));
    vi.spyOn(performance, "now").mockImplementation(() => 1000 * seconds);
    const free = new FreeCores(2);
    seconds = 1;
    assert.equal(free.threadsNow(), 2);
  } finally {
    os.cpus = cpus;
    syncBuiltinESMExports();
    vi.restoreAllMocks();
  }
});

test("this machine is read", () => {
  const threads = new FreeCores(64).threadsNow();
  assert.ok(threads >= 1 && threads <= 64);
});
