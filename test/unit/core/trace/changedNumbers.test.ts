// Which single number of a trace may be changed without the reader's noticing: every number is changed, and exactly the
// fields listed here go unseen, because nothing else in a trace says what they should be.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parseTrace, TraceError } from "../../../../core/trace/index.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

/** Field, and why nothing contradicts it. */
const UNSEEN: Readonly<Record<string, string>> = {
  "steps.draft.matchTokens": "what the drafter found; no index is in the trace",
  "steps.draft.count": "as above",
  "steps.draft.share": "as above",
  "steps.draft.chance": "as above",
  "steps.draft.entries": "an entry without a name is only a number",
  "steps.alternatives.place": "any place of the offer",
  "steps.alternatives.id": "was not judged",
  "steps.alternatives.count": "what the drafter found",
  "steps.alternatives.share": "as above",
  "steps.plan.offeredTokens": "the drafter may offer more than is sent",
  "steps.plan.expectedKept": "the planner's estimate",
  "steps.plan.expectedMs": "as above",
  "steps.plan.expectedPlainMs": "as above",
  "steps.plan.tokensPerMs": "as above",
  "steps.plan.threads": "the planner's choice",
  "steps.plan.declined.draftedTokens": "as above",
  "steps.plan.declined.expectedKept": "as above",
  "steps.plan.declined.expectedMs": "as above",
  "steps.evaluatedTokens": "root + draft, and a filler in some runs",
  "steps.repeatedTokens": "how the target keeps its cache",
  "steps.draftMs": "measured once",
  "steps.verifyMs": "as above",
  "steps.otherMs": "as above",
  "steps.verdicts.rank": "outside the recorded candidates only a bound is known",
  "steps.verdicts.probability": "as above, while the rule decides alike",
  "steps.verdicts.probabilityLow": "as above",
  "steps.rows.ids": "a candidate that was neither drafted nor chosen",
  "steps.rows.own": "where a token was unreached, nothing was chosen",
  "steps.rows.logits": "of such a candidate, as long as the order holds",
  "steps.rows.logSumExp": "where nothing was judged: after the last draft",
  "steps.rows.logSumExpHigh": "as above",
  "steps.draft.parent": "an unreached token may follow any other that is not kept",
  "steps.draft.id": "an unreached token was not judged",
};

/** Numbers by which each is changed: a little up and down, and far. */
const CHANGES: readonly ((value: number) => number)[] = [
  (value) => value + 1,
  (value) => value - 1,
  (value) => value * 1.001,
  (value) => value * 0.5,
];

type Node = Record<string, unknown>;

/** Every number below a node: its place, and the field's name without indices of lists. */
function* numbersIn(node: Node, field: string): Generator<{ node: Node; key: string; field: string }> {
  for (const [key, value] of Object.entries(node)) {
    const name = Array.isArray(node) ? field : `${field}.${key}`;
    if (typeof value === "number") yield { node, key, field: name };
    else if (typeof value === "object" && value !== null) yield* numbersIn(value as Node, name);
  }
}

function isTaken(document: unknown): boolean {
  try {
    parseTrace(JSON.stringify(document));
    return true;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return false;
  }
}

test("a change of only these numbers in steps can go unnoticed", () => {
  const unseen = new Set<string>();
  const always = new Map<string, boolean>();
  for (let seed = 1; seed <= 24; seed++) {
    const document = JSON.parse(JSON.stringify(randomTrace(seed, 4))) as { steps: Node };
    for (const { node, key, field } of numbersIn(document.steps, "steps")) {
      // Nothing more is to be learned of a field that was changed unseen.
      if (unseen.has(field)) continue;
      const value = node[key] as number;
      for (const change of CHANGES) {
        if (change(value) === value) continue;
        node[key] = change(value);
        const taken = isTaken(document);
        if (taken) unseen.add(field);
        always.set(field, (always.get(field) ?? true) && !taken);
      }
      node[key] = value;
    }
  }
  assert.deepEqual([...unseen].sort(), Object.keys(UNSEEN).sort());
  const seen = [...always].flatMap(([field, isSeen]) => (isSeen ? [field] : []));
  assert.deepEqual(seen.sort(), [
    "steps.index",
    "steps.next.id",
    "steps.path",
    "steps.plan.sentTokens",
    "steps.position",
    "steps.root",
    "steps.verdicts.margin",
    "steps.verdicts.threshold",
  ]);
});
