// The options of `laser bench`, parsed into valid values or an error that names the option.
import { Option, type Command } from "commander";
import { parseRules, type RelaxedRule } from "../../bench/index.ts";
import { PEERS, type PeerName } from "../../engine/index.ts";
import { isStrategy, STRATEGIES, STRATEGY_TRAITS, type Strategy } from "../../../core/laser/index.ts";
import {
  DEFAULT_SETTINGS,
  MAX_TOP_K,
  withValues,
  type GenerationSettings,
  type SettingName,
} from "../../../core/settings/index.ts";
import { BENCH_MAX_TOKENS, type InputChoices } from "./benchInputs.ts";
import { CliError } from "../errors.ts";
import { wholeNumber } from "../options/options.ts";
import { OVERWRITE_HELP, type OverwriteFlags } from "../files/overwrite.ts";
import { expandHome } from "../files/paths.ts";
import {
  givenSettings,
  GUARD_NAMES,
  SAMPLING_NAMES,
  withEngine,
  withQuiet,
  withSettings,
} from "../options/settingOptions.ts";

export interface BenchFlags extends InputChoices, OverwriteFlags {
  readonly model?: string;
  readonly strategies: Choice;
  readonly rule: readonly RelaxedRule[];
  readonly repeat?: number;
  readonly online?: boolean;
  /** How many requests are decoded at once, each in turn; one by one if omitted. */
  readonly parallel?: readonly number[];
  readonly freezeCosts?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

interface Choice {
  readonly strategies: readonly Strategy[];
  readonly peers: readonly PeerName[];
}

const DEFAULT_CHOICE: Choice = { strategies: STRATEGIES, peers: [PEERS[0]] };

const MAX = Number.MAX_SAFE_INTEGER;
/** A pool fed by its own answers depends on their order: at least this many orders. */
export const ONLINE_ORDERS = 5;

/** The settings of the runs, apart from what a prompt's own file says. */
export function benchSettings(flags: BenchFlags): GenerationSettings {
  return withValues(DEFAULT_SETTINGS, givenSettings(flags));
}

export const BENCH_CONTEXT_TOKENS = 1024;
/** The rules and strategies of a benchmark are several, and have their own options. */
const MEASURED_NAMES: readonly SettingName[] = [
  "maxTokens",
  "maxDraftTokens",
  "draftShape",
  "maxTreeTokens",
  "systemInUserTurn",
  "jsonSchema",
  "grammar",
  ...GUARD_NAMES,
  ...SAMPLING_NAMES,
];
const OF_FILE = { default: "each prompt file's own, else off" };

/** Adds the options to the command. */
export function withBenchOptions(command: Command): Command {
  const number = (flags: string, about: string, min: number, max: number, preset?: number): Option =>
    new Option(flags, about).argParser(wholeNumber(flags.split(" ")[0]!, { min, max })).default(preset);
  const choice = DEFAULT_CHOICE;
  command
    .option(
      "--recordings <file>",
      "recorded answers: the first ones form the pool, and the prompts of the others are measured",
      expandHome,
    )
    .option(
      "--follow",
      "with --recordings: make the model choose the recorded answers, given as ids or as texts; every evaluation is still made",
    )
    .option(
      "--prompts <path>",
      "prompts as JSON lines, a .prompty file or a folder of them (samples); stop texts of a file don't count",
      expandHome,
    )
    .option(
      "--answers <file>",
      "earlier answers to draft from: JSON lines or a pool file; a prompt's own answer is left out",
      expandHome,
    )
    .addOption(number("--pool <n>", "answers in the pool", 0, MAX))
    .addOption(number("--tests <n>", "maximum prompts to measure", 1, MAX))
    .addOption(
      new Option("--strategies <a,b>", `any of ${[...STRATEGIES, ...PEERS].join()}; plain always runs`)
        .argParser(parseStrategies)
        .default(choice, [...choice.strategies, ...choice.peers].join()),
    )
    .addOption(
      new Option("--rule <k:p,…>", "relaxed rules for laser: among the k most probable, above p")
        .argParser(parseRuleOption)
        .default(parseRuleOption("2:0.1"), "2:0.1"),
    )
    .addOption(number("--repeat <n>", "runs of each prompt (1; with --online 5)", 1, 1000))
    .option("--online", "add finished answers to the pool; each repeat starts from scratch in another order");
  command.addOption(
    new Option(
      "--parallel <n,…>",
      "requests at once, such as 1,4,16: their total tokens per second, plain and with drafts; --context-tokens applies to each",
    ).argParser(parseParallel),
  );
  withSettings(command, MEASURED_NAMES, {
    maxTokens: { default: `each prompt file's own, else ${BENCH_MAX_TOKENS}` },
    "sampling.seed": { about: "seed of orders, draws and intervals" },
    systemInUserTurn: OF_FILE,
    jsonSchema: OF_FILE,
    grammar: OF_FILE,
    "sampling.topK": OF_FILE,
    "sampling.topP": OF_FILE,
    "sampling.minP": OF_FILE,
    "sampling.repetitionPenalty": OF_FILE,
  });
  return withQuiet(withEngine(command, BENCH_CONTEXT_TOKENS))
    .option("--freeze-costs", "keep T(n) as measured, so that draft lengths are reproducible")
    .option("--json", "print one JSON object on stdout and nothing else")
    .option("--report <folder>", "write report.md, chart.svg and benchmark.json there", expandHome)
    .option("--overwrite", OVERWRITE_HELP);
}

/** Peers choose for themselves, and a relaxed rule needs probabilities that a text does not hold. */
function followableStrategies(): readonly Strategy[] {
  return STRATEGIES.filter((strategy) => STRATEGY_TRAITS[strategy].strict);
}

function parseStrategies(value: string): Choice {
  const strategies: Strategy[] = [];
  const peers: PeerName[] = [];
  for (const name of value.split(",").map((part) => part.trim())) {
    const peer = PEERS.find((known) => known === name);
    if (peer !== undefined) peers.push(peer);
    else if (isStrategy(name)) strategies.push(name);
    else {
      const known = [...STRATEGIES, ...PEERS].join(", ");
      const reason = `${name === "" ? "an empty name" : name} is not one of ${known}`;
      throw new CliError({ tag: "optionInvalid", option: "--strategies", value, reason });
    }
  }
  return { strategies, peers: [...new Set(peers)] };
}

const MAX_PARALLEL = 128;

function parseParallel(value: string): readonly number[] {
  const parse = wholeNumber("--parallel", { min: 1, max: MAX_PARALLEL });
  return [...new Set(value.split(",").map((part) => parse(part.trim())))];
}

function parseRuleOption(value: string): readonly RelaxedRule[] {
  const rules = parseRules(value);
  if (rules !== null) return rules;
  const reason = `it must be written k:p, several separated by commas, such as 2:0.1,3:0.05 (k 1 … ${MAX_TOP_K}, p 0 … 1)`;
  throw new CliError({ tag: "optionInvalid", option: "--rule", value, reason });
}

/** Checks that involve several options. @throws CliError */
export function checkFlags(flags: BenchFlags): void {
  const { recordings, prompts, answers, online, repeat, follow } = flags;
  if (recordings !== undefined && prompts !== undefined)
    refuse("--prompts", prompts, "it can't be combined with --recordings, which has its own prompts");
  if (recordings !== undefined && answers !== undefined)
    refuse("--answers", answers, "it can't be combined with --recordings, which has its own answers");
  if (online && repeat !== undefined && repeat < ONLINE_ORDERS)
    refuse("--repeat", String(repeat), `--online needs at least ${ONLINE_ORDERS} orders`);
  if (follow) checkFollowed(flags);
  if (flags.parallel !== undefined) checkParallel(flags, flags.parallel);
}

function checkParallel({ online, report, strategies }: BenchFlags, parallel: readonly number[]): void {
  const given = parallel.join();
  if (online) refuse("--parallel", given, "it can't be combined with --online: answers end in another order");
  if (report !== undefined) refuse("--parallel", given, "it writes no report: use --json");
  if (strategies.strategies !== DEFAULT_CHOICE.strategies && strategies.peers.length > 0)
    refuse("--strategies", strategies.peers.join(), "it decodes one request at a time");
}

function checkFollowed(flags: BenchFlags): void {
  if (flags.recordings === undefined) refuse("--follow", "", "it needs --recordings");
  const { sampling } = benchSettings(flags);
  if (sampling.temperature > 0)
    refuse("--temperature", String(sampling.temperature), "a recorded text is followed at temperature 0");
  if (sampling.repetitionPenalty !== 1)
    refuse(
      "--repetition-penalty",
      String(sampling.repetitionPenalty),
      "a recorded text is followed without one",
    );
  const { strategies, peers } = flags.strategies;
  if (flags.strategies === DEFAULT_CHOICE) return;
  const unfit = [...strategies.filter((name) => !followableStrategies().includes(name)), ...peers];
  if (unfit.length > 0)
    refuse(
      "--strategies",
      unfit.join(),
      `--follow measures only ${followableStrategies().join()}; a text does not say what others would keep`,
    );
}

/** Measured with --parallel unless others are named. */
const PARALLEL_CHOICE: Choice = { strategies: ["plain", "laser-strict"], peers: [] };

/** The strategies to measure; --follow leaves out the defaults that it can't measure. */
export function chosenStrategies({ strategies, follow, parallel }: BenchFlags): Choice {
  if (parallel !== undefined && strategies === DEFAULT_CHOICE) return PARALLEL_CHOICE;
  if (!follow || strategies !== DEFAULT_CHOICE) return strategies;
  return { strategies: followableStrategies(), peers: [] };
}

function refuse(option: string, value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}
