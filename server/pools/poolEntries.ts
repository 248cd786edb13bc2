// The texts of a pool file, checked one by one: there may be half a million.
import { PoolError } from "./errors.ts";

/** An entry without its tokens; entry i of the index is entries[i]. */
export interface PoolEntry {
  /** Names the user or item that the answer is about. */
  readonly key: string;
  readonly group: string | null;
  readonly text: string;
  /** When it was added: milliseconds since 1970. */
  readonly timeMs: number;
  /** Answers that kept tokens drafted from it, as far as they were counted; omitted: none. */
  readonly uses?: number;
}

/** @throws PoolError poolFileDamaged unless the bytes are a list of `count` entries */
export function parseEntries(path: string, json: Buffer, count: number): readonly PoolEntry[] {
  const damaged = (reason: string, cause?: unknown): PoolError =>
    new PoolError({ tag: "poolFileDamaged", path, reason }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch (error) {
    throw damaged("its texts are not JSON", error);
  }
  if (!Array.isArray(value) || value.length !== count)
    throw damaged(`its texts are not a list of ${count} entries`);
  const wrong = value.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0) throw damaged(`the text of entry ${wrong} is not one`);
  return value as readonly PoolEntry[];
}

function isEntry(value: unknown): value is PoolEntry {
  if (typeof value !== "object" || value === null) return false;
  const { key, group, text, timeMs, uses = 0 } = value as Record<string, unknown>;
  return (
    typeof key === "string" &&
    (group === null || typeof group === "string") &&
    typeof text === "string" &&
    typeof timeMs === "number" &&
    Number.isSafeInteger(uses) &&
    Number(uses) >= 0
  );
}
