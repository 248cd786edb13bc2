// Where processor time counts, and where the wall clock does.
import assert from "node:assert/strict";
import { workClock } from "../../../../server/engine/index.ts";
import { table } from "../../../support/check.ts";

const ONE_THREAD = { backend: "cpu", maxThreads: 1, engine: "native" } as const;

table(
  "a wait counts",
  [
    { name: "not on one thread of a CPU", device: ONE_THREAD, platform: "linux", counts: false },
    {
      name: "on several, which spin",
      device: { ...ONE_THREAD, maxThreads: 2 },
      platform: "linux",
      counts: true,
    },
    { name: "on a GPU", device: { ...ONE_THREAD, backend: "cuda" }, platform: "linux", counts: true },
    { name: "of a script", device: { ...ONE_THREAD, engine: "scripted" }, platform: "linux", counts: true },
    { name: "where ticks are coarse", device: ONE_THREAD, platform: "win32", counts: true },
  ] as const,
  ({ device, platform, counts }) => {
    const clocks = [
      () => performance.now(),
      () => (process.cpuUsage().user + process.cpuUsage().system) / 1000,
    ];
    const own = clocks[counts ? 0 : 1]!;
    const before = own();
    const now = workClock(device, platform)();
    assert.ok(before <= now && now <= own());
  },
);
