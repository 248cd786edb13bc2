// Finds out which evaluations of a loaded model agree in the bits of every row: no table of weight types could predict that,
// because kernels are chosen by type, width, processor and library version. Tokens are evaluated one after the other in
// the smallest batch of a class, as plain decoding would, and every other batch is compared with these rows.
import type { BatchClass, BatchSizes, CostModel, TargetModel } from "../../../core/laser/index.ts";
import { bestFirst, groupsOf, type Batch } from "./batchGroups.ts";
import { ProbedRows, ProbeStopped, TREE_TOKENS } from "./probedRows.ts";

/** How to probe a target. */
export interface ProbeOptions {
  /** Ascending. */
  readonly threadChoices: readonly number[];
  /** Whether a change of count costs time, as on a GPU: few counts are then used, and kernels depend on the depth. */
  readonly hasShapes: boolean;
  /** As guessed, so that every process prefers the same class. */
  readonly costs: CostModel;
  readonly now: () => number;
  readonly signal: { readonly aborted: boolean };
  /** Whether a slow machine is given the time that all counts take. */
  readonly isPatient?: boolean;
  /** Called with the fraction done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/** The result of a probe. */
export interface ProbedBatches {
  /** The class to stay in; null if no batches agree. */
  readonly chosen: BatchClass | null;
  /** Batches, by the bits of their first row: what was found on the way. */
  readonly groups: readonly (readonly BatchSizes[])[];
  /** False if the machine was so slow that only a few counts and one number of threads were tried. */
  readonly isComplete: boolean;
}

/** The cache is padded to this many cells: from here on, several threads share the attention of a token alone. */
const BOUNDARY = 256;
/** Walked before the boundary, and after it, in the smallest batch of a class. */
const WALKED_BEFORE = 20;
const WALKED_AFTER = 4;
/** Further rows for comparison come from batches of this many, which are themselves compared with those walked. */
const PART = 16;
/** Every class is compared by these, however slow the model. */
const FEW = [1, 2, 4, 8, PART] as const;
const CHAIN = [1, 2, 3, 4, 5, 6, 7, 8, 12, PART] as const;
const WIDE = [24, 32, 48] as const;
const WIDE_GPU = [32, 64] as const;
/** From this time on, as estimated from the first tokens, a model is probed by only FEW batches. */
const SLOW_MS = 10_000;
/** About how many tokens are evaluated in all; only the estimate and the progress depend on it. */
const ALL_TOKENS = 1200;

/** Null if stopped. The target is left empty. @throws whatever the target throws */
export async function probeBatches(
  target: TargetModel,
  options: ProbeOptions,
): Promise<ProbedBatches | null> {
  try {
    return await new Probe(target, options).run();
  } catch (error) {
    if (error instanceof ProbeStopped) return null;
    throw error;
  } finally {
    await target.rollback(0);
  }
}

class Probe {
  private readonly rows: ProbedRows;
  /** By which every count is tried: the most, unless a busy machine is faster with the fewest. */
  private threads: number;
  private batches: readonly Batch[] = [];
  private wide: readonly number[];

  constructor(
    private readonly target: TargetModel,
    private readonly options: ProbeOptions,
  ) {
    const { signal, onProgress } = options;
    this.rows = new ProbedRows(target, signal, (tokens) => onProgress?.(Math.min(1, tokens / ALL_TOKENS)));
    this.threads = options.threadChoices.at(-1)!;
    this.wide = options.hasShapes ? WIDE_GPU : WIDE;
  }

  async run(): Promise<ProbedBatches> {
    const { rows } = this;
    const [boundary] = this.boundaries();
    if (boundary === undefined) return { chosen: null, groups: [], isComplete: true };
    const isSlow = await this.isSlow();
    const isComplete = !isSlow;
    const shallow = isSlow ? new Set<number>() : await this.wideAt(0);
    this.batches = this.batchesToTry(isSlow);
    const start = Math.max(0, boundary - WALKED_BEFORE);
    const first = new Map<Batch, string>();
    await rows.begin(start, this.threads);
    for (const tokens of FEW.filter((count) => rows.fits(start + count))) {
      await rows.keep(start);
      first.set({ threads: this.threads, tokens }, (await rows.evaluate(tokens, this.threads))[0]!);
    }
    const groups = groupsOf(first);
    for (const group of bestFirst(groups, this.options.costs)) {
      const chosen = await this.classOf(group, shallow, isSlow);
      if (chosen !== null) return { chosen, groups: groups.map(sizesOf), isComplete };
    }
    return { chosen: null, groups: groups.map(sizesOf), isComplete };
  }

