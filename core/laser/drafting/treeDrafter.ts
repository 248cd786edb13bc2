// Makes draft trees for one request: nodes join best-first, by the learned probability that they and all before them
// are kept, out of the same votes as chains. Scratch space is allocated once; a step allocates the draft it returns.
import { stateAfterDrafted, type ConstraintState, type TokenConstraint } from "../constraint.ts";
import { MAX_CHAIN_TOKENS, MAX_TREE_TOKENS } from "./chain.ts";
import { EMPTY_DRAFT, type Draft } from "../draft.ts";
import {
  labelLookups,
  type CommitFeedback,
  type Drafter,
  type RequestLabel,
  type RetrievalOptions,
} from "./drafter.ts";
import { RequestWeights } from "./groupWeights.ts";
import { GrowingTree } from "./growingTree.ts";
import { MAX_VOTERS, MIN_MATCH_TOKENS, Mixture } from "./mixture.ts";
import { OpenNodes } from "./openNodes.ts";
import { Overlay } from "./overlay.ts";
import { PendingTrees } from "./pendingTrees.ts";
import { Candidates, MAX_CANDIDATES } from "../pool/candidates.ts";
import type { PoolIndex } from "../pool/pool.ts";
import { sourceOf, writeEntries } from "./provenance.ts";
import type { TokenId } from "../target.ts";
import { featureSet, TreeAcceptanceModel, type NodeFeatures } from "./treeAcceptance.ts";

/**
 * The most tokens of a branch. In replay 16 costs 2 % of the tokens per step with 63 nodes, and 32 nothing that can be
 * measured.
 */
const MAX_BRANCH_TOKENS = MAX_CHAIN_TOKENS;
const ROOT = -1;

/** The largest tree to be offered. */
export interface TreeBounds {
  /** Root excluded; MAX_TREE_TOKENS if omitted. */
  readonly maxNodes?: number;
  /** The most nodes without a child, as the target's `maxTreeLeaves`; 1 makes chains. */
  readonly maxLeaves: number;
}

/**
 * Drafts trees by retrieval. Nodes are listed best-first, parents before children: the first n nodes of a draft are the
 * best tree of n nodes, with no more leaves than allowed.
 */
export class TreeDrafter implements Drafter {
  private readonly overlay: Overlay;
  private readonly weights: RequestWeights | null;
  private readonly mixture: Mixture;
  private readonly open: OpenNodes;
  private readonly tree: GrowingTree;
  /** By node, the root at 0: the candidates for the tokens after it. */
  private readonly ownCandidates: readonly Candidates[];
  private readonly poolCandidates: readonly Candidates[];
  /** The branch that the overlay holds as its draft: nodes from the root's child down. */
  private readonly branch = new Int32Array(MAX_BRANCH_TOKENS);
  private branchTokens = 0;
  private readonly pending: PendingTrees;
  private constraint: TokenConstraint | null = null;
  /** By node, the root at 0: the state of the constraint after it. */
  private readonly states: Int32Array;
  private readonly features: NodeFeatures = {
    source: 0,
    rank: 0,
    voteShare: 0,
    matchTokens: 0,
    count: 0,
    choices: 0,
  };

  /** @param acceptance shared between requests, so that the next one starts with what was learned */
  constructor(
    vocabularySize: number,
    private readonly pool: PoolIndex | null,
    private readonly acceptance: TreeAcceptanceModel,
    { maxNodes = MAX_TREE_TOKENS, maxLeaves }: TreeBounds,
    { groupWeights = null, minSupport = 1 }: RetrievalOptions = {},
  ) {
    this.weights = groupWeights && new RequestWeights(groupWeights, minSupport);
    this.mixture = new Mixture(this.weights, minSupport);
    this.overlay = new Overlay(vocabularySize);
    this.open = new OpenNodes(maxNodes * MAX_VOTERS);
    this.tree = new GrowingTree(this.open, maxNodes, maxLeaves);
    // The last node to join is never expanded.
    this.ownCandidates = Array.from({ length: maxNodes }, () => new Candidates());
    this.poolCandidates = Array.from({ length: maxNodes }, () => new Candidates());
    this.pending = new PendingTrees(acceptance);
    this.states = new Int32Array(maxNodes + 1);
  }

  begin(prompt: Int32Array, inheritedTokens = 0, label: RequestLabel = {}): void {
    labelLookups(this.poolCandidates[0]!, label, this.weights);
    this.pending.clear();
    this.overlay.begin(prompt, inheritedTokens);
  }

  draft(limit: number, constrained: ConstraintState | null = null, maxNodes = Infinity): Draft {
    const { tree } = this;
    this.constraint = constrained?.constraint ?? null;
    this.states[0] = constrained?.state ?? 0;
    this.grow(Math.min(limit, MAX_BRANCH_TOKENS), maxNodes);
    if (tree.length === 0) return EMPTY_DRAFT;
    const draft = tree.toDraft();
    this.pending.add(draft, tree.toFeatures());
    return draft;
  }

