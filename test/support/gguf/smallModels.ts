// Small models with random weights that llama.cpp loads, of several architectures: what the bench of damaged heads damages.
import { trialModel } from "../../../server/engine/devices/trialModel.ts";
import { writeGguf, type GgufTensor, type GgufValue } from "../../../server/engine/devices/ggufWriter.ts";

const WIDTH = 32;
const HEADS = 2;
const FEED_FORWARD = 64;
const LAYERS = 2;
const EXPERTS = 4;

export const count = (value: number): GgufValue => ({ type: "uint32", value });
export const text = (value: string): GgufValue => ({ type: "string", value });
const real = (value: number): GgufValue => ({ type: "float32", value });

const TEMPLATE =
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n";

/** Every byte as byte-level BPE spells it, a few merges, and four special tokens. */
function bytePairVocabulary(): Record<string, GgufValue> {
  const spelled: string[] = [];
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    spelled.push(String.fromCodePoint(printable ? byte : 256 + moved++));
  }
  const tokens = [...spelled, "th", "he", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>"];
  const [normal, control, userDefined] = [1, 3, 4];
  const kinds = tokens.map((_, id) => (id < 258 ? normal : id < 261 ? control : userDefined));
  return {
    "tokenizer.ggml.model": text("gpt2"),
    "tokenizer.ggml.pre": text("qwen2"),
    "tokenizer.ggml.tokens": { type: "strings", value: tokens },
    "tokenizer.ggml.token_type": { type: "int32s", value: kinds },
    "tokenizer.ggml.merges": { type: "strings", value: ["t h", "h e"] },
    "tokenizer.ggml.bos_token_id": count(258),
    "tokenizer.ggml.eos_token_id": count(260),
    "tokenizer.ggml.add_bos_token": { type: "bool", value: false },
    "tokenizer.chat_template": text(TEMPLATE),
  };
}

const VOCABULARY = 262;

function common(architecture: string, more: Readonly<Record<string, GgufValue>>): Record<string, GgufValue> {
  const own = Object.entries({
    context_length: count(256),
    embedding_length: count(WIDTH),
    block_count: count(LAYERS),
    feed_forward_length: count(FEED_FORWARD),
    "attention.head_count": count(HEADS),
    "attention.head_count_kv": count(HEADS),
    "attention.layer_norm_rms_epsilon": real(1e-5),
    "rope.dimension_count": count(WIDTH / HEADS),
    ...more,
  });
  return {
    "general.architecture": text(architecture),
    "general.name": text(`small ${architecture}`),
    "general.alignment": count(32),
    ...Object.fromEntries(own.map(([key, value]) => [`${architecture}.${key}`, value])),
    ...bytePairVocabulary(),
  };
}

let state = 1;
/** Values around zero, of a linear congruential generator. */
function weights(name: string, ...shape: readonly number[]): GgufTensor {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = name.includes("norm") ? 1 : (state / 2 ** 31 - 1) / 4;
  }
  return { name, shape, type: "f32", data: new Uint8Array(values.buffer) };
}

const attention = (layer: string): readonly GgufTensor[] => [
  weights(`${layer}.attn_norm.weight`, WIDTH),
  weights(`${layer}.attn_q.weight`, WIDTH, WIDTH),
  weights(`${layer}.attn_k.weight`, WIDTH, WIDTH),
  weights(`${layer}.attn_v.weight`, WIDTH, WIDTH),
  weights(`${layer}.attn_output.weight`, WIDTH, WIDTH),
  weights(`${layer}.ffn_norm.weight`, WIDTH),
];

const feedForward = (layer: string): readonly GgufTensor[] => [
  weights(`${layer}.ffn_gate.weight`, WIDTH, FEED_FORWARD),
  weights(`${layer}.ffn_up.weight`, WIDTH, FEED_FORWARD),
  weights(`${layer}.ffn_down.weight`, FEED_FORWARD, WIDTH),
];

