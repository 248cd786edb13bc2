// The loop of the published method: draft a tree, verify all of it at once, keep the longest branch. For targets that
// can verify trees; laser/decode.ts is the loop for chains.
import { checkRequest } from "../../../core/laser/decode.ts";
import { Processor, type ProcessedRow } from "../../../core/laser/verification/process.ts";
import type { DecodeRequest } from "../../../core/laser/request.ts";
import { INITIAL_JUDGE_STATE, type JudgeState } from "../../../core/laser/rules.ts";
import type { FinishReason } from "../../../core/laser/step.ts";
import type { TokenId, TopRows } from "../../../core/laser/target.ts";
import { pruneTree, type DraftTree } from "./draftTree.ts";
import type { TreeDrafter } from "./referenceDrafter.ts";
import { verifyTree, type TreeOutcome } from "./verifyTree.ts";

/** As DecodeRequest, with a drafter of trees. */
export interface TreeRequest extends Pick<
  DecodeRequest,
  "target" | "prompt" | "maxTokens" | "sampling" | "rule" | "guards" | "rowWidth" | "signal"
> {
  readonly drafter: TreeDrafter;
  /** The most tokens of a tree, including the root, and of a branch, excluding it. */
  readonly treeTokens: number;
  readonly branchTokens: number;
}

/** One round of draft and verification. */
export interface TreeStep extends Pick<TreeOutcome, "verdicts" | "path" | "next"> {
  /** Position of the root in the sequence. */
  readonly position: number;
  readonly tree: DraftTree;
  /** The kept branch and the target's own token after it. */
  readonly committed: readonly TokenId[];
}

/** How a run ended. */
export interface TreeResult {
  readonly finish: FinishReason;
  readonly tokens: readonly TokenId[];
}

/** Factor by which rows are widened and evaluated again if the most probable token is uncertain. */
const WIDENING = 4;

/**
 * Decodes one answer. A draft never holds an end-of-text token, nor more tokens than answer and context have room for.
 * After each step the target keeps prompt and committed tokens except the last one.
 * @throws DecodeError before anything is evaluated, if the request can't be met; Error for a target without trees
 */
export async function* decodeTree(request: TreeRequest): AsyncGenerator<TreeStep, TreeResult> {
  checkRequest(request);
  const { target, prompt, drafter, signal } = request;
  if (target.maxTreeLeaves === 1) throw new Error("this target can't verify trees: use decode");
  await target.rollback(0);
  if (prompt.length > 1) await target.evaluate(prompt.subarray(0, -1), { rows: "none", topK: 0, signal });
  const run = new TreeRun(request);
  const tokens: TokenId[] = [];
  drafter.begin(prompt);
  while (tokens.length < request.maxTokens) {
    if (signal.aborted) return { finish: "stopped", tokens };
    const step = await run.step(request.maxTokens - tokens.length);
    tokens.push(...step.committed);
    yield step;
    if (target.isEndOfText(step.next.token)) return { finish: "endOfText", tokens };
  }
  return { finish: "maxTokens", tokens };
}

/** The state that one run carries from step to step. */
class TreeRun {
  /** Prompt and committed tokens, followed by the branch that is being processed. */
  private readonly sequence: Int32Array;
  private length: number;
  private readonly processor: Processor;
  private state: JudgeState = INITIAL_JUDGE_STATE;

  constructor(private readonly request: TreeRequest) {
    const { prompt, target, sampling } = request;
    this.sequence = new Int32Array(target.contextTokens + 1);
    this.sequence.set(prompt);
    this.length = prompt.length;
    this.processor = new Processor(target.vocabularySize, sampling, (token) => target.isEndOfText(token));
  }

  async step(tokensLeft: number): Promise<TreeStep> {
    const { target, drafter, rule, guards } = this.request;
    const position = this.length - 1;
    const slots = Math.min(this.request.treeTokens, target.contextTokens - position);
    const branch = Math.min(this.request.branchTokens, tokensLeft - 1);
    const tree = pruneTree(drafter.draftTree(slots, branch), (token) => target.isEndOfText(token));
    tree.tokens[0] = this.sequence[position]!; // A lookup may give another root: see Lookup.
    const depths = depthsOf(tree);
    const rows = await this.evaluate(tree, depths, position);
    const rowAt = (slot: number) => this.rowAt(rows, tree, depths, slot, position);
    const { verdicts, path, next, state } = verifyTree(tree, rowAt, rule, guards, this.state);
    this.state = state;
    const committed = [...path.map((slot) => tree.tokens[slot]!), next.token];
    await target.rollback(position, Int32Array.of(0, ...path));
    this.sequence.set(committed, this.length);
    this.length += committed.length;
    drafter.commit(committed);
    return { position, tree, verdicts, path, next, committed };
  }

  /** Evaluates all slots; again with more logits per row if penalties leave the most probable token uncertain. */
  private async evaluate(tree: DraftTree, depths: Int32Array, position: number): Promise<TopRows> {
    const { target, signal, rowWidth } = this.request;
    const { tokens, parents } = tree;
    let topK = Math.min(rowWidth, target.vocabularySize);
    for (;;) {
      const rows = await target.evaluate(tokens, { rows: "all", topK, parents, signal });
      if (topK === target.vocabularySize || this.allCertain(rows, tree, depths, position)) return rows;
      await target.rollback(position);
      topK = Math.min(topK * WIDENING, target.vocabularySize);
    }
  }

  private allCertain(rows: TopRows, tree: DraftTree, depths: Int32Array, position: number): boolean {
    for (let slot = 0; slot < tree.size; slot++)
      if (!this.rowAt(rows, tree, depths, slot, position).isTopCertain) return false;
    return true;
  }

  /**
   * The distribution after a slot, with its own branch in the history. Must be called in slot order: each slot writes
   * its token at its depth, so in depth-first order its ancestors precede it.
   */
  private rowAt(
    rows: TopRows,
    tree: DraftTree,
    depths: Int32Array,
    slot: number,
    position: number,
  ): ProcessedRow {
    const { prompt, rowWidth } = this.request;
    const at = position + depths[slot]!;
    this.sequence[at] = tree.tokens[slot]!;
    const history = { sequence: this.sequence, from: prompt.length, to: at + 1 };
    for (let width = Math.min(rowWidth, rows.width); ; width = Math.min(width * WIDENING, rows.width)) {
      const row = this.processor.process(rows, slot, history, at + 1, width);
      if (row.isTopCertain || width === rows.width) return row;
    }
  }
}

function depthsOf({ size, parents }: DraftTree): Int32Array {
  const depths = new Int32Array(size);
  for (let slot = 1; slot < size; slot++) depths[slot] = depths[parents[slot]!]! + 1;
  return depths;
}
