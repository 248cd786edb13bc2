// The GGUF format as llama.cpp reads it: value types, tensor types, and bounds on what a head may hold. Numbers are those
// of ggml.h and gguf.cpp of the llama.cpp that node-llama-cpp 3.22.1 carries.

/** Kinds of a metadata value, by their number in the file. */
export const VALUE_TYPES = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "float32",
  "bool",
  "string",
  "array",
  "uint64",
  "int64",
  "float64",
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** Types of a fixed size, and their bytes. */
export const NUMBER_BYTES: Readonly<Record<Exclude<ValueType, "string" | "array">, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/** How a tensor type stores weights: a block of `weights` takes `bytes`. */
export interface BlockSize {
  readonly weights: number;
  readonly bytes: number;
}

const block = (weights: number, bytes: number): BlockSize => ({ weights, bytes });

/** By ggml's number of the type; those that llama.cpp has removed (Q4_2, Q4_0_4_4 …) are missing. */
export const TENSOR_BLOCKS: ReadonlyMap<number, BlockSize> = new Map([
  [0, block(1, 4)], // F32
  [1, block(1, 2)], // F16
  [2, block(32, 18)], // Q4_0
  [3, block(32, 20)], // Q4_1
  [6, block(32, 22)], // Q5_0
  [7, block(32, 24)], // Q5_1
  [8, block(32, 34)], // Q8_0
  [9, block(32, 36)], // Q8_1
  [10, block(256, 84)], // Q2_K
  [11, block(256, 110)], // Q3_K
  [12, block(256, 144)], // Q4_K
  [13, block(256, 176)], // Q5_K
  [14, block(256, 210)], // Q6_K
  [15, block(256, 292)], // Q8_K
  [16, block(256, 66)], // IQ2_XXS
  [17, block(256, 74)], // IQ2_XS
  [18, block(256, 98)], // IQ3_XXS
  [19, block(256, 50)], // IQ1_S
  [20, block(32, 18)], // IQ4_NL
  [21, block(256, 110)], // IQ3_S
  [22, block(256, 82)], // IQ2_S
  [23, block(256, 136)], // IQ4_XS
  [24, block(1, 1)], // I8
  [25, block(1, 2)], // I16
  [26, block(1, 4)], // I32
  [27, block(1, 8)], // I64
  [28, block(1, 8)], // F64
  [29, block(256, 56)], // IQ1_M
  [30, block(1, 2)], // BF16
  [34, block(256, 54)], // TQ1_0
  [35, block(256, 66)], // TQ2_0
  [39, block(32, 17)], // MXFP4
  [40, block(64, 36)], // NVFP4
  [41, block(128, 18)], // Q1_0
  [42, block(64, 18)], // Q2_0
]);

/**
 * What a head may hold, several times what real ones do; llama.cpp compares every key and every tensor
 * name with all others, which the counts keep below a second.
 */
export const BOUNDS = {
  headBytes: 64 * 2 ** 20,
  keys: 2048,
  keyBytes: 65_535,
  tensors: 16_384,
  /** Bytes of one text among the metadata: node-llama-cpp's reader takes sixteen times as much memory. */
  textBytes: 4 * 2 ** 20,
  /** Items of all lists together: each takes up to 120 bytes once it is read. The largest vocabularies have 1.3 million. */
  listItems: 2 ** 21,
  /**
   * Bytes of all metadata besides the vocabulary, each key and each item of a list counted as at least 16: a
   * reader takes ten times as much.
   */
  otherBytes: 5 * 2 ** 20,
  /** The same for the vocabulary's lists, which grow with it: known ones take less than 80 per token. */
  vocabularyBytes: 2 * 2 ** 20,
  vocabularyBytesOfToken: 256,
  /** GGML_MAX_NAME, its final zero included. */
  tensorNameBytes: 64,
  dimensions: 4,
  parts: 4096,
} as const;

/** Versions that llama.cpp reads. */
export const VERSIONS = { first: 2, last: 3 } as const;

/** Of tensor data, unless the file says otherwise. */
export const DEFAULT_ALIGNMENT = 32;
