// Small models with random weights of one type, and the comparison of strict with plain decoding on them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BatchClass, Batches, TargetModel } from "../../../core/laser/index.ts";
import { loadLlamaEngine, type Engine, type GpuChoice } from "../../../server/engine/index.ts";
import { seededRandom } from "../../support/random.ts";
import { writeModel } from "../shapes/gguf.ts";
import type { WeightType } from "../shapes/weights.ts";
import { forkedAnswer, plainAnswer } from "./decoding.ts";

/** Rows of 256 and 512 weights, which every type can store. */
const SHAPE = {
  like: "a small model",
  vocabularySize: 512,
  layers: 2,
  width: 256,
  feedForward: 512,
  heads: 4,
  keyValueHeads: 2,
  ropeBase: 10_000,
} as const;
const CONTEXT_TOKENS = 512;
const PROMPT_TOKENS = 67;

/** Gives `use` an engine with a model whose matrices are all of one type. @throws whatever loading throws */
export async function withRandomModel<T>(
  type: WeightType,
  { gpu, maxThreads }: { readonly gpu: GpuChoice; readonly maxThreads?: number },
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-types-"));
  try {
    const file = path.join(folder, `${type}.gguf`);
    writeModel(file, { ...SHAPE, name: type, weights: type, embedding: type, output: type }, 2 ** 20);
    const engine = await loadLlamaEngine({
      path: file,
      gpu,
      contextTokens: CONTEXT_TOKENS,
      ...(maxThreads !== undefined && { maxThreads }),
    });
    try {
      return await use(engine);
    } finally {
      await engine.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Comparisons {
  made: number;
  /** Where each answer diverged from the plain one, counted from 0. */
  readonly parted: number[];
  /** In how many the logits of a token had other bits. */
  bits: number;
}

/** Compares chains, and trees if they may be drafted, with the plain answer. An answer never ends early. */
export async function compareStrict(
  target: TargetModel,
  batches: Batches,
  { temperature, seed, tokens, trees }: { temperature: number; seed: number; tokens: number; trees: boolean },
  into: Comparisons,
): Promise<void> {
  const endless = withoutEnd(target);
  const prompt = Int32Array.from({ length: PROMPT_TOKENS }, (_, at) => 3 + ((at * 37 + seed * 101) % 500));
  const job = { name: "random", prompt, temperature, seed, maxTokens: tokens };
  const plain = await plainAnswer(endless, batches, job);
  for (const isTree of trees ? [false, true] : [false]) {
    const strict = await forkedAnswer(endless, batches, job, plain.tokens, seededRandom(seed + 1), isTree);
    const at = plain.tokens.findIndex((token, place) => token !== strict.tokens[place]);
    into.made++;
    if (at >= 0) into.parted.push(at);
    const end = at < 0 ? plain.tokens.length : at + 1; // The diverging token was chosen from other bits.
    if (plain.sums.slice(0, end).some((sum, place) => sum !== strict.sums[place])) into.bits++;
  }
}

function withoutEnd(target: TargetModel): TargetModel {
  return {
    vocabularySize: target.vocabularySize,
    contextTokens: target.contextTokens,
    maxTreeLeaves: target.maxTreeLeaves,
    fillerTokens: target.fillerTokens ?? 0,
    get repeatedTokens() {
      return target.repeatedTokens;
    },
    isEndOfText: () => false,
    evaluate: (tokens, options) => target.evaluate(tokens, options),
    fullLogSumExp: (row) => target.fullLogSumExp(row),
    rollback: (keptTokens, path) => target.rollback(keptTokens, path),
  };
}

/** E.g. "1–8 12 16 by 1 thread". */
export function classText({ anywhere, early, trees }: BatchClass): string {
  const of = (sizes: BatchClass["anywhere"]): string =>
    sizes.map(({ threads, sizes: counts }) => `${ranges(counts)} by ${threads}`).join(", ");
  const parts = [of(anywhere)];
  if (early !== null) parts.push(`before position ${early.before} also ${of(early.counts)}`);
  if (!trees) parts.push("no trees");
  return parts.join("; ");
}

function ranges(counts: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0, to = 0; from < counts.length; from = ++to) {
    while (counts[to + 1] === counts[to]! + 1) to++;
    parts.push(to > from ? `${counts[from]!}–${counts[to]!}` : `${counts[from]!}`);
  }
  return parts.join(" ");
}
