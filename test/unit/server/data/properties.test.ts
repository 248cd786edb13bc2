// Properties of imports on made-up data: rows equal a model in memory, a core is the largest one, splits never leak, and
// damaged bytes cost only rows.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse as parseCsv } from "csv-parse/sync";
import { test } from "vitest";
import { coreOf } from "../../../../server/data/import/core.ts";
import { FIELDS, InteractionFile, type Block } from "../../../../server/data/import/interactionFile.ts";
import { InteractionSorter } from "../../../../server/data/import/sortedInteractions.ts";
import { assigner, type Split } from "../../../../server/data/import/split.ts";
import { CsvReader } from "../../../../server/files/text/csv.ts";
import { imported, rowsOf, unstopped } from "../../../support/data.ts";
import { below, forAll, forAllAsync, listOf, textOf } from "../../../support/property.ts";

interface One {
  readonly user: number;
  readonly item: number;
  readonly rating: number;
  /** Null: none. */
  readonly time: number | null;
}

const interaction = (times: fc.Arbitrary<number | null>): fc.Arbitrary<One> =>
  fc.record({ user: below(6), item: below(6), rating: below(3), time: times });
const timed = listOf(interaction(below(12)), 1, 60);
const some = listOf(interaction(fc.option(below(8))), 1, 60);

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "laser-property-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const csvOf = (rows: readonly One[]): string =>
  "user,item,rating,time\n" +
  rows.map(({ user, item, rating, time }) => `u${user},i${item},${rating},${time ?? ""}\n`).join("");

/** What an import must keep, by the plainest code. */
function model(rows: readonly One[], k: number): Map<string, unknown[]> {
  const seen = new Set<string>();
  let kept = rows.filter(({ user, item, time }) => {
    const key = `${user} ${item} ${time}`;
    return !seen.has(key) && seen.add(key);
  });
  for (let before = -1; before !== kept.length;) {
    before = kept.length;
    const count = (field: "user" | "item", value: number): number =>
      kept.filter((one) => one[field] === value).length;
    kept = kept.filter(({ user, item }) => count("user", user) >= k && count("item", item) >= k);
  }
  const users = new Map<string, One[]>();
  for (const { user } of rows) if (kept.some((one) => one.user === user)) users.set(`user-u${user}`, []);
  for (const one of kept) users.get(`user-u${one.user}`)?.push(one);
  return new Map(
    [...users].map(([id, all]) => [
      id,
      all
        .toSorted((a, b) => (a.time ?? -1) - (b.time ?? -1))
        .map(({ item, rating, time }) => [`i${item}`, rating, time]),
    ]),
  );
}

test("rows equal those of a model in memory", async () => {
  await forAllAsync(fc.tuple(some, below(3)), 25, ([rows, k]) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "a.csv"), csvOf(rows));
      const expected = model(rows, k);
      if (expected.size === 0) return;
      const { path, about } = await imported(folder, "a.csv", { kCore: k });
      const { rows: users } = await rowsOf(path, { of: "users", historyItems: null });
      const found = users.map(({ id, values }) => {
        const history = values.history as readonly { title: string; rating: number; time: string | null }[];
        return [
          id,
          history.map(({ title, rating, time }) => [
            title,
            rating,
            time === null ? null : Date.parse(time) / 1000,
          ]),
        ];
      });
      const withSome = found.filter(([, history]) => history!.length > 0);
      assert.deepEqual(withSome, [...expected]);
      assert.equal(about.interactions, [...expected.values()].flat().length);
    }),
  );
});

test("sorting in runs equals one stable sort, whatever the length of a run", async () => {
  await forAllAsync(fc.tuple(some, fc.integer({ min: 1, max: 70 })), 40, ([rows, runRecords]) =>
    inFolder(async (folder) => {
      const file = await InteractionFile.create(join(folder, "runs"));
      try {
        const sorter = new InteractionSorter(file, { runRecords });
        for (const { user, item, rating, time } of rows)
          if (sorter.add(user, item, rating, time ?? Number.NaN)) await sorter.flush();
        await sorter.flush();
        const found: number[][] = [];
        for await (const block of sorter.merged(unstopped))
          for (let at = 0; at < block.length; at += FIELDS) found.push([...block.subarray(at, at + FIELDS)]);
        const expected = rows
          .toSorted((a, b) => a.user - b.user || (a.time ?? -1) - (b.time ?? -1))
          .map(({ user, item, rating, time }) => [user, item, rating, time ?? Number.NaN]);
        assert.deepEqual(found, expected);
      } finally {
        await file.close();
      }
    }),
  );
});

async function* inBlocks(rows: readonly One[]): AsyncGenerator<Block> {
  for (let from = 0; from < rows.length; from += 7) {
    await Promise.resolve();
    const part = rows.slice(from, from + 7);
    yield Float64Array.from(
      part.flatMap(({ user, item, rating, time }) => [user, item, rating, time ?? Number.NaN]),
    );
  }
}

