// How much memory this process may still take: what the machine can give without swapping, or less if a container
// has a limit.
import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { posix } from "node:path";

/** What the answer depends on. */
export interface MemorySources {
  readonly platform: NodeJS.Platform;
  /** The text of a file of the system; null if there is none. */
  readonly read: (path: string) => string | null;
  readonly freeBytes: () => number;
  readonly totalBytes: () => number;
}

/** In bytes. */
export interface Memory {
  /** That can still be taken. */
  readonly availableBytes: number;
  /** Of the machine, or the limit of the container. */
  readonly totalBytes: number;
}

const OURS: MemorySources = {
  platform: process.platform,
  read: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  freeBytes: freemem,
  totalBytes: totalmem,
};

/** Memory that is free, or that the system frees at once because it only caches files. */
export function memory(sources: MemorySources = OURS): Memory {
  const { platform, read, freeBytes, totalBytes } = sources;
  // macOS calls little of its memory free, because it uses the rest for what it can drop: nothing better is known there.
  if (platform === "darwin") return { availableBytes: totalBytes(), totalBytes: totalBytes() };
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(read("/proc/meminfo") ?? "")?.[1];
  let whole: Memory = {
    availableBytes: available === undefined ? freeBytes() : Number(available) * 1024,
    totalBytes: totalBytes(),
  };
  for (const limit of groupLimits(read)) {
    whole = {
      availableBytes: Math.min(whole.availableBytes, limit.availableBytes),
      totalBytes: Math.min(whole.totalBytes, limit.totalBytes),
    };
  }
  return whole;
}

/** The files of one version of control groups. */
interface GroupFiles {
  readonly root: string;
  readonly limit: string;
  readonly used: string;
  /** Fields of memory.stat with bytes that only cache files. */
  readonly caches: readonly string[];
}

const VERSION_1: GroupFiles = {
  root: "/sys/fs/cgroup/memory",
  limit: "memory.limit_in_bytes",
  used: "memory.usage_in_bytes",
  caches: ["total_inactive_file", "total_active_file"],
};
const VERSION_2: GroupFiles = {
  root: "/sys/fs/cgroup",
  limit: "memory.max",
  used: "memory.current",
  caches: ["inactive_file", "active_file"],
};

/** The limits of the control groups that this process belongs to, from its own to the outermost. */
function groupLimits(read: MemorySources["read"]): Memory[] {
  const limits: Memory[] = [];
  for (const line of (read("/proc/self/cgroup") ?? "").split("\n")) {
    // Version 2: "0::/a/b" · version 1: "7:memory:/a/b".
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    const files =
      controllers === "" ? VERSION_2 : controllers?.split(",").includes("memory") ? VERSION_1 : null;
    if (files === null) continue;
    // Seen from inside a container, the group's path may not exist; its files are then at the root.
    for (let place = group; ; place = posix.dirname(place)) {
      const limit = limitOf(posix.join(files.root, place), files, read);
      if (limit !== null) limits.push(limit);
      if (place === "/") break;
    }
  }
  return limits;
}

/** Null for a group without a limit ("max"; version 1 writes a number beyond any memory). */
function limitOf(folder: string, files: GroupFiles, read: MemorySources["read"]): Memory | null {
  const number = (name: string): number => Number.parseInt(read(posix.join(folder, name)) ?? "", 10);
  const totalBytes = number(files.limit);
  const used = number(files.used);
  if (!Number.isFinite(totalBytes) || !Number.isFinite(used)) return null;
  const stat = read(posix.join(folder, "memory.stat")) ?? "";
  const cached = files.caches.reduce(
    (sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0),
    0,
  );
  return { availableBytes: Math.max(0, totalBytes - used + Math.min(cached, used)), totalBytes };
}
