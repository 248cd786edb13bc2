// Rows of raw logits: the best K of each and the sum over all, from memory that the engine copies rows into.

/** Memory for rows of logits, and the one pass over a row. */
export class RowScanner {
  private readonly memory: Float32Array;

  /**
   * @param maxRows how many rows the memory holds
   * @param maxTopK the largest K that `scan` is asked for
   */
  constructor(
    private readonly vocabularySize: number,
    maxRows: number,
    private readonly maxTopK: number,
  ) {
    this.memory = new Float32Array(maxRows * vocabularySize);
  }

  /** The memory of a row, to copy raw logits into; one per token of the vocabulary. */
  row(index: number): Float32Array {
    return this.memory.subarray(index * this.vocabularySize, (index + 1) * this.vocabularySize);
  }

  /**
   * Writes the k largest logits of a row and their ids from entry `at` on: logits descending, equal ones by ascending
   * id. Returns ln Σ exp over the whole row.
   * @throws RangeError if k is not 1 … maxTopK
   */
  scan(index: number, k: number, ids: Int32Array, logits: Float32Array, at: number): number {
    if (k < 1 || k > this.maxTopK) throw new RangeError(`the best ${k} of at most ${this.maxTopK}`);
    const row = this.row(index);
    chooseBest(row, k, ids.subarray(at, at + k), logits.subarray(at, at + k));
    return logSumExp(row, logits[at]!);
  }
}

function logSumExp(row: Float32Array, highest: number): number {
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}

/** A heap with the worst of the chosen at its root, then sorted in place. */
function chooseBest(row: Float32Array, k: number, ids: Int32Array, logits: Float32Array): void {
  for (let id = 0; id < k; id++) {
    ids[id] = id;
    logits[id] = row[id]!;
  }
  for (let place = (k >> 1) - 1; place >= 0; place--) sink(place, k, ids, logits);
  for (let id = k; id < row.length; id++) {
    // An equal logit has the greater id, and loses.
    if (row[id]! <= logits[0]!) continue;
    ids[0] = id;
    logits[0] = row[id]!;
    sink(0, k, ids, logits);
  }
  for (let end = k - 1; end > 0; end--) {
    swap(0, end, ids, logits);
    sink(0, end, ids, logits);
  }
}

function sink(place: number, size: number, ids: Int32Array, logits: Float32Array): void {
  for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
    if (child + 1 < size && isWorse(child + 1, child, ids, logits)) child++;
    if (!isWorse(child, place, ids, logits)) return;
    swap(child, place, ids, logits);
    place = child;
  }
}

function isWorse(a: number, b: number, ids: Int32Array, logits: Float32Array): boolean {
  return logits[a]! < logits[b]! || (logits[a] === logits[b] && ids[a]! > ids[b]!);
}

function swap(a: number, b: number, ids: Int32Array, logits: Float32Array): void {
  const [id, logit] = [ids[a]!, logits[a]!];
  ids[a] = ids[b]!;
  logits[a] = logits[b]!;
  ids[b] = id;
  logits[b] = logit;
}
