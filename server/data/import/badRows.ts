// Counts of the rows that can't be used, with the first of them.

export interface BadSourceRow {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface BadRowCounts {
  readonly total: number;
  /** The most frequent reason first. */
  readonly byReason: readonly { readonly reason: string; readonly count: number }[];
  /** The first ones in the order of the source. */
  readonly first: readonly BadSourceRow[];
}

const MAX_SHOWN = 20;

export class BadRowTally {
  private readonly counts = new Map<string, number>();
  private readonly first: BadSourceRow[] = [];

  add(file: string, line: number, reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    if (this.first.length < MAX_SHOWN) this.first.push({ file, line, reason });
  }

  get result(): BadRowCounts {
    const byReason = [...this.counts].map(([reason, count]) => ({ reason, count }));
    byReason.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    return { total: byReason.reduce((sum, { count }) => sum + count, 0), byReason, first: this.first };
  }
}
