// Several targets in one native context. What they ask is decoded together; each has its own sequence ids.
import { Gathering, type TargetModel } from "../../../core/laser/index.ts";
import { EngineError } from "../errors.ts";
import { EvaluationGatherer } from "../lanes/evaluationGatherer.ts";
import type { LaneEvaluation, LaneGroup } from "../lanes/lanes.ts";
import { LaneBatch, type LanePart } from "./laneBatch.ts";
import { LaneEvaluator, type LaneAsk } from "./laneEvaluator.ts";
import type { NativeContext } from "./nativeContext.ts";
import type { NativeTarget } from "./nativeTarget.ts";
import type { TreeShape } from "./treeShape.ts";

/** What lanes are made of; `counts` are the token counts that evaluations are filled up to. */
export interface NativeLanesParts {
  readonly context: NativeContext;
  readonly batch: LaneBatch;
  readonly lanes: number;
  /** Sequence ids of each lane. */
  readonly sequencesEach: number;
  /** Cells that the tokens of each lane may take. */
  readonly cellsEach: number;
  readonly maxTokensEach: number;
  readonly counts: readonly number[];
  /** Whether evaluations are filled up to one of the counts, as a GPU wants. */
  readonly fillsShapes: boolean;
  readonly targetOf: (lane: LaneEvaluator) => NativeTarget;
  readonly now: () => number;
}

/** Owns context and batch until `dispose`. */
export class NativeLanes implements LaneGroup {
  readonly gathering = new Gathering();
  readonly targets: readonly TargetModel[];
  readonly maxTokens: number;
  readonly maxTokensEach: number;
  readonly counts: readonly number[];
  onEvaluated: ((evaluation: LaneEvaluation) => void) | null = null;
  private readonly gatherer: EvaluationGatherer<LaneAsk>;
  private readonly lanes: readonly LaneEvaluator[];
  private readonly owned: readonly NativeTarget[];
  /** What the next evaluation is filled up to; 0 for the next count that holds its tokens. */
  private shape = 0;
  private disposing: Promise<void> | null = null;

  constructor(private readonly parts: NativeLanesParts) {
    const { batch, context, sequencesEach } = parts;
    this.maxTokens = batch.capacity;
    this.maxTokensEach = parts.maxTokensEach;
    this.counts = parts.counts;
    this.gatherer = new EvaluationGatherer(this.gathering, batch.capacity, (asked) => this.evaluate(asked));
    this.lanes = Array.from(
      { length: parts.lanes },
      (_, member) =>
        new LaneEvaluator({
          context,
          gatherer: this.gatherer,
          member,
          firstSequence: member * sequencesEach,
          sequences: sequencesEach,
          capacity: parts.maxTokensEach,
          cells: parts.cellsEach,
          givesAllRows: parts.fillsShapes,
        }),
    );
    this.owned = this.lanes.map(parts.targetOf);
    this.targets = this.owned;
  }

  waitingTokens(): number {
    return this.gatherer.waitingTokens;
  }

  keepShape(tokens: number): void {
    this.shape = Math.min(tokens, this.maxTokens);
  }

  dispose(): Promise<void> {
    this.disposing ??= this.release();
    return this.disposing;
  }

  private async release(): Promise<void> {
    this.gathering.close(new EngineError({ tag: "evaluationFailed", reason: "the model has been unloaded" }));
    await this.gatherer.settled();
    await Promise.all(this.owned.map((target) => target.dispose()));
    await this.parts.context.free();
    this.parts.batch.free();
  }

  private async evaluate(asked: readonly LaneAsk[]): Promise<void> {
    const { batch, context, now } = this.parts;
    await context.copied(); // Not part of the time measured.
    const tokens = asked.reduce((sum, ask) => sum + ask.tokens, 0);
    const promptTokens = asked.reduce((sum, ask) => sum + (ask.wantsRows ? 0 : ask.tokens), 0);
    const fillers = this.fillersAfter(tokens);
    const filling = fillers > 0 ? fillerPart(asked[0]!.part, fillers) : null;
    for (const lane of this.lanes) lane.firstRow = null;
    const parts = asked.map(({ part }) => part);
    batch.fill(filling === null ? parts : [...parts, filling]);
    const startedAt = now();
    let ms: number;
    try {
      await context.decode(batch.struct, Math.max(...asked.map(({ threads }) => threads)));
      ms = now() - startedAt;
      this.readRows(asked);
    } catch (error) {
      for (const { lane, part } of asked) lane.eraseFrom(part.position);
      throw error;
    } finally {
      if (filling !== null) context.eraseSequence(filling.firstSequence, filling.position);
    }
    this.onEvaluated?.({ tokens: tokens + fillers, promptTokens, fillers, lanes: asked.length, ms });
  }

  private readRows(asked: readonly LaneAsk[]): void {
    let firstRow = 0;
    for (const { lane, tokens, read } of asked) {
      lane.firstRow = firstRow;
      firstRow += tokens;
      read();
    }
  }

  private fillersAfter(tokens: number): number {
    const { shape } = this;
    this.shape = 0;
    if (!this.parts.fillsShapes) return 0;
    return (shape >= tokens ? shape : (this.counts.find((count) => count >= tokens) ?? tokens)) - tokens;
  }
}

/**
 * Tokens after those of one part, in its first sequence, which they leave at once: the graph of a GPU is kept while the
 * number of sequences stays the same. Any token will do.
 */
function fillerPart({ position, chain, tree, tokens, firstSequence }: LanePart, fillers: number): LanePart {
  const depth = tree === null ? tokens.length : chain + depthOfFirst(tree);
  return {
    tokens: new Int32Array(fillers),
    position: position + depth,
    chain: 0,
    tree: null,
    rows: fillers,
    firstSequence,
    sequences: 1,
  };
}

/** How many tokens of a tree are in its first sequence. */
function depthOfFirst({ ids, starts, depths, trunk }: TreeShape): number {
  let depth = trunk;
  for (let node = trunk; node < depths.length; node++)
    if (ids.subarray(starts[node], starts[node + 1]).includes(0)) depth = depths[node]! + 1;
  return depth;
}
