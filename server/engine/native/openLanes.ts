// Opens a context for several lanes of a model that is in memory already.
import type { TokenId } from "../../../core/laser/index.ts";
import { EngineError } from "../errors.ts";
import { laneCounts, type LaneOptions } from "../lanes/lanes.ts";
import { workClock } from "../costs/workClock.ts";
import { RowScanner } from "../rows/rowScanner.ts";
import { CELL_UNIT, originalContextTokens } from "./cacheSize.ts";
import { BATCH_TOKENS, checkMemory, createContext, type PlacedModel } from "./createContext.ts";
import type { Native } from "./functions.ts";
import { LaneBatch } from "./laneBatch.ts";
import { NativeContext, type Turns } from "./nativeContext.ts";
import { NativeLanes } from "./nativeLanes.ts";
import { NativeTarget } from "./nativeTarget.ts";
import { RowReader } from "./rowReader.ts";
import { WaitingPlace } from "./waitingPlace.ts";

/** LLAMA_MAX_SEQ, less one that holds the last cell. */
const MAX_SEQUENCES = 255;
/**
 * Sequence ids of all lanes together, where drafts are trees. Erasing by one id looks at every cell of every
 * lane, about 20 µs at 19,000 cells.
 */
const TREE_SEQUENCES = 128;
const MAX_LEAVES = 32;
/** Tokens of one lane in an evaluation: a root and the largest draft, or a part of a prompt. */
const LANE_TOKENS = 128;
/** Rows of a lane that are copied together. */
const LANE_ROWS = 64;

/** A model in memory, and the lanes wanted for it. */
export interface LanesToOpen extends PlacedModel {
  readonly lanes: LaneOptions;
  readonly vocabularySize: number;
  readonly maxThreads: number;
  readonly onCpu: boolean;
  readonly isEndOfText: (token: TokenId) => boolean;
  readonly turns: Turns | null;
}

/** @throws EngineError lanesUnavailable, memoryTooSmall */
export async function openLanes(native: Native, model: LanesToOpen): Promise<NativeLanes> {
  const { lanes, trees, fillsShapes = !model.onCpu } = model.lanes;
  const { vocabularySize, maxThreads, onCpu, isEndOfText } = model;
  if (lanes < 1 || lanes > MAX_SEQUENCES)
    throw new EngineError({ tag: "lanesUnavailable", lanes, reason: `1 to ${MAX_SEQUENCES} are possible` });
  const sequencesEach = trees ? Math.max(1, Math.min(MAX_LEAVES, Math.floor(TREE_SEQUENCES / lanes))) : 1;
  const { contextTokens, cellsEach, cells } = laneCells(model);
  await checkMemory(model, cells);
  const pointer = await createContext(native, model, cells, lanes * sequencesEach + 1);
  const place = model.onCpu ? null : new WaitingPlace();
  const context = new NativeContext(native, pointer, cells, model.turns, null, place);
  const batch = new LaneBatch(native, BATCH_TOKENS, sequencesEach);
  if (fillsShapes) await holdLastCell(context, batch, lanes * sequencesEach, maxThreads);
  return new NativeLanes({
    context,
    batch,
    lanes,
    sequencesEach,
    cellsEach,
    maxTokensEach: LANE_TOKENS,
    counts: laneCounts(lanes, BATCH_TOKENS, fillsShapes),
    fillsShapes,
    targetOf: (lane) => {
      const scanner = new RowScanner(vocabularySize, LANE_ROWS + 1, vocabularySize);
      const reader = new RowReader(lane, scanner, LANE_ROWS, !onCpu);
      return new NativeTarget({
        evaluator: lane,
        reader,
        vocabularySize,
        contextTokens,
        maxThreads,
        onCpu,
        isEndOfText,
      });
    },
    now: onCpu ? workClock({ backend: "cpu", maxThreads, engine: "native" }) : () => performance.now(),
  });
}

/**
 * Puts a token of a separate sequence, which no lane sees, into the last cell. The graph of a GPU is built again
 * whenever attention reaches over more cells (256 at a time), which many lanes need every few steps; with the last cell
 * in use, it always reaches over all.
 */
async function holdLastCell(
  context: NativeContext,
  batch: LaneBatch,
  sequence: number,
  threads: number,
): Promise<void> {
  for (let position = 0; position < context.cells; position += batch.capacity) {
    const tokens = new Int32Array(Math.min(batch.capacity, context.cells - position));
    const place = { tokens, position, chain: 0, tree: null, rows: 0 };
    batch.fill([{ ...place, firstSequence: sequence, sequences: 1 }]);
    await context.decode(batch.struct, threads);
  }
  context.eraseSequence(sequence, 0, context.cells - 1);
}

/** Room for all lanes, and for the drafts and fillers of one evaluation, and of one that failed, beside them. */
function laneCells({ lanes: { lanes, contextTokens: asked }, file }: LanesToOpen) {
  const { info, insights } = file;
  const contextTokens = Math.min(asked, insights.trainContextSize ?? asked);
  const cellsEach = contextTokens + LANE_TOKENS;
  const cells = Math.ceil((lanes * contextTokens + 2 * BATCH_TOKENS) / CELL_UNIT) * CELL_UNIT;
  const original = originalContextTokens(info);
  // A model with long RoPE factors uses them as soon as the cache of all lanes together is larger than this.
  if (original !== null && cells > original)
    throw new EngineError({
      tag: "lanesUnavailable",
      lanes,
      reason: `this model writes different text when the cache has more than ${original} tokens, and ${cells} are needed`,
    });
  return { contextTokens, cellsEach, cells };
}
