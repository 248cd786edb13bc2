// `laser pool`: builds pool files of earlier answers, adds to them, forgets keys and shows what they contain.
import { dirname, resolve } from "node:path";
import { Option, type Command } from "commander";
import { describeError, FaultError, several } from "../../../core/base/index.ts";
import { loadLlamaEngine, type Engine } from "../../engine/index.ts";
import {
  dropEntries,
  EVICTION_ORDERS,
  forgetKey,
  isPoolFile,
  mergePools,
  type NamedPool,
  type ReadPool,
  PoolError,
  prune,
  readGroupsFile,
  withNotedUses,
  withoutSubject,
  writeGroupsFile,
  PoolRoom,
  readPoolFile,
  writePoolFile,
  type EvictionOrder,
  type GroupsFile,
  type PoolBudget,
} from "../../pools/index.ts";
import {
  addingAnswers,
  inPieces,
  requireTokenizer,
  storingPool,
  type AddedAnswers,
} from "../../worker/index.ts";
import { withQuiet } from "../options/settingOptions.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { findModel } from "../loadSession.ts";
import { poolInfo } from "../terminal/poolInfo.ts";
import { poolList } from "../terminal/poolList.ts";
import { exportPool } from "../pool/poolExport.ts";
import { changing, freezePool, keep, locked, readAll, type LockedPlace } from "../pool/poolChanges.ts";
import { MODEL_HELP } from "../options/namedModel.ts";
import { OVERWRITE_HELP, type OverwriteFlags } from "../files/overwrite.ts";
import { collectPaths, expandHome } from "../files/paths.ts";
import { SKIP_BAD_LINES, type SkipFlags } from "../pool/poolSource.ts";
import { requirePoolOutput } from "../pool/poolOutput.ts";
import { isDataSetPath, isForgettable, stillNamed } from "../pool/stillNamed.ts";
import { decimal, wholeNumber } from "../options/options.ts";
import { complain, openProgress, print } from "../terminal/output.ts";

/** Files that forget names one by one. */
const MOST_NAMED = 20;

/** Loads the model whose tokenizer is used; the caller disposes of it. */
export type LoadTokenizing = (model: string | undefined, signal: AbortSignal) => Promise<Engine>;

interface OutFlags extends OverwriteFlags {
  readonly out: string;
}

interface BuildFlags extends OutFlags {
  readonly groups?: string;
}

interface PruneFlags extends BudgetFlags {
  readonly olderThan?: number;
  readonly unusedFor?: number;
  readonly minUses?: number;
  readonly spare?: number;
}

interface BudgetFlags extends SkipFlags {
  readonly model?: string;
  readonly budget?: number;
  readonly groupBudget?: number;
  readonly evict?: EvictionOrder;
}

/**
 * Adds `pool build`, `add`, `forget`, `merge`, `prune`, `drop`, `freeze`, `export`, `list` and `info`. They throw PoolError, CliError and errors of
 * loading.
 */