const experts = (layer: string): readonly GgufTensor[] => [
  weights(`${layer}.ffn_gate_inp.weight`, WIDTH, EXPERTS),
  weights(`${layer}.ffn_gate_exps.weight`, WIDTH, FEED_FORWARD, EXPERTS),
  weights(`${layer}.ffn_up_exps.weight`, WIDTH, FEED_FORWARD, EXPERTS),
  weights(`${layer}.ffn_down_exps.weight`, FEED_FORWARD, WIDTH, EXPERTS),
];

function model(
  architecture: string,
  more: Readonly<Record<string, GgufValue>>,
  layer: (name: string, index: number) => readonly GgufTensor[],
  outer: readonly GgufTensor[] = [weights("output_norm.weight", WIDTH)],
): Uint8Array {
  const layers = Array.from({ length: LAYERS }, (_, index) => layer(`blk.${index}`, index));
  const embedding = weights("token_embd.weight", WIDTH, VOCABULARY);
  return writeGguf(common(architecture, more), [embedding, ...outer, ...layers.flat()]);
}

/** What to change of a small llama's metadata: undefined leaves a key out. */
export type Changes = Readonly<Record<string, GgufValue | undefined>>;

/** The parts of a small llama, to be changed and written. */
export function smallLlama(changes: Changes = {}): {
  readonly metadata: Record<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
} {
  const entries = Object.entries({ ...common("llama", {}), ...changes });
  const metadata = entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  const layers = Array.from({ length: LAYERS }, (_, index) => `blk.${index}`);
  return {
    metadata: Object.fromEntries(metadata),
    tensors: [
      weights("token_embd.weight", WIDTH, VOCABULARY),
      weights("output_norm.weight", WIDTH),
      ...layers.flatMap((name) => [...attention(name), ...feedForward(name)]),
    ],
  };
}

/** Half of its layers see only the last 64 tokens. */
export function windowedModel(contextTokens: number): Uint8Array {
  return model(
    "gemma3",
    {
      context_length: count(contextTokens),
      "attention.key_length": count(WIDTH / HEADS),
      "attention.value_length": count(WIDTH / HEADS),
      "attention.sliding_window": count(64),
      "rope.freq_base": real(10_000),
    },
    (name) => [
      ...attention(name),
      weights(`${name}.attn_k_norm.weight`, WIDTH / HEADS),
      weights(`${name}.attn_q_norm.weight`, WIDTH / HEADS),
      weights(`${name}.post_attention_norm.weight`, WIDTH),
      weights(`${name}.post_ffw_norm.weight`, WIDTH),
      ...feedForward(name),
    ],
  );
}

/** Whole files, by name. */
export function smallModels(): Readonly<Record<string, Uint8Array>> {
  return {
    "llama, SentencePiece": trialModel(),
    llama: model("llama", {}, (name) => [...attention(name), ...feedForward(name)]),
    "llama, experts": model(
      "llama",
      { expert_count: count(EXPERTS), expert_used_count: count(2) },
      (name) => [...attention(name), ...experts(name)],
    ),
    qwen2: model("qwen2", {}, (name) => [
      ...attention(name),
      weights(`${name}.attn_q.bias`, WIDTH),
      weights(`${name}.attn_k.bias`, WIDTH),
      weights(`${name}.attn_v.bias`, WIDTH),
      ...feedForward(name),
    ]),
    gemma3: windowedModel(256),
    lfm2: model(
      "lfm2",
      {
        "attention.head_count_kv": { type: "int32s", value: [0, HEADS] },
        "shortconv.l_cache": count(3),
      },
      (name, index) => [
        ...(index === 1
          ? [
              ...attention(name),
              weights(`${name}.attn_q_norm.weight`, WIDTH / HEADS),
              weights(`${name}.attn_k_norm.weight`, WIDTH / HEADS),
            ]
          : [
              weights(`${name}.attn_norm.weight`, WIDTH),
              weights(`${name}.ffn_norm.weight`, WIDTH),
              weights(`${name}.shortconv.conv.weight`, 3, WIDTH),
              weights(`${name}.shortconv.in_proj.weight`, WIDTH, 3 * WIDTH),
              weights(`${name}.shortconv.out_proj.weight`, WIDTH, WIDTH),
            ]),
        ...feedForward(name),
      ],
      [weights("token_embd_norm.weight", WIDTH)],
    ),
  };
}
