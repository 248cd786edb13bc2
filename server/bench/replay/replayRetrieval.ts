// The product's own drafters in a replay, chains and trees: what they draft, and how often it is kept compared with
// what they expected.
import {
  Calibration,
  type Draft,
  type Drafter,
  type Pool,
  type RequestLabel,
} from "../../../core/laser/index.ts";
import type { Recording } from "../recordings/recordings.ts";

/**
 * One way to draft. It receives the answer as it is committed; prompt and answer are always used for their
 * own request.
 */
export interface ReplayDrafter {
  /** Kept against expected tokens of all drafts so far, by expectation; null for drafters without expectations. */
  readonly calibration: Calibration | null;
  begin(recording: Recording): void;
  /** Drafts after everything committed, at most `limit` tokens deep; returns how many were drafted. */
  draft(limit: number): number;
  /** How many of the drafted tokens match answer[from …] in sequence. */
  keptOf(answer: Int32Array, from: number): number;
  commit(tokens: readonly number[]): void;
  /** The request has ended. */
  end(): void;
}

/** Drafts by retrieval, from a pool of each request's own. */
export class RetrievalReplay implements ReplayDrafter {
  readonly calibration = new Calibration();
  private readonly drafters = new Map<Pool | null, Drafter>();
  private drafter!: Drafter;
  private made!: Draft;

  constructor(
    private readonly poolFor: (recording: Recording) => Pool | null,
    private readonly createDrafter: (pool: Pool | null) => Drafter,
    private readonly labelOf: (recording: Recording) => RequestLabel,
    /** The most tokens of a branch. */
    private readonly branchTokens = Infinity,
  ) {}

  begin(recording: Recording): void {
    const pool = this.poolFor(recording);
    const drafter = this.drafters.get(pool) ?? this.createDrafter(pool);
    this.drafters.set(pool, drafter);
    this.drafter = drafter;
    drafter.begin(recording.prompt, 0, this.labelOf(recording));
  }

  draft(limit: number): number {
    this.made = this.drafter.draft(Math.min(limit, this.branchTokens));
    return this.made.length;
  }

  keptOf(answer: Int32Array, from: number): number {
    return observeKept(this.made, answer, from, this.calibration);
  }

  commit(tokens: readonly number[]): void {
    this.drafter.commit(tokens);
  }

  end(): void {
    // Nothing is held for the request.
  }
}

/**
 * The branch of a draft that answer[from …] follows: its length. Each node is observed, with the probability that was
 * expected of it and all before it.
 */
function observeKept(draft: Draft, answer: Int32Array, from: number, calibration: Calibration): number {
  const { length, tokens, parents, acceptanceProbabilities } = draft;
  const joint = new Float64Array(length);
  let last = -1;
  let kept = 0;
  for (let node = 0; node < length; node++) {
    const parent = parents[node]!;
    joint[node] = (parent < 0 ? 1 : joint[parent]!) * acceptanceProbabilities[node]!;
    // Nodes come after their parents, and siblings have different tokens.
    const isKept = parent === last && tokens[node] === answer[from + kept];
    calibration.observe(joint[node]!, isKept);
    if (!isKept) continue;
    last = node;
    kept++;
  }
  return kept;
}