export function addPoolCommand(program: Command, load: LoadTokenizing = loadTokenizing): void {
  const pool = program.command("pool").description("build, change and inspect pool files of earlier answers");
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
    .action((file: string, flags: PruneFlags) => pruneFile(file, flags));
  onFile(pool.command("drop"), "remove single answers, by the numbers that list shows")
    .argument("<entries...>", "numbers of entries", collectEntries)
    .action(drop);
  onFile(
    pool.command("freeze"),
    "protect the answers of a pool file against changes; forget still removes a user or an item",
  )
    .option("--off", "allow changes again")
    .action(freezePool);
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

function budgetOf({ budget, groupBudget, evict }: BudgetFlags): PoolBudget {
  return {
    totalTokens: budget ?? Infinity,
    groupTokens: groupBudget ?? Infinity,
    ...(evict !== undefined && { order: evict }),
  };
}

async function build(
  paths: readonly string[],
  flags: BudgetFlags & BuildFlags,
  load: LoadTokenizing,
): Promise<void> {
  await interruptible(async (signal) => {
    await requirePoolOutput(flags.out, paths, { ...flags, option: "--out" });
    const subjects = flags.groups === undefined ? {} : (await readGroupsFile(flags.groups)).subjects;
    const answers = (await readAll(paths, signal, flags)).map((answer) => ({
      ...answer,
      group: Object.hasOwn(subjects, answer.id) ? subjects[answer.id]! : answer.group,
    }));
    const engine = await load(flags.model, signal);
    try {
      const stored = await inPieces(storingPool(answers, engine, Date.now()), signal);
      await locked(flags.out, signal, (place) => keep(flags.out, stored, budgetOf(flags), place));
    } finally {
      await engine.dispose();
    }
  });
}

async function add(
  file: string,
  paths: readonly string[],
  flags: BudgetFlags,
  load: LoadTokenizing,
): Promise<void> {
  await interruptible(async (signal) => {
    // What is faulty or too large is reported before a model is loaded.
    const room = PoolRoom.beside(file, (await readPoolFile(file, null)).entries);
    const answers = await readAll(paths, signal, flags, room);
    const engine = await load(flags.model, signal);
    try {
      await changing(file, signal, async (stored, place) => {
        requireTokenizer(file, stored, engine);
        const adding = addingAnswers(stored, answers, engine.tokenizer, Date.now());
        const result = await inPieces(adding, signal);
        await keep(file, result.stored, budgetOf(flags), place, addedWords(result));
      });
    } finally {
      await engine.dispose();
    }
  });
}

/** E.g. "2 answers added, 3 were there already". */
function addedWords({ added, known }: AddedAnswers): string {
  const rest = known === 0 ? "" : `, ${known} ${known === 1 ? "was" : "were"} there already`;
  return `${several(added, "answer")} added${rest}; now `;
}

/** Every file is tried, and reported; the first fault is thrown after that. */
async function forget(key: string, files: readonly string[]): Promise<void> {
  await interruptible(async (signal) => {
    const faults: unknown[] = [];
    for (const file of files)
      try {
        print(`${file}: ${await forgetIn(file, key, signal)}`);
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        faults.push(error);
        if (files.length > 1) complain(`${file}: ${describeError(error).message}`);
      }
    // With several files, a key need not be in each of them.
    const isUnknown = (error: unknown): boolean =>
      error instanceof PoolError && error.fault.tag === "poolKeyUnknown";
    const serious = faults.find((error) => !isUnknown(error));
    if (serious === undefined) await printStillNamed(key, files, signal);
    if (serious !== undefined || faults.length === files.length) throw serious ?? faults[0];
  });
}

/** Says what else has to be forgotten by hand: only pools and groups are changed here. */
async function printStillNamed(key: string, files: readonly string[], signal: AbortSignal): Promise<void> {
  const progress = openProgress();
  const { paths, unsearched } = await stillNamed(
    files.map((file) => dirname(resolve(file))),
    key,
    signal,
    (searched, all) => {
      progress.update(`searching ${several(all, "file")} for ${key}`, searched / all);
    },
  ).finally(() => {
    progress.close();
  });
  if (paths.length > 0) {
    print(`${key} is still named in ${several(paths.length, "file")}, which forget does not change:`);
    for (const path of paths.slice(0, MOST_NAMED)) print(`  ${path}`);
    if (paths.length > MOST_NAMED) print(`  … and ${paths.length - MOST_NAMED} more`);
    if (paths.some(isForgettable))
      print("Of pool files and groups files (.laserpool, .json), name these in the command, too.");
    print("Delete them, or take its lines out of answers. Leave it out of the data before a run is resumed.");
    if (paths.some(isDataSetPath))
      print("Import a data set again from sources that leave it out (laser data import).");
  } else
    print(`No answers, outputs of runs, traces, data sets, pools or groups in the same folders name ${key}.`);
  if (unsearched.length > 0)
    print(
      `Not searched: ${several(unsearched.length, "file or folder", "files or folders")}, such as ${unsearched[0]!}`,
    );
  print("Not searched: other folders, sources of data such as CSV, and data sets not named .laserdata.");
}

/** What was forgotten, in words. @throws PoolError poolKeyUnknown */
async function forgetIn(file: string, key: string, signal: AbortSignal): Promise<string> {
  let words = "";
  if (!(await isPoolFile(file))) {
    await locked(file, signal, async ({ beforeReplace }) => {
      const left = withoutSubject(await groupsToForgetIn(file), key);
      if (left === null) throw new PoolError({ tag: "poolKeyUnknown", path: file, key });
      await writeGroupsFile(file, left, { onlyName: true, beforeReplace });
      words = `its group forgotten, ${several(Object.keys(left.subjects).length, "subject")} left`;
    });
    return words;
  }
  const forgetAnswers = async (stored: ReadPool, { beforeReplace }: LockedPlace): Promise<void> => {
    const left = forgetKey(stored, key);
    const gone = stored.entries.length - left.entries.length;
    if (gone === 0) throw new PoolError({ tag: "poolKeyUnknown", path: file, key });
    // Another name of the file would keep what is to be forgotten.
    await writePoolFile(file, left, { onlyName: true, beforeReplace });
    words = `${several(gone, "answer")} forgotten, ${left.entries.length} left`;
  };
  // A person who asks to be forgotten doesn't wait until a pool may change again.
  await changing(file, signal, forgetAnswers, { evenFrozen: true });
  return words;
}

/** @throws PoolError for a file that is of no kind that can be forgotten in */
async function groupsToForgetIn(file: string): Promise<GroupsFile> {
  try {
    return await readGroupsFile(file);
  } catch (error) {
    if (!(error instanceof PoolError) || error.fault.tag !== "groupsFileDamaged") throw error;
    const { path, reason } = error.fault;
    throw new PoolError({ tag: "nothingToForget", path, reason }, { cause: error });
  }
}

async function drop(file: string, entries: readonly number[]): Promise<void> {
  await interruptible((signal) =>
    changing(file, signal, async (stored, { beforeReplace }) => {
      const left = dropEntries(file, stored, entries);
      await writePoolFile(file, left, { onlyName: true, beforeReplace });
      print(`${file}: ${several(new Set(entries).size, "answer")} dropped, ${left.entries.length} left`);
    }),
  );
}

async function merge(paths: readonly string[], { out, overwrite }: OutFlags): Promise<void> {
  await interruptible(async (signal) => {
    // A pool may be merged with others into itself.
    await requirePoolOutput(out, [], { option: "--out", overwrite });
    const pools: NamedPool[] = [];
    for (const path of paths)
      pools.push({ path, stored: await withNotedUses(path, await readPoolFile(path, null)) });
    const [first, ...others] = pools;
    if (first === undefined) return;
    const { stored, duplicates } = mergePools([first, ...others]);
    await locked(out, signal, async ({ beforeReplace }) => {
      await writePoolFile(out, stored, { beforeReplace });
    });
    const rest = duplicates === 0 ? "" : `; ${several(duplicates, "answer")} left out, equal to another one`;
    print(`${out}: ${several(stored.entries.length, "answer")} of ${several(pools.length, "pool")}${rest}`);
  });
}

const DAY_MS = 86_400_000;

async function pruneFile(file: string, flags: PruneFlags): Promise<void> {
  const since = (days: number | undefined): number =>
    days === undefined ? -Infinity : Date.now() - days * DAY_MS;
  await interruptible((signal) =>
    changing(file, signal, async (stored, place) => {
      const before = stored.entries.length;
      const left = prune(stored, {
        addedSince: since(flags.olderThan),
        usedSince: since(flags.unusedFor),
        minUses: flags.minUses ?? 0,
        sparedSince: flags.spare === undefined ? Infinity : since(flags.spare),
      });
      const gone = before - left.entries.length;
      if (gone > 0) print(`${file}: ${several(gone, "answer")} older or less used than asked for removed`);
      await keep(file, left, budgetOf(flags), place);
    }),
  );
}

async function loadTokenizing(model: string | undefined, signal: AbortSignal): Promise<Engine> {
  const progress = openProgress();
  try {
    const { path, sha256 } = await findModel(model, progress, signal);
    // Nothing is evaluated: the smallest context is enough, and no costs are measured.
    return await loadLlamaEngine({ path, sha256, gpu: "off", contextTokens: 256, signal });
  } finally {
    progress.close();
  }
}
