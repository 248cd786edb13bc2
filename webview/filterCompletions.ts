// What the filter box offers while a query is typed: whole texts of the box, as its list replaces all of it. Pure; it must
// not know the box.
import { completionsOf, termAt, type KnownNames } from "../server/inspect/index.ts";
import type { NamedEntries } from "../server/trace/index.ts";

/** A list that is longer is typed through, not read. */
const MOST = 50;

export interface Completion {
  /** The text of the box, once it is chosen. */
  readonly text: string;
  /** The same without quotation marks: what is typed without them finds it, too. */
  readonly label: string;
}

/** Groups and names of the entries that a trace mentions, each once. A box of one line holds no control characters. */
export function knownNames(entries: NamedEntries): KnownNames {
  const named = Object.values(entries);
  const namesOf = (names: readonly (string | null)[]): string[] =>
    [...new Set(names)].filter((name) => name !== null && name !== "" && !/\p{Cc}/u.test(name)) as string[];
  return { group: namesOf(named.map(({ group }) => group)), entry: namesOf(named.map(({ id }) => id)) };
}

/** What could stand at the end of a filter. */
export function filterCompletions(filter: string, known: KnownNames): readonly Completion[] {
  const before = filter.slice(0, termAt(filter, filter.length).from);
  return completionsOf(filter, filter.length, known)
    .slice(0, MOST)
    .map((term) => ({
      text: before + term,
      label: before + term.replace(/"((?:[^"\\]|\\.)*)"$/, (_, name: string) => name.replace(/\\(.)/g, "$1")),
    }));
}
