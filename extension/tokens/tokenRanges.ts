// Where the tokens of a prompt's sections are in its document.
import type { SectionTokens } from "../../server/protocol/methods.ts";

/** More marks would make the editor slow. */
const MAX_MARKED = 20_000;

/** Offsets in the document; a token that ends inside a character has none of its own. */
export function tokenRanges(
  sections: readonly SectionTokens[],
): readonly { readonly start: number; readonly end: number }[] {
  return sections
    .flatMap(({ start, ends }) =>
      ends.flatMap((end, index) => {
        const from = index === 0 ? 0 : ends[index - 1]!;
        return end > from ? [{ start: start + from, end: start + end }] : [];
      }),
    )
    .slice(0, MAX_MARKED);
}
