// Numbers for the groups and subjects of a pool's entries, which its index is labelled with.
import { MAX_GROUPS, NO_GROUP, type EntryLabel } from "../../core/laser/index.ts";

interface Named {
  /** The user or item that it is about. */
  readonly id: string;
  readonly group: string | null;
}

export class EntryLabels {
  private readonly groups: ReadonlyMap<string, number>;
  private readonly subjects = new Map<string, number>();

  /** Numbers the MAX_GROUPS groups with most entries; those of other groups count as of none. */
  constructor(entries: readonly Named[]) {
    const counts = new Map<string, number>();
    for (const { id, group } of entries) {
      if (group !== null) counts.set(group, (counts.get(group) ?? 0) + 1);
      if (!this.subjects.has(id)) this.subjects.set(id, this.subjects.size);
    }
    const largest = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_GROUPS);
    this.groups = new Map(largest.map(([group], number) => [group, number]));
  }

  labelOf({ id, group }: Named): EntryLabel {
    const number = group === null ? null : this.groupNumber(group);
    return { group: number ?? NO_GROUP, subject: this.subjects.get(id)! };
  }

  /** null: no entry that counts is of this group. */
  groupNumber(group: string): number | null {
    return this.groups.get(group) ?? null;
  }

  /** null: no entry is about this subject. */
  subjectNumber(id: string): number | null {
    return this.subjects.get(id) ?? null;
  }
}

/** Numbers for groups and subjects as they appear; groups beyond MAX_GROUPS count as none. */
export class EntryNumbers {
  private readonly groups = new Map<string, number>();
  private readonly subjects = new Map<string, number>();

  group(name: string | null): number {
    if (name === null) return NO_GROUP;
    const number = this.groups.get(name) ?? this.groups.size;
    if (number >= MAX_GROUPS) return NO_GROUP;
    this.groups.set(name, number);
    return number;
  }

  subject(key: string): number {
    const number = this.subjects.get(key) ?? this.subjects.size;
    this.subjects.set(key, number);
    return number;
  }
}
