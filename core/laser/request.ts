// What one run of the decoding loop is given.
import type { Signal } from "../base/index.ts";
import type { Batches } from "./batchClass.ts";
import type { TokenConstraint } from "./constraint.ts";
import type { Drafter, RequestLabel } from "./drafting/drafter.ts";
import type { StopCheck } from "./offer.ts";
import type { Planner } from "./planning/planner.ts";
import type { Guards, Rule, Sampling } from "./rules.ts";
import type { TargetModel } from "./target.ts";

/** Everything one run needs. */
export interface DecodeRequest {
  readonly target: TargetModel;
  /** Token ids; at least one. */
  readonly prompt: Int32Array;
  /** How many of the last prompt tokens are answer tokens of an earlier run; 0 by default. */
  readonly inheritedTokens?: number;
  /** Whether tokens of the prompt that the target still holds are not evaluated again; false if omitted. */
  readonly keepsPrefix?: boolean;
  /** The most tokens to commit, including an end-of-text token. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly rule: Rule;
  readonly guards: Guards;
  /** null: plain decoding. */
  readonly drafter: Drafter | null;
  /** What the request is about, for the drafter; nothing by default. */
  readonly label?: RequestLabel;
  readonly planner: Planner;
  /** For a reproducible run: how tokens may be evaluated, as the planner has it; null if omitted. */
  readonly batches?: Batches | null;
  /** The most tokens to draft in a step. */
  readonly maxDraftTokens: number;
  /** Ends the answer at a text; none by default. */
  readonly stops?: StopCheck | null;
  /** Ends the answer once its last tokens repeat earlier ones by a surplus of this many; null if omitted: never. */
  readonly stopAtLoop?: number | null;
  /** Which tokens the answer may consist of, inherited ones included; any by default. */
  readonly constraint?: TokenConstraint | null;
  /** K: how many of the largest logits are read at each position. */
  readonly rowWidth: number;
  /**
   * Whether steps hold every row and verdict, as a trace needs them; true if omitted. Otherwise they may omit those that
   * were not needed to decide: after rejected tokens, and all if only the largest logits decide.
   */
  readonly recordsRows?: boolean;
  readonly signal: Signal;
  /** A clock in milliseconds, from any fixed moment. */
  readonly now: () => number;
  /** The clock that the planner learns durations of evaluations by, such as processor time; `now` if omitted. */
  readonly workNow?: () => number;
}
