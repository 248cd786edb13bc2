// The options of `laser run`.
import { Option, type Command } from "commander";
import { SKIP_BAD_LINES, type SkipFlags } from "../pool/poolSource.ts";
import { MAX_LANES } from "../../../core/laser/index.ts";
import { PUBLISHED, type BeginMode, type Published } from "../../batch/index.ts";
import { CliError } from "../errors.ts";
import { collectSet, SET_HELP, type SetValue } from "../prompt/givenValues.ts";
import { decimal, oneOf, wholeNumber } from "../options/options.ts";
import { expandHome } from "../files/paths.ts";
import { withRowOptions, type RowFlags } from "../options/rowOptions.ts";
import { GENERATION_NAMES, withEngine, withQuiet, withSettings } from "../options/settingOptions.ts";

const EXPECTED = ["text", "json"] as const;
const PROGRESS = ["auto", "json"] as const;
const ENGINES = ["llama", "scripted"] as const;
const MAX = Number.MAX_SAFE_INTEGER;
/** The attribute that is a row's group by default. */
export const DEFAULT_GROUP_BY = "group";

export interface RunFlags extends RowFlags, SkipFlags {
  readonly prompt: string;
  readonly data: string;
  readonly out: string;
  readonly set: Readonly<Record<string, SetValue>>;
  readonly model?: string;
  readonly verbose?: boolean;
  readonly parallel: number;
  readonly limit?: number;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly retryFailed?: boolean;
  readonly ordered?: boolean;
  readonly pool?: string;
  readonly poolBudget?: number;
  readonly published: Published;
  readonly savePool?: string;
  readonly groups?: string;
  readonly groupBy?: string;
  readonly plainEvery: number;
  readonly expect: (typeof EXPECTED)[number];
  readonly retries: number;
  readonly history: string;
  readonly historyTokens?: number;
  readonly traces?: string;
  readonly maxFailures?: number;
  readonly maxTokensTotal?: number;
  readonly maxMinutes?: number;
  readonly progress: (typeof PROGRESS)[number];
  readonly engine: (typeof ENGINES)[number];
  readonly script?: string;
}

const whole = (flag: string, value: string, about: string, min = 1, max = MAX): Option =>
  new Option(`${flag} <${value}>`, about).argParser(wholeNumber(flag, { min, max }));

export function withRunOptions(command: Command): Command {
  withRowsAndAnswers(withRowOptions(command, "items"));
  withPoolAndGroups(command);
  withChecks(command);
  withHistory(command).option("--traces <folder>", "keep a trace of every row in a folder", expandHome);
  withBudgets(command);
  withProgramOptions(command);
  withSettings(command, GENERATION_NAMES);
  return withQuiet(withEngine(command));
}

/** What is read, where the answers go, and how a run begins or is resumed. */
function withRowsAndAnswers(command: Command): Command {
  return command
    .requiredOption("--prompt <file>", "the .prompty file that answers every row", expandHome)
    .requiredOption(
      "--data <file>",
      "the rows: a data set, or .jsonl, .csv, .tsv or .parquet with a column id",
      expandHome,
    )
    .requiredOption(
      "--out <file>",
      "where the answers go: JSON lines, or .parquet, converted from them at the end",
      expandHome,
    )
    .addOption(
      new Option("--set <name=value>", `${SET_HELP}; the same for every row`)
        .argParser(collectSet)
        .default({}, "none"),
    )
    .addOption(
      whole(
        "--parallel",
        "n",
        "number of rows written at the same time; only 1 is reproducible",
        1,
        MAX_LANES,
      ).default(1),
    )
    .addOption(whole("--limit", "n", "only the first n rows of the data"))
    .option("--resume", "continue the run that wrote --out")
    .option("--overwrite", "replace --out, and --save-pool and traces that exist")
    .option("--retry-failed", "with --resume: write failed rows again")
    .option("--ordered", "write rows in the order of the data; answers wait for those before them");
}

