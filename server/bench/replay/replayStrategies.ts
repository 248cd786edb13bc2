// The drafting strategies that a replay compares, behind one small interface, and the pools that they draft
// from.
import {
  AcceptanceModel,
  GroupWeights,
  Pool,
  type RequestLabel,
  RetrievalDrafter,
  type RetrievalOptions,
  TreeAcceptanceModel,
  TreeDrafter,
} from "../../../core/laser/index.ts";
import { openingOf } from "../../pools/index.ts";
import { LongestSuffixDrafter } from "./longestSuffix.ts";
import type { Recording } from "../recordings/recordings.ts";
import {
  LongestSuffixReplay,
  ReferenceChainReplay,
  referenceDrafter,
  ReferenceTreeReplay,
} from "./replayBaselines.ts";
import { RetrievalReplay, type ReplayDrafter } from "./replayRetrieval.ts";

export const REPLAY_STRATEGIES = [
  "reference-tree",
  "reference",
  "longest-suffix",
  "prompt-lookup",
  "resd",
  "laser-strict",
  "laser-tree-15",
  "laser-tree-31",
  "laser-tree-63",
] as const;
export type ReplayStrategy = (typeof REPLAY_STRATEGIES)[number];

export function isReplayStrategy(name: string): name is ReplayStrategy {
  return (REPLAY_STRATEGIES as readonly string[]).includes(name);
}

/**
 * Where requests that know their group draft from. global: one pool of all answers · hard: the pool of their group alone ·
 * soft: one pool of all answers, with the learned weights for other groups' votes.
 */
export const GROUP_MODES = ["global", "hard", "soft"] as const;
export type GroupMode = (typeof GROUP_MODES)[number];

export function isGroupMode(name: string): name is GroupMode {
  return (GROUP_MODES as readonly string[]).includes(name);
}

/** A strategy, with the way in which it uses groups; null for one that knows none. */
export interface ReplayVariant {
  readonly strategy: ReplayStrategy;
  readonly groups: GroupMode | null;
}

/** Each strategy that can use groups once in each mode, every other one once. */
export function variantsOf(
  strategies: readonly ReplayStrategy[],
  modes: readonly GroupMode[],
): readonly ReplayVariant[] {
  return strategies.flatMap((strategy): ReplayVariant[] =>
    strategy.startsWith("laser-")
      ? modes.map((groups) => ({ strategy, groups }))
      : [{ strategy, groups: null }],
  );
}

export interface ReplaySetting {
  readonly vocabularySize: number;
  readonly pools: ReplayPools;
  /** The maximum chain length. The published trees keep their 64 tokens and depth of 12, the product's their nodes. */
  readonly draftTokens: number;
  readonly online: boolean;
  /** Nothing is drafted from other answers about the same user or item; false if omitted. Our own drafters alone. */
  readonly excludesSubject?: boolean;
}

/** The most leaves of the product's trees: as many as its engine verifies at once. */
export const TREE_LEAVES = 32;

/**
 * A group's own pool is used if it has at least this many answers; requests of smaller groups draft from all
 * answers.
 */
export const MIN_GROUP_ANSWERS = 8;

/** Earlier answers: all of them in one pool and, on request, each group's in its own. */
export class ReplayPools {
  readonly answers: readonly Int32Array[];
  /** Of the answers that the pools were made from, without the openings before them. */
  readonly answerTokens: number;
  readonly global: Pool;
  private readonly groups = new Map<string, Pool>();
  private readonly groupNumbers = new Map<string, number>();
  private readonly subjectNumbers = new Map<string, number>();

  /** @param isHard some requests draft from the pool of their group */
  constructor(
    recordings: readonly Recording[],
    private readonly isHard: boolean,
  ) {
    this.answers = recordings.map(({ out }) => out);
    this.answerTokens = this.answers.reduce((sum, answer) => sum + answer.length, 0);
    this.global = Pool.build(
      recordings.map(entryOf),
      recordings.map((recording) => this.entryLabelOf(recording)),
    );
    if (!isHard) return;
    const byGroup = new Map<string, Int32Array[]>();
    for (const recording of recordings) {
      const answers = byGroup.get(groupOf(recording)) ?? [];
      answers.push(entryOf(recording));
      byGroup.set(groupOf(recording), answers);
    }
    for (const [group, answers] of byGroup) this.groups.set(group, Pool.build(answers));
  }

