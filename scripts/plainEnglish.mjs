// @ts-check
// Wordings that a native reader stumbles over, and what to write instead: lint keeps them out of every text that the
// product may show, test/unit/repository.test.ts out of the manifest's texts and the README, and the worst ones out of
// comments, test names and documents.

/** @type {readonly {wording: string, instead: string}[]} wording: a regular expression */
export const DIALECT_ANYWHERE = [
  { wording: "(?<![Tt]here )\\bis no (?!longer|more)", instead: "is not a" },
  { wording: "\\banew\\b", instead: "again, from scratch" },
  { wording: "\\bfor ever\\b", instead: "forever" },
  { wording: "\\bby turns\\b", instead: "alternately" },
  { wording: "\\b(in|without) (other )?company\\b", instead: "in a batch, alone" },
  { wording: "\\bmend(s|ed|ing)?\\b", instead: "fix" },
  { wording: "\\b(is|are|was|were) told (?!apart)", instead: "reported, shown, said" },
  { wording: "\\b([Nn]ull|[Uu]ndefined|[Ee]mpty|throws) where\\b", instead: "if" },
  { wording: "\\bone an? (token|row|line|step|piece|user|item|answer|layer)\\b", instead: "one per" },
  { wording: "\\b(tokens|steps|rows|answers) a second\\b", instead: "per" },
  { wording: "\\b(on show)\\b", instead: "shown" },
];

/** @type {readonly {wording: string, instead: string}[]} wording: a regular expression */
export const DIALECT = [
  ...DIALECT_ANYWHERE,
  { wording: "\\btold (?!apart)", instead: "reported, shown, said" },
  { wording: "\\b(tells|hears)\\b", instead: "reports, shows, receives" },
  { wording: "\\bbehind\\b", instead: "after" },
  { wording: "\\bin place of\\b", instead: "instead of" },
  { wording: "\\bso many\\b", instead: "this many" },
  { wording: "\\b(go|goes|going|gone) on\\b", instead: "continue" },
  { wording: "(?<![Tt]here )\\bare no (?!longer|more)", instead: "are not" },
  { wording: "\\bpart(s|ed)? from\\b(?<=(texts?|answers?) part(s|ed)? from)", instead: "diverge from" },
  { wording: "\\bit stays so\\b", instead: "that doesn't help" },
  { wording: "\\bcounts? from the prompt\\b", instead: "is relative to the prompt" },
];
