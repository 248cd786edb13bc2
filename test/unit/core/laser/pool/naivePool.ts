// A pool searched the slow and obvious way: what the index is compared with. It must not share code with it.
export interface NaiveEntry {
  readonly id: number;
  readonly tokens: readonly number[];
}

/** A place is named by its entry and the index of its token there: places of the index move, these don't. */
export interface NaivePlace {
  readonly entry: number;
  readonly index: number;
  readonly matchTokens: number;
  readonly nextToken: number;
}

/** Every place that shares `leastMatch` tokens or more with the context and has a next token: longest first, then newest. */
export function naivePlaces(
  entries: readonly NaiveEntry[],
  context: readonly number[],
  leastMatch: number,
): NaivePlace[] {
  const places: NaivePlace[] = [];
  for (const { id, tokens } of entries)
    for (let index = 0; index + 1 < tokens.length; index++) {
      let matchTokens = 0;
      while (
        matchTokens < 16 &&
        matchTokens < context.length &&
        matchTokens <= index &&
        tokens[index - matchTokens] === context[context.length - 1 - matchTokens]
      )
        matchTokens++;
      if (matchTokens >= leastMatch)
        places.push({ entry: id, index, matchTokens, nextToken: tokens[index + 1]! });
    }
  return places.sort((a, b) => b.matchTokens - a.matchTokens || b.entry - a.entry || b.index - a.index);
}
