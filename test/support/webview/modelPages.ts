// The model page with all that it can show: a loaded model, back ends of each state, and an estimate.
import type { Estimate, KnownModel, ToModelPage } from "../../../extension/shared/modelPage.ts";

const points = [1, 2].flatMap((threads) =>
  [1, 2, 4, 8, 12, 16].map((tokens) => ({
    tokens,
    threads,
    baseMs: (threads === 1 ? 9.1 : 5.3) * (0.6 + 0.4 * tokens),
    msPerContextToken: 0.002 * tokens,
  })),
);

export const KNOWN: KnownModel = {
  report: {
    name: "SmolLM2 135M Instruct",
    layers: 30,
    vocabularySize: 49_152,
    template: { bytes: 368, text: "{% for message in messages %}{{ message.content }}{% endfor %}" },
    file: {
      path: "/people/ada/.cache/laser-inspector/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_0.gguf",
      ...{ bytes: 91_726_912, parts: 1, architecture: "llama", quantisation: "Q4_0", contextTokens: 8192 },
      ...{ isHybrid: false, of: null, problem: null },
      fit: {
        ...{ neededBytes: 310_000_000, contextBytes: 95_000_000, hereBytes: 140_000_000 },
        ...{
          contextTokens: 4096,
          freeBytes: 12_345_000_000,
          gpu: { backend: "vulkan", freeBytes: 2e8 },
          untried: null,
        },
        layers: { total: 31, onGpu: 17 },
      },
    },
    loaded: {
      device: {
        ...{ backend: "cpu", names: [], offloadedLayers: 0, totalLayers: 31, flashAttention: true },
        ...{ maxThreads: 2, engine: "native", engineReason: null },
      },
      costs: { points },
      costsFrom: "measured",
    },
  },
  choice: { gpu: "auto", contextTokens: 4096, threads: 3 },
  devices: {
    backends: [
      {
        backend: "cuda",
        state: {
          kind: "refused",
          reason: "the driver is too old for this library",
          nextStep: "Install NVIDIA's driver 580 or later",
          file: "/usr/lib/libggml-cuda.so",
          triedAt: "2026-01-02T03:04:05.678Z",
        },
      },
      {
        backend: "vulkan",
        state: { kind: "notInstalled", nextStep: "Install again with optional dependencies." },
      },
    ],
    chosen: "cpu",
    offers: [],
  },
  pool: "answers.jsonl",
};

const around = (value: number) => ({ value, low: value * 0.9, high: value * 1.1 });
export const ESTIMATE: Estimate = {
  verdict: "LASER would write such answers 1.62× as fast as plain decoding here (95 %: 1.45–1.79).",
  ...{ file: "answers.jsonl", answers: 60, tokens: 4210, steps: 2105, drafted: 5200, kept: 2100, slower: 3 },
  ...{ speedUp: around(1.62), medianSpeedUp: around(1.55), edl: around(2), tokensPerSecond: 71.2 },
  plainTokensPerSecond: 44,
  costs: points,
  definitions: {
    edl: "tokens per step = tokens ÷ steps.",
    parts: "the answers are cut into parts at random.",
  },
};

export const MODEL_PAGE: readonly ToModelPage[] = [
  { kind: "known", known: KNOWN },
  { kind: "estimated", estimate: ESTIMATE },
];