  commit(tokens: readonly TokenId[], feedback: CommitFeedback | null = null): void {
    if (feedback?.judged !== undefined) this.pending.learnJudged(feedback.judged);
    // Under a relaxed rule, the tokens that it would have kept need not be those committed.
    if (feedback !== null) this.pending.clear();
    if (tokens.length > 0) this.weights?.learn(tokens[0]!);
    for (const token of tokens) {
      this.pending.learn(token);
      this.overlay.append(token);
    }
  }

  private grow(maxDepth: number, maxNodes: number): void {
    const { open, tree, overlay, pool } = this;
    open.clear();
    tree.clear(maxNodes);
    if (maxDepth <= 0 || maxNodes <= 0) return;
    this.branchTokens = 0;
    const [own, pooled] = [this.ownCandidates[0]!, this.poolCandidates[0]!];
    overlay.candidates(own);
    pool?.candidates(pooled, overlay.context, overlay.contextTokens, MAX_CANDIDATES, MIN_MATCH_TOKENS);
    this.expand(ROOT);
    for (;;) {
      const slot = open.pop();
      if (slot < 0) return;
      const node = tree.add(slot);
      if (node < 0) continue;
      const parent = open.parents[slot]!;
      writeEntries(tree.entries, node, open.tokens[slot]!, this.poolCandidates[parent + 1]!);
      if (tree.isFull) return;
      if (tree.depths[node] === maxDepth) continue;
      this.advance(node, parent);
      this.expand(node);
    }
  }

  /** Finds the candidates after a node from those after its parent. */
  private advance(node: number, parent: number): void {
    const { overlay, pool, tree } = this;
    this.writeBranch(parent);
    const token = tree.tokenOf(node);
    const own = this.ownCandidates[node + 1]!;
    own.copyContinuing(this.ownCandidates[parent + 1]!, token);
    overlay.follow(own, token);
    if (this.constraint !== null)
      this.states[node + 1] = this.constraint.advance(this.states[parent + 1]!, token);
    this.branch[this.branchTokens++] = node;
    if (pool === null) return;
    const pooled = this.poolCandidates[node + 1]!;
    pooled.copyContinuing(this.poolCandidates[parent + 1]!, token);
    pool.follow(pooled, token, overlay.context, overlay.contextTokens);
  }

  /** Makes the tokens from the root to a node the draft that the overlay holds; common ancestors stay. */
  private writeBranch(last: number): void {
    const { overlay, tree, branch } = this;
    const held = this.branchTokens;
    for (let node = last; node >= 0; node = tree.parentOf(node)) {
      const at = tree.depths[node]! - 1;
      if (at < held && branch[at] === node) break;
      branch[at] = node;
      overlay.redraft(at, tree.tokenOf(node));
    }
    this.branchTokens = tree.depthOf(last);
    overlay.returnTo(this.branchTokens);
  }

  /** Whether a token may not be drafted after a node, or after the root where that is −1. */
  private isRefused(parent: number, token: TokenId): boolean {
    const { constraint } = this;
    return constraint !== null && stateAfterDrafted(constraint, this.states[parent + 1]!, token) < 0;
  }

  /** Opens a node for each token voted for after a node of the tree. */
  private expand(parent: number): void {
    const { mixture, open, acceptance, features } = this;
    mixture.mix(this.ownCandidates[parent + 1]!, this.poolCandidates[parent + 1]!, this.tree.depthOf(parent));
    if (parent === ROOT) this.weights?.note(mixture, this.ownCandidates[0]!, this.poolCandidates[0]!);
    const { promptTokens } = this.overlay;
    const joint = parent < 0 ? 1 : open.joint[this.tree.slots[parent]!]!;
    const best = mixture.best();
    const second = mixture.best(best);
    features.choices = mixture.size;
    for (let vote = 0; vote < mixture.size; vote++) {
      if (this.isRefused(parent, mixture.tokens[vote]!)) continue;
      features.source = sourceOf(mixture, vote, promptTokens);
      features.rank = vote === best ? 0 : vote === second ? 1 : 2;
      features.voteShare = mixture.voteShares[vote]!;
      features.matchTokens = mixture.longestMatch[vote]!;
      features.count = mixture.counts[vote]!;
      const set = featureSet(features);
      const probability = acceptance.estimate(set, features.voteShare);
      const slot = open.push(joint * probability);
      open.parents[slot] = parent;
      open.tokens[slot] = mixture.tokens[vote]!;
      open.sources[slot] = features.source;
      open.matchTokens[slot] = features.matchTokens;
      open.counts[slot] = features.count;
      open.voteShares[slot] = features.voteShare;
      open.acceptanceProbabilities[slot] = probability;
      open.features[slot] = set;
    }
  }
}
