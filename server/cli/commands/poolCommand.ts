// `laser pool`: builds pool files of earlier answers, adds to them, forgets keys and shows what they contain.
import { Option, type Command } from "commander";
import { EVICTION_ORDERS } from "../../pools/index.ts";
import { withQuiet } from "../options/settingOptions.ts";
import { poolInfo } from "../terminal/poolInfo.ts";
import { poolList } from "../terminal/poolList.ts";
import { exportPool } from "../pool/poolExport.ts";
import { freezePool } from "../pool/poolChanges.ts";
import { MODEL_HELP } from "../options/namedModel.ts";
import { OVERWRITE_HELP } from "../files/overwrite.ts";
import { collectPaths, expandHome } from "../files/paths.ts";
import { SKIP_BAD_LINES } from "../pool/poolSource.ts";
import { decimal, wholeNumber } from "../options/options.ts";
import { add, build, loadTokenizing, type LoadTokenizing } from "../pool/fillPool.ts";
import { forget } from "../pool/forgetInFiles.ts";
import type { BudgetFlags, BuildFlags, PruneFlags } from "../pool/poolFlags.ts";
import { drop, merge, prunePool } from "../pool/shrinkPool.ts";

/**
 * Adds `pool build`, `add`, `forget`, `merge`, `prune`, `drop`, `freeze`, `export`, `list` and `info`. They throw PoolError,
 * CliError and errors of loading.
 */
export function addPoolCommand(program: Command, load: LoadTokenizing = loadTokenizing): void {
  const pool = program.command("pool").description("build, change and inspect pool files of earlier answers");
  addFillingCommands(pool, load);
  addChangingCommands(pool);
  addReadingCommands(pool);
}

function addFillingCommands(pool: Command, load: LoadTokenizing): void {
  withBudget(pool.command("build"))
    .description("tokenize answers for a model and write them as a pool file")
    .argument("<answers...>", "JSON lines, or pool files, whose text is tokenized again", collectPaths)
    .addOption(poolToWrite())
    .option("--overwrite", OVERWRITE_HELP)
    .option(...SKIP_BAD_LINES)
    .option("--groups <file>", "a groups file: answers about its subjects belong to their groups", expandHome)
    .action((paths: string[], flags: BudgetFlags & BuildFlags) => build(paths, flags, load));
  withBudget(onFile(pool.command("add"), "add answers to a pool file"))
    .argument("<answers...>", "JSON lines, or pool files", collectPaths)
    .option(...SKIP_BAD_LINES)
    .action((file: string, paths: string[], flags: BudgetFlags) => add(file, paths, flags, load));
}

function addChangingCommands(pool: Command): void {
  pool
    .command("forget")
    .description(
      "remove all answers about a user or an item, with their text, and list other files that contain them",
    )
    .argument("<key>", "the complete id as in the answers; partial matches don't count")
    .argument("<files...>", "pool files, and groups files that name the user or item", collectPaths)
    .action(forget);
  pool
    .command("merge")
    .description("merge pool files into one; equal answers about the same key are kept once")
    .argument("<files...>", "pool files of the same tokenizer", collectPaths)
    .addOption(poolToWrite())
    .option("--overwrite", OVERWRITE_HELP)
    .action(merge);
  withBudgetOptions(
    onFile(pool.command("prune"), "remove answers that are old, little used, or beyond a budget"),
  )
    .addOption(daysOption("--older-than <days>", "remove answers added longer ago than this"))
    .addOption(daysOption("--unused-for <days>", "remove answers last used longer ago than this"))
    .addOption(
      new Option(
        "--min-uses <n>",
        "remove answers that fewer than n later answers were drafted from",
      ).argParser(wholeNumber("--min-uses", { min: 1, max: Number.MAX_SAFE_INTEGER })),
    )
    .addOption(
      daysOption("--spare <days>", "keep answers added within this many days, except beyond the budgets"),
    )
    .action((file: string, flags: PruneFlags) => prunePool(file, flags));
  onFile(pool.command("drop"), "remove single answers, by the numbers that list shows")
    .argument("<entries...>", "numbers of entries", collectEntries)
    .action(drop);
  onFile(
    pool.command("freeze"),
    "protect the answers of a pool file against changes; forget still removes a user or an item",
  )
    .option("--off", "allow changes again")
    .action(freezePool);
}

function addReadingCommands(pool: Command): void {
  onFile(pool.command("export"), "write the answers of a pool file as JSON lines")
    .requiredOption("--out <file>", "the JSON Lines file to write", expandHome)
    .option("--overwrite", OVERWRITE_HELP)
    .action(exportPool);
  onFile(
    pool.command("list"),
    "list the answers of a pool file, or of JSON lines, the newest first",
    "a pool file, or JSON lines",
  )
    .option("--search <text>", "only answers whose text, id or group contains it, ignoring case")
    .addOption(new Option("--group <group>", "only answers of this group").conflicts("ungrouped"))
    .option("--ungrouped", "only answers of no group")
    .addOption(new Option("--entry <n>", "only this entry").argParser(entryNumber("--entry")))
    .addOption(
      new Option("--limit <n>", "maximum number of answers to list")
        .argParser(wholeNumber("--limit", { min: 1, max: 1_000_000 }))
        .default(20),
    )
    .option("--json", "print one JSON object, with whole texts")
    .action(poolList);
  onFile(pool.command("info"), "show what a pool file contains")
    .option("--groups <file>", "a groups file: the share of its subjects that have an answer", expandHome)
    .option("--json", "print one JSON object")
    .action(poolInfo);
}

/** A command whose first argument is the pool file that it works on. */
function onFile(command: Command, description: string, about = "a pool file"): Command {
  return command.description(description).argument("<file>", about, expandHome);
}

function poolToWrite(): Option {
  return new Option("--out <file>", "the pool file to write").argParser(expandHome).makeOptionMandatory();
}

const entryNumber = (option: string) => wholeNumber(option, { min: 0, max: Number.MAX_SAFE_INTEGER });
function collectEntries(value: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), entryNumber("<entries...>")(value)];
}

function withBudget(command: Command): Command {
  return withBudgetOptions(withQuiet(command).option("--model <model>", MODEL_HELP));
}

function daysOption(flag: string, about: string): Option {
  return new Option(flag, about).argParser(decimal(flag.split(" ", 1)[0]!, { min: 0, max: 36_500 }));
}

function withBudgetOptions(command: Command): Command {
  const tokens = (flag: string, about: string): Option =>
    new Option(`${flag} <tokens>`, about).argParser(
      wholeNumber(flag, { min: 1, max: Number.MAX_SAFE_INTEGER }),
    );
  return command
    .addOption(tokens("--budget", "evict answers until at most this many tokens are left"))
    .addOption(tokens("--group-budget", "the same per group, applied first"))
    .addOption(
      new Option(
        "--evict <order>",
        "which answers the budgets evict first: last used longest ago, or least often",
      )
        .choices(EVICTION_ORDERS)
        .default("last-used"),
    );
}
