// Drafts trees around a text that is known: seeded, with branches that are right, wrong or end too early. Knows nothing
// of pools, so that verification is tested apart from drafting.
import { emptyDraftArrays, type Draft, type Drafter, type TokenId } from "../../../core/laser/index.ts";
import type { Random } from "../random.ts";

export interface ForkingOptions {
  readonly random: Random;
  /** What plain decoding commits; the trees grow along it. */
  readonly text: readonly TokenId[];
  readonly vocabularySize: number;
  readonly maxNodes: number;
  readonly maxLeaves: number;
  /** How often a node is the text's own token, 0 … 1. */
  readonly hitShare: number;
}

export function forkingDrafter(options: ForkingOptions): Drafter {
  let committed = 0;
  return {
    begin() {
      committed = 0;
    },
    draft: (limit) => randomTree(options, committed, limit),
    commit(tokens) {
      committed += tokens.length;
    },
  };
}

function randomTree(options: ForkingOptions, committed: number, limit: number): Draft {
  const { random, text, vocabularySize, maxNodes, maxLeaves, hitShare } = options;
  const nodes: { token: TokenId; parent: number; depth: number }[] = [];
  const wanted = random.below(maxNodes + 1);
  let leaves = 0;
  for (let tries = 0; nodes.length < wanted && tries < 4 * maxNodes; tries++) {
    const parent = random.below(nodes.length + 1) - 1;
    const depth = parent < 0 ? 0 : nodes[parent]!.depth + 1;
    const isLeafOfParent = parent < 0 ? nodes.length > 0 : nodes.some((node) => node.parent === parent);
    if (depth >= limit || (isLeafOfParent && leaves >= maxLeaves)) continue;
    const own = text[committed + depth] ?? 1;
    const token = random.next() < hitShare ? own : 1 + random.below(vocabularySize - 1);
    if (nodes.some((node) => node.parent === parent && node.token === token)) continue;
    if (isLeafOfParent || nodes.length === 0) leaves++;
    nodes.push({ token, parent, depth });
  }
  const draft = emptyDraftArrays(nodes.length);
  nodes.forEach(({ token, parent }, i) => {
    draft.tokens[i] = token;
    draft.parents[i] = parent;
    draft.acceptanceProbabilities[i] = 0.9;
  });
  return draft;
}
