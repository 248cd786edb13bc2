// Seeded random numbers of the group methods: the same seed makes the same groups everywhere.
import { hash3 } from "../../../core/laser/index.ts";

/** A sequence of numbers that depends only on the seed. */
export class SeededNumbers {
  private drawn = 0;

  constructor(private readonly seed: number) {}

  /** Uniform in 0 … 1, 1 excluded. */
  uniform(): number {
    return hash3(this.seed, this.drawn++, 0x6c6f7473) / 4294967296;
  }

  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The numbers 0 … count − 1 in random order (Fisher and Yates). */
  order(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const other = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[other]!;
      order[other] = held;
    }
    return order;
  }
}
