// `laser pool drop`, `merge` and `prune`: pool files with fewer answers.
import { several } from "../../../core/base/index.ts";
import {
  dropEntries,
  mergePools,
  type NamedPool,
  prune,
  withNotedUses,
  readPoolFile,
  writePoolFile,
} from "../../pools/index.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { changing, keep, locked } from "./poolChanges.ts";
import { requirePoolOutput } from "./poolOutput.ts";
import { print } from "../terminal/output.ts";
import { budgetOf, type OutFlags, type PruneFlags } from "./poolFlags.ts";

const DAY_MS = 86_400_000;

/** Removes single answers, by their numbers. */
export async function drop(file: string, entries: readonly number[]): Promise<void> {
  await interruptible((signal) =>
    changing(file, signal, async (stored, { beforeReplace }) => {
      const left = dropEntries(file, stored, entries);
      await writePoolFile(file, left, { onlyName: true, beforeReplace });
      print(`${file}: ${several(new Set(entries).size, "answer")} dropped, ${left.entries.length} left`);
    }),
  );
}

/** Merges pool files of one tokenizer into one. @throws CliError for an output that exists */
export async function merge(paths: readonly string[], { out, overwrite }: OutFlags): Promise<void> {
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

/** Removes answers that are old, little used or beyond a budget. */
export async function prunePool(file: string, flags: PruneFlags): Promise<void> {
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
