// A process of the bench of damaged heads: takes one file after another through all of loading, as lines on its standard
// input, and answers each with a line. If a library aborts, the file in progress is the one.
import { createInterface } from "node:readline";
import { GgufInsights } from "node-llama-cpp";
import { describeError } from "../../../core/base/index.ts";
import { loadLlamaEngine } from "../../../server/engine/index.ts";
import { examineModel } from "../../../server/engine/gguf/examine.ts";
import { readModelFile } from "../../../server/engine/gguf/modelFile.ts";
import { loadFault } from "../../../server/engine/loadFaults.ts";
import { startRuntime } from "../../../server/engine/runtime.ts";
import type { HeadRequest, HeadOutcome } from "./outcome.ts";

const SOME_TEXT = "Hello, wörld 😀\n  <s> 12";

// The first load of the library takes a second.
await startRuntime(null, 1);
process.stdout.write("ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as HeadRequest;
  const outcome = await tried(request);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

async function tried({ path, depth }: HeadRequest): Promise<HeadOutcome> {
  let stage: HeadOutcome["stage"] = "reader";
  const before = process.cpuUsage();
  try {
    await examineModel(path);
    stage = "library";
    if (depth === "vocabulary") {
      await loadTokenizer(path);
      return { stage: "used", result: "passed", ...spent(before) };
    }
    const engine = await loadLlamaEngine({ path, gpu: "off", contextTokens: 256, maxThreads: 1 });
    stage = "used";
    try {
      const tokens = engine.tokenizer.tokenize(SOME_TEXT, false);
      engine.tokenizer.tokenize(engine.chat.bosToken, true);
      const prompt = tokens.length === 0 ? Int32Array.of(0) : Int32Array.from(tokens.slice(0, 16));
      const { signal } = new AbortController();
      await engine.target.evaluate(prompt, { rows: "all", topK: 8, signal });
    } finally {
      await engine.dispose();
    }
    return { stage, result: "passed", ...spent(before) };
  } catch (error) {
    const { code, message } = describeError(error);
    return { stage, result: "refused", code, message, ...spent(before) };
  }
}

/** The part of loading that reads a head, without weights. */
async function loadTokenizer(path: string): Promise<void> {
  const { info } = await readModelFile(path);
  const { llama } = await startRuntime(null, 1);
  await GgufInsights.from(info, llama);
  const options = { modelPath: path, vocabOnly: true, gpuLayers: 0 };
  const model = await llama.loadModel(options).catch((error: unknown) => {
    throw loadFault(error, { path, bytes: 0 }, []);
  });
  try {
    model.tokenize(SOME_TEXT, false);
  } finally {
    await model.dispose();
  }
}

function spent(before: NodeJS.CpuUsage): Pick<HeadOutcome, "rssBytes" | "cpuMs"> {
  const { user, system } = process.cpuUsage(before);
  return { rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 };
}
