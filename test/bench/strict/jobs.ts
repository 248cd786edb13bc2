// The answers that are compared, under two temperatures: to prompts of the samples, some of them after a long context, and to
// prompts of varied kinds.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { tokenizeFragments, type Engine } from "../../../server/engine/index.ts";
import type { ChatMessage, PromptValue } from "../../../core/prompts/index.ts";
import { readAnswers } from "../../../server/pools/index.ts";
import { applyTemplate, fillPrompt } from "../../../server/worker/index.ts";
import { repositoryFolder } from "../../support/check.ts";

export interface Job {
  readonly name: string;
  readonly prompt: Int32Array;
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
}

export interface JobChoices {
  readonly prompts: number;
  readonly tokens: number;
  /** Further prompts that begin after more than LONG_TOKENS tokens of context. */
  readonly long: number;
}

export const TEMPERATURES = [0, 0.8] as const;
/** The context from which several threads share one token's attention. */
const LONG_TOKENS = 512;

const samples = path.join(repositoryFolder, "samples");

interface PoolPrompt {
  readonly id: string;
  readonly file: string;
  readonly values: Record<string, PromptValue>;
}

const VARIED = path.join(repositoryFolder, "test", "bench", "strict", "varied-prompts.jsonl");

interface VariedPrompt {
  readonly name: string;
  readonly messages: readonly ChatMessage[];
}

/** The prompts of varied-prompts.jsonl (code, JSON, lists, languages, short and long ones), each at each temperature. */
export async function variedJobs(engine: Engine, maxTokens: number): Promise<Job[]> {
  const all = await linesOf<VariedPrompt>(VARIED);
  return all.flatMap(({ name, messages }, index) => {
    const { fragments } = applyTemplate(messages, name, engine, new Date(0), false);
    const prompt = tokenizeFragments(engine.tokenizer, fragments);
    return TEMPERATURES.map((temperature) => ({ name, prompt, temperature, seed: 1 + index, maxTokens }));
  });
}

async function linesOf<T>(file: string): Promise<readonly T[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as T);
}

/** Each prompt at each temperature. The prompts are those of the sample pool; more than there are is an error. */
export async function makeJobs(engine: Engine, { prompts, tokens, long }: JobChoices): Promise<Job[]> {
  const all = await linesOf<PoolPrompt>(path.join(samples, "pool-prompts.jsonl"));
  if (prompts > all.length) throw new RangeError(`--prompts: there are ${all.length} in samples/`);
  const { answers } = await readAnswers(path.join(samples, "answers.jsonl"));
  const jobs: Job[] = [];
  for (const [index, { id, file, values }] of all.slice(0, prompts).entries()) {
    const { messages } = fillPrompt(await readFile(path.join(samples, file), "utf8"), values);
    const ids = (context: string): Int32Array => {
      const withContext = messages.map((message, i) =>
        i === messages.length - 1 ? { ...message, content: context + message.content } : message,
      );
      const prepared = applyTemplate(withContext, file, engine, new Date(0), false);
      return tokenizeFragments(engine.tokenizer, prepared.fragments);
    };
    const add = (name: string, prompt: Int32Array): void => {
      for (const temperature of TEMPERATURES)
        jobs.push({ name, prompt, temperature, seed: 1 + index, maxTokens: tokens });
    };
    add(id, ids(""));
    if (index >= long) continue;
    let context = "";
    for (let i = 0; ids(context).length <= LONG_TOKENS; i++)
      context += `${answers[(index + i) % answers.length]!.text}\n\n`;
    add(`${id}, long context`, ids(context));
  }
  return jobs;
}
