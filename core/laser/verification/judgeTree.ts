// Judges the nodes of one step's draft, a chain or a tree, and finds the kept path: under the strict rule the one that
// the target chooses, under a relaxed rule the longest that rule and guards keep.
import type { Draft } from "../draft.ts";
import type { Distribution } from "./distribution.ts";
import { isKept, type Guards, type JudgeState, type Rule, type Verdict } from "../rules.ts";
import type { NextKind, RowRecord } from "../step.ts";
import type { TokenId } from "../target.ts";
import { judge, stateAfter, unreached } from "./verify.ts";

/** Most probable tokens recorded of each evaluated position. */
const RECORDED_CANDIDATES = 8;

/** What is recorded of a step's rows. */
export interface JudgedRows {
  /** One per drafted token, in order. */
  readonly verdicts: readonly Verdict[];
  /** Row i is the distribution after evaluated token i (0 = the root). */
  readonly rows: readonly RowRecord[];
}

/** What a step's verdicts lead to; known once the rows of all kept nodes were taken. */
export interface Judgement {
  /** Indices of the kept drafted tokens, from the root down. */
  readonly path: Int32Array;
  /** The target's own token after them. */
  readonly next: { readonly kind: NextKind; readonly token: TokenId };
  /** Whether rule and guards keep each drafted token after those before it, on the path or not; null: not judged. */
  readonly isKept: readonly (boolean | null)[];
  /** Whether the rule would have kept the first token that was offered and not sent; false if it was not judged. */
  readonly nextUnsentAccepted: boolean;
  /** What the guards carry to the next step. */
  readonly state: JudgeState;
}

/** A row as it is judged and recorded. */
export interface JudgedRow extends Distribution {
  readonly ids: Int32Array;
  readonly logits: Float64Array;
}

/** What a node's judging needs of its parent; one for each node that is kept so far, and one for the root. */
interface Branch {
  readonly state: JudgeState;
  /** Drafted tokens from the root to here, and the sum of their log-probabilities: the longest path wins, then this. */
  readonly depth: number;
  readonly logProbability: number;
}

/**
 * Judges a draft row by row: `take` with the row after the root, then with the row after each drafted token in order.
 * Rows of nodes that are not kept may be taken after `end`, in any order.
 */
export class TreeJudge {
  private readonly verdicts: Verdict[] = [];
  private readonly rows: RowRecord[] = [];
  /** By evaluated token: null if its node is not kept. */
  private readonly branches: (Branch | null)[] = [];
  private best = 0;
  private nextUnsentAccepted = false;

  /** @param nextUnsent the token offered after a chain that was sent; judged only to learn from */
  constructor(
    private readonly draft: Draft,
    private readonly rule: Rule,
    private readonly guards: Guards,
    state: JudgeState,
    private readonly nextUnsent: TokenId | null,
  ) {
    this.branches[0] = { state, depth: 0, logProbability: 0 };
  }

  /** Judges the tokens drafted after evaluated token `index` (0 = the root) by its row, which need not stay valid. */
  take(row: JudgedRow, index: number): void {
    const { draft, branches, verdicts, rule, guards } = this;
    const parent = branches[index] ?? null;
    this.rows[index] = recordRow(row);
    for (let i = index; i < draft.length; i++) {
      if (draft.parents[i] !== index - 1) continue;
      const token = draft.tokens[i]!;
      const verdict =
        parent === null ? unreached(token, row, rule) : judge(token, row, rule, guards, parent.state);
      verdicts[i] = verdict;
      const passes = parent !== null && isKept(verdict.kind);
      branches[i + 1] = passes ? branchAfter(parent, verdict, row) : null;
      if (passes && isBetter(branches[i + 1]!, branches[this.best]!)) this.best = i + 1;
    }
    if (this.nextUnsent !== null && index === draft.length && parent !== null)
      this.nextUnsentAccepted = judge(this.nextUnsent, row, rule, guards, parent.state).kind !== "rejected";
  }

  /** Whether the tokens drafted after evaluated token `index` will be judged: its node and all before it are kept. */
  isReached(index: number): boolean {
    return this.branches[index] != null;
  }

  /** The outcome, once the row of every kept node was taken. */
  end(): Judgement {
    const { draft, best } = this;
    const path = pathTo(draft, best - 1);
    const { targetToken: token } = this.rows[best]!;
    const hasChild = draft.parents.includes(best - 1);
    return {
      path,
      isKept: Array.from(draft.tokens, (_, i) => {
        const verdict = this.verdicts[i];
        return verdict === undefined || verdict.kind === "unreached" ? null : isKept(verdict.kind);
      }),
      next: { kind: draft.length === 0 ? "plain" : hasChild ? "correction" : "bonus", token },
      nextUnsentAccepted: this.nextUnsentAccepted,
      // The target's own token ends a run of relaxed ones.
      state: { ...this.branches[best]!.state, consecutiveRelaxed: 0 },
    };
  }

  /** Verdicts and rows, once every row was taken. */
  recorded(): JudgedRows {
    const isOnPath = new Set(pathTo(this.draft, this.best - 1));
    const verdicts = this.verdicts.map((verdict, i): Verdict =>
      isKept(verdict.kind) && !isOnPath.has(i)
        ? { ...verdict, kind: "rejected", reason: "shorterBranch" }
        : verdict,
    );
    return { verdicts, rows: this.rows };
  }
}

/** Indices of the drafted tokens from the root's child down to `last`; none for −1. */
export function pathTo({ parents }: Pick<Draft, "parents">, last: number): Int32Array {
  let depth = 0;
  for (let i = last; i >= 0; i = parents[i]!) depth++;
  const path = new Int32Array(depth);
  for (let i = last; i >= 0; i = parents[i]!) path[--depth] = i;
  return path;
}

function branchAfter(parent: Branch, verdict: Verdict, row: JudgedRow): Branch {
  return {
    state: stateAfter(parent.state, verdict, row),
    depth: parent.depth + 1,
    logProbability: parent.logProbability + Math.log(verdict.probability),
  };
}

function isBetter(a: Branch, b: Branch): boolean {
  return a.depth > b.depth || (a.depth === b.depth && a.logProbability > b.logProbability);
}

function recordRow(row: JudgedRow): RowRecord {
  const size = Math.min(RECORDED_CANDIDATES, row.size);
  return {
    targetToken: row.targetToken,
    ids: row.ids.slice(0, size),
    logits: row.logits.slice(0, size),
    logSumExp: row.logSumExp,
    logSumExpHigh: row.logSumExpHigh,
  };
}
