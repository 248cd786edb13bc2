// Whether a process of this machine is alive, and when it started: ids are reused after their process ended.
import { readFileSync } from "node:fs";
import { errorCode } from "./errors.ts";

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // The process is alive and belongs to another user.
  }
}

/** Fields of /proc/PID/stat after the name, which may contain blanks and brackets itself; the 22nd is the start time. */
const START_TIME = 22 - 3;

/**
 * When a process started, in a form that only this system's own values can be compared with: on Linux, clock ticks since
 * this boot, with the boot's id. Null if it can't be known.
 */
export function startOf(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = line.slice(line.lastIndexOf(")") + 2).split(" ")[START_TIME];
    if (ticks === undefined) return null;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${ticks}`;
  } catch {
    return null;
  }
}
