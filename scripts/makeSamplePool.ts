// Generates samples/answers.jsonl: the demo model's plain, greedy answers to the prompts of
// samples/pool-prompts.jsonl, none of which the demo uses. Run it after changing those prompts:
//   npx tsx scripts/makeSamplePool.ts
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadSession } from "../server/cli/loadSession.ts";
import { writeFileAtomic } from "../server/files/index.ts";
import type { PromptValue } from "../core/prompts/index.ts";
import { applyTemplate, fillPrompt } from "../server/worker/index.ts";
import { DEFAULT_SETTINGS, withParameters } from "../core/settings/index.ts";

interface PoolPrompt {
  readonly id: string;
  readonly group: string;
  readonly file: string;
  readonly values: Record<string, PromptValue>;
}

const samples = join(import.meta.dirname, "..", "samples");
const signal = new AbortController().signal;
const session = await loadSession({ gpu: "off", contextTokens: 1024 }, signal);
const prompts = (await readFile(join(samples, "pool-prompts.jsonl"), "utf8"))
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as PoolPrompt);
const lines: string[] = [];
for (const { id, group, file, values } of prompts) {
  const source = await readFile(join(samples, file), "utf8");
  const filled = fillPrompt(source, values);
  const prompt = applyTemplate(filled.messages, file, session.engine, new Date(), false);
  const settings = withParameters(DEFAULT_SETTINGS, filled.file.parameters);
  const { trace, failure } = await session.generate({
    prompt,
    settings: { ...settings, strategy: "plain" },
    pool: null,
    signal,
  });
  if (failure !== null) throw failure;
  const { result } = trace;
  lines.push(JSON.stringify({ id, group, text: result.text }));
  process.stderr.write(`${id}: ${result.tokens.length} tokens, ${result.finish}\n`);
}
await writeFileAtomic(join(samples, "answers.jsonl"), `${lines.join("\n")}\n`);
await session.engine.dispose();
