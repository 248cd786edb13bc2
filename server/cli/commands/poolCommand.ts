// `laser pool`: builds pool files of earlier answers, adds to them, forgets keys and shows what they contain.
import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { describeError, FaultError, several } from "../../../core/base/index.ts";
import { loadLlamaEngine, type Engine } from "../../engine/index.ts";
import {
  dropEntries,
  evictToBudget,
  forgetKey,
  groupFigures,
  isPoolFile,
  mergePools,
  type NamedPool,
  type ReadPool,
  PoolError,
  prune,
  readGroupsFile,
  withoutSubject,
  writeGroupsFile,
  PoolRoom,
  readPoolAnswers,
  readPoolFile,
  writePoolFile,
  type Answer,
  type PoolBudget,
  type StoredPool,
} from "../../pools/index.ts";
import { addingAnswers, inPieces, requireTokenizer, storingPool } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { withQuiet } from "../settingOptions.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { findModel } from "../loadSession.ts";
import { poolInfo } from "../terminal/poolInfo.ts";
import { poolList } from "../terminal/poolList.ts";
import { changing, freezePool, locked, type LockedPlace } from "../poolChanges.ts";
import { exportPool } from "../poolExport.ts";
import { noteRepeated } from "../poolSource.ts";
import { MODEL_HELP } from "../namedModel.ts";
import { collectPaths, expandHome } from "../paths.ts";
import { requirePoolOutput } from "../poolOutput.ts";
import { decimal, wholeNumber } from "../options.ts";
import { complain, openProgress, print } from "../terminal/output.ts";

/** Loads the model whose tokenizer is used; the caller disposes of it. */
export type LoadTokenizing = (model: string | undefined, signal: AbortSignal) => Promise<Engine>;

interface BuildFlags {
  readonly out: string;
  readonly groups?: string;
}

interface PruneFlags extends BudgetFlags {
  readonly olderThan?: number;
  readonly unusedFor?: number;
}

interface BudgetFlags {
  readonly model?: string;
  readonly budget?: number;
  readonly groupBudget?: number;
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
    .requiredOption("--out <file>", "the pool file to write", expandHome)
    .option("--groups <file>", "a groups file: answers about its subjects belong to their groups", expandHome)
    .action((paths: string[], flags: BudgetFlags & BuildFlags) => build(paths, flags, load));
  withBudget(pool.command("add"))
    .description("add answers to a pool file")
    .argument("<file>", "a pool file", expandHome)
    .argument("<answers...>", "JSON lines, or pool files", collectPaths)
    .action((file: string, paths: string[], flags: BudgetFlags) => add(file, paths, flags, load));
  pool
    .command("forget")
    .description("remove all answers about a user or an item, with their text")
    .argument("<key>", "the whole id of the answers; partial matches don't count")
    .argument("<files...>", "pool files, and groups files that name the user or item", collectPaths)
    .action(forget);
  pool
    .command("merge")
    .description("make one pool file of several; of equal answers about the same key one stays")
    .argument("<files...>", "pool files of the same tokenizer", collectPaths)
    .requiredOption("--out <file>", "the pool file to write", expandHome)
    .action((paths: string[], { out }: { out: string }) => merge(paths, out));
  withBudgetOptions(pool.command("prune"))
    .description("remove answers that are old, unused, or beyond a budget")
    .argument("<file>", "a pool file", expandHome)
    .addOption(daysOption("--older-than <days>", "remove answers added longer ago than this"))
    .addOption(daysOption("--unused-for <days>", "remove answers last used longer ago than this"))
    .action((file: string, flags: PruneFlags) => pruneFile(file, flags));
  pool
    .command("drop")
    .description("remove single answers, by the numbers that list shows")
    .argument("<file>", "a pool file", expandHome)
    .argument("<entries...>", "numbers of entries", collectEntries)
    .action(drop);
  pool
    .command("freeze")
    .description("keep the answers of a pool file as they are; forget still removes a user or an item")
    .argument("<file>", "a pool file", expandHome)
    .option("--off", "let it change again")
    .action(freezePool);
  pool
    .command("export")
    .description("write the answers of a pool file as JSON lines")
    .argument("<file>", "a pool file", expandHome)
    .requiredOption("--out <file>", "the JSON Lines file to write", expandHome)
    .action(exportPool);
  pool
    .command("list")
    .description("list the answers of a pool file, or of JSON lines, the newest first")
    .argument("<file>", "a pool file, or JSON lines", expandHome)
    .option("--search <text>", "only answers whose text, id or group has it, in any letter case")
    .addOption(new Option("--group <group>", "only answers of this group").conflicts("ungrouped"))
    .option("--ungrouped", "only answers of no group")
    .addOption(new Option("--entry <n>", "only this entry").argParser(entryNumber("--entry")))
    .addOption(
      new Option("--limit <n>", "most answers to list")
        .argParser(wholeNumber("--limit", { min: 1, max: 1_000_000 }))
        .default(20),
    )
    .option("--json", "print one JSON object, with whole texts")
    .action(poolList);
  pool
    .command("info")
    .description("show what a pool file contains")
    .argument("<file>", "a pool file", expandHome)
    .option("--groups <file>", "a groups file: the share of its subjects that have an answer", expandHome)
    .option("--json", "print one JSON object")
    .action(poolInfo);
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
    .addOption(tokens("--budget", "evict the least recently used answers above this many tokens"))
    .addOption(tokens("--group-budget", "the same per group, applied first"));
}

