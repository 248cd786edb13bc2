// A run with a tree, small enough to check by hand: " is a drama." after " Heat" in two steps, with exact rows.
//
//   is ── a ── drama ── film     " film" is rejected, and "." written in its place
//    └── crime ── film           " crime" is rejected, what follows it never judged
//   a ── film                    both would be kept, but the branch above is longer
import {
  DEFAULT_GUARDS,
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  PUBLISHED_RULE,
  type Distribution,
  type Step,
} from "../../../../core/laser/index.ts";
import { TraceRecorder, type Trace } from "../../../../core/trace/index.ts";
import { judgedDraft } from "../../../support/trace/randomTraces.ts";
import { smallHeader, smallNames, smallRow } from "./smallRun.ts";

/** Token, and the place of the one that it follows. */
const TREE: readonly (readonly [id: number, parent: number])[] = [
  [3, -1],
  [4, -1],
  [4, 0],
  [5, 0],
  [7, 2],
  [6, 3],
  [6, 4],
  [6, 1],
];

const ROWS: readonly Distribution[] = [
  exact(3, 4, 5),
  exact(4, 3, 6),
  exact(6, 3, 5),
  exact(5, 7, 6),
  exact(6, 3, 4),
  exact(10, 11, 6),
  exact(10, 2, 3),
  exact(10, 2, 3),
  exact(10, 2, 3),
];

/** The run as a trace. */
export function smallTree(): Trace {
  const recorder = new TraceRecorder(smallHeader, smallNames);
  recorder.take({ kind: "prefill", doneTokens: 1, totalTokens: 1, heldTokens: 0, ms: 12.5 });
  const draft = emptyDraftArrays(TREE.length);
  TREE.forEach(([id, parent], place) => {
    draft.tokens[place] = id;
    draft.parents[place] = parent;
    draft.sources[place] = 2;
    draft.matchTokens[place] = 2;
    draft.counts[place] = 3;
    draft.voteShares[place] = 0.5;
    draft.acceptanceProbabilities[place] = 0.75;
    draft.entries.set([0, 2], 3 * place);
  });
  const plan = {
    ...{ offeredTokens: 8, sentTokens: 8, expectedKept: 2.5, expectedMs: 22, expectedPlainMs: 20 },
    ...{ tokensPerMs: 0.05, threads: 2, noDraft: null, declined: null },
  };
  const times = { draftMs: 0.5, verifyMs: 20, otherMs: 2 };
  const judgedBy = { rule: PUBLISHED_RULE, guards: DEFAULT_GUARDS };
  const { committed, state, ...first } = judgedDraft(draft, ROWS, judgedBy, INITIAL_JUDGE_STATE);
  const none = emptyDraftArrays(0);
  const { verdicts, path, next, rows } = judgedDraft(none, [exact(0, 2, 3)], judgedBy, state);
  const steps: Step[] = [
    {
      index: 0,
      position: 1,
      root: 2,
      draft,
      ...first,
      plan,
      evaluatedTokens: 9,
      repeatedTokens: 0,
      ...times,
    },
    {
      ...{ index: 1, position: 1 + committed.length, root: committed.at(-1)!, draft: none },
      ...{ verdicts, path, next, rows, evaluatedTokens: 1, repeatedTokens: 4, ...times },
      plan: {
        ...{
          ...plan,
          offeredTokens: 5,
          sentTokens: 0,
          expectedKept: 0,
          expectedMs: 4.2,
          expectedPlainMs: 4.2,
        },
        ...{ noDraft: "notWorthIt", declined: { draftedTokens: 5, expectedKept: 1.2, expectedMs: 9.1 } },
      },
    },
  ];
  const end = [next.token];
  steps.forEach((step, i) => recorder.take({ kind: "step", step, committed: [committed, end][i]! }));
  return recorder.trace({
    ...{ finish: "endOfText", tokens: [...committed, ...end], prefillTokens: 1, prefillMs: 12.5 },
  });
}

/** The probabilities of the three most probable tokens are known exactly: 0.59, 0.29 and 0.04. */
function exact(...top: readonly [number, number, number]): Distribution {
  const row = smallRow(...top);
  return { ...row, logSumExp: row.logSumExpHigh };
}
