// `laser generate`: one answer to a prompt file, to standard input or to a text.
import { Option, type Command } from "commander";
import { applyTemplate, checkConstraint, checkPromptLength } from "../../worker/index.ts";
import {
  DEFAULT_SETTINGS,
  promptDevice,
  withParameters,
  withValues,
  type PromptParameters,
} from "../../../core/settings/index.ts";
import { askedPrompt, type PromptFlags } from "../prompt/askedPrompt.ts";
import { askedRoute, withoutEffect, withRoute, type RouteFlags } from "../groups/askedRoute.ts";
import { collectSet, SET_HELP } from "../prompt/givenValues.ts";
import { interruptible, stoppableAfter } from "../terminal/interrupt.ts";
import { loadSession } from "../loadSession.ts";
import { modelInput } from "../options/namedModel.ts";
import { expandHome } from "../files/paths.ts";
import { poolSourceOf, SKIP_BAD_LINES } from "../pool/poolSource.ts";
import {
  engineChoices,
  GENERATION_NAMES,
  givenSettings,
  withAnswerOptions,
  withEngine,
  withSettings,
} from "../options/settingOptions.ts";
import { warnOfTemplate } from "../terminal/promptWarnings.ts";
import { checkAnswerPaths } from "../files/tracePath.ts";
import { complain, note } from "../terminal/output.ts";
import { writeAnswer, type AnswerFlags } from "../terminal/writeAnswer.ts";

interface GenerateFlags extends AnswerFlags, PromptFlags, RouteFlags {
  readonly model?: string;
  readonly verbose?: boolean;
}

export function addGenerateCommand(program: Command): void {
  const command = program
    .command("generate")
    .description("write the answer to a prompt")
    .argument("[file]", "a .prompty file; - reads it, or a plain text, from standard input", expandHome)
    .option("--prompt <text>", "a question instead of a file, taken literally")
    .option("--system <text>", "a system message before it")
    .addOption(
      new Option("--set <name=value>", SET_HELP)
        .argParser(collectSet)
        .default({}, "the file's sample values"),
    )
    .option(
      "--values <file>",
      "values for variables from JSON or YAML, those of the first object if it is a list (--set overrides them)",
      expandHome,
    )
    .option("--pool <file>", "earlier answers to draft from: JSON lines, or a pool file", expandHome)
    .option(...SKIP_BAD_LINES);
  withRoute(command);
  withSettings(command, GENERATION_NAMES);
  withAnswerOptions(withEngine(command)).action(generate);
}

async function generate(file: string | undefined, flags: GenerateFlags): Promise<void> {
  // Everything that can be wrong with the input is found before the model is loaded.
  const asked = await askedPrompt(file, flags);
  // Options override the file's parameters, which override the defaults.
  const settings = withValues(withParameters(DEFAULT_SETTINGS, asked.parameters), givenSettings(flags));
  checkConstraint(settings);
  const pool = flags.pool ?? asked.pool ?? undefined;
  const poolSource = await poolSourceOf(pool, flags);
  const route = await askedRoute(flags, asked.group);
  const useless = withoutEffect(flags, pool !== undefined);
  if (useless !== null) complain(`warning: ${useless}`);
  const pools = [pool, flags.groups].filter((path) => path !== undefined);
  await checkAnswerPaths(flags, [...asked.inputs, ...modelInput(flags.model), ...pools]);
  await interruptible(async (signal) => {
    const device = promptDevice(engineChoices(flags), withoutGiven(asked.parameters, flags));
    for (const line of device.refused) note(line);
    const { model, verbose } = flags;
    const session = await loadSession({ model, verbose, ...engineChoices(flags), ...device.choice }, signal);
    try {
      const { systemInUserTurn } = settings;
      const { engine } = session;
      checkPromptLength(asked.messages, engine);
      const prompt = await stoppableAfter(signal, () =>
        applyTemplate(asked.messages, asked.name, engine, new Date(), systemInUserTurn),
      );
      warnOfTemplate(prompt);
      await writeAnswer(session, { prompt, settings, poolSource, route, signal, flags });
    } finally {
      await session.engine.dispose();
    }
  });
}

/** Options override the file's parameters, so a device that an option names is the user's last word. */
function withoutGiven(parameters: PromptParameters, flags: object): PromptParameters {
  const given = givenSettings(flags);
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !Object.hasOwn(given, name)));
}
