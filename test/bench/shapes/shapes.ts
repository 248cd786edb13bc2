// Shapes of published models: what an evaluation costs depends on the sizes and types of the weights, not on their values.

import type { WeightType } from "./weights.ts";

export interface Shape {
  readonly name: string;
  /** The published model whose sizes these are. */
  readonly like: string;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Width of the residual stream, and of the feed-forward layer. */
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly ropeBase: number;
  /** Of the matrices within the layers, and of the token embedding. */
  readonly weights: WeightType;
  readonly embedding: WeightType;
  /** Of the output matrix; null if the model uses its token embedding. */
  readonly output: WeightType | null;
}

const SMOL = { layers: 30, width: 576, feedForward: 1536, heads: 9, keyValueHeads: 3, ropeBase: 100_000 };
const LLAMA_1B = {
  layers: 16,
  width: 2048,
  feedForward: 8192,
  heads: 32,
  keyValueHeads: 8,
  ropeBase: 500_000,
};
const LLAMA_7B = {
  layers: 32,
  width: 4096,
  feedForward: 11008,
  heads: 32,
  keyValueHeads: 32,
  ropeBase: 10_000,
};

/** Types as llama.cpp's quantization of the published weights chooses them. */
export const SHAPES: readonly Shape[] = [
  {
    ...SMOL,
    name: "135m-q4_0",
    like: "SmolLM2-135M",
    vocabularySize: 49_152,
    weights: "Q4_0",
    embedding: "Q8_0", // A row of 576 is not a multiple of 256, as Q6_K needs.
    output: null,
  },
  {
    ...LLAMA_1B,
    name: "1b-q4_0",
    like: "Llama-3.2-1B",
    vocabularySize: 128_256,
    weights: "Q4_0",
    embedding: "Q6_K",
    output: null,
  },
  {
    ...LLAMA_7B,
    name: "7b-q4_0",
    like: "Llama-2-7B",
    vocabularySize: 32_000,
    weights: "Q4_0",
    embedding: "Q4_0",
    output: "Q6_K",
  },
  {
    ...LLAMA_7B,
    name: "7b-f16",
    like: "Llama-2-7B",
    vocabularySize: 32_000,
    weights: "F16",
    embedding: "F16",
    output: "F16",
  },
];

export interface TensorShape {
  readonly name: string;
  readonly type: WeightType;
  /** Length of a row (the inputs of a matrix), and the number of rows. */
  readonly columns: number;
  readonly rows: number;
  /** Whether equal rows would show: rows of the output matrix give logits, and equal logits are ties. */
  readonly distinctRows: boolean;
}

/** The tensors of a model, in the order of the file. */
export function tensorsOf(shape: Shape): readonly TensorShape[] {
  const { width, feedForward, vocabularySize, weights } = shape;
  const keyValueWidth = (width / shape.heads) * shape.keyValueHeads;
  const matrix = (name: string, columns: number, rows: number, type = weights, distinctRows = false) => ({
    name: `${name}.weight`,
    type,
    columns,
    rows,
    distinctRows,
  });
  const norm = (name: string) => matrix(name, width, 1, "F32");
  const layer = (at: number): TensorShape[] => [
    norm(`blk.${at}.attn_norm`),
    matrix(`blk.${at}.attn_q`, width, width),
    matrix(`blk.${at}.attn_k`, width, keyValueWidth),
    matrix(`blk.${at}.attn_v`, width, keyValueWidth),
    matrix(`blk.${at}.attn_output`, width, width),
    norm(`blk.${at}.ffn_norm`),
    matrix(`blk.${at}.ffn_gate`, width, feedForward),
    matrix(`blk.${at}.ffn_up`, width, feedForward),
    matrix(`blk.${at}.ffn_down`, feedForward, width),
  ];
  return [
    matrix("token_embd", width, vocabularySize, shape.embedding, true),
    ...Array.from({ length: shape.layers }, (_, at) => layer(at)).flat(),
    norm("output_norm"),
    ...(shape.output === null ? [] : [matrix("output", width, vocabularySize, shape.output, true)]),
  ];
}
