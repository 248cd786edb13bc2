// Interactions in scratch files: four float64 each, in blocks. Reading them never holds more than one block.
import { open, type FileHandle } from "node:fs/promises";

/** user, item, rating (NaN: none), time in ms (NaN: none). */
export const FIELDS = 4;
export const BLOCK_RECORDS = 8_192;
const RECORD_BYTES = FIELDS * 8;

export type Block = Float64Array<ArrayBuffer>;

/** A scratch file of records, written once and then read. The caller removes it. */
export class InteractionFile {
  private bytes = 0;
  private readonly file: FileHandle;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  static async create(path: string): Promise<InteractionFile> {
    return new InteractionFile(await open(path, "wx+", 0o600));
  }

  get records(): number {
    return this.bytes / RECORD_BYTES;
  }

  async append(block: Block): Promise<void> {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    // One write may take fewer bytes than it was given.
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.bytes + done);
      done += bytesWritten;
    }
    this.bytes += bytes.length;
  }

  /** Records `first` … `first + count − 1`, in blocks; a block's content lasts until the next one is asked for. */
  async *blocks(signal: AbortSignal, first = 0, count = this.records - first): AsyncGenerator<Block> {
    const block = new Float64Array(Math.min(BLOCK_RECORDS, count) * FIELDS);
    const bytes = new Uint8Array(block.buffer);
    for (let at = 0; at < count; at += BLOCK_RECORDS) {
      signal.throwIfAborted();
      const wanted = Math.min(BLOCK_RECORDS, count - at) * RECORD_BYTES;
      for (let done = 0; done < wanted;) {
        const position = (first + at) * RECORD_BYTES + done;
        const { bytesRead } = await this.file.read(bytes, done, wanted - done, position);
        if (bytesRead === 0) throw new Error("a scratch file ends too early");
        done += bytesRead;
      }
      yield block.subarray(0, wanted / 8);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Collects single records into blocks: `add`, and `await flush()` whenever that returned true, and at the end. */
export class BlockWriter {
  private readonly block: Block = new Float64Array(BLOCK_RECORDS * FIELDS);
  private used = 0;

  constructor(private readonly file: InteractionFile) {}

  /** True when the block is full. */
  add(user: number, item: number, rating: number, timeMs: number): boolean {
    const { block } = this;
    block[this.used++] = user;
    block[this.used++] = item;
    block[this.used++] = rating;
    block[this.used++] = timeMs;
    return this.used === block.length;
  }

  async flush(): Promise<void> {
    if (this.used > 0) await this.file.append(this.block.subarray(0, this.used));
    this.used = 0;
  }
}
