// @ts-check
// Wordings that a native reader stumbles over, and what to write instead: lint keeps them out of every text that the
// product may show, test/unit/repository.test.ts out of the manifest's texts and the README.

/** @type {readonly {wording: string, instead: string}[]} wording: a regular expression */
export const DIALECT = [
  { wording: "(?<![Tt]here )\\bis no (?!longer|more)", instead: "is not a" },
  { wording: "\\btold (?!apart)", instead: "reported, shown, said" },
  { wording: "\\b(tells|hears)\\b", instead: "reports, shows, receives" },
  { wording: "\\banew\\b", instead: "again, from scratch" },
  { wording: "\\bbehind\\b", instead: "after" },
  { wording: "\\bin place of\\b", instead: "instead of" },
  { wording: "\\bso many\\b", instead: "this many" },
  { wording: "\\b(go|goes|going|gone) on\\b", instead: "continue" },
];
