// A pool that grows while answers are written: it may start empty, and the least recently used answers make room.
import { Pool, type PoolIndex, type RequestLabel } from "../../core/laser/index.ts";
import { EntryLabels } from "./entryLabels.ts";

/** What may enter a pool while it is in use. */
export const PUBLISHED = ["own", "all", "none"] as const;
/**
 * own: only answers whose every token was the target's own choice, as under the strict rule · all: those with relaxed
 * accepts too · none: the pool stays as it is.
 */
export type Published = (typeof PUBLISHED)[number];

export interface GrownAnswer {
  /** The user or item that it is about. */
  readonly subject: string;
  /** null: none. */
  readonly group: string | null;
  /** As indexed: after the prompt's last tokens. */
  readonly tokens: readonly number[] | Int32Array;
  /** Tokens that a relaxed rule kept against the target's own choice. */
  readonly relaxedTokens: number;
}

export interface GrowthOptions {
  /** Tokens of the pool above which answers are evicted. */
  readonly budgetTokens: number;
  readonly published: Published;
}

/** How far above its budget a pool may grow before it is compacted, which takes time in proportion to its size. */
const SLACK = 1 / 8;

/** Adds answers to a pool as they are written. The clock is the caller's: any number that grows. */
export class PoolGrowth {
  private readonly labels = new EntryLabels();

  constructor(
    private readonly pool: Pool,
    private readonly options: GrowthOptions,
  ) {}

  /** The numbers of a request's group and subject in the pool, for its drafter. */
  labelOf(subject: string, group: string | null): RequestLabel {
    const label = this.labels.labelOf({ id: subject, group });
    return { group: label.group, excludedSubject: label.subject };
  }

  get index(): PoolIndex {
    return this.pool;
  }

  /** Adds an answer if it may be published; returns the number of its entry, null where it may not. */
  add({ subject, group, tokens, relaxedTokens }: GrownAnswer, time: number): number | null {
    const { budgetTokens, published } = this.options;
    if (published === "none" || (published === "own" && relaxedTokens > 0)) return null;
    if (tokens.length > budgetTokens) return null;
    const label = this.labels.labelOf({ id: subject, group });
    const entry = this.pool.add(tokens, time, label);
    if (this.pool.tokens > budgetTokens * (1 + SLACK)) this.pool.compact(budgetTokens);
    return entry;
  }

  /** Marks entries that a kept draft came from as used, so that they stay. Unknown ones are ignored. */
  used(entries: Iterable<number>, time: number): void {
    for (const entry of entries) if (entry >= 0) this.pool.touch(entry, time);
  }
}
