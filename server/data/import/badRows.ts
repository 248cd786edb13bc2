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

/**
 * Puts a row where its line belongs in a list of the first ones. They don't come in order: lines that can't
 * be read are found before lines whose content is wrong.
 */
export function keepFirst<Row extends { readonly line: number }>(first: Row[], row: Row, most: number): void {
  let at = first.length;
  while (at > 0 && first[at - 1]!.line > row.line) at--;
  first.splice(at, 0, row);
  if (first.length > most) first.pop();
}

const MAX_SHOWN = 20;

export class BadRowTally {
  private readonly counts = new Map<string, number>();
  /** By file, in the order in which files are read. */
  private readonly first = new Map<string, BadSourceRow[]>();

  add(file: string, line: number, reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    const ofFile = this.first.get(file) ?? [];
    this.first.set(file, ofFile);
    keepFirst(ofFile, { file, line, reason }, MAX_SHOWN);
  }

  get result(): BadRowCounts {
    const byReason = [...this.counts].map(([reason, count]) => ({ reason, count }));
    byReason.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    const first = [...this.first.values()].flat().slice(0, MAX_SHOWN);
    return { total: byReason.reduce((sum, { count }) => sum + count, 0), byReason, first };
  }
}
