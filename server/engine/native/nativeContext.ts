// One llama_context: decoding, its cache, its logits. Decoding runs on a worker thread, or on a GPU; everything else is
// quick. The library has no protection against concurrent use, so this class adds it: calls that must not overlap a decode
// wait or are refused.
import { setImmediate as turn } from "node:timers/promises";
import { EngineError } from "../errors.ts";
import { inBackground, type Native } from "./functions.ts";
import type { BatchStruct, Pointer } from "./layouts.ts";
import type { ThreadPool } from "./threadPool.ts";
import type { WaitingPlace } from "./waitingPlace.ts";

const NO_CELLS = 1;
const ALL_SEQUENCES = -1;
const TO_THE_END = -1;

/** Cells to be freed: those of one sequence, or of all, at positions from … to − 1. */
interface Erasure {
  readonly sequence: number;
  readonly from: number;
  readonly to: number;
}

/** Owns the native context until `free`. */
export class NativeContext {
  private readonly memory: Pointer;
  private threads = 0;
  private isDecoding = false;
  private decoding: Promise<void> = Promise.resolve();
  /**
   * Asked for while a decode runs, which reads and writes the list of cells: two threads in it corrupt the heap. One of
   * several lanes asks whenever it begins a text while the others are evaluated.
   */
  private erasures: Erasure[] = [];
  /** The row of the last batch that the library was asked for. */
  private asked: { readonly token: number; readonly row: bigint } | null = null;
  /** Copies of rows that other threads make, each with where it writes: a foreign call keeps no array alive. */
  private readonly copies = new Map<Promise<void>, Float32Array>();

  /** @param oneAtATime held while a batch is decoded, if the back end can't decode two at once */
  constructor(
    private readonly native: Native,
    private readonly context: Pointer,
    /** Tokens that the cache has room for, those of all branches counted. */
    readonly cells: number,
    private readonly oneAtATime: Turns | null,
    /** Owned; null: threads are started at each decode. */
    private readonly pool: ThreadPool | null = null,
    /** For a device that computes beside this process; null: decodes run on a worker thread. */
    private readonly place: WaitingPlace | null = null,
  ) {
    this.memory = native.functions.getMemory(context);
  }

  /**
   * Waits until rows of the last batch have been copied, then decodes. Not to be called again before it ends.
   * @throws EngineError evaluationFailed; what was decoded of the batch may then be in the cache
   */
  decode(batch: BatchStruct, threads: number): Promise<void> {
    const decoding = this.decodeNow(batch, threads);
    this.decoding = decoding.catch(() => undefined);
    return decoding;
  }

  private async decodeNow(batch: BatchStruct, threads: number): Promise<void> {
    // Before the turn, so that another context is not kept waiting for copies of this one.
    await this.copied();
    await (this.oneAtATime === null
      ? this.decodeAlone(batch, threads)
      : this.oneAtATime.take(() => this.decodeAlone(batch, threads)));
  }

  private async decodeAlone(batch: BatchStruct, threads: number): Promise<void> {
    const { functions } = this.native;
    // Others may have begun while this one waited for its turn.
    while (this.copies.size > 0) await this.copied();
    this.refuseWhileDecoding("to decode");
    if (threads !== this.threads) this.useThreads(threads);
    this.isDecoding = true;
    this.asked = null;
    try {
      const { context, place } = this;
      const isHere = place?.isHere(batch.n_tokens) === true;
      const begunMs = place?.nowMs() ?? 0;
      const code = isHere
        ? functions.decode(context, batch)
        : await inBackground(functions.decode, context, batch);
      if (code !== 0) throw decodeFault(code, batch.n_tokens, this.cells);
      if (isHere) {
        // The device computes: whatever else waits for this thread comes first.
        await turn();
        functions.synchronize(context);
      } else await inBackground(functions.synchronize, context);
      place?.observe(batch.n_tokens, place.nowMs() - begunMs);
    } finally {
      this.isDecoding = false;
      for (const erasure of this.erasures.splice(0)) this.erase(erasure);
    }
  }

  private useThreads(threads: number): void {
    const { functions } = this.native;
    functions.setNThreads(this.context, threads, threads);
    // One thread needs no other, and need not wake those of a pool.
    const pool = threads > 1 ? (this.pool?.pointer ?? null) : null;
    if (this.pool !== null) functions.attachThreadpool(this.context, pool, pool);
    this.threads = threads;
  }

  /**
   * Copies the row after token `index` of the last batch.
   * @param first a token from which on each up to `index` has a row: the library is asked only for its row, since each
   *   question waits for the device again (10 µs on an H200)
   * @throws RangeError while a decode runs
   */
  copyRow(index: number, into: Float32Array, first = index): void {
    this.refuseWhileDecoding("to read rows");
    if (this.asked?.token !== first) this.asked = { token: first, row: this.rowAfter(first) };
    const row = this.asked.row + BigInt((index - first) * into.byteLength);
    this.native.functions.copy(into, row, into.byteLength);
  }

  /**
   * Copies rows after neighbouring tokens of the last batch, from token `first` on, on a worker thread. The next decode
   * waits for it.
   */
  copyRows(first: number, into: Float32Array): Promise<void> {
    const copying = this.copyInBackground(first, into);
    this.copies.set(copying, into);
    const end = (): void => void this.copies.delete(copying);
    copying.then(end, end);
    return copying;
  }

  private async copyInBackground(first: number, into: Float32Array): Promise<void> {
    await inBackground(this.native.functions.copy, into, this.rowAfter(first), into.byteLength);
  }

  private rowAfter(index: number): bigint {
    this.refuseWhileDecoding("to read rows");
    const logits = this.native.functions.getLogitsIth(this.context, index);
    if (logits === null)
      throw new EngineError({
        tag: "evaluationFailed",
        reason: `no logits were computed after token ${index}`,
      });
    return logits;
  }

  /** Removes all tokens from a position on, of all branches; during a decode, after it. */
  eraseFrom(position: number): void {
    this.eraseSequence(ALL_SEQUENCES, position);
  }

  /**
   * Removes the tokens of one sequence from a position on, up to another if that is given; a cell remains while another
   * sequence has it. During a decode, which must not be of this sequence, they are removed after it.
   */
  eraseSequence(sequence: number, from: number, to = TO_THE_END): void {
    const erasure = { sequence, from, to };
    if (this.isDecoding) this.erasures.push(erasure);
    else this.erase(erasure);
  }

  private erase({ sequence, from, to }: Erasure): void {
    this.native.functions.memorySeqRm(this.memory, sequence, from, to);
  }

  /** Waits for a decode and for copies, then releases the context. */
  async free(): Promise<void> {
    await this.decoding;
    await this.copied();
    await inBackground(this.native.functions.free, this.context);
    this.pool?.free();
  }

  /** Resolves when no other thread reads rows, whether or not all could be copied. */
  async copied(): Promise<void> {
    await Promise.allSettled(this.copies.keys());
  }

  private refuseWhileDecoding(action: string): void {
    if (this.isDecoding) throw new RangeError(`${action}: the context decodes another batch`);
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
