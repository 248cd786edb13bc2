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
  {
    wording: "\\bonce an? (device|file|frame|machine|model|repeat|round|row|run|step)\\b(?! [a-z])",
    instead: "per",
  },
  { wording: "\\b(ms|µs|tokens?|bytes) an? (line|pass|position|row|step|word)\\b(?! [a-z])", instead: "per" },
  { wording: "\\b(tokens|steps|rows|answers|bytes|times|k?B) a second\\b", instead: "per" },
  { wording: "(\\b0|−1|Infinity|\\bEND) where\\b", instead: "if" },
  { wording: "\\bthe own\\b", instead: "its own, the request's own" },
  { wording: "\\w's alone\\b", instead: "only its owner's" },
  { wording: "\\b(begin|count|draft|split|weigh)s? alike\\b", instead: "equally, in the same way" },
  { wording: "\\b[Ee]qual runs? (dr|gi|ma|mu)", instead: "identical runs" },
  { wording: "\\bjust so\\b", instead: "in the same way" },
  { wording: "\\bin vain\\b", instead: "for nothing" },
  { wording: "\\bon show\\b", instead: "shown" },
];

/** @type {readonly {wording: string, instead: string}[]} wording: a regular expression */
export const DIALECT = [
  ...DIALECT_ANYWHERE,
  { wording: "\\btold (?!apart)", instead: "reported, shown, said" },
  { wording: "\\b(tells|hears)\\b", instead: "reports, shows, receives" },
  { wording: "\\bbehind\\b", instead: "after" },
  { wording: "\\bin place of\\b", instead: "instead of" },
  { wording: "\\bso many\\b", instead: "this many" },
  { wording: "\\b(answer|block|chains?|continuation|itself) alone\\b", instead: "only the" },
  { wording: "\\b(name|know)s? no\\b", instead: "does not name, does not know" },
  { wording: "\\b(lies?|stands?) (in|at|before|beside)\\b", instead: "is" },
  { wording: "\\bin mid[ -]", instead: "during" },
  { wording: "\\bbut for\\b", instead: "except" },
  { wording: "\\b(go|goes|going|gone) on\\b", instead: "continue" },
  { wording: "(?<![Tt]here )\\bare no (?!longer|more)", instead: "are not" },
  { wording: "\\bpart(s|ed)? from\\b(?<=(texts?|answers?) part(s|ed)? from)", instead: "diverge from" },
  { wording: "\\bit stays so\\b", instead: "that doesn't help" },
  { wording: "\\bcounts? from the prompt\\b", instead: "is relative to the prompt" },
];
