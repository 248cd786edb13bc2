// `laser pool forget`: removes a user or an item from pool files and groups files, and lists what else names it.
import { dirname, resolve } from "node:path";
import { describeError, FaultError, several } from "../../../core/base/index.ts";
import {
  forgetKey,
  isPoolFile,
  type ReadPool,
  PoolError,
  readGroupsFile,
  withoutSubject,
  writeGroupsFile,
  writePoolFile,
  type GroupsFile,
} from "../../pools/index.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { changing, locked, type LockedPlace } from "./poolChanges.ts";
import { isDataSetPath, isForgettable, stillNamed } from "./stillNamed.ts";
import { complain, openProgress, print } from "../terminal/output.ts";

/** Files that forget names one by one. */
const MOST_NAMED = 20;

/** Every file is tried, and reported; the first fault is thrown after that. */
export async function forget(key: string, files: readonly string[]): Promise<void> {
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
