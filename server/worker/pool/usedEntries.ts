// Which answers of a pool an answer was drafted from, and where that is noted.
import type { Trace } from "../../../core/trace/index.ts";
import { noteUses } from "../../pools/index.ts";
import type { GrowingPool } from "./growingPool.ts";

/** Pool entries that kept tokens of an answer were drafted from, each once. */
export function usedEntries({ steps }: Pick<Trace, "steps">): number[] {
  const entries = steps.flatMap(({ path, draft }) => path.flatMap((place) => draft[place]!.entries));
  return [...new Set(entries)];
}

/** How many answers used each entry. */
export class UseCounts {
  private readonly byEntry = new Map<number, number>();

  count(entries: Iterable<number>): void {
    for (const entry of entries) this.byEntry.set(entry, (this.byEntry.get(entry) ?? 0) + 1);
  }

  /** Beside the pool file that the pool came from, if it did. Never fails. @param nowMs since 1970 */
  async note(pool: GrowingPool, nowMs: number): Promise<void> {
    if (pool.file !== null) await noteUses(pool.file, pool.usesOfFile(this.byEntry), nowMs);
  }
}

/** The same of a single answer. */
export async function noteUsesOf(
  trace: Pick<Trace, "steps">,
  pool: GrowingPool | null,
  nowMs: number,
): Promise<void> {
  if (pool === null) return;
  const counts = new UseCounts();
  counts.count(usedEntries(trace));
  await counts.note(pool, nowMs);
}
