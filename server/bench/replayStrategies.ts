// The drafting strategies that a replay compares, behind one small interface, and the pools that they draft
// from.
import { AcceptanceModel, type Draft, Pool, RetrievalDrafter } from "../../core/laser/index.ts";
import { type DraftTree, ReferenceDrafter, ReferenceIndex } from "./reference/index.ts";
import { openingOf } from "../pools/index.ts";
import { LongestSuffixDrafter } from "./longestSuffix.ts";
import type { Recording } from "./recordings.ts";

export const REPLAY_STRATEGIES = [
  "reference-tree",
  "reference",
  "longest-suffix",
  "prompt-lookup",
  "resd",
  "laser-strict",
] as const;
export type ReplayStrategy = (typeof REPLAY_STRATEGIES)[number];

export function isReplayStrategy(name: string): name is ReplayStrategy {
  return (REPLAY_STRATEGIES as readonly string[]).includes(name);
}

/**
 * One way to draft. It receives the answer as it is committed; prompt and answer are always used for their
 * own request.
 */
export interface ReplayDrafter {
  begin(recording: Recording): void;
  /** Drafts after everything committed, at most `limit` tokens deep; returns how many were drafted. */
  draft(limit: number): number;
  /** How many of the drafted tokens match answer[from …] in sequence. */
  keptOf(answer: Int32Array, from: number): number;
  commit(tokens: readonly number[]): void;
  /** The request has ended. */
  end(): void;
}

export interface ReplaySetting {
  readonly vocabularySize: number;
  readonly pools: ReplayPools;
  /** The maximum chain length. Trees keep the published 64 tokens and depth of 12. */
  readonly draftTokens: number;
  readonly online: boolean;
}

/**
 * A group's own pool is used if it has at least this many answers; requests of smaller groups draft from all
 * answers.
 */
export const LEAST_GROUP_ANSWERS = 8;

/** Earlier answers: all of them in one pool and, where grouped, each group's in its own. */
export class ReplayPools {
  readonly answers: readonly Int32Array[];
  /** Of the answers that the pools were made from, without the openings before them. */
  readonly answerTokens: number;
  readonly global: Pool;
  private readonly groups = new Map<string, Pool>();

  /** @param grouped laser-strict drafts from the pool of the request's group */
  constructor(
    recordings: readonly Recording[],
    private readonly grouped: boolean,
  ) {
    this.answers = recordings.map(({ out }) => out);
    this.answerTokens = this.answers.reduce((sum, answer) => sum + answer.length, 0);
    this.global = Pool.build(recordings.map(entryOf));
    if (!grouped) return;
    const byGroup = new Map<string, Int32Array[]>();
    for (const recording of recordings) {
      const answers = byGroup.get(groupOf(recording)) ?? [];
      answers.push(entryOf(recording));
      byGroup.set(groupOf(recording), answers);
    }
    for (const [group, answers] of byGroup) this.groups.set(group, Pool.build(answers));
  }

  /** The pool that a request drafts from. */
  of(recording: Recording): Pool {
    const own = this.groups.get(groupOf(recording));
    return own !== undefined && own.entries >= LEAST_GROUP_ANSWERS ? own : this.global;
  }

  /** Adds an answer, as an online pool does when its request has ended. */
  insert(recording: Recording): void {
    this.global.add(entryOf(recording));
    if (!this.grouped) return;
    const group = this.groups.get(groupOf(recording)) ?? new Pool();
    this.groups.set(groupOf(recording), group);
    group.add(entryOf(recording));
  }
}

export function replayDrafter(strategy: ReplayStrategy, setting: ReplaySetting): ReplayDrafter {
  const { pools, vocabularySize } = setting;
  switch (strategy) {
    case "prompt-lookup":
      return new RetrievalReplay(setting, () => null);
    case "resd":
      return new RetrievalReplay(setting, () => pools.global);
    case "laser-strict":
      return new RetrievalReplay(setting, (recording) => pools.of(recording));
    case "longest-suffix":
      return new LongestSuffixReplay(
        new LongestSuffixDrafter(vocabularySize, pools.global),
        setting.draftTokens,
      );
    case "reference":
      return new ReferenceChainReplay(referenceDrafter(setting), setting.draftTokens);
    case "reference-tree":
      return new ReferenceTreeReplay(referenceDrafter(setting));
  }
}

class RetrievalReplay implements ReplayDrafter {
  private readonly drafters = new Map<Pool | null, RetrievalDrafter>();
  private readonly acceptance = new AcceptanceModel();
  private drafter!: RetrievalDrafter;
  private made!: Draft;

  constructor(
    private readonly setting: ReplaySetting,
    private readonly poolFor: (recording: Recording) => Pool | null,
  ) {}

  begin(recording: Recording): void {
    const pool = this.poolFor(recording);
    const drafter =
      this.drafters.get(pool) ?? new RetrievalDrafter(this.setting.vocabularySize, pool, this.acceptance);
    this.drafters.set(pool, drafter);
    this.drafter = drafter;
    drafter.begin(recording.prompt);
  }

  draft(limit: number): number {
    this.made = this.drafter.draft(Math.min(limit, this.setting.draftTokens));
    return this.made.length;
  }

  keptOf(answer: Int32Array, from: number): number {
    return keptOfChain(this.made.tokens, answer, from);
  }

  commit(tokens: readonly number[]): void {
    this.drafter.commit(tokens);
  }

  end(): void {
    // Nothing is held for the request.
  }
}

class LongestSuffixReplay implements ReplayDrafter {
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

class ReferenceChainReplay extends ReferenceReplay {
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

class ReferenceTreeReplay extends ReferenceReplay {
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
function referenceDrafter({ pools, online }: ReplaySetting): ReferenceDrafter {
  const index = new ReferenceIndex();
  for (const answer of pools.answers) index.putOutput(answer);
  return new ReferenceDrafter(index, { online });
}

/** An answer as indexed: after its prompt's last tokens, so that its first ones match, too. */
function entryOf({ prompt, out }: Recording): Int32Array {
  return Int32Array.from([...openingOf(prompt), ...out]);
}

function groupOf({ kind, group }: Recording): string {
  return `${kind}/${group ?? ""}`;
}
