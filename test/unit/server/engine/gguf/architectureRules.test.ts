// What llama.cpp asserts for one architecture and not for another: files that break it are refused, as their process would end.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeGguf } from "../../../../../server/engine/devices/ggufWriter.ts";
import { EngineError } from "../../../../../server/engine/errors.ts";
import { examineModel } from "../../../../../server/engine/gguf/examine.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { count, smallLlama, text } from "../../../../support/gguf/smallModels.ts";

interface Row {
  readonly name: string;
  readonly architecture: string;
  /** Keys without the architecture's name. */
  readonly changes: Readonly<Record<string, number>>;
  /** null: it passes. */
  readonly says: RegExp | null;
}

/** Heads of the small model have 16 values. */
const PART = { "rope.dimension_count": 8 };
const UNEQUAL = { "attention.value_length": 8 };
const EXPERTS = { expert_count: 4, expert_used_count: 2 };
const ROWS: readonly Row[] = [
  { name: "qwen2, heads rotated in part", architecture: "qwen2", changes: PART, says: /dimension_count is 8, for heads of 16/ },
  { name: "qwen3moe, the same", architecture: "qwen3moe", changes: PART, says: /dimension_count is 8/ },
  { name: "qwen2, by a length that it should have", architecture: "qwen2", changes: { "attention.key_length": 8, ...UNEQUAL, ...PART }, says: null },
  { name: "qwen2, keys without the size of values, which then is the usual one", architecture: "qwen2", changes: { "attention.key_length": 8, ...PART }, says: /keys of 8 values and values of 16/ },
  { name: "nemotron, heads rotated in part", architecture: "nemotron", changes: PART, says: null },
  { name: "minimax-m2, heads rotated in part", architecture: "minimax-m2", changes: PART, says: null },
  { name: "stablelm, heads rotated in part", architecture: "stablelm", changes: PART, says: null },
  { name: "stablelm, other values than keys", architecture: "stablelm", changes: UNEQUAL, says: /keys of 16 values and values of 8/ },
  { name: "qwen35, other values than keys", architecture: "qwen35", changes: UNEQUAL, says: /values of 8/ },
  { name: "deepseek2, other values than keys", architecture: "deepseek2", changes: UNEQUAL, says: null },
  { name: "qwen35, heads that groups don't divide", architecture: "qwen35", changes: { "ssm.time_step_rank": 6, "ssm.group_count": 4 }, says: /time_step_rank is 6, in 4 groups/ },
  { name: "qwen3next, no groups", architecture: "qwen3next", changes: { "ssm.time_step_rank": 6, "ssm.group_count": 0 }, says: /in 0 groups/ },
  { name: "qwen35, heads in groups", architecture: "qwen35", changes: { "ssm.time_step_rank": 8, "ssm.group_count": 4 }, says: null },
  { name: "granitehybrid, another inner size", architecture: "granitehybrid", changes: { "ssm.inner_size": 63 }, says: /inner_size is 63, for 32 values/ },
  { name: "granitehybrid, twice the width", architecture: "granitehybrid", changes: { "ssm.inner_size": 64 }, says: null },
  { name: "gemma4, all layers share", architecture: "gemma4", changes: { "attention.shared_kv_layers": 1 }, says: /1 of 2 layers share/ },
  { name: "glm4moe, no experts", architecture: "glm4moe", changes: {}, says: /no experts/ },
  { name: "glm4moe, experts", architecture: "glm4moe", changes: EXPERTS, says: null },
  { name: "ernie4_5-moe, a step of 0", architecture: "ernie4_5-moe", changes: { interleave_moe_layer_step: 0 }, says: /layer_step is 0/ },
  { name: "lfm2moe, a cache of 1", architecture: "lfm2moe", changes: { ...EXPERTS, "shortconv.l_cache": 1 }, says: /l_cache is 1/ },
  { name: "lfm2moe, no experts", architecture: "lfm2moe", changes: { "shortconv.l_cache": 3 }, says: /no experts/ },
]; // prettier-ignore

table("an architecture's own rule", ROWS, async ({ architecture, changes, says }, context) => {
  const { metadata, tensors } = smallLlama();
  const own = Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [`${architecture}.${key}`, count(value)]),
  );
  const renamed = Object.entries(metadata).map(
    ([key, value]) => [key.replace(/^llama\./, `${architecture}.`), value] as const,
  );
  const whole = { ...Object.fromEntries(renamed), ...own, "general.architecture": text(architecture) };
  const folder = temporaryFolder(context);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "m.gguf");
  // Shapes are those of the unchanged model: only the rules before them count here.
  writeFileSync(file, writeGguf(whole, tensors));
  const reason = await examineModel(file).then(
    () => null,
    (error: unknown) => {
      assert.ok(error instanceof EngineError, String(error));
      return error.text.message;
    },
  );
  if (says !== null) assert.match(reason ?? "accepted", says);
  else if (reason !== null) assert.match(reason, /the tensor .* has \d+ × \d+ weights/);
});
