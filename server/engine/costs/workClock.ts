// The clock that T(n) is measured by. Beside other programs, the time of an evaluation says more about them than about its
// number of tokens; on one thread, processor time says how long it takes when it has the core.
import type { DeviceFacts } from "../engine.ts";

/**
 * Milliseconds from any fixed moment: of this process's processor time where one thread of a CPU evaluates, else of the wall
 * clock. Several threads spin while they wait for each other, and processor time would count that as work.
 */
export function workClock(
  { backend, maxThreads, engine }: Pick<DeviceFacts, "backend" | "maxThreads" | "engine">,
  platform: NodeJS.Platform = process.platform,
): () => number {
  // Windows counts processor time in ticks of 15.6 ms, as long as an evaluation of a small model.
  const isCounted = backend === "cpu" && maxThreads === 1 && engine !== "scripted" && platform !== "win32";
  return isCounted ? processorMs : () => performance.now();
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
