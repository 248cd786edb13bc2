// Numbers for the groups and subjects of a pool's entries, which its index is labelled with.
import { MAX_GROUPS, NO_GROUP, type EntryLabel } from "../../core/laser/index.ts";

interface Named {
  /** The user or item that it is about. */
  readonly id: string;
  readonly group: string | null;
}

/** The MAX_GROUPS largest groups of the initial entries are numbered, then groups as they appear. */
export class EntryLabels {
  private readonly groups: Map<string, number>;
  private readonly subjects = new Map<string, number>();

  constructor(entries: readonly Named[] = []) {
    const counts = new Map<string, number>();
    for (const { id, group } of entries) {
      if (group !== null) counts.set(group, (counts.get(group) ?? 0) + 1);
      if (!this.subjects.has(id)) this.subjects.set(id, this.subjects.size);
    }
    const largest = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_GROUPS);
    this.groups = new Map(largest.map(([group], number) => [group, number]));
  }

  /** Numbers a new group or subject; a group beyond MAX_GROUPS counts as none. */
  labelOf({ id, group }: Named): Required<EntryLabel> {
    const subject = this.subjects.get(id) ?? this.subjects.size;
    this.subjects.set(id, subject);
    if (group === null) return { group: NO_GROUP, subject };
    const number = this.groups.get(group) ?? this.groups.size;
    if (number >= MAX_GROUPS) return { group: NO_GROUP, subject };
    this.groups.set(group, number);
    return { group: number, subject };
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
