// The m largest of a sequence of values, largest first, equal ones in order of arrival: the first m of a stable sort,
// without sorting all. Reused, so values cost no allocation.

export class TopList {
  size = 0;
  readonly values: Float64Array;
  readonly items: Int32Array;

  /** @param capacity m, 0 or more */
  constructor(readonly capacity: number) {
    this.values = new Float64Array(capacity);
    this.items = new Int32Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  offer(value: number, item: number): void {
    if (this.refuses(value)) return;
    let at = this.size < this.capacity ? this.size++ : this.size - 1;
    for (; at > 0 && this.values[at - 1]! < value; at--) {
      this.values[at] = this.values[at - 1]!;
      this.items[at] = this.items[at - 1]!;
    }
    this.values[at] = value;
    this.items[at] = item;
  }

  /** Whether a value offered now would not be among the m largest. */
  refuses(value: number): boolean {
    return this.size === this.capacity && (this.size === 0 || value <= this.values[this.size - 1]!);
  }

  /** Whether it is among the first `count` items. */
  has(item: number, count = this.size): boolean {
    for (let i = 0; i < count; i++) if (this.items[i] === item) return true;
    return false;
  }
}
