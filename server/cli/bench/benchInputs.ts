// The inputs of a benchmark: its prompts and the answers to draft from, as recordings or as prompt files with
// a file of earlier answers. They are read before the model is loaded and tokenized after.
import { basename, join } from "node:path";
import { several } from "../../../core/base/index.ts";
import {
  BenchPool,
  readRecorded,
  type BenchPrompt,
  type IdSource,
  type Recording,
} from "../../bench/index.ts";
import { tokenizeFragments, type Engine } from "../../engine/index.ts";
import { openingOf, readPoolAnswers } from "../../pools/index.ts";
import {
  DEFAULT_SETTINGS,
  withParameters,
  withValues,
  type GenerationSettings,
  type PromptParameters,
} from "../../../core/settings/index.ts";
import { answerOpening, applyTemplate, checkConstraint, ConstraintSource } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { givenSettings } from "../options/settingOptions.ts";
import { readPrompts } from "./benchPrompts.ts";
import { recordedAnswers } from "./recordedAnswers.ts";

export interface InputChoices {
  readonly recordings?: string;
  /** The recorded answers are followed: each is what the model "chooses". */
  readonly follow?: boolean;
  readonly prompts?: string;
  readonly answers?: string;
  /** Maximum number of answers in the pool. */
  readonly pool?: number;
  /** Maximum number of prompts to measure. */
  readonly tests?: number;
}

export interface BenchInputs {
  /** Names of the files, for people. */
  readonly promptsName: string;
  /** True if prompt files have their own parameters. */
  readonly ownParameters: boolean;
  tokenized(engine: Engine): TokenizedInputs;
}

export interface TokenizedInputs {
  readonly prompts: readonly BenchPrompt[];
  readonly warmUp: BenchPrompt;
  readonly pool: BenchPool | null;
  /** Where the token ids of followed answers come from; null if the model answers itself. */
  readonly followed: IdSource | null;
}

/** Maximum tokens per answer if no limit is given. */
export const BENCH_MAX_TOKENS = 200;
/** Share of the recordings that forms the pool unless --pool is given. */
const POOL_PART = 2 / 3;

/** @throws CliError, BenchError, PoolError naming the file and what is wrong with it */
export async function readInputs(choices: InputChoices, samples: string): Promise<BenchInputs> {
  if (choices.recordings !== undefined) {
    const { jsonSchema, grammar } = givenSettings(choices);
    const option = jsonSchema !== undefined ? "--json-schema" : grammar !== undefined ? "--grammar" : null;
    if (option !== null)
      throw new CliError({
        tag: "optionInvalid",
        option,
        value: "",
        reason: "recorded answers were unconstrained: measure --prompts instead of --recordings",
      });
    return recordedInputs(choices.recordings, choices);
  }
  const promptsPath = choices.prompts ?? join(samples, "pool-prompts.jsonl");
  const answersPath =
    choices.answers ?? (choices.prompts === undefined ? join(samples, "answers.jsonl") : null);
  const prompts = (await readPrompts(promptsPath)).slice(0, choices.tests);
  for (const { parameters } of prompts) checkConstraint(settingsOf(choices, parameters));
  const answers = answersPath === null ? null : await readPoolAnswers(answersPath);
  return {
    promptsName: basename(promptsPath),
    ownParameters: prompts.some(({ parameters }) => parameters !== null),
    tokenized(engine) {
      const constraints = new ConstraintSource(engine);
      const tokenized = prompts.map(({ name, messages, parameters }): BenchPrompt => {
        const { sampling, maxTokens, systemInUserTurn, ...held } = settingsOf(choices, parameters);
        const { fragments } = applyTemplate(messages, name, engine, new Date(), systemInUserTurn);
        const tokens = tokenizeFragments(engine.tokenizer, fragments);
        return {
          name,
          poolId: name,
          tokens,
          sampling,
          maxTokens,
          constraint: constraints.constraintOf(held),
        };
      });
      const opening = answerOpening(engine);
      const pooled = answers?.answers.slice(0, choices.pool).map(({ id, text }) => ({
        id,
        opening,
        tokens: engine.tokenizer.tokenize(text, false),
      }));
      return {
        prompts: tokenized,
        warmUp: tokenized[0]!,
        pool: pooled === undefined ? null : new BenchPool(answers!.name, pooled),
        followed: null,
      };
    },
  };
}

