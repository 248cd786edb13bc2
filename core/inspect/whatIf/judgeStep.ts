// One recorded draft, judged again: the verdict on each node and the kept path, as the core finds them (laser/judgeTree)
// but from recorded figures. What-if judges hundreds of rules, so nothing is allocated per token.
import {
  isKept,
  kindFor,
  reasonFor,
  type Guards,
  type JudgeInput,
  type Rule,
  type VerdictKind,
} from "../../laser/index.ts";

/** A drafted token with its recorded figures; rank and probability are those of its verdict. */
export interface DraftedToken extends JudgeInput {
  readonly id: number;
  /** The place of the token that it follows; −1 = the root. */
  readonly parent: number;
  /** The target's choice at its position. */
  readonly own: number;
  readonly was: VerdictKind;
  /** Lower bound of the probability ÷ its upper bound: the same for all tokens of a row; 1 if known exactly. */
  readonly certainty: number;
  /** ln P(top) − ln P(it) as counted by the guard, and as counted by the figures of a run. */
  readonly guardNats: number;
  readonly natsGivenUp: number;
}

/** The running counts of the limits that apply to a whole answer. */
export interface JudgedSoFar {
  readonly consecutiveRelaxed: number;
  readonly natsGivenUp: number;
}

/** Judges drafts one after another; holds the result of the last one. */
export class StepJudge {
  /** Places of the kept tokens, from the root down. */
  readonly path: number[] = [];
  private first = 0;
  private length = 0;
  /** By place, as only rule and guards decide. */
  private readonly kinds: VerdictKind[] = [];
  /** Of the branch that ends at a token, by its slot. */
  private readonly depths: Int32Array;
  private readonly consecutive: Int32Array;
  private readonly nats: Float64Array;
  private readonly logProbabilities: Float64Array;
  private readonly state = { consecutiveRelaxed: 0, natsGivenUp: 0 };

  /** @param longest maximum number of tokens of a draft */
  constructor(
    private readonly tokens: readonly DraftedToken[],
    longest: number,
  ) {
    this.depths = new Int32Array(longest + 1);
    this.consecutive = new Int32Array(longest + 1);
    this.nats = new Float64Array(longest + 1);
    this.logProbabilities = new Float64Array(longest + 1);
  }

  /** Judges the draft of tokens `first` … `end` − 1 after `before`. */
  judge(first: number, end: number, rule: Rule, guards: Guards, before: JudgedSoFar): void {
    this.first = first;
    this.length = end - first;
    this.setBranch(-1, 0, before.consecutiveRelaxed, before.natsGivenUp, 0);
    let best = -1;
    for (let place = 0; place < this.length; place++) {
      const token = this.tokens[first + place]!;
      if (!this.isReached(token.parent)) {
        this.kinds[place] = "unreached";
        continue;
      }
      const kind = kindFor(reasonFor(token, rule, guards, this.stateAt(token.parent)));
      this.kinds[place] = kind;
      if (!isKept(kind)) continue;
      this.extend(place, token, kind === "relaxed");
      if (this.isBetter(place, best)) best = place;
    }
    this.choose(best);
  }

  /** The verdict on a drafted token. A token on a branch that would be kept if there were no longer one is rejected. */
  kindOf(place: number): VerdictKind {
    const kind = this.kinds[place]!;
    if (!isKept(kind)) return kind;
    const depth = this.depths[slotOf(place)]! - 1;
    return this.path[depth] === place ? kind : "rejected";
  }

  /** The counts that the token at `place` was judged with, valid until the next call; null if it was not reached. */
  soFarAt(place: number): JudgedSoFar | null {
    const { parent } = this.tokens[this.first + place]!;
    return this.isReached(parent) ? this.stateAt(parent) : null;
  }

  /** Nats given up by the kept path and those before it, as the guard counts them. */
  get natsGivenUp(): number {
    return this.nats[slotOf(this.path.at(-1) ?? -1)]!;
  }

  private isReached(parent: number): boolean {
    return parent < 0 || isKept(this.kinds[parent]);
  }

  private stateAt(place: number): JudgedSoFar {
    this.state.consecutiveRelaxed = this.consecutive[slotOf(place)]!;
    this.state.natsGivenUp = this.nats[slotOf(place)]!;
    return this.state;
  }

  private extend(place: number, { parent, guardNats, probability }: DraftedToken, isRelaxed: boolean): void {
    const from = slotOf(parent);
    this.setBranch(
      place,
      this.depths[from]! + 1,
      isRelaxed ? this.consecutive[from]! + 1 : 0,
      this.nats[from]! + (isRelaxed ? guardNats : 0),
      this.logProbabilities[from]! + Math.log(probability),
    );
  }

  private setBranch(
    place: number,
    depth: number,
    consecutive: number,
    nats: number,
    logProbability: number,
  ): void {
    const slot = slotOf(place);
    this.depths[slot] = depth;
    this.consecutive[slot] = consecutive;
    this.nats[slot] = nats;
    this.logProbabilities[slot] = logProbability;
  }

  /** The longest branch, of several the most probable, of those the first. */
  private isBetter(place: number, best: number): boolean {
    const a = slotOf(place);
    const b = slotOf(best);
    const deeper = this.depths[a]! - this.depths[b]!;
    return deeper > 0 || (deeper === 0 && this.logProbabilities[a]! > this.logProbabilities[b]!);
  }

  private choose(best: number): void {
    this.path.length = this.depths[slotOf(best)]!;
    let at = best;
    for (let i = this.path.length - 1; i >= 0; i--) {
      this.path[i] = at;
      at = this.tokens[this.first + at]!.parent;
    }
  }
}

/** The root's figures come first. */
function slotOf(place: number): number {
  return place + 1;
}
