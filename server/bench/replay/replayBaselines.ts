// The baselines in a replay: drafts after only the longest match, and the published index, as chains and as trees.
import type { Draft } from "../../../core/laser/index.ts";
import type { LongestSuffixDrafter } from "./longestSuffix.ts";
import type { Recording } from "../recordings/recordings.ts";
import { type DraftTree, ReferenceDrafter, ReferenceIndex } from "../reference/index.ts";
import type { ReplayDrafter } from "./replayRetrieval.ts";

export class LongestSuffixReplay implements ReplayDrafter {
  readonly calibration = null;
  private chain: readonly number[] = [];

  constructor(
    private readonly drafter: LongestSuffixDrafter,
    private readonly draftTokens: number,
  ) {}

  begin({ prompt }: Recording): void {
    this.drafter.begin(prompt);
  }

  draft(limit: number): number {
    this.chain = this.drafter.draft(Math.min(limit, this.draftTokens));
    return this.chain.length;
  }

  keptOf(answer: Int32Array, from: number): number {
    return keptOfChain(this.chain, answer, from);
  }

  commit(tokens: readonly number[]): void {
    this.drafter.commit(tokens);
  }

  end(): void {
    // Nothing is held for the request.
  }
}

/** Shared by both uses of the published index. */
abstract class ReferenceReplay implements ReplayDrafter {
  readonly calibration = null;

  constructor(protected readonly drafter: ReferenceDrafter) {}

  abstract draft(limit: number): number;
  abstract keptOf(answer: Int32Array, from: number): number;

  begin({ prompt }: Recording): void {
    this.drafter.begin(prompt);
  }

  commit(tokens: readonly number[]): void {
    this.drafter.commit(tokens);
  }

  end(): void {
    this.drafter.end();
  }
}

export class ReferenceChainReplay extends ReferenceReplay {
  private made!: Draft;

  constructor(
    drafter: ReferenceDrafter,
    private readonly draftTokens: number,
  ) {
    super(drafter);
  }

  draft(limit: number): number {
    this.made = this.drafter.draft(Math.min(limit, this.draftTokens));
    return this.made.length;
  }

  keptOf(answer: Int32Array, from: number): number {
    return keptOfChain(this.made.tokens, answer, from);
  }
}

export class ReferenceTreeReplay extends ReferenceReplay {
  private made!: DraftTree;

  draft(limit: number): number {
    this.made = this.drafter.draftTree(Infinity, limit);
    return Math.max(0, this.made.size - 1);
  }

  /** The longest matching branch: slots come after their parents, and siblings have different tokens. */
  keptOf(answer: Int32Array, from: number): number {
    const { size, tokens, parents } = this.made;
    let last = 0;
    let kept = 0;
    for (let slot = 1; slot < size; slot++) {
      if (parents[slot] !== last || tokens[slot] !== answer[from + kept]) continue;
      last = slot;
      kept++;
    }
    return kept;
  }
}

function keptOfChain(chain: ArrayLike<number>, answer: Int32Array, from: number): number {
  let kept = 0;
  while (kept < chain.length && chain[kept] === answer[from + kept]) kept++;
  return kept;
}

/** A separate index for each drafter: online, a finished request must not be added twice. */
export function referenceDrafter(answers: readonly Int32Array[], online: boolean): ReferenceDrafter {
  const index = new ReferenceIndex();
  for (const answer of answers) index.putOutput(answer);
  return new ReferenceDrafter(index, { online });
}