async function recordedInputs(path: string, choices: InputChoices): Promise<BenchInputs> {
  const { follow = false } = choices;
  const file = await readRecorded(path);
  if (file.kind === "texts" && !follow)
    throw new CliError({
      tag: "optionInvalid",
      option: "--recordings",
      value: basename(path),
      reason: "it holds texts, which can only be followed: add --follow",
    });
  const answers = file.kind === "ids" ? file.recordings.length : file.texts.length;
  const poolSize = choices.pool ?? Math.floor(answers * POOL_PART);
  if (poolSize >= answers)
    throw new CliError({
      tag: "optionInvalid",
      option: "--pool",
      value: String(poolSize),
      reason: `the file has ${several(answers, "answer")}, and some must be left to measure`,
    });
  return {
    promptsName: basename(path),
    ownParameters: false,
    tokenized(engine) {
      if (file.kind === "ids" && !follow)
        return { ...recordedInOrder(file.recordings, poolSize, path, choices), followed: null };
      const { recordings, source } = recordedAnswers(file, engine);
      return { ...recordedInOrder(recordings, poolSize, path, choices), followed: source };
    },
  };
}

/** The first recordings as the pool, the others as prompts; followed ones with their answers. */
function recordedInOrder(
  recordings: readonly Recording[],
  poolSize: number,
  path: string,
  choices: InputChoices,
): Omit<TokenizedInputs, "followed"> {
  const names = new Set<string>();
  const settings = settingsOf(choices, null);
  const most = givenSettings(choices).maxTokens ?? Infinity;
  const prompts = recordings.map(({ k, kind, prompt, out }, place): BenchPrompt => {
    const name = names.has(`${kind} ${k}`) ? `${kind} ${k} (${place + 1})` : `${kind} ${k}`;
    names.add(name);
    // Recordings of the same prompt must not be both pool and test. Followed ones may not have what made their prompts
    // differ: for those, recordings of the same answer.
    if (!choices.follow) return { name, tokens: prompt, poolId: prompt.join(" "), ...settings };
    const recorded = out.slice(0, most);
    return { name, tokens: prompt, poolId: out.join(" "), ...settings, maxTokens: recorded.length, recorded };
  });
  const pooled = recordings.slice(0, poolSize).map(({ prompt, out }, place) => ({
    id: prompts[place]!.poolId,
    opening: openingOf(prompt),
    tokens: out,
  }));
  const measured = prompts
    .slice(poolSize, choices.tests === undefined ? undefined : poolSize + choices.tests)
    .filter(({ maxTokens }) => maxTokens > 0);
  return {
    prompts: measured,
    warmUp: prompts[Math.max(0, poolSize - 1)]!, // The last answer of the pool, if any, so that it is not measured.
    pool: poolSize === 0 ? null : new BenchPool(basename(path), pooled),
  };
}

/** Options override the prompt file's parameters, which override the defaults; but a file's seed and temperature don't count. */
function settingsOf(
  choices: InputChoices,
  parameters: PromptParameters | null,
): Pick<GenerationSettings, "sampling" | "maxTokens" | "systemInUserTurn" | "jsonSchema" | "grammar"> {
  const presets = { ...DEFAULT_SETTINGS, maxTokens: BENCH_MAX_TOKENS };
  const ofFile = withParameters(presets, { ...parameters, temperature: null, seed: null });
  return withValues(ofFile, givenSettings(choices));
}
