// How many threads should read a prompt. Threads on a CPU spin while they wait for each other: one that loses its core to another
// program keeps all of them waiting. With two busy cores, 267 tokens took 20 to 32 s on two threads and 5 s on one.
import { cpus } from "node:os";

/** Totals since any fixed moment, in ms. */
export interface CoreTimes {
  /** 0 if the machine doesn't say. */
  readonly cores: number;
  /** Passed time: idle time is not what is left of it, since Linux counts waiting for a disk as neither. */
  readonly wallMs: number;
  /** Of all cores and programs, this one among them. */
  readonly busyMs: number;
  /** Processor time of this process. */
  readonly ownMs: number;
}

/** Less says little: the kernel counts in ticks of up to 15.6 ms. */
const MIN_WINDOW_MS = 100;
/** A core that others use for less than this much of the time counts as free. */
const MAX_SHARE_OF_OTHERS = 0.3;

/** Watches what other programs use, from its construction on. */
export class FreeCores {
  private last: CoreTimes;
  private threads: number;

  /** @param maxThreads are used while nothing is known */
  constructor(
    private readonly maxThreads: number,
    private readonly read: () => CoreTimes = readTimes,
  ) {
    this.threads = maxThreads;
    this.last = maxThreads > 1 ? read() : { cores: 1, wallMs: 0, busyMs: 0, ownMs: 0 };
  }

  /** How many threads would have had a core since the last call, at least 1; unchanged if that was a moment ago. */
  threadsNow(): number {
    if (this.maxThreads === 1) return 1;
    const now = this.read();
    const wallMs = now.wallMs - this.last.wallMs;
    if (now.cores === 0 || wallMs < MIN_WINDOW_MS) return this.threads;
    const othersMs = now.busyMs - this.last.busyMs - (now.ownMs - this.last.ownMs);
    const freeCores = now.cores - Math.max(0, othersMs) / wallMs;
    this.last = now;
    this.threads = Math.max(1, Math.min(this.maxThreads, Math.floor(freeCores + MAX_SHARE_OF_OTHERS)));
    return this.threads;
  }
}

function readTimes(): CoreTimes {
  const all = cpus();
  const { user, system } = process.cpuUsage();
  let busyMs = 0;
  for (const { times } of all) busyMs += times.user + times.nice + times.sys + times.irq;
  return { cores: all.length, wallMs: performance.now(), busyMs, ownMs: (user + system) / 1000 };
}