  /** What a request is labelled with in the pool of all answers. */
  labelOf(recording: Recording, excludesSubject = false): RequestLabel {
    const { group, subject } = this.entryLabelOf(recording);
    return excludesSubject ? { group, excludedSubject: subject } : { group };
  }

  private entryLabelOf(recording: Recording): { readonly group: number; readonly subject: number } {
    return {
      group: numberOf(groupOf(recording), this.groupNumbers),
      subject: numberOf(subjectOf(recording), this.subjectNumbers),
    };
  }

  /** The pool that a request drafts from. */
  of(recording: Recording, mode: GroupMode | null): Pool {
    if (mode !== "hard") return this.global;
    const own = this.groups.get(groupOf(recording));
    return own !== undefined && own.entries >= MIN_GROUP_ANSWERS ? own : this.global;
  }

  /** Adds an answer, as an online pool does when its request has ended. */
  insert(recording: Recording): void {
    this.global.add(entryOf(recording), 0, this.entryLabelOf(recording));
    if (!this.isHard) return;
    const group = this.groups.get(groupOf(recording)) ?? new Pool();
    this.groups.set(groupOf(recording), group);
    group.add(entryOf(recording));
  }
}

export function replayDrafter({ strategy, groups }: ReplayVariant, setting: ReplaySetting): ReplayDrafter {
  const { pools, vocabularySize } = setting;
  switch (strategy) {
    case "prompt-lookup":
      return chainReplay(setting, groups, () => null);
    case "resd":
    case "laser-strict":
      return chainReplay(setting, groups, (recording) => pools.of(recording, groups));
    case "laser-tree-15":
      return treeReplay(setting, groups, 15);
    case "laser-tree-31":
      return treeReplay(setting, groups, 31);
    case "laser-tree-63":
      return treeReplay(setting, groups, 63);
    case "longest-suffix":
      return new LongestSuffixReplay(
        new LongestSuffixDrafter(vocabularySize, pools.global),
        setting.draftTokens,
      );
    case "reference":
      return new ReferenceChainReplay(referenceDrafter(pools.answers, setting.online), setting.draftTokens);
    case "reference-tree":
      return new ReferenceTreeReplay(referenceDrafter(pools.answers, setting.online));
  }
}

function chainReplay(
  { vocabularySize, draftTokens, pools, excludesSubject }: ReplaySetting,
  groups: GroupMode | null,
  poolFor: (recording: Recording) => Pool | null,
): ReplayDrafter {
  const acceptance = new AcceptanceModel();
  const options = optionsOf(groups);
  return new RetrievalReplay(
    poolFor,
    (pool) => new RetrievalDrafter(vocabularySize, pool, acceptance, options),
    (recording) => pools.labelOf(recording, excludesSubject),
    draftTokens,
  );
}

function treeReplay(
  { vocabularySize, pools, excludesSubject }: ReplaySetting,
  groups: GroupMode | null,
  maxNodes: number,
): ReplayDrafter {
  const acceptance = new TreeAcceptanceModel();
  const options = optionsOf(groups);
  const bounds = { maxNodes, maxLeaves: TREE_LEAVES };
  return new RetrievalReplay(
    (recording) => pools.of(recording, groups),
    (pool) => new TreeDrafter(vocabularySize, pool, acceptance, bounds, options),
    (recording) => pools.labelOf(recording, excludesSubject),
  );
}

function optionsOf(groups: GroupMode | null): RetrievalOptions {
  return groups === "soft" ? { groupWeights: new GroupWeights() } : {};
}

/** An answer as indexed: after its prompt's last tokens, so that its first ones match, too. */
export function entryOf({ prompt, out }: Recording): Int32Array {
  return Int32Array.from([...openingOf(prompt), ...out]);
}

/** The key of a group: users and items have their own groups. */
export function groupOf({ kind, group }: Recording): string {
  return `${kind}/${group ?? ""}`;
}

/** The key of an answer's user or item. */
export function subjectOf({ kind, k }: Recording): string {
  return `${kind}/${k}`;
}

/** The number of a name; a new name gets the next one. */
function numberOf(name: string, numbers: Map<string, number>): number {
  const number = numbers.get(name) ?? numbers.size;
  numbers.set(name, number);
  return number;
}
