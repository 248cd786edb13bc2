// `laser pool …` as a short-lived process: pools are read and changed outside the extension host, under their locks.
import { parse } from "../../core/base/index.ts";
import { runLaser, type LaserPrograms } from "../host/laserProcess.ts";
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
export async function listPool(
  programs: LaserPrograms,
  path: string,
  { group, search, entry, limit }: ListOptions,
  signal?: AbortSignal,
): Promise<PoolListing> {
  const args = [
    "list",
    "--json",
    `--limit=${limit}`,
    ...(group === null ? ["--ungrouped"] : group === undefined ? [] : [`--group=${group}`]),
    ...(search === undefined ? [] : [`--search=${search}`]),
    ...(entry === undefined ? [] : [`--entry=${entry}`]),
    "--",
    path,
  ];
  const listing = parse(PoolListingSchema, JSON.parse(await runPool(programs, args, signal)) as unknown);
  if (listing === null) throw new Error("laser pool list printed something else than a listing");
  return listing;
}
