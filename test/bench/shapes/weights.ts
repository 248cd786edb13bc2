// Random weights in llama.cpp's storage types, with a standard deviation of 1 ÷ √inputs, so that logits stay finite and
// of about unit size. Made from a small pool of random blocks: the time to make a model is that of writing it.
import type { WeightType } from "./shapes.ts";

interface Storage {
  /** Of ggml's enumeration. */
  readonly id: number;
  readonly blockWeights: number;
  readonly blockBytes: number;
}

export const STORAGE: Readonly<Record<WeightType, Storage>> = {
  F32: { id: 0, blockWeights: 1, blockBytes: 4 },
  F16: { id: 1, blockWeights: 1, blockBytes: 2 },
  Q4_0: { id: 2, blockWeights: 32, blockBytes: 18 },
  Q8_0: { id: 8, blockWeights: 32, blockBytes: 34 },
  Q6_K: { id: 14, blockWeights: 256, blockBytes: 210 },
};

/** Blocks of one type and deviation, refilled on request. */
export class RandomBlocks {
  readonly bytes: Uint8Array;
  private readonly storage: Storage;

  /** @param inputs length of a row: the standard deviation is 1 ÷ √inputs. F32 is for norms: every weight is 1. */
  constructor(
    private readonly type: WeightType,
    private readonly inputs: number,
    private readonly random: RandomWords,
    poolBytes = 2 ** 24,
  ) {
    this.storage = STORAGE[type];
    const { blockBytes } = this.storage;
    // Whole blocks, and whole words for the generator.
    this.bytes = new Uint8Array(Math.ceil(poolBytes / (4 * blockBytes)) * 4 * blockBytes);
    this.refill();
  }

  refill(): void {
    const { bytes, random, inputs } = this;
    const deviation = 1 / Math.sqrt(inputs);
    random.fill(new Uint32Array(bytes.buffer));
    switch (this.type) {
      case "F32":
        new Float32Array(bytes.buffer).fill(1);
        return;
      case "F16":
        normalHalves(new Uint16Array(bytes.buffer), deviation);
        return;
      case "Q4_0": // d, then 32 × 4 bits: (q − 8) · d, and q − 8 deviates by √(255 ÷ 12).
        this.writeScale(0, deviation / Math.sqrt(255 / 12));
        return;
      case "Q8_0": // d, then 32 × 8 bits: q · d.
        this.writeScale(0, deviation / Math.sqrt(65535 / 12));
        return;
      case "Q6_K": // 192 bytes of 6-bit q, 16 scales of 8 bits, d: (q − 32) · scale · d.
        for (let at = 192; at < bytes.length; at += this.storage.blockBytes)
          for (let i = 0; i < 16; i++) bytes[at + i] = Q6_K_SCALE;
        this.writeScale(208, deviation / (Q6_K_SCALE * Math.sqrt(4095 / 12)));
        return;
    }
  }

  /** A run of blocks that begins at a random one, so that repeated use of the pool doesn't repeat rows. */
  take(mostBytes: number): Uint8Array {
    const { blockBytes } = this.storage;
    const start = (this.random.next() % (this.bytes.length / blockBytes)) * blockBytes;
    return this.bytes.subarray(start, Math.min(this.bytes.length, start + mostBytes));
  }

  private writeScale(offset: number, scale: number): void {
    const half = halfOf(scale);
    for (let at = offset; at < this.bytes.length; at += this.storage.blockBytes) {
      this.bytes[at] = half & 255;
      this.bytes[at + 1] = half >> 8;
    }
  }
}

const Q6_K_SCALE = 10;

/** Marsaglia's xorshift with 32 bits of state: the same model from the same seed. */
export class RandomWords {
  constructor(private state = 2_463_534_242) {}

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  fill(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.next();
  }
}

/** Replaces uniform 16-bit words by normal deviates, through a table of quantiles. */
function normalHalves(words: Uint16Array, deviation: number): void {
  const table = new Uint16Array(65536);
  // Sums of 12 uniform draws deviate by 1; their order does not matter for a table.
  const random = new RandomWords();
  for (let i = 0; i < table.length; i++) {
    let sum = -6;
    for (let draw = 0; draw < 12; draw++) sum += random.next() / 2 ** 32;
    table[i] = halfOf(sum * deviation);
  }
  for (let i = 0; i < words.length; i++) words[i] = table[words[i]!]!;
}

/** The bits of a number as an IEEE half, rounded to the nearest; numbers below 2 ** -14 lose precision. */
export function halfOf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24); // Subnormal.
  const exponent = Math.floor(Math.log2(size));
  const bits = Math.round((size / 2 ** exponent - 1) * 1024) + ((exponent + 15) << 10);
  return sign | Math.min(bits, 0x7bff);
}