  /** Times the first tokens; on a slow machine, settles for the number of threads that is faster there. */
  private async isSlow(): Promise<boolean> {
    const { rows, options } = this;
    const timed = async (threads: number): Promise<number> => {
      await rows.keep(0);
      const startedAt = options.now();
      await rows.evaluate(PART, threads);
      return options.now() - startedAt;
    };
    await timed(this.threads); // Warms up.
    const ms = await timed(this.threads);
    if (options.isPatient === true || (ms / PART) * ALL_TOKENS <= SLOW_MS) return false;
    const [fewest] = options.threadChoices;
    if (fewest !== undefined && (await timed(fewest)) < ms) this.threads = fewest;
    return true;
  }

  /** Positions around which batches are compared. A GPU chooses kernels by depth as well. */
  private boundaries(): readonly number[] {
    const end = this.rows.end;
    // A context that ends shortly after the boundary leaves no room to look beyond it.
    if (end < BOUNDARY + PART) return end > BOUNDARY || end < PART ? [] : [end - PART];
    const all = [BOUNDARY];
    if (this.options.hasShapes)
      for (let at = 2 * BOUNDARY; at + Math.max(...this.wide) <= end; at *= 2) all.push(at);
    return all;
  }

  private batchesToTry(isSlow: boolean): readonly Batch[] {
    const { threadChoices } = this.options;
    const batch = (threads: number) => (tokens: number) => ({ threads, tokens });
    if (isSlow) return FEW.map(batch(this.threads));
    const others = threadChoices.filter((threads) => threads !== this.threads);
    return [...CHAIN.map(batch(this.threads)), ...others.flatMap((threads) => FEW.map(batch(threads)))];
  }

  /** Which wide batches equal several of PART tokens at a position: [tokens, whether they do]. */
  private async wideAt(position: number): Promise<ReadonlySet<number>> {
    const { rows, wide, threads } = this;
    const equal = new Set<number>();
    const most = Math.max(...wide);
    if (!rows.fits(position + most)) return equal;
    await rows.begin(position, threads);
    const parts: string[] = [];
    while (parts.length < most) parts.push(...(await rows.evaluate(PART, threads)));
    for (const tokens of wide) {
      await rows.begin(position, threads);
      const found = await rows.evaluate(tokens, threads);
      if (found.every((row, at) => row === parts[at])) equal.add(tokens);
    }
    return equal;
  }

  /** The batches that agree with those of a group, if the smallest of them agrees with itself. */
  private async classOf(
    group: readonly Batch[],
    shallow: ReadonlySet<number>,
    isSlow: boolean,
  ): Promise<BatchClass | null> {
    const sizes = group.map(({ tokens }) => tokens).sort((a, b) => a - b);
    const walked = sizes.find((tokens) => tokens > 1) ?? 1;
    // A plain step evaluates as many tokens: on a CPU, more would cost as much as not being reproducible gains.
    if (walked > PART && !this.options.hasShapes) return null;
    let before: readonly Batch[] = this.batches;
    let after: readonly Batch[] = this.batches;
    let wide: readonly number[] =
      isSlow || !sizes.includes(PART) ? [] : this.wide.filter((tokens) => shallow.has(tokens));
    let trees = true;
    const byMain = (tokens: number): Batch => ({ threads: this.threads, tokens });
    for (const boundary of this.boundaries()) {
      const start = Math.max(0, boundary - WALKED_BEFORE);
      const expected = await this.walk(
        start,
        boundary + WALKED_AFTER,
        walked,
        sizes.includes(PART) && wide.length > 0,
      );
      let all: readonly Batch[] = [...after, ...wide.map(byMain)];
      all = await this.agreeing(all, () => [boundary], expected);
      trees &&= await this.holdsForTrees(all, boundary, expected);
      // A kernel may depend on where the batch ends: at the boundary, or one token beyond.
      const across = ({ tokens }: Batch): readonly number[] =>
        [boundary - tokens + 1, boundary - tokens].map((position) => Math.max(start, position));
      all = await this.agreeing(all, across, expected);
      after = all.filter(({ tokens }) => tokens <= PART);
      wide = all.filter(({ tokens }) => tokens > PART).map(({ tokens }) => tokens);
      before = await this.agreeing(before, () => [start], expected);
    }
    const both = after.filter((batch) => before.includes(batch));
    if (!both.some((batch) => batch.threads === this.threads && batch.tokens === walked)) return null;
    const extra = before.filter((batch) => !both.includes(batch));
    const anywhere = sizesOf([...both, ...wide.map(byMain)]);
    return {
      anywhere,
      early: extra.length === 0 ? null : { before: this.boundaries()[0]!, counts: sizesOf(extra) },
      trees,
    };
  }

