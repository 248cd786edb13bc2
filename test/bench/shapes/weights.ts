// Random weights in llama.cpp's storage types, with a standard deviation of 1 ÷ √inputs, so that logits stay finite and
// of about unit size. Made from a small pool of random blocks: the time to make a model is that of writing it.
interface Storage {
  /** Of ggml's enumeration. */
  readonly id: number;
  readonly blockWeights: number;
  readonly blockBytes: number;
}

/** Every type that a file may hold matrices in; F64, integers and what is used only for intermediate results left out. */
export const STORAGE = {
  F32: { id: 0, blockWeights: 1, blockBytes: 4 },
  F16: { id: 1, blockWeights: 1, blockBytes: 2 },
  Q4_0: { id: 2, blockWeights: 32, blockBytes: 18 },
  Q4_1: { id: 3, blockWeights: 32, blockBytes: 20 },
  Q5_0: { id: 6, blockWeights: 32, blockBytes: 22 },
  Q5_1: { id: 7, blockWeights: 32, blockBytes: 24 },
  Q8_0: { id: 8, blockWeights: 32, blockBytes: 34 },
  Q2_K: { id: 10, blockWeights: 256, blockBytes: 84 },
  Q3_K: { id: 11, blockWeights: 256, blockBytes: 110 },
  Q4_K: { id: 12, blockWeights: 256, blockBytes: 144 },
  Q5_K: { id: 13, blockWeights: 256, blockBytes: 176 },
  Q6_K: { id: 14, blockWeights: 256, blockBytes: 210 },
  IQ2_XXS: { id: 16, blockWeights: 256, blockBytes: 66 },
  IQ2_XS: { id: 17, blockWeights: 256, blockBytes: 74 },
  IQ3_XXS: { id: 18, blockWeights: 256, blockBytes: 98 },
  IQ1_S: { id: 19, blockWeights: 256, blockBytes: 50 },
  IQ4_NL: { id: 20, blockWeights: 32, blockBytes: 18 },
  IQ3_S: { id: 21, blockWeights: 256, blockBytes: 110 },
  IQ2_S: { id: 22, blockWeights: 256, blockBytes: 82 },
  IQ4_XS: { id: 23, blockWeights: 256, blockBytes: 136 },
  IQ1_M: { id: 29, blockWeights: 256, blockBytes: 56 },
  BF16: { id: 30, blockWeights: 1, blockBytes: 2 },
  TQ1_0: { id: 34, blockWeights: 256, blockBytes: 54 },
  TQ2_0: { id: 35, blockWeights: 256, blockBytes: 66 },
  MXFP4: { id: 39, blockWeights: 32, blockBytes: 17 },
  NVFP4: { id: 40, blockWeights: 64, blockBytes: 36 },
} as const satisfies Readonly<Record<string, Storage>>;

/** A tensor's storage, as llama.cpp names it. */
export type WeightType = keyof typeof STORAGE;

type Quantised = Exclude<WeightType, "F32" | "F16" | "BF16" | "IQ1_M" | "MXFP4" | "NVFP4">;

/**
 * Where a block of random bits has its scale d, a half, and how much its weights deviate if d is 1. A second half
 * is at `offset`: what is added to each weight, or subtracted after its own scale, as a multiple of d that puts their
 * mean near 0. Any bits are a block's codes. Deviations are those of uniform codes, to about a tenth.
 */
const SCALES: Readonly<
  Record<
    Quantised,
    { readonly at: number; readonly deviation: number; readonly offset?: readonly [number, number] }
  >
> = {
  Q4_0: { at: 0, deviation: 4.6 }, // (q − 8) · d
  Q4_1: { at: 0, deviation: 4.6, offset: [2, -7.5] }, // q · d + m
  Q5_0: { at: 0, deviation: 9.2 },
  Q5_1: { at: 0, deviation: 9.2, offset: [2, -15.5] },
  Q8_0: { at: 0, deviation: 73.9 },
  Q2_K: { at: 80, deviation: 14, offset: [82, 1.5] }, // scale · q · d − least · dmin
  Q3_K: { at: 108, deviation: 43 },
  Q4_K: { at: 0, deviation: 260, offset: [2, 7.5] },
  Q5_K: { at: 0, deviation: 530, offset: [2, 15.5] },
  Q6_K: { at: 208, deviation: 1370 },
  IQ2_XXS: { at: 0, deviation: 58 },
  IQ2_XS: { at: 0, deviation: 58 },
  IQ3_XXS: { at: 0, deviation: 140 },
  IQ1_S: { at: 0, deviation: 7.4 },
  IQ4_NL: { at: 0, deviation: 70 },
  IQ3_S: { at: 0, deviation: 157 },
  IQ2_S: { at: 0, deviation: 58 },
  IQ4_XS: { at: 0, deviation: 1295 },
  TQ1_0: { at: 52, deviation: 0.8 },
  TQ2_0: { at: 64, deviation: 1.2 },
};

