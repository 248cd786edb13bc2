// Compares the tensors of common architectures with the sizes that the metadata give. llama.cpp does so too, but
// node-llama-cpp first estimates the memory on a model that has sizes and no tensors, where a wrong size is an assertion.
import { damaged } from "./headBytes.ts";
import { numberAt, numbersAt } from "./metadata.ts";
import type { GgufHead, TensorInfo } from "./readHead.ts";

/** Those whose tensors all have the plain sizes below. */
const PLAIN: readonly string[] = [
  "llama",
  "qwen2",
  "qwen3",
  "gemma",
  "gemma2",
  "gemma3",
  "lfm2",
  "granite",
  "smollm3",
  "mistral3",
  "olmo2",
  "starcoder2",
  "command-r",
  "cohere2",
];

/** @param tensors of all parts. @throws HeadError */
export function checkShapes(head: GgufHead, architecture: string, tensors: readonly TensorInfo[]): void {
  const width = numberAt(head, `${architecture}.embedding_length`) ?? 0;
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const vocabulary = head.tokens?.length ?? 0;
  demand(shapes, "token_embd.weight");
  expect(shapes, "token_embd.weight", [width, vocabulary]);
  if (!PLAIN.includes(architecture)) return;
  const perLayer = (key: string, layer: number): number | null => {
    const values = numbersAt(head, `${architecture}.${key}`);
    return values.length > 1 ? (values[layer] ?? null) : (values[0] ?? null);
  };
  const layers = numberAt(head, `${architecture}.block_count`) ?? 0;
  // Those of LFM2 end in another norm.
  if (architecture !== "lfm2") demand(shapes, "output_norm.weight");
  const lastLayer = `blk.${layers - 1}.`;
  if (!tensors.some(({ name }) => name.startsWith(lastLayer)))
    damaged(`its metadata says ${layers} layers, and no tensor belongs to the last one`);
  for (let layer = 0; layer < layers; layer++) {
    const heads = perLayer("attention.head_count", layer) ?? 0;
    const keyHeads = perLayer("attention.head_count_kv", layer) ?? heads;
    const keyWidth = perLayer("attention.key_length", layer) ?? Math.floor(width / heads);
    const valueWidth = perLayer("attention.value_length", layer) ?? Math.floor(width / heads);
    const feedForward = perLayer("feed_forward_length", layer) ?? 0;
    expect(shapes, `blk.${layer}.attn_q.weight`, [width, heads * keyWidth]);
    expect(shapes, `blk.${layer}.attn_k.weight`, [width, keyHeads * keyWidth]);
    expect(shapes, `blk.${layer}.attn_v.weight`, [width, keyHeads * valueWidth]);
    expect(shapes, `blk.${layer}.attn_output.weight`, [heads * valueWidth, width]);
    expect(shapes, `blk.${layer}.ffn_down.weight`, [feedForward, width]);
  }
}

function demand(shapes: ReadonlyMap<string, unknown>, name: string): void {
  if (!shapes.has(name)) damaged(`the tensor ${name} is missing`);
}

/** A tensor, if present, has this shape. */
function expect(
  shapes: ReadonlyMap<string, readonly number[]>,
  name: string,
  [columns, rows]: readonly [number, number],
): void {
  const shape = shapes.get(name);
  if (shape === undefined || (shape[0] === columns && (shape[1] ?? 1) === rows)) return;
  damaged(`the tensor ${name} has ${shape.join(" × ")} weights, and its metadata says ${columns} × ${rows}`);
}
