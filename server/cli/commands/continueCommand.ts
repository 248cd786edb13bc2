// `laser continue TRACE --at N`: continues a recorded answer from any token, with another token or another
// rule.
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { several } from "../../../core/base/index.ts";
import type { Tokenizer } from "../../engine/index.ts";
import type { Rule } from "../../../core/laser/index.ts";
import {
  DEFAULT_SETTINGS,
  settingOf,
  withValues,
  type SettingName,
  type SettingValues,
} from "../../../core/settings/index.ts";
import { continuationOf } from "../../protocol/continuation.ts";
import { continuePrompt } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { loadSession } from "../loadSession.ts";
import { poolSourceOf, SKIP_BAD_LINES } from "../pool/poolSource.ts";
import { modelInput } from "../options/namedModel.ts";
import { expandHome } from "../files/paths.ts";
import { oneOf, wholeNumber } from "../options/options.ts";
import { readTrace } from "../files/readTrace.ts";
import {
  engineChoices,
  givenSettings,
  GUARD_NAMES,
  RELAXED_NAMES,
  SAMPLING_NAMES,
  withAnswerOptions,
  withEngine,
  withSettings,
} from "../options/settingOptions.ts";
import { checkAnswerPaths } from "../files/tracePath.ts";
import { writeAnswer, type AnswerFlags } from "../terminal/writeAnswer.ts";

interface ContinueFlags extends AnswerFlags {
  readonly at: number;
  readonly token?: number;
  readonly tokenText?: string;
  readonly rule?: "strict" | "relaxed";
  readonly maxTokens?: number;
  readonly model?: string;
  readonly verbose?: boolean;
}

/** As in the trace unless they are given. */
const KEPT_NAMES: readonly SettingName[] = [
  "maxDraftTokens",
  "stop",
  "jsonSchema",
  "grammar",
  ...GUARD_NAMES,
  ...SAMPLING_NAMES,
];

export function addContinueCommand(program: Command): void {
  const count = (option: string, min: number) => wholeNumber(option, { min, max: Number.MAX_SAFE_INTEGER });
  const command = program
    .command("continue")
    .description("continue a recorded answer from any of its tokens, with its settings")
    .argument("<trace>", "a .lasertrace or .lasertrace.gz file; its model must be the loaded one", expandHome)
    .requiredOption("--at <n>", "how many of the run's tokens to keep", count("--at", 0))
    .option("--token <id>", "the token that follows them, instead of the recorded one", count("--token", 0))
    .addOption(new Option("--token-text <text>", "the same as text; must be one token").conflicts("token"))
    .option(
      "--rule <kind>",
      "strict or relaxed from there on; default: as in the trace",
      oneOf("--rule", ["strict", "relaxed"] as const),
    )
    .option("--pool <file>", "earlier answers to draft from: JSON lines, or a pool file", expandHome)
    .option(...SKIP_BAD_LINES);
  withSettings(command, RELAXED_NAMES);
  withSettings(command, ["maxTokens"], { maxTokens: { default: "what remained of the trace's limit" } });
  const recorded = { default: "as in the trace" };
  withSettings(command, KEPT_NAMES, Object.fromEntries(KEPT_NAMES.map((name) => [name, recorded])));
  withAnswerOptions(withEngine(command)).action(continueAnswer);
}

async function continueAnswer(path: string, flags: ContinueFlags): Promise<void> {
  checkRuleFlags(flags);
  const recorded = await readTrace(path);
  const { length } = recorded.result.tokens;
  if (flags.at > length)
    throw optionInvalid("--at", String(flags.at), `the run wrote ${several(length, "token")}`);
  const poolSource = await poolSourceOf(flags.pool, flags);
  const pools = flags.pool === undefined ? [] : [flags.pool];
  await checkAnswerPaths(flags, [path, ...modelInput(flags.model), ...pools]);
  await interruptible(async (signal) => {
    const { model, verbose } = flags;
    const session = await loadSession({ model, verbose, ...engineChoices(flags) }, signal);
    try {
      const { engine } = session;
      const token = tokenFrom(flags, engine.tokenizer);
      const rule = ruleFrom(flags);
      const choice = { tokensBefore: flags.at, token, ...(rule && { rule }) };
      const continuation = continuationOf(recorded, basename(path), choice)!; // --at was checked.
      const { continueFrom, promptFile, settings, strategyNote: note } = continuation;
      const { maxTokens = settings.maxTokens - continueFrom.inheritedTokens } = flags;
      const whole = {
        ...withValues(settings, keptSettings(flags)),
        maxTokens: continueFrom.inheritedTokens + maxTokens,
      };
      const prepared = continuePrompt(continueFrom, promptFile, whole, engine);
      await writeAnswer(session, { ...prepared, poolSource, signal, flags, note });
    } finally {
      await session.engine.dispose();
    }
  });
}

/** k and p belong to the relaxed rule: without it they would have no effect. @throws CliError */
function checkRuleFlags(flags: ContinueFlags): void {
  if (flags.rule === "relaxed") return;
  const given = Object.entries(givenSettings(flags)).find(([name]) =>
    (RELAXED_NAMES as readonly string[]).includes(name),
  );
  if (given === undefined) return;
  const { long } = new Option(settingOf(given[0] as SettingName).flag!);
  throw optionInvalid(long!, String(given[1]), "it needs --rule relaxed");
}

function tokenFrom({ token, tokenText }: ContinueFlags, tokenizer: Tokenizer): number | null {
  if (tokenText === undefined) return token ?? null;
  const ids = tokenizer.tokenize(tokenText, false);
  if (ids.length === 1) return ids[0]!;
  throw optionInvalid(
    "--token-text",
    JSON.stringify(tokenText),
    `it is ${several(ids.length, "token")} for this model`,
  );
}

function ruleFrom(flags: ContinueFlags): Rule | null {
  if (flags.rule === undefined) return null;
  if (flags.rule === "strict") return { kind: "strict" };
  return withValues(DEFAULT_SETTINGS, givenSettings(flags)).relaxed;
}

/** The given ones of those that the trace otherwise decides. */
function keptSettings(flags: ContinueFlags): Partial<SettingValues> {
  const given = Object.entries(givenSettings(flags));
  return Object.fromEntries(given.filter(([name]) => (KEPT_NAMES as readonly string[]).includes(name)));
}

function optionInvalid(option: string, value: string, reason: string): CliError {
  return new CliError({ tag: "optionInvalid", option, value, reason });
}
