// Makes a data set from a source: reads it once, then sorts, filters and splits what was read, and puts one file in place.
import { join } from "node:path";
import { writeFileAside } from "../../files/index.ts";
import { DataError } from "../errors.ts";
import { withDataErrors } from "../withDataErrors.ts";
import { createDatabase } from "../store/database.ts";
import type { About } from "../store/format.ts";
import { requireReplaceable } from "../store/dataSet.ts";
import { BadRowTally } from "./badRows.ts";
import { coreOf } from "./core.ts";
import { Entities } from "./entities.ts";
import { BlockWriter, FIELDS, InteractionFile, type Block } from "./interactionFile.ts";
import { readSource } from "./readSource.ts";
import type { Source } from "./records.ts";
import { RepeatFilter } from "./repeats.ts";
import type { ImportOptions } from "./options.ts";
import { InteractionSorter } from "./sortedInteractions.ts";
import { writeKept } from "./writeKept.ts";

/**
 * Imports a source. The file at `out` is put in place whole at the end; until then, and after a failure, none of it is
 * there. Memory doesn't grow with the number of interactions, and by 30 bytes with each user and item.
 * @throws DataError; FilesError; TextFileError; the signal's reason when stopped
 */
export async function importDataSet(source: Source, options: ImportOptions): Promise<About> {
  const { out } = options;
  return withDataErrors(out, async () => {
    await requireReplaceable(out);
    return writeFileAside(out, (aside, folder) => build(source, options, aside, folder));
  });
}

async function build(source: Source, options: ImportOptions, aside: string, folder: string): Promise<About> {
  const { signal, kCore = 0, split = null, minRating = null, onProgress = () => undefined } = options;
  const badRows = new BadRowTally();
  const scratch = await createDatabase(join(folder, "entities"));
  const files: InteractionFile[] = [];
  const scratchFile = async (name: string): Promise<InteractionFile> => {
    const file = await InteractionFile.create(join(folder, name));
    files.push(file);
    return file;
  };
  try {
    scratch.exec("BEGIN");
    const users = new Entities(scratch, "users");
    const items = new Entities(scratch, "items");
    try {
      const runs = await scratchFile("runs");
      const sorter = new InteractionSorter(runs);
      const read = await readSource(
        source,
        { users, items, sorter, badRows },
        { ...options, minRating, split },
      );

      const sorted = await scratchFile("sorted");
      const repeats = new RepeatFilter(items.size);
      const total = runs.records;
      await keepFirst(sorter.merged(signal), sorted, repeats, (done) => {
        onProgress({ phase: "sort", done, total });
      });
      await runs.close();

      let passes = 0;
      const blocks = (): AsyncIterable<Block> => {
        onProgress({ phase: "core", done: passes++, total: 0 });
        return sorted.blocks(signal);
      };
      const core = await coreOf(blocks, users.size, items.size, kCore);
      if (core.interactions === 0)
        throw new DataError({
          tag: "dataSetEmpty",
          path: source.files[0] ?? "",
          read: read.interactions,
          badRows: badRows.result.total,
        });
      return await writeKept({ aside, source, options, users, items, sorted, core, read, badRows, repeats });
    } finally {
      users.close();
      items.close();
    }
  } finally {
    scratch.close();
    for (const file of files) await file.close();
  }
}

async function keepFirst(
  records: AsyncIterable<Block>,
  into: InteractionFile,
  repeats: RepeatFilter,
  onRecords: (done: number) => void,
): Promise<void> {
  const writer = new BlockWriter(into);
  let done = 0;
  for await (const block of records) {
    for (let at = 0; at < block.length; at += FIELDS) {
      if (!repeats.keeps(block, at)) continue;
      if (writer.add(block[at]!, block[at + 1]!, block[at + 2]!, block[at + 3]!)) await writer.flush();
    }
    done += block.length / FIELDS;
    onRecords(done);
  }
  await writer.flush();
}
