// What llama.cpp's code for an architecture asserts of its metadata. A file that breaks such an assertion ends the process when
// its context is made, so it is refused before. The lists follow src/models of the llama.cpp that is packaged; a test compares
// them.
import { damaged } from "./headBytes.ts";

/** Architectures whose heads are rotated whole: positions affect all values of a head. Their keys and values have one size. */
const ROTATED_WHOLE = new Set(
  `
  apertus arcee arctic baichuan chameleon codeshell cogvlm cohere2moe dbrx deci deepseek dots1 dream ernie4_5
  ernie4_5-moe exaone exaone-moe exaone4 falcon granite granite_swa granitemoe graniteswitch grok grovemoe
  hunyuan-dense hunyuan-moe hunyuan_vl hy_v3 internlm2 jais2 llada llada-moe llama llama-embed llama4 maincoder
  mellum minicpm mistral3 olmo olmo2 olmoe orion paddleocr pangu-embedded plamo pockettts qwen2 qwen2moe
  qwen2vl qwen3 qwen3moe qwen3tts qwen3vl qwen3vlmoe rnd1 seed_oss smallthinker smollm3 starcoder2 talkie
  xverse
  `.match(/\S+/g),
);

/** Others whose keys and values have one size. */
const EQUAL_LENGTHS = new Set(
  `
  afmoe bailingmoe2 bert bitnet bloom chatglm cohere2 command-r dflash eagle3 eurobert gemma4 glm4 glm4moe gpt2
  gptneox granitehybrid jais jina-bert-v2 jina-bert-v3 laguna lfm2 lfm2moe maple minimax-01 minimax-m2
  minimax-m3 modern-bert mpt muse-glimmer nanbeige nemotron nemotron_h nemotron_h_moe neo-bert nomic-bert
  nomic-bert-moe openelm phi2 phi3 phimoe qwen qwen35 qwen35moe qwen3next qwen4exp refact spark2_5 stablelm
  starcoder t5 t5encoder
  `.match(/\S+/g),
);

/** A number of the metadata by its key without the architecture's name; null if it is missing. */
type NumberAt = (key: string) => number | null;

/** Each returns what can't be, or null. */
const RULES: Readonly<Record<string, (at: NumberAt) => string | null>> = {
  qwen3next: valueHeads,
  qwen35: valueHeads,
  qwen35moe: valueHeads,
  qwen4exp: valueHeads,
  jamba: doubleInside,
  granitehybrid: doubleInside,
  gemma4: (at) => {
    const shared = at("attention.shared_kv_layers") ?? 0;
    const layers = at("block_count") ?? 0;
    return layers - shared >= 2 ? null : `${shared} of ${layers} layers share keys and values`;
  },
  glm4moe: someExperts,
  lfm2: longCache,
  lfm2moe: (at) => longCache(at) ?? someExperts(at),
  "ernie4_5-moe": (at) => (at("interleave_moe_layer_step") === 0 ? "interleave_moe_layer_step is 0" : null),
};

function someExperts(at: NumberAt): string | null {
  return (at("expert_count") ?? 0) > 0 && (at("expert_used_count") ?? 0) > 0 ? null : "it has no experts";
}

function longCache(at: NumberAt): string | null {
  const length = at("shortconv.l_cache") ?? 0;
  return length >= 2 ? null : `shortconv.l_cache is ${length}`;
}

function valueHeads(at: NumberAt): string | null {
  const [heads, groups] = [at("ssm.time_step_rank"), at("ssm.group_count")];
  if (heads === null || groups === null || (groups > 0 && heads % groups === 0)) return null;
  return `ssm.time_step_rank is ${heads}, in ${groups} groups`;
}

function doubleInside(at: NumberAt): string | null {
  const [inside, width] = [at("ssm.inner_size"), at("embedding_length")];
  if (inside === null || width === null || inside === 2 * width) return null;
  return `ssm.inner_size is ${inside}, for ${width} values`;
}

/**
 * @param heads the size of a key, and that of both keys and values where the metadata gives none
 * @param at reads numbers of this architecture
 * @throws HeadError
 */
export function checkArchitecture(
  architecture: string,
  { headSize, usualSize }: { readonly headSize: number; readonly usualSize: number },
  at: NumberAt,
): void {
  // Layers with a window may have sizes of their own, and the first layer may be one of them.
  const isUniform = at("attention.key_length_swa") === null && at("rope.dimension_count_swa") === null;
  const isWhole = isUniform && ROTATED_WHOLE.has(architecture);
  const rotated = at("rope.dimension_count");
  if (isWhole && rotated !== null && rotated !== headSize)
    damaged(`${architecture}.rope.dimension_count is ${rotated}, for heads of ${headSize} values`);
  const values = at("attention.value_length") ?? usualSize;
  if ((isWhole || (isUniform && EQUAL_LENGTHS.has(architecture))) && values !== headSize)
    damaged(`${architecture} has keys of ${headSize} values and values of ${values}`);
  const problem = RULES[architecture]?.(at) ?? null;
  if (problem !== null) damaged(`${architecture}: ${problem}`);
}