  /** Rows by position: each the first of a batch of `walked` tokens, then, if asked, those of batches of PART. */
  private async walk(
    from: number,
    to: number,
    walked: number,
    withParts: boolean,
  ): Promise<ReadonlyMap<number, string>> {
    const { rows, threads } = this;
    const expected = new Map<number, string>();
    const most = withParts ? Math.max(...this.wide) : PART;
    await rows.begin(from, threads);
    const end = withParts ? to : to - WALKED_AFTER + PART;
    for (let at = from; at < end && rows.fits(at + walked); at++) {
      expected.set(at, (await rows.evaluate(walked, threads))[0]!);
      await rows.keep(at + 1);
    }
    if (!withParts) return expected;
    for (let at = to; at < to + most && rows.fits(at + PART); at += PART)
      (await rows.evaluate(PART, threads)).forEach((row, i) => expected.set(at + i, row));
    return expected;
  }

  /** The batches that give the expected rows at all their positions. What follows the first of these is lost. */
  private async agreeing(
    batches: readonly Batch[],
    positionsOf: (batch: Batch) => readonly number[],
    expected: ReadonlyMap<number, string>,
  ): Promise<readonly Batch[]> {
    const { rows } = this;
    const differing = new Set<Batch>();
    const tries = batches.flatMap((batch) => positionsOf(batch).map((position) => ({ batch, position })));
    // From the last on: the tokens walked before a position must still be kept.
    for (const { batch, position } of tries.sort((a, b) => b.position - a.position)) {
      const { tokens, threads } = batch;
      if (differing.has(batch)) continue;
      await rows.keep(position);
      const isAgreeing =
        rows.fits(position + tokens) &&
        (await rows.evaluate(tokens, threads)).every((row, at) => row === expected.get(position + at));
      if (!isAgreeing) differing.add(batch);
    }
    return batches.filter((batch) => !differing.has(batch));
  }

  /** Whether a tree gives its branches the bits of chains, and the kept branch those of what follows. */
  private async holdsForTrees(
    batches: readonly Batch[],
    position: number,
    expected: ReadonlyMap<number, string>,
  ): Promise<boolean> {
    const { rows, target, threads } = this;
    const sizes = batches.filter((batch) => batch.threads === threads).map(({ tokens }) => tokens);
    const tokens = Math.min(...sizes.filter((size) => size >= TREE_TOKENS));
    if (target.maxTreeLeaves === 1 || tokens === Infinity || !rows.fits(position + 2 * tokens)) return false;
    await rows.keep(position);
    const { branch, after } = await rows.evaluateTree(tokens, threads);
    return [...branch, ...after].every((row, at) => row === expected.get(position + at));
  }
}

function sizesOf(batches: readonly Batch[]): readonly BatchSizes[] {
  const threads = [...new Set(batches.map((batch) => batch.threads))].sort((a, b) => a - b);
  return threads.map((choice) => ({
    threads: choice,
    sizes: batches
      .filter((batch) => batch.threads === choice)
      .map(({ tokens }) => tokens)
      .sort((a, b) => a - b),
  }));
}
