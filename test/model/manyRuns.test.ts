// What a real engine keeps of its prompts never changes an answer, whatever happened on it before: bit for bit.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { TargetModel } from "../../core/laser/index.ts";
import type { Engine, LoadOptions } from "../../server/engine/index.ts";
import { table } from "../support/check.ts";
import { compareManyRuns, MAX_TOKENS } from "../support/decoding/manyRuns.ts";
import { loadTestEngine } from "../support/decoding/realModel.ts";
import { writeGguf } from "../../server/engine/devices/ggufWriter.ts";
import { count, smallLlama, windowedModel } from "../support/gguf/smallModels.ts";

const CONTEXT = 2048;
const folder = mkdtempSync(join(tmpdir(), "laser-many-runs-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${name}.gguf`);
  writeFileSync(path, bytes);
  return path;
}

const windowed = fileOf("windowed", windowedModel(4096));
const { metadata, tensors } = smallLlama({ "llama.context_length": count(4096) });
const llama = fileOf("small", writeGguf(metadata, tensors));

interface Case {
  readonly name: string;
  readonly options: Partial<LoadOptions>;
  readonly lanes?: boolean;
  readonly runs: number;
  /** Of the first prompt. */
  readonly promptTokens?: number;
  /** Whether the engine can take back what it read long ago. */
  readonly keeps?: boolean;
}

/** Two pieces of a prompt, of which one is kept: the demo model reads slowly. The small ones have three, and run more often. */
const short = { contextTokens: 256 };
const DEMO_MODEL = { runs: 2, promptTokens: 150 };
const small = { path: llama, contextTokens: CONTEXT };
const window = { path: windowed, contextTokens: CONTEXT };

table<Case>(
  "random runs one after another",
  [
    { name: "native", options: { engine: "native", ...short }, ...DEMO_MODEL },
    { name: "native, a small model", options: { engine: "native", ...small }, runs: 20 },
    { name: "native, a lane", options: { engine: "native", ...short }, lanes: true, ...DEMO_MODEL },
    {
      name: "native, a lane of a small model",
      options: { engine: "native", ...small },
      lanes: true,
      runs: 20,
    },
    { name: "native, K/V of 8 bits", options: { engine: "native", kvType: "q8_0", ...short }, ...DEMO_MODEL },
    { name: "native, a window", options: { engine: "native", ...window }, runs: 20 },
    { name: "native, a lane with a window", options: { engine: "native", ...window }, lanes: true, runs: 20 },
    { name: "library", options: { engine: "library", ...small }, runs: 20 },
    { name: "library, a window", options: { engine: "library", ...window }, runs: 20, keeps: false },
  ],
  async ({ options, lanes = false, runs, promptTokens = 300, keeps = true }) => {
    const engines = [await loadTestEngine(options), await loadTestEngine(options)] as const;
    const [used, fresh] = await Promise.all([targetOf(engines[0], lanes), targetOf(engines[1], lanes)]);
    const maxPromptTokens = used.contextTokens - MAX_TOKENS; // Fills the context to its last place.
    const saved = await compareManyRuns({
      ...{ used, fresh, maxPromptTokens, seed: 1, runs },
      firstPromptTokens: promptTokens,
    });
    assert.equal(saved > 0, keeps, `${saved} tokens were kept`);
    for (const engine of engines) await engine.dispose();
  },
);

async function targetOf(engine: Engine, lanes: boolean): Promise<TargetModel> {
  if (!lanes) return engine.target;
  const { contextTokens } = engine.target;
  const { targets } = await engine.openLanes({ lanes: 3, contextTokens, trees: true });
  return targets[1]!;
}
