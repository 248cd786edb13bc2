// The K largest logits of a row and ln Σ exp over all of them, for about the price of copying the row. The scan is
// WebAssembly (assembly/), and rows are copied straight into its memory.
import { setFlagsFromString } from "node:v8";
import { EngineError } from "../errors.ts";
import { ROW_SCAN } from "./rowScanWasm.ts";

/** What assembly/rowScan.ts exports; all but counts and logits are addresses in bytes. */
interface RowScan {
  sumAndMaxima(row: number, blocks: number, maxima: number, scratch: number): number;
  topIds(row: number, blocks: number, k: number, maxima: number, scratch: number, ids: number): void;
  shifted(row: number, blocks: number, base: number, to: number): void;
  largestId(row: number, blocks: number): number;
}

const BLOCK_LOGITS = 64;
const LOGIT_BYTES = 4;
const SCRATCH_BYTES_PER_LOGIT = 24;
const PAGE_BYTES = 65536;
/** Up to here a row is summed as it is: e^x neither overflows nor loses digits, beside a largest logit above the least. */
const LARGEST_UNSHIFTED = 44;
const MIN_UNSHIFTED = -40;

/** null if this V8 doesn't know the instructions. */
export function compileScan(build: keyof typeof ROW_SCAN): WebAssembly.Module | null {
  const bytes = Buffer.from(ROW_SCAN[build], "base64");
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}
/** With fused multiply-and-add where this V8 has it: a third faster, and more exact. */
function fastestScan(): WebAssembly.Module {
  // Node 20 has the instructions, but only behind a flag: its V8 is one release older than the first that has them on.
  if (process.versions.v8.startsWith("11.3.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return compileScan("relaxedSimd") ?? compileScan("simd")!;
}
const SCAN = fastestScan();

/** Room for `maxRows` rows of logits, and their scan. Its memory never grows or moves. */
export class RowScanner {
  private readonly memory: WebAssembly.Memory;
  private readonly rows: readonly Float32Array[];
  private readonly blocks: number;
  private readonly rowBytes: number;
  private readonly maxima: number;
  private readonly scratch: number;
  private readonly foundIds: number;
  private readonly found: Int32Array;
  private readonly wasm: RowScan;

  /** @throws RangeError if there is no memory for this many rows, or they need more than 4 GiB */
  constructor(
    readonly vocabularySize: number,
    maxRows: number,
    readonly maxTopK: number,
    module = SCAN,
  ) {
    this.blocks = Math.ceil(vocabularySize / BLOCK_LOGITS);
    const rowLogits = this.blocks * BLOCK_LOGITS;
    this.rowBytes = rowLogits * LOGIT_BYTES;
    this.maxima = maxRows * this.rowBytes;
    this.scratch = this.maxima + Math.ceil(this.blocks / 4) * 16;
    this.foundIds = this.scratch + rowLogits * SCRATCH_BYTES_PER_LOGIT;
    const pages = Math.ceil((this.foundIds + maxTopK * LOGIT_BYTES) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = memory;
    // What fills a row's last block is never among the K largest and adds nothing.
    new Float32Array(memory.buffer, 0, maxRows * rowLogits).fill(-Infinity);
    this.rows = Array.from(
      { length: maxRows },
      (_, i) => new Float32Array(memory.buffer, i * this.rowBytes, vocabularySize),
    );
    this.found = new Int32Array(memory.buffer, this.foundIds, maxTopK);
    this.wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as RowScan;
  }

  /** Where row i's raw logits are to be copied, and can be read until other ones are: always the same array. */
  row(i: number): Float32Array {
    const row = this.rows[i];
    if (row === undefined) throw new RangeError(`row ${i} of ${this.rows.length}`);
    return row;
  }

  /** Rows first … first + rows − 1 as one array; null if rows don't follow each other without a gap. */
  block(first: number, rows: number): Float32Array | null {
    if (this.rowBytes !== this.vocabularySize * LOGIT_BYTES) return null;
    return new Float32Array(this.memory.buffer, first * this.rowBytes, rows * this.vocabularySize);
  }

  /**
   * Writes the k largest logits of row i and their ids from `at` on, descending, equal ones by ascending id; all of them
   * if k exceeds the vocabulary. Logits may be −∞.
   * @param k 1 … maxTopK
   * @returns ln Σ exp over the vocabulary, −∞ if all logits are. Off by less than 2.5e-6, or 1e-6 with fused
   *   multiply-and-add: about half an ulp of the largest logit.
   * @throws EngineError evaluationFailed if a logit is NaN or +∞
   */
  scan(i: number, k: number, ids: Int32Array, logits: Float32Array, at: number): number {
    const row = this.row(i);
    if (!(k >= 1 && k <= this.maxTopK)) throw new RangeError(`${k} logits of ${this.maxTopK}`);
    const width = Math.min(k, this.vocabularySize);
    const address = i * this.rowBytes;
    const sum = this.wasm.sumAndMaxima(address, this.blocks, this.maxima, this.scratch);
    // Huge logits can make the sum NaN as well.
    if (Number.isNaN(sum)) checkLogits(row);
    this.wasm.topIds(address, this.blocks, width, this.maxima, this.scratch, this.foundIds);
    for (let rank = 0; rank < width; rank++) {
      const id = this.found[rank]!;
      ids[at + rank] = id;
      logits[at + rank] = row[id]!;
    }
    const largest = row[this.found[0]!]!;
    if (largest >= MIN_UNSHIFTED && largest <= LARGEST_UNSHIFTED) return Math.log(sum);
    return largest === -Infinity ? largest : this.shiftedLogSum(address, largest);
  }

  /**
   * The id of row i's largest logit, the lowest of equal ones, for a fraction of a scan.
   * @throws EngineError evaluationFailed if a logit is NaN or +∞
   */
  largest(i: number): number {
    const row = this.row(i);
    const id = this.wasm.largestId(i * this.rowBytes, this.blocks);
    if (id >= 0) return id;
    checkLogits(row);
    return row.reduce((best, logit, at) => (logit > row[best]! ? at : best), 0);
  }

  private shiftedLogSum(address: number, largest: number): number {
    // The room of sort keys is free by now.
    const copy = this.scratch + 2 * this.rowBytes;
    this.wasm.shifted(address, this.blocks, largest, copy);
    return largest + Math.log(this.wasm.sumAndMaxima(copy, this.blocks, this.maxima, this.scratch));
  }
}

function checkLogits(row: Float32Array): void {
  const id = row.findIndex((logit) => !(logit < Infinity));
  if (id < 0) return;
  throw new EngineError({ tag: "evaluationFailed", reason: `the logit of token ${id} is ${row[id]!}` });
}
