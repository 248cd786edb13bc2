// What the filter box suggests while a query is typed: complete texts, because choosing one replaces the
// whole text. Pure.
import { completionsOf, termAt, type KnownNames } from "../../../core/inspect/index.ts";
import type { NamedEntries } from "../../../core/trace/index.ts";

/** Nobody reads a longer list. */
const MOST = 50;

export interface Completion {
  /** The text of the box if it is chosen. */
  readonly text: string;
  /** The same without quotation marks, so that typing without them finds it too. */
  readonly label: string;
}

/** Groups and names of the entries in a trace, each once, without control characters, which the box can't contain. */
export function knownNames(entries: NamedEntries): KnownNames {
  const named = Object.values(entries);
  const namesOf = (names: readonly (string | null)[]): string[] =>
    [...new Set(names)].filter((name) => name !== null && name !== "" && !/\p{Cc}/u.test(name)) as string[];
  return { group: namesOf(named.map(({ group }) => group)), entry: namesOf(named.map(({ id }) => id)) };
}

/** Completions of the end of a filter. */
export function filterCompletions(filter: string, known: KnownNames): readonly Completion[] {
  const before = filter.slice(0, termAt(filter, filter.length).from);
  return completionsOf(filter, filter.length, known)
    .slice(0, MOST)
    .map((term) => ({
      text: before + term,
      label: before + term.replace(/"((?:[^"\\]|\\.)*)"$/, (_, name: string) => name.replace(/\\(.)/g, "$1")),
    }));
}