async function build(
  paths: readonly string[],
  flags: BudgetFlags & BuildFlags,
  load: LoadTokenizing,
): Promise<void> {
  await interruptible(async (signal) => {
    const subjects = flags.groups === undefined ? {} : (await readGroupsFile(flags.groups)).subjects;
    const answers = (await readAll(paths, flags.out, signal)).map((answer) => ({
      ...answer,
      group: Object.hasOwn(subjects, answer.id) ? subjects[answer.id]! : answer.group,
    }));
    await requirePoolOutput(flags.out);
    const engine = await load(flags.model, signal);
    try {
      const stored = await inPieces(storingPool(answers, engine, Date.now()), signal);
      await locked(flags.out, signal, (place) => keep(flags.out, stored, flags, place));
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
    const room = new PoolRoom();
    for (const { key, group, text } of (await readPoolFile(file, null)).entries)
      room.take(file, { id: key, group, text });
    const answers = await readAll(paths, null, signal, room);
    const engine = await load(flags.model, signal);
    try {
      await changing(file, signal, async (stored, place) => {
        requireTokenizer(file, stored, engine);
        const adding = addingAnswers(stored, answers, engine.tokenizer, Date.now());
        await keep(file, await inPieces(adding, signal), flags, place);
      });
    } finally {
      await engine.dispose();
    }
  });
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
    if (serious !== undefined || faults.length === files.length) throw serious ?? faults[0];
  });
}

/** What was forgotten, in words. @throws PoolError poolKeyUnknown */
async function forgetIn(file: string, key: string, signal: AbortSignal): Promise<string> {
  let words = "";
  if (!(await isPoolFile(file))) {
    await locked(file, signal, async ({ beforeReplace }) => {
      const left = withoutSubject(await readGroupsFile(file), key);
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
  // Who asks to be forgotten doesn't wait until a pool may change again.
  await changing(file, signal, forgetAnswers, { evenFrozen: true });
  return words;
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

async function merge(paths: readonly string[], out: string): Promise<void> {
  await interruptible(async (signal) => {
    await requirePoolOutput(out);
    const pools: NamedPool[] = [];
    for (const path of paths) pools.push({ path, stored: await readPoolFile(path, null) });
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
      const left = prune(stored, { addedSince: since(flags.olderThan), usedSince: since(flags.unusedFor) });
      const gone = before - left.entries.length;
      if (gone > 0) print(`${file}: ${several(gone, "answer")} older than asked for removed`);
      await keep(file, left, flags, place);
    }),
  );
}

/** The answers of all files, in order. @throws CliError if the output would overwrite a text file among them */
async function readAll(
  paths: readonly string[],
  out: string | null,
  signal: AbortSignal,
  room = new PoolRoom(),
): Promise<readonly Answer[]> {
  const same = out === null ? undefined : paths.find((path) => resolve(path) === resolve(out));
  if (same !== undefined)
    throw new CliError({
      tag: "optionInvalid",
      option: "--out",
      value: same,
      reason: "it is one of the input files",
    });
  const files: (readonly Answer[])[] = [];
  for (const path of paths) {
    const file = await readPoolAnswers(path, { signal, room });
    noteRepeated(file);
    files.push(file.answers);
  }
  return files.flat();
}

async function keep(
  file: string,
  stored: StoredPool,
  flags: BudgetFlags,
  { beforeReplace }: LockedPlace,
): Promise<void> {
  const budget: PoolBudget = {
    totalTokens: flags.budget ?? Infinity,
    groupTokens: flags.groupBudget ?? Infinity,
  };
  const left = evictToBudget(stored, budget);
  await writePoolFile(file, left, { beforeReplace });
  const groups = groupFigures(left);
  const tokens = groups.reduce((sum, group) => sum + group.tokens, 0);
  const evicted = stored.entries.length - left.entries.length;
  const rest = evicted === 0 ? "" : `; ${several(evicted, "answer")} evicted to stay within the budget`;
  print(
    `${file}: ${several(left.entries.length, "answer")}, ${several(tokens, "token")} in ${several(groups.length, "group")}${rest}`,
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