function withPoolAndGroups(command: Command): Command {
  return command
    .option("--pool <file>", "earlier answers to begin with: JSON lines, or a pool file", expandHome)
    .option(...SKIP_BAD_LINES)
    .addOption(
      whole(
        "--pool-budget",
        "n",
        "evict the least recently used answers when the pool has more than n tokens",
      ),
    )
    .addOption(
      new Option(
        "--published <what>",
        "what enters the pool: own (only what is the model's own choice), all (complete answers) or none",
      )
        .argParser(oneOf("--published", PUBLISHED))
        .default("own"),
    )
    .option("--save-pool <file>", "write the pool to a file at the end", expandHome)
    .option("--groups <file>", "a groups file, which assigns a row's subject to a group", expandHome)
    .option(
      "--group-by <attribute>",
      `the attribute whose value is a row's group; with --groups, only for rows without a group there (default without --groups: "${DEFAULT_GROUP_BY}")`,
    );
}

/** How answers are checked: against plain decoding, and for what they must be. */
function withChecks(command: Command): Command {
  return command
    .addOption(
      whole(
        "--plain-every",
        "n",
        "also write one row in n with plain decoding, to measure the gain; 0: none, as always with --parallel",
        0,
      ).default(100),
    )
    .addOption(
      new Option(
        "--expect <what>",
        "what an answer must be: text, or json that parses, as with a JSON schema",
      )
        .argParser(oneOf("--expect", EXPECTED))
        .default("text"),
    )
    .addOption(
      whole(
        "--retries",
        "n",
        "further attempts at an answer that --expect refuses, at a temperature above 0",
        0,
        100,
      ).default(2),
    );
}

function withHistory(command: Command): Command {
  return command
    .option("--history <name>", "the list that --history-tokens cuts", "history")
    .addOption(
      whole("--history-tokens", "n", "cut the history, oldest first, until the prompt has at most n tokens"),
    );
}

/** When a run ends before its last row. */
function withBudgets(command: Command): Command {
  return command
    .addOption(whole("--max-failures", "n", "end the run when more than n rows have failed", 0))
    .addOption(whole("--max-tokens-total", "n", "end the run when the answers have n tokens in total"))
    .addOption(
      new Option("--max-minutes <n>", "end the run after n minutes of writing").argParser(
        decimal("--max-minutes", { min: 0, max: 1e6 }),
      ),
    );
}

function withProgramOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--progress <how>", "auto, or json: one JSON object per line on stdout")
        .argParser(oneOf("--progress", PROGRESS))
        .default("auto"),
    )
    .addOption(
      new Option("--engine <name>", "as for laser worker")
        .argParser(oneOf("--engine", ENGINES))
        .default("llama")
        .hideHelp(),
    )
    .addOption(new Option("--script <file>", "as for laser worker").hideHelp())
    .option("--verbose", "show the engine's own warnings");
}

/** @throws CliError optionInvalid for options that contradict each other */
export function beginMode({ resume, overwrite, retryFailed }: RunFlags): BeginMode {
  if (resume && overwrite)
    throw new CliError({
      tag: "optionInvalid",
      option: "--overwrite",
      value: "with --resume",
      reason: "one keeps what the other replaces",
    });
  if (retryFailed && !resume)
    throw new CliError({
      tag: "optionInvalid",
      option: "--retry-failed",
      value: "without --resume",
      reason: "there are failed rows only in a run that is resumed",
    });
  return resume ? "resume" : overwrite ? "overwrite" : "begin";
}

/**
 * Every n-th row is written plainly as well; 0: none. Of rows written at once, none: they share evaluations, and a plain
 * row that waits for the others' drafts takes longer than plain decoding does.
 */
export function plainEveryOf({ parallel, plainEvery }: Pick<RunFlags, "parallel" | "plainEvery">): number {
  return parallel > 1 ? 0 : plainEvery;
}
