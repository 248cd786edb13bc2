// Two sums along an axis, in a bounded number of buckets: when they are full, neighbours are joined. A million rows take
// the memory of a hundred.

export interface Bucket {
  /** Where it begins and ends on the axis. */
  readonly from: number;
  readonly to: number;
  readonly a: number;
  readonly b: number;
}

const MAX_BUCKETS = 120;

export class Series {
  private width = 1;
  private buckets: { a: number; b: number }[] = [];
  private greatest = 0;
  /** One after the greatest place so far: for an axis that counts. */
  next = 0;

  /** @param at ≥ 0 */
  add(at: number, a: number, b: number): void {
    this.greatest = Math.max(this.greatest, at);
    this.next = Math.floor(this.greatest) + 1;
    while (at >= this.width * MAX_BUCKETS) this.join();
    const place = Math.floor(at / this.width);
    while (this.buckets.length <= place) this.buckets.push({ a: 0, b: 0 });
    const bucket = this.buckets[place]!;
    bucket.a += a;
    bucket.b += b;
  }

  /** At most `most` buckets of equal width, in order; empty ones included. The last may reach beyond what was added. */
  points(most: number): Bucket[] {
    const joined = Math.max(1, Math.ceil(this.buckets.length / most));
    const width = joined * this.width;
    return Array.from({ length: Math.ceil(this.buckets.length / joined) }, (_, place) => {
      const parts = this.buckets.slice(place * joined, (place + 1) * joined);
      const sum = (key: "a" | "b"): number => parts.reduce((total, part) => total + part[key], 0);
      return { from: place * width, to: (place + 1) * width, a: sum("a"), b: sum("b") };
    });
  }

  private join(): void {
    this.buckets = Array.from({ length: Math.ceil(this.buckets.length / 2) }, (_, place) => {
      const [left, right = { a: 0, b: 0 }] = this.buckets.slice(2 * place, 2 * place + 2);
      return { a: left!.a + right.a, b: left!.b + right.b };
    });
    this.width *= 2;
  }
}
