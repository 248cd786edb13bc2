// The last step of an import: what is kept, with new numbers, goes into the tables of the data set.
import { DataSetWriter } from "../store/writer.ts";
import type { About } from "../store/format.ts";
import type { BadRowTally } from "./badRows.ts";
import type { Core } from "./core.ts";
import type { Entities } from "./entities.ts";
import type { ImportOptions } from "./options.ts";
import { BLOCK_RECORDS, FIELDS, type Block, type InteractionFile } from "./interactionFile.ts";
import type { ItemContent, ReadCounts } from "./readSource.ts";
import type { Source } from "./records.ts";
import type { RepeatFilter } from "./repeats.ts";
import { assigner, type Assign } from "./split.ts";

export interface Kept {
  /** The file to write. */
  readonly aside: string;
  readonly source: Source;
  readonly options: ImportOptions;
  readonly users: Entities;
  readonly items: Entities;
  /** By user, then time. */
  readonly sorted: InteractionFile;
  readonly core: Core;
  readonly read: ReadCounts;
  readonly badRows: BadRowTally;
  readonly repeats: RepeatFilter;
}

export async function writeKept(kept: Kept): Promise<About> {
  const { options, users, items, core } = kept;
  const { kCore = 0, split = null, minRating = null } = options;
  const keptUsers = renumbered(core.userCounts, kCore);
  const keptItems = renumbered(core.itemCounts, kCore);
  const assign =
    split === null ? null : await assigner(split, keptUsers.counts, () => times(kept, keptUsers, keptItems));

  const writer = await DataSetWriter.create(kept.aside);
  try {
    const figures = await writeInteractions(writer, kept, keptUsers, keptItems, assign);
    for (const { number, id, content } of users.all((user) => keptUsers.numbers[user]! >= 0)) {
      const attributes = JSON.parse(content ?? "{}") as Record<string, string>;
      writer.addUser({ id, attributes, interactions: core.userCounts[number]! });
    }
    options.signal.throwIfAborted();
    let itemsWithoutTitle = 0;
    for (const { number, id, content } of items.all((item) => keptItems.numbers[item]! >= 0)) {
      const described = JSON.parse(content ?? UNDESCRIBED) as ItemContent;
      if (described.title === null) itemsWithoutTitle++;
      writer.addItem({
        id,
        ...described,
        interactions: core.itemCounts[number]!,
        trained: figures.trained[keptItems.numbers[number]!]!,
      });
    }
    options.signal.throwIfAborted();
    const { source, read, badRows, repeats, sorted } = kept;
    return writer.finish((fingerprint) => ({
      fingerprint,
      format: source.format,
      categoryName: source.categoryName,
      options: { minRating, kCore, split },
      users: keptUsers.count,
      items: keptItems.count,
      interactions: core.interactions,
      parts: figures.parts,
      itemsWithoutTitle,
      ratings: figures.ratings,
      times: figures.times,
      source: {
        interactions: read.interactions,
        badRows: badRows.result,
        belowMinRating: read.belowMinRating,
        repeats: repeats.counts,
        describedAgain: read.describedAgain,
        outsideCore: {
          users: users.size - keptUsers.count,
          items: items.size - keptItems.count,
          interactions: sorted.records - core.interactions,
        },
      },
    }));
  } finally {
    writer.close();
  }
}

const UNDESCRIBED = JSON.stringify({
  title: null,
  year: null,
  categories: [],
  description: null,
  attributes: {},
} satisfies ItemContent);

interface Renumbered {
  /** The new number of each old one; −1 for one that is not kept. */
  readonly numbers: Int32Array;
  readonly count: number;
  /** Interactions, by new number. */
  readonly counts: Uint32Array;
}

function renumbered(counts: Uint32Array, kCore: number): Renumbered {
  const numbers = new Int32Array(counts.length);
  let count = 0;
  for (let index = 0; index < counts.length; index++) numbers[index] = counts[index]! >= kCore ? count++ : -1;
  return { numbers, count, counts: counts.filter((one) => one >= kCore) };
}

/** The records that are kept, with their new numbers, in blocks. */
async function* keptBlocks(
  { sorted, options }: Kept,
  users: Renumbered,
  items: Renumbered,
): AsyncGenerator<Block> {
  for await (const block of sorted.blocks(options.signal)) {
    let filled = 0;
    for (let at = 0; at < block.length; at += FIELDS) {
      const user = users.numbers[block[at]!]!;
      const item = items.numbers[block[at + 1]!]!;
      if (user < 0 || item < 0) continue;
      block[filled++] = user;
      block[filled++] = item;
      block[filled++] = block[at + 2]!;
      block[filled++] = block[at + 3]!;
    }
    if (filled > 0) yield block.subarray(0, filled);
  }
}

async function* times(kept: Kept, users: Renumbered, items: Renumbered): AsyncGenerator<Float64Array> {
  const all = new Float64Array(BLOCK_RECORDS);
  for await (const block of keptBlocks(kept, users, items)) {
    let count = 0;
    for (let at = 3; at < block.length; at += FIELDS) all[count++] = block[at]!;
    yield all.subarray(0, count);
  }
}

interface Figures {
  /** By the new numbers of items. */
  readonly trained: Uint32Array;
  readonly parts: About["parts"];
  readonly ratings: About["ratings"];
  readonly times: About["times"];
}

async function writeInteractions(
  writer: DataSetWriter,
  kept: Kept,
  users: Renumbered,
  items: Renumbered,
  assign: Assign | null,
): Promise<Figures> {
  const { core, options } = kept;
  const trained = new Uint32Array(items.count);
  const inParts = [0, 0, 0];
  let [rated, sum, least, greatest, first, last] = [0, 0, Infinity, -Infinity, Infinity, -Infinity];
  let done = 0;
  for await (const block of keptBlocks(kept, users, items)) {
    const records = block.length / FIELDS;
    const parts = assign === null ? null : new Uint8Array(records);
    for (let record = 0; record < records; record++) {
      const at = record * FIELDS;
      const part = assign === null ? 0 : assign(block, at);
      if (parts !== null) parts[record] = part;
      inParts[part]!++;
      if (part === 0) trained[block[at + 1]!]!++;
      const [rating, time] = [block[at + 2]!, block[at + 3]!];
      if (!Number.isNaN(rating)) {
        rated++;
        sum += rating;
        if (rating < least) least = rating;
        if (rating > greatest) greatest = rating;
      }
      if (time < first) first = time;
      if (time > last) last = time;
    }
    writer.addInteractions(block, parts);
    done += records;
    options.onProgress?.({ phase: "write", done, total: core.interactions });
  }
  const [train = 0, valid = 0, test = 0] = inParts;
  return {
    trained,
    parts: assign === null ? null : { train, valid, test },
    ratings: rated === 0 ? null : { least, greatest, mean: sum / rated },
    times: first > last ? null : { first: new Date(first).toISOString(), last: new Date(last).toISOString() },
  };
}