function isScaled(type: WeightType): type is Quantised {
  return type in SCALES;
}

/** Blocks of one type and deviation, refilled on request. */
export class RandomBlocks {
  readonly bytes: Uint8Array;
  private readonly storage: Storage;

  /** @param inputs length of a row: the standard deviation is 1 ÷ √inputs */
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
    const { bytes, random, inputs, type } = this;
    const deviation = 1 / Math.sqrt(inputs);
    random.fill(new Uint32Array(bytes.buffer));
    if (isScaled(type)) {
      const { at, deviation: own, offset } = SCALES[type];
      this.writeScale(at, deviation / own);
      if (offset !== undefined) this.writeScale(offset[0], (offset[1] * deviation) / own);
      return;
    }
    switch (type) {
      case "F32":
        normalNumbers(new Float32Array(bytes.buffer), deviation, random);
        return;
      case "F16":
        normalHalves(new Uint16Array(bytes.buffer), deviation, halfOf);
        return;
      case "BF16":
        normalHalves(new Uint16Array(bytes.buffer), deviation, brainHalfOf);
        return;
      case "IQ1_M":
        this.scatterScale(halfOf(deviation / 7.4));
        return;
      case "MXFP4": // The exponent of a power of two, whose bias is 128 for these codes.
        this.writeBytes(0, 1, 128 + Math.round(Math.log2(deviation / 5.9)));
        return;
      case "NVFP4": // Four scales of 8 bits without a sign; below 2 ** -6 they are multiples of 2 ** -9.
        this.writeBytes(0, 4, Math.max(1, Math.min(8, Math.round((deviation / 5.9) * 2 ** 9))));
        return;
    }
  }

  /** A run of blocks that begins at a random one, so that repeated use of the pool doesn't repeat rows. */
  take(mostBytes: number): Uint8Array {
    const { blockBytes } = this.storage;
    const start = (this.random.next() % (this.bytes.length / blockBytes)) * blockBytes;
    return this.bytes.subarray(start, Math.min(this.bytes.length, start + mostBytes));
  }

  /** Four bits of the scale in each of the last four words of a block, at their upper end. */
  private scatterScale(half: number): void {
    for (let at = 48; at < this.bytes.length; at += this.storage.blockBytes)
      for (let i = 0; i < 4; i++) {
        const high = at + 2 * i + 1;
        this.bytes[high] = (this.bytes[high]! & 15) | (((half >> (4 * i)) & 15) << 4);
      }
  }

  private writeBytes(offset: number, count: number, value: number): void {
    for (let at = offset; at < this.bytes.length; at += this.storage.blockBytes)
      this.bytes.fill(value, at, at + count);
  }

  private writeScale(offset: number, scale: number): void {
    const half = halfOf(scale);
    for (let at = offset; at < this.bytes.length; at += this.storage.blockBytes) {
      this.bytes[at] = half & 255;
      this.bytes[at + 1] = half >> 8;
    }
  }
}

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
function normalHalves(words: Uint16Array, deviation: number, bitsOf: (value: number) => number): void {
  const next = normalNumber(deviation);
  const table = Uint16Array.from({ length: 65536 }, () => bitsOf(next()));
  for (let i = 0; i < words.length; i++) words[i] = table[words[i]!]!;
}

function normalNumbers(numbers: Float32Array, deviation: number, random: RandomWords): void {
  const next = normalNumber(deviation, random);
  for (let i = 0; i < numbers.length; i++) numbers[i] = next();
}

/** Sums of 12 uniform draws deviate by 1. */
function normalNumber(deviation: number, random = new RandomWords()): () => number {
  return () => {
    let sum = -6;
    for (let draw = 0; draw < 12; draw++) sum += random.next() / 2 ** 32;
    return sum * deviation;
  };
}

/** The upper 16 bits of a number as an IEEE single, which is a brain float. */
function brainHalfOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16;
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
