// `laser pool …` as a short-lived process: pools are read and changed outside the extension host, under their locks.
import { readFromLaser, runLaser, type LaserPrograms } from "../host/laserProcess.ts";
import { PoolListingSchema, type PoolListing } from "./poolListing.ts";

export {
  LaserCommandFailed as PoolCommandFailed,
  type LaserPrograms as PoolPrograms,
} from "../host/laserProcess.ts";

/** Runs `laser pool` with these arguments and returns what it prints. @throws PoolCommandFailed; the signal's reason */
export function runPool(
  programs: LaserPrograms,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return runLaser(programs, ["pool", ...args], signal);
}

export interface ListOptions {
  /** Only entries of this group; null: those of no group; absent: of any. */
  readonly group?: string | null;
  readonly search?: string;
  readonly entry?: number;
  readonly limit: number;
}

/** @throws PoolCommandFailed; the signal's reason */
export function listPool(
  programs: LaserPrograms,
  path: string,
  { group, search, entry, limit }: ListOptions,
  signal?: AbortSignal,
): Promise<PoolListing> {
  const args = [
    "pool",
    "list",
    "--json",
    `--limit=${limit}`,
    ...(group === null ? ["--ungrouped"] : group === undefined ? [] : [`--group=${group}`]),
    ...(search === undefined ? [] : [`--search=${search}`]),
    ...(entry === undefined ? [] : [`--entry=${entry}`]),
    "--",
    path,
  ];
  return readFromLaser(programs, args, PoolListingSchema, signal);
}
