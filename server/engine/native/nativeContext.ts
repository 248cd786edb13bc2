// One llama_context: decoding, its cache, its logits. Decoding runs on a worker thread; everything else is quick.
import { EngineError } from "../errors.ts";
import { inBackground, type Native } from "./functions.ts";
import type { BatchStruct, Pointer } from "./layouts.ts";
import type { ThreadPool } from "./threadPool.ts";

const NO_CELLS = 1;
const ALL_SEQUENCES = -1;
const TO_THE_END = -1;

/** Owns the native context until `free`; not to be used while it decodes. */
export class NativeContext {
  private readonly memory: Pointer;
  private threads = 0;

  /** @param oneAtATime held while a batch is decoded, where the back end can't decode two at once */
  constructor(
    private readonly native: Native,
    private readonly context: Pointer,
    /** Tokens that the cache has room for, those of all branches counted. */
    readonly cells: number,
    private readonly oneAtATime: Turns | null,
    /** Owned; null: threads are started at each decode. */
    private readonly pool: ThreadPool | null = null,
  ) {
    this.memory = native.functions.getMemory(context);
  }

  /** @throws EngineError evaluationFailed; what was decoded of the batch may then be in the cache */
  async decode(batch: BatchStruct, threads: number): Promise<void> {
    const { functions } = this.native;
    if (threads !== this.threads) this.useThreads(threads);
    const work = async () => {
      const code = await inBackground(functions.decode, this.context, batch);
      if (code !== 0) throw decodeFault(code, batch.n_tokens, this.cells);
      await inBackground(functions.synchronize, this.context);
    };
    await (this.oneAtATime === null ? work() : this.oneAtATime.take(work));
  }

  private useThreads(threads: number): void {
    const { functions } = this.native;
    functions.setNThreads(this.context, threads, threads);
    // One thread needs no other, and need not wake those of a pool.
    const pool = threads > 1 ? (this.pool?.pointer ?? null) : null;
    if (this.pool !== null) functions.attachThreadpool(this.context, pool, pool);
    this.threads = threads;
  }

  /** Copies the row after token `index` of the last batch. */
  copyRow(index: number, into: Float32Array): void {
    const { functions } = this.native;
    const logits = functions.getLogitsIth(this.context, index);
    if (logits === null)
      throw new EngineError({
        tag: "evaluationFailed",
        reason: `no logits were computed after token ${index}`,
      });
    functions.copy(into, logits, into.byteLength);
  }

  /**
   * Copies rows after neighbouring tokens of the last batch, from token `first` on, on a worker thread. The context must
   * not decode meanwhile.
   */
  async copyRows(first: number, into: Float32Array): Promise<void> {
    const { functions } = this.native;
    const logits = functions.getLogitsIth(this.context, first);
    if (logits === null)
      throw new EngineError({
        tag: "evaluationFailed",
        reason: `no logits were computed after token ${first}`,
      });
    await inBackground(functions.copy, into, logits, into.byteLength);
  }

  /** Removes all tokens from a position on, of all branches. */
  eraseFrom(position: number): void {
    this.native.functions.memorySeqRm(this.memory, ALL_SEQUENCES, position, TO_THE_END);
  }

  /**
   * Removes the tokens of one sequence from a position on, up to another if that is given; a cell remains while another
   * sequence has it.
   */
  eraseSequence(sequence: number, position: number, to = TO_THE_END): void {
    this.native.functions.memorySeqRm(this.memory, sequence, position, to);
  }

  async free(): Promise<void> {
    await inBackground(this.native.functions.free, this.context);
    this.pool?.free();
  }
}

function decodeFault(code: number, tokens: number, cells: number): EngineError {
  const reason =
    code === NO_CELLS
      ? `the cache of ${cells} cells has no room for ${tokens} more tokens`
      : `llama_decode returned ${code} for ${tokens} tokens`;
  return new EngineError({ tag: "evaluationFailed", reason });
}

/** Runs one piece of work at a time, in the order asked. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
