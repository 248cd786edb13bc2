// One lane of a shared context, as its target sees it: what it asks is evaluated together with what others ask.
import type { EvaluationGatherer } from "../lanes/evaluationGatherer.ts";
import type { BatchPart, Evaluator } from "./evaluator.ts";
import type { LanePart } from "./laneBatch.ts";
import type { NativeContext } from "./nativeContext.ts";

/** What a lane asks for. */
export interface LaneAsk {
  readonly member: number;
  readonly tokens: number;
  readonly wantsRows: boolean;
  readonly part: LanePart;
  readonly threads: number;
  readonly lane: LaneEvaluator;
  /** Called while the rows are as they were decoded. */
  readonly read: () => void;
}

/** What a lane is made of; its owner keeps the context. */
export interface LaneEvaluatorParts {
  readonly context: Pick<NativeContext, "copyRow" | "copyRows" | "eraseSequence">;
  readonly gatherer: EvaluationGatherer<LaneAsk>;
  readonly member: number;
  /** Its sequence ids: `sequences` from `firstSequence` on. */
  readonly firstSequence: number;
  readonly sequences: number;
  readonly capacity: number;
  readonly cells: number;
  /** Whether every token gets a row, wanted or not: a GPU keeps its graph while the number of rows stays the same. */
  readonly givesAllRows: boolean;
}

/** The evaluator of one lane: its tokens are decoded together with those of other lanes. */
export class LaneEvaluator implements Evaluator {
  readonly capacity: number;
  readonly sequences: number;
  readonly cells: number;
  /** Where its tokens begin in the last evaluation of the context; null once another one has overwritten its rows. */
  firstRow: number | null = null;
  /** Cells from here on are only in the first `leaves` sequences. */
  private trunkEnd = 0;
  private leaves = 0;

  constructor(private readonly parts: LaneEvaluatorParts) {
    ({ capacity: this.capacity, sequences: this.sequences, cells: this.cells } = parts);
  }

  async decode<T>(part: BatchPart, threads: number, read: () => T): Promise<T> {
    const { gatherer, member, firstSequence, sequences, givesAllRows } = this.parts;
    const { tree, tokens, position, chain } = part;
    const rows = givesAllRows ? tokens.length : part.rows;
    this.trunkEnd = position + (tree === null ? tokens.length : chain + tree.trunk);
    this.leaves = tree?.leaves ?? 0;
    const results: T[] = [];
    await gatherer.ask({
      member,
      tokens: tokens.length,
      wantsRows: part.rows > 0,
      part: { ...part, rows, firstSequence, sequences },
      threads,
      lane: this,
      read: () => {
        results.push(read());
      },
    });
    return results.at(-1)!;
  }

  eraseFrom(position: number): void {
    const { context, firstSequence, sequences } = this.parts;
    // Erasing looks at every cell once per sequence, so sequences without cells are skipped.
    const used = position >= this.trunkEnd ? this.leaves : sequences;
    for (let s = 0; s < used; s++) context.eraseSequence(firstSequence + s, position);
    this.trunkEnd = Math.min(this.trunkEnd, position);
    this.leaves = 0;
  }

  /** The context belongs to all lanes. */
  free(): Promise<void> {
    this.trunkEnd = 0;
    return Promise.resolve();
  }

  /** As of the context, for its own tokens of the last evaluation. */
  copyRow(index: number, into: Float32Array, first = index): void {
    const from = this.rowsFrom();
    this.parts.context.copyRow(from + index, into, from + first);
  }

  copyRows(first: number, into: Float32Array): Promise<void> {
    return this.parts.context.copyRows(this.rowsFrom() + first, into);
  }

  private rowsFrom(): number {
    if (this.firstRow === null) throw new RangeError("another evaluation has overwritten the rows");
    return this.firstRow;
  }
}
