// `laser generate FILE.prompty`: one answer from one prompt file.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { errorCode } from "../../files/index.ts";
import { PromptError } from "../../../core/prompts/index.ts";
import { describeError } from "../../../core/base/index.ts";
import { applyTemplate, fillPrompt, type FilledPrompt } from "../../worker/index.ts";
import { DEFAULT_SETTINGS, withParameters, withValues } from "../../../core/settings/index.ts";
import { CliError } from "../errors.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { loadSession } from "../loadSession.ts";
import { poolSourceOf } from "../poolSource.ts";
import { assignments } from "../options.ts";
import {
  engineChoices,
  GENERATION_NAMES,
  givenSettings,
  withEngine,
  withSettings,
} from "../settingOptions.ts";
import { checkTracePath } from "../tracePath.ts";
import { writeAnswer, type AnswerFlags } from "../terminal/writeAnswer.ts";

interface GenerateFlags extends AnswerFlags {
  readonly set: Record<string, string>;
  readonly model?: string;
  readonly verbose?: boolean;
}

export function addGenerateCommand(program: Command): void {
  const command = program
    .command("generate")
    .description("write the answer to a prompt file")
    .argument("<file>", "a .prompty file")
    .addOption(
      new Option("--set <name=value>", "a value for a variable (repeatable)")
        .argParser(assignments("--set"))
        .default({}, "the file's sample values"),
    )
    .option("--pool <file>", "earlier answers to draft from: JSON lines, or a pool file");
  withSettings(command, GENERATION_NAMES);
  withEngine(command)
    .option("--trace <file>", "write a trace of every decision (.lasertrace; .lasertrace.gz is compact)")
    .option("--json", "print one JSON object on stdout and nothing else")
    .option("--verbose", "show the engine's own warnings")
    .action(generate);
}

async function generate(file: string, flags: GenerateFlags): Promise<void> {
  // Everything that can be wrong with the input is found before the model is loaded.
  const filled = fill(await readPrompt(file), file, flags.set);
  const poolSource = await poolSourceOf(flags.pool);
  if (flags.trace !== undefined) await checkTracePath(flags.trace, inputsOf(file, flags));
  await interruptible(async (signal) => {
    const session = await loadSession({ ...flags, ...engineChoices(flags) }, signal);
    try {
      const prompt = applyTemplate(filled.messages, basename(file), session.engine, new Date());
      // Options override the file's parameters, which override the defaults.
      const ofFile = withParameters(DEFAULT_SETTINGS, filled.file.parameters);
      const settings = withValues(ofFile, givenSettings(flags));
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