test("a core is a fixed point, and holds every other set with its property", async () => {
  await forAllAsync(
    fc.tuple(timed, fc.integer({ min: 1, max: 4 }), below(1 << 6), below(1 << 6)),
    200,
    async (values) => {
      const [rows, k, someUsers, someItems] = values;
      const core = await coreOf(() => inBlocks(rows), 6, 6, k);
      const inside = ({ user, item }: One): boolean =>
        core.userCounts[user]! > 0 && core.itemCounts[item]! > 0;
      const kept = rows.filter(inside);
      assert.equal(kept.length, core.interactions);
      const hasK = (set: readonly One[]): boolean =>
        set.every(
          ({ user, item }) =>
            set.filter((one) => one.user === user).length >= k &&
            set.filter((one) => one.item === item).length >= k,
        );
      assert.ok(hasK(kept));
      // Any part chosen by users and items that has the property lies inside.
      const other = rows.filter(({ user, item }) => (someUsers >> user) & 1 && (someItems >> item) & 1);
      if (hasK(other)) assert.ok(other.every(inside));
    },
  );
});

const splits: fc.Arbitrary<Split> = fc.oneof(
  fc.constant({ kind: "last" } as const),
  fc
    .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 10 }))
    .chain(([train, valid]) =>
      fc
        .constantFrom("time" as const, "user" as const)
        .map((kind) => ({ kind, train: train / 100, valid: valid / 100 })),
    ),
);

test("a split never leaks: no held-out interaction is earlier than the training data", async () => {
  await forAllAsync(fc.tuple(timed, splits), 200, async ([rows, split]) => {
    const sorted = rows.toSorted((a, b) => a.user - b.user || a.time! - b.time!);
    const counts = Uint32Array.from(
      { length: 6 },
      (_, user) => rows.filter((one) => one.user === user).length,
    );
    async function* times(): AsyncGenerator<Float64Array> {
      for await (const block of inBlocks(sorted)) yield block.filter((_, index) => index % FIELDS === 3);
    }
    const assign = await assigner(split, counts, times);
    const parts: number[] = [];
    for await (const block of inBlocks(sorted))
      for (let at = 0; at < block.length; at += FIELDS) parts.push(assign(block, at));
    const timesOf = (part: number, user?: number): number[] =>
      sorted.flatMap((one, index) =>
        parts[index] === part && (user === undefined || one.user === user) ? [one.time!] : [],
      );
    if (split.kind === "time") {
      for (const [early, late] of [
        [0, 1],
        [1, 2],
        [0, 2],
      ] as const)
        assert.ok(Math.max(...timesOf(early)) < Math.min(...timesOf(late)));
      // The share is reached, and would not be without the last moment.
      const train = timesOf(0);
      assert.ok(train.length >= split.train * rows.length);
      assert.ok(
        train.filter((time) => time < Math.max(...train)).length < Math.max(1, split.train * rows.length),
      );
      return;
    }
    for (let user = 0; user < 6; user++) {
      const [valid, test] = [timesOf(1, user).length, timesOf(2, user).length];
      if (split.kind === "last") {
        const held = counts[user]! < 3 ? 0 : 1;
        assert.deepEqual([valid, test], [held, held]);
      } else if (counts[user]! > 0) {
        const train = Math.max(1, Math.floor(split.train * counts[user]!));
        const upToValid = Math.max(train, Math.floor((split.train + split.valid) * counts[user]!));
        assert.deepEqual([valid, test], [upToValid - train, counts[user]! - upToValid]);
      }
      assert.ok(Math.max(...timesOf(0, user)) <= Math.min(...timesOf(1, user)));
      assert.ok(Math.max(...timesOf(1, user)) <= Math.min(...timesOf(2, user)));
    }
  });
});

const field = textOf(["a", ",", '"', "\n", " ", "é", ";"], 6);

test("CSV is read as csv-parse reads it, in whatever pieces it comes", () => {
  forAll(
    fc.tuple(listOf(listOf(field, 2, 3), 1, 8), fc.integer({ min: 1, max: 9 })),
    300,
    ([rows, portion]) => {
      const text = rows
        .map((fields) =>
          fields.map((one) => (/[",\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join(","),
        )
        .join("\n");
      const bad: number[] = [];
      const reader = new CsvReader(",", (line) => bad.push(line));
      const lines = text.split("\n");
      const found: (readonly string[])[] = [];
      for (let from = 0; from < lines.length; from += portion)
        found.push(...reader.read(lines.slice(from, from + portion), from + 1).map(({ fields }) => fields));
      found.push(...reader.end().map(({ fields }) => fields));
      const expected: unknown = parseCsv(text, { relax_column_count: true, skip_empty_lines: true });
      assert.deepEqual(found, expected);
      assert.deepEqual(bad, []);
    },
  );
});

test("damaged bytes never stop an import of lines, and each line is kept or counted", async () => {
  const damage = listOf(fc.record({ at: fc.nat(), byte: below(256) }), 1, 12);
  await forAllAsync(damage, 40, (damages) =>
    inFolder(async (folder) => {
      const good = "u0\ti0\t4\t900\n".repeat(3);
      const bytes = Buffer.from(
        good +
          Array.from({ length: 40 }, (_, index) => `u${index % 5}\ti${index}\t3\t${1000 + index}\n`).join(""),
      );
      for (const { at, byte } of damages) bytes[good.length + (at % (bytes.length - good.length))] = byte;
      const head = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n";
      writeFileSync(join(folder, "a.inter"), Buffer.concat([Buffer.from(head), bytes]));
      const { about } = await imported(folder, "a.inter");
      const lines = bytes
        .toString("latin1")
        .split("\n")
        .filter((line) => line !== "" && line !== "\r");
      const { interactions, badRows, repeats } = about.source;
      assert.equal(interactions + badRows.total, lines.length);
      assert.equal(about.interactions + repeats.same + repeats.otherRating, interactions);
    }),
  );
});
