// `laser generate FILE.prompty`: one answer from one prompt file.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { errorCode } from "../../files/index.ts";
import { GPU_CHOICES, type GpuChoice } from "../../engine/index.ts";
import { PUBLISHED_RULE, STRATEGIES, STRATEGY_TRAITS, type Strategy } from "../../../core/laser/index.ts";
import { PromptError, type PromptParameters } from "../../../core/prompts/index.ts";
import { describeError } from "../../../core/base/index.ts";
import { applyTemplate, fillPrompt, type FilledPrompt } from "../../worker/index.ts";
import {
  DEFAULT_SETTINGS,
  withParameters,
  type GenerationSettings,
  type Reproducible,
} from "../../protocol/settings.ts";
import { readPoolSource } from "../../pools/index.ts";
import { CliError } from "../errors.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { loadSession } from "../loadSession.ts";
import { assignments, decimal, oneOf, wholeNumber } from "../options.ts";
import { checkTracePath } from "../tracePath.ts";
import { writeAnswer, type AnswerFlags } from "../terminal/writeAnswer.ts";

interface GenerateFlags extends AnswerFlags {
  readonly set: Record<string, string>;
  readonly strategy: Strategy;
  readonly model?: string;
  readonly maxTokens?: number;
  readonly maxDraftTokens: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly repetitionPenalty?: number;
  readonly relaxedTopK: number;
  readonly relaxedMinProbability: number;
  readonly reproducible: Reproducible;
  readonly contextTokens: number;
  readonly gpu: GpuChoice;
  readonly verbose?: boolean;
}

const MAX = Number.MAX_SAFE_INTEGER;
const UINT32 = 4_294_967_295;

export function addGenerateCommand(program: Command): void {
  const strategies = STRATEGIES.map((name) => `${name} (${STRATEGY_TRAITS[name].description})`).join(", ");
  const choice = <T extends string>(flags: string, about: string, words: readonly T[], preset: T): Option =>
    new Option(flags, about).argParser(oneOf(flags.split(" ")[0]!, words)).default(preset);
  const number = (flags: string, about: string, parser: (value: string) => number, preset?: number): Option =>
    new Option(flags, about).argParser(parser).default(preset);
  program
    .command("generate")
    .description("write the answer to a prompt file")
    .argument("<file>", "a .prompty file")
    .addOption(
      new Option("--set <name=value>", "a value for a variable (repeatable)")
        .argParser(assignments("--set"))
        .default({}, "the file's sample values"),
    )
    .addOption(choice("--strategy <name>", strategies, STRATEGIES, DEFAULT_SETTINGS.strategy))
    .option("--model <path>", "a GGUF file; default: the demo model")
    .option("--pool <file>", "earlier answers to draft from: JSON lines, or a pool file")
    .addOption(
      number(
        "--max-tokens <n>",
        "maximum tokens to write",
        wholeNumber("--max-tokens", { min: 1, max: MAX }),
      ),
    )
    .addOption(
      number(
        "--max-draft-tokens <n>",
        "maximum tokens drafted per step",
        wholeNumber("--max-draft-tokens", { min: 0, max: 47 }),
        DEFAULT_SETTINGS.maxDraftTokens,
      ),
    )
    .addOption(
      number(
        "--seed <n>",
        "sampling seed at temperature > 0",
        wholeNumber("--seed", { min: 0, max: UINT32 }),
      ),
    )
    .addOption(
      number(
        "--temperature <t>",
        "0 takes the most probable token",
        decimal("--temperature", { min: 0, max: 10 }),
      ),
    )
    .addOption(
      number(
        "--repetition-penalty <x>",
        "over the last 128 tokens of the answer; 1 = off",
        decimal("--repetition-penalty", { min: 1, max: 10 }),
      ),
    )
    .addOption(
      number(
        "--relaxed-top-k <n>",
        "relaxed verification keeps a drafted token among the k most probable",
        wholeNumber("--relaxed-top-k", { min: 1, max: 128 }),
        PUBLISHED_RULE.topK,
      ),
    )
    .addOption(
      number(
        "--relaxed-min-probability <x>",
        "… whose probability exceeds this",
        decimal("--relaxed-min-probability", { min: 0, max: 1 }),
        PUBLISHED_RULE.minProbability,
      ),
    )
    .addOption(
      choice(
        "--reproducible <when>",
        "never evaluate a token alone where that would give other bits",
        ["auto", "on", "off"] as const,
        DEFAULT_SETTINGS.reproducible,
      ),
    )
    .addOption(
      number(
        "--context-tokens <n>",
        "context size, rounded up to a multiple of 256; at most what the model was trained with",
        wholeNumber("--context-tokens", { min: 64, max: MAX }),
        4096,
      ),
    )
    .addOption(choice("--gpu <choice>", "where the model runs", GPU_CHOICES, "auto"))
    .option("--trace <file>", "write a trace of every decision (.lasertrace; .lasertrace.gz is compact)")
    .option("--json", "print one JSON object on stdout and nothing else")
    .option("--verbose", "show the engine's own warnings")
    .action(generate);
}

async function generate(file: string, flags: GenerateFlags): Promise<void> {
  // Everything that can be wrong with the input is found before the model is loaded.
  const filled = fill(await readPrompt(file), file, flags.set);
  const poolSource = flags.pool === undefined ? null : await readPoolSource(flags.pool);
  if (flags.trace !== undefined) await checkTracePath(flags.trace, inputsOf(file, flags));
  await interruptible(async (signal) => {
    const session = await loadSession(flags, signal);
    try {
      const prompt = applyTemplate(filled.messages, basename(file), session.engine, new Date());
      const settings = settingsFrom(flags, filled.file.parameters);
      await writeAnswer(session, { prompt, settings, poolSource, signal, flags });
    } finally {
      await session.engine.dispose();
    }
  });
}

function inputsOf(file: string, { model, pool }: GenerateFlags): string[] {
  return [file, model, pool].filter((path) => path !== undefined);
}

function fill(source: string, path: string, values: Record<string, string>): FilledPrompt {
  try {
    return fillPrompt(source, values);
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    const text = describeError(error);
    throw new CliError({ tag: "promptFileRefused", path, text }, { cause: error });
  }
}

async function readPrompt(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    if (code === "ENOENT") throw new CliError({ tag: "promptFileMissing", path }, { cause: error });
    throw new CliError({ tag: "promptFileUnreadable", path, reason: code }, { cause: error });
  }
}

/** Options override the file's parameters, which override the defaults. */
function settingsFrom(flags: GenerateFlags, parameters: PromptParameters): GenerationSettings {
  const own = withParameters(DEFAULT_SETTINGS, parameters);
  return {
    ...own,
    strategy: flags.strategy,
    relaxed: { kind: "relaxed", topK: flags.relaxedTopK, minProbability: flags.relaxedMinProbability },
    sampling: {
      ...own.sampling,
      temperature: flags.temperature ?? own.sampling.temperature,
      seed: flags.seed ?? own.sampling.seed,
      repetitionPenalty: flags.repetitionPenalty ?? own.sampling.repetitionPenalty,
    },
    maxTokens: flags.maxTokens ?? own.maxTokens,
    maxDraftTokens: flags.maxDraftTokens,
    reproducible: flags.reproducible,
  };
}
