// What an import keeps, drops and counts: damaged rows, repeats, thresholds, splits, stops and full disks.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import {
  importDataSet,
  openSource,
  type DataFault,
  type ImportOptions,
} from "../../../../server/data/index.ts";
import type { Source } from "../../../../server/data/import/records.ts";
import { FaultError, type Fault } from "../../../../core/base/index.ts";
import type { FilesFault } from "../../../../server/files/index.ts";
import type { TextFileFault } from "../../../../server/files/text/index.ts";
import { table } from "../../../support/check.ts";
import { folderWith, imported, NOW_MS, rowsOf, unstopped, type Files } from "../../../support/data.ts";

const HEAD = "user,item,rating,time\n";
const csv = (...rows: readonly string[]): Files => ({
  "a.csv": HEAD + rows.map((row) => `${row}\n`).join(""),
});

interface Damage {
  readonly name: string;
  readonly bytes: string | Buffer;
  readonly reason: string;
  readonly line?: number;
  readonly options?: Partial<ImportOptions>;
}

const GOOD = "u1,i1,4,100\n";

table<Damage>(
  "a bad row is counted with its line and reason, and the others are kept",
  [
    { name: "too few fields", bytes: "u2,i2,4\n", reason: "it has too few or too many fields" },
    { name: "no user", bytes: " ,i2,4,100\n", reason: "the user's id is missing" },
    { name: "no item", bytes: "u2,,4,100\n", reason: "the item's id is missing" },
    { name: "a rating in words", bytes: "u2,i2,four,100\n", reason: "the rating is not a number" },
    { name: "an infinite rating", bytes: "u2,i2,Infinity,100\n", reason: "the rating is not a number" },
    {
      name: "a time in words",
      bytes: "u2,i2,4,noon\n",
      reason: "the time is neither a number nor an ISO 8601 date",
    },
    {
      name: "a date that doesn't exist",
      bytes: "u2,i2,4,2014-13-45\n",
      reason: "the time is neither a number nor an ISO 8601 date",
    },
    { name: "a negative time", bytes: "u2,i2,4,-5\n", reason: "the time is before 1970" },
    {
      name: "a future time",
      bytes: `u2,i2,4,${NOW_MS / 1000 + 90_000}\n`,
      reason: "the time is in the future",
    },
    {
      name: "no time, where a split needs it",
      bytes: "u2,i2,4,\n",
      reason: "the time is missing, which the split needs",
      options: { split: { kind: "last" } },
    },
    {
      name: "a zero in an id",
      bytes: "u\0,i2,4,100\n",
      reason: "an id is longer than 500 characters or holds control characters",
    },
    {
      name: "broken UTF-8",
      bytes: Buffer.from("u\xe9,i2,4,100\n", "latin1"),
      reason: "it is not UTF-8 text",
    },
    {
      name: "a quotation mark that never ends",
      bytes: 'u2,"i2,4,100\n',
      reason: "its quotation marks don't match",
    },
  ],
  async ({ bytes, reason, line = 3, options = {} }, context) => {
    const parts = [HEAD, GOOD, bytes, "u3,i1,2,300\n", "u4,i1,2,300\n"];
    const folder = folderWith(context, { "a.csv": Buffer.concat(parts.map((part) => Buffer.from(part))) });
    const { about } = await imported(folder, "a.csv", options);
    assert.deepEqual(about.source.badRows, {
      total: 1,
      byReason: [{ reason, count: 1 }],
      first: [{ file: "a.csv", line, reason }],
    });
    assert.equal(about.interactions, 3);
  },
);

test("a long file with one bad line loses only that line", async (context) => {
  const rows = Array.from({ length: 40_000 }, (_, index) =>
    index === 25_000 ? 'u1,"i1,3,1' : `u${index % 50},i${index % 70},${index % 5},${index}`,
  );
  const folder = folderWith(context, csv(...rows));
  const { about } = await imported(folder, "a.csv");
  assert.equal(about.interactions, 39_999);
  assert.equal(about.source.badRows.first[0]?.line, 25_002);
});

test("a JSON array with damaged elements loses only those", async (context) => {
  const [good, bad] = ['{"user":"u","item":"i","time":1}', '{"user":u,"item":"j"}'];
  const text = `[${good},\n${bad},\n[1],\n${good.replace('"i"', '"k"')}\n] and more`;
  const { about } = await imported(folderWith(context, { "a.json": text }), "a.json");
  assert.equal(about.interactions, 2);
  assert.deepEqual(about.source.badRows.first.map(({ line, reason }) => [line, reason]).sort(), [
    [2, "it is not JSON"],
    [3, "it is not a JSON object"],
    [5, "it is not JSON"],
  ]);
});

test("all bad rows are counted by reason, and the first twenty are named", async (context) => {
  const folder = folderWith(context, csv("u1,i1,4,1", ...Array<string>(30).fill("u1,i1,x,1"), ",i1,1,1"));
  const { badRows } = (await imported(folder, "a.csv")).about.source;
  assert.deepEqual(badRows.byReason, [
    { reason: "the rating is not a number", count: 30 },
    { reason: "the user's id is missing", count: 1 },
  ]);
  assert.equal(badRows.first.length, 20);
});

test("repeats are left out and counted, by whether the rating is another one", async (context) => {
  const rows = ["u1,i1,4,1", "u1,i2,4,1", "u1,i1,4,1", "u1,i1,5,1", "u1,i1,4,2", "u2,i1,4,", "u2,i1,4,"];
  const { about, path } = await imported(folderWith(context, csv(...rows)), "a.csv");
  assert.deepEqual(about.source.repeats, { same: 2, otherRating: 1 });
  const { rows: users } = await rowsOf(path, { of: "users" });
  const ratings = users.map(({ values }) =>
    (values.history as readonly { rating: number }[]).map((one) => one.rating),
  );
  assert.deepEqual(ratings, [[4, 4, 4], [4]]);
});

test("an item that is described again keeps its first description, and that is counted", async (context) => {
  const folder = folderWith(context, {
    ...csv("u1,i1,4,1"),
    "items.csv": "id,title\ni1,Lamp\ni1,Lamp\ni1,Candle\n",
  });
  const { about, path } = await imported(folder, "a.csv", { items: join(folder, "items.csv") });
  assert.deepEqual(about.source.describedAgain, { same: 1, other: 1 });
  assert.equal((await rowsOf(path, { of: "items" })).rows[0]?.values.title, "Lamp");
});

test("a title beside the interactions may come with a later row", async (context) => {
  const text = "user,item,title\nu1,i1,\nu2,i1,Lamp\nu3,i1,\n";
  const { about, path } = await imported(folderWith(context, { "a.csv": text }), "a.csv");
  assert.deepEqual(about.source.describedAgain, { same: 0, other: 0 });
  assert.equal((await rowsOf(path, { of: "items" })).rows[0]?.values.title, "Lamp");
});

test("a threshold leaves out lower ratings and those that are missing", async (context) => {
  const { about } = await imported(
    folderWith(context, csv("u1,i1,4,1", "u1,i2,3.9,1", "u1,i3,,1")),
    "a.csv",
    {
      minRating: 4,
    },
  );
  assert.deepEqual([about.interactions, about.source.belowMinRating], [1, 2]);
});

test("equal content has the same fingerprint, whatever its file; other content has another", async (context) => {
  const print = async (name: string, content: string): Promise<string> =>
    (await imported(folderWith(context, { [name]: content }), name)).about.fingerprint;
  const first = await print("a.csv", `${HEAD}u1,i1,4,1\nu2,i1,3,2\n`);
  assert.equal(
    await print("b.tsv", "user\titem\trating\ttime\r\nu1\ti1\t4.0\t1970-01-01T00:00:01Z\r\nu2\ti1\t3\t2\n"),
    first,
  );
  assert.notEqual(await print("a.csv", `${HEAD}u1,i1,4,1\nu2,i1,3,3\n`), first);
  assert.notEqual(await print("a.csv", `${HEAD}u1,i1,4,1\nu3,i1,3,2\n`), first);
});

test("a history is cut to the latest, and contains nothing that is held out", async (context) => {
  const rows = ["1", "2", "3", "4", "5"].map((time) => `u1,i${time},${time},${time}`);
  const { path, about } = await imported(folderWith(context, csv(...rows)), "a.csv", {
    split: { kind: "last" },
  });
  assert.deepEqual(about.parts, { train: 3, valid: 1, test: 1 });
  const titles = async (options: { historyItems?: number; trainOnly?: boolean }): Promise<unknown> => {
    const [user] = (await rowsOf(path, { of: "users", ...options })).rows;
    return (user!.values.history as readonly { title: string }[]).map(({ title }) => title);
  };
  assert.deepEqual(await titles({}), ["i1", "i2", "i3"]);
  assert.deepEqual(await titles({ historyItems: 2 }), ["i2", "i3"]);
  assert.deepEqual(await titles({ historyItems: 2, trainOnly: false }), ["i4", "i5"]);
  assert.deepEqual(await titles({ historyItems: 0 }), []);
});

test("a stop in the middle leaves nothing, and an older data set as it was", async (context) => {
  const rows = Array.from({ length: 60_000 }, (_, index) => `user-number-${index},i${index % 7},4,${index}`);
  const folder = folderWith(context, csv(...rows));
  const before = await imported(folderWith(context, csv("u1,i1,4,1")), "a.csv");
  for (const phase of ["read", "sort", "write"]) {
    const out = join(folder, "out", "set.laserdata");
    mkdirSync(join(folder, "out"), { recursive: true });
    writeFileSync(out, readFileSync(before.path));
    const stopper = new AbortController();
    const onProgress: ImportOptions["onProgress"] = (event) => {
      if (event.phase === phase) stopper.abort();
    };
    const importing = imported(folder, "a.csv", { out, signal: stopper.signal, onProgress });
    await assert.rejects(importing, { name: "AbortError" }, phase);
    assert.deepEqual(readdirSync(join(folder, "out")), ["set.laserdata"], phase);
    assert.deepEqual(readFileSync(out), readFileSync(before.path), phase);
  }
});

test("an error of the source leaves nothing", async (context) => {
  const folder = folderWith(context, csv("u1,i1,4,1"));
  const source = await openSource(join(folder, "a.csv"), { signal: unstopped });
  const broken: Source = {
    ...source,
    async *records(reading) {
      yield* source.records(reading);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        syscall: "write",
      });
    },
  };
  const out = join(folder, "out.laserdata");
  await assert.rejects(importDataSet(broken, { out, nowMs: NOW_MS, signal: unstopped }), (error) => {
    assert.ok(error instanceof FaultError);
    assert.deepEqual((error as FaultError<Fault>).fault, {
      tag: "noSpace",
      path: out,
      neededBytes: null,
      freeBytes: null,
    });
    return true;
  });
  assert.deepEqual(readdirSync(folder), ["a.csv"]);
});

test("a link is followed, and the folder is made", async (context) => {
  const folder = folderWith(context, csv("u1,i1,4,1"));
  symlinkSync(join(folder, "real", "set.laserdata"), join(folder, "link.laserdata"));
  mkdirSync(join(folder, "real"));
  await imported(folder, "a.csv", { out: join(folder, "link.laserdata") });
  assert.ok(existsSync(join(folder, "real", "set.laserdata")));
  assert.deepEqual(readdirSync(join(folder, "real")), ["set.laserdata"]);
});

interface Refusal {
  readonly name: string;
  readonly files: Files;
  readonly from: string;
  readonly options?: Parameters<typeof imported>[2];
  readonly tag: (DataFault | FilesFault | TextFileFault)["tag"];
}

table<Refusal>(
  "an import is refused",
  [
    { name: "a missing file", files: {}, from: "a.csv", tag: "fileMissing" },
    { name: "a folder without a known file", files: { "a.txt": "" }, from: ".", tag: "dataFormatUnknown" },
    {
      name: "a name with an unknown ending",
      files: { "a.xls": "x" },
      from: "a.xls",
      tag: "dataFormatUnknown",
    },
    {
      name: "a named format whose file is missing",
      files: { "a.csv": "x" },
      from: ".",
      options: { format: "movielens-100k" },
      tag: "dataFileMissing",
    },
    { name: "an empty table", files: { "a.csv": "" }, from: "a.csv", tag: "dataNoRecords" },
    {
      name: "lines that are not JSON",
      files: { "a.jsonl": "x\ny\n" },
      from: "a.jsonl",
      tag: "dataNoRecords",
    },
    {
      name: "a table of items that is missing",
      files: csv("u,i,1,1"),
      from: "a.csv",
      options: { items: "none.csv" },
      tag: "fileMissing",
    },
    {
      name: "a table of users that is a folder",
      files: csv("u,i,1,1"),
      from: "a.csv",
      options: { users: tmpdir() },
      tag: "notAFile",
    },
    {
      name: "no column for the item",
      files: { "a.csv": "user,rating\nu,1\n" },
      from: "a.csv",
      tag: "dataColumnMissing",
    },
    {
      name: "a mapping to a column that is not there",
      files: csv("u,i,1,1"),
      from: "a.csv",
      options: { map: "user=uid" },
      tag: "dataColumnMissing",
    },
    {
      name: "a mapping without columns",
      files: csv("u,i,1,1"),
      from: "a.csv",
      options: { map: "user" },
      tag: "dataMapInvalid",
    },
    {
      name: "a mapping of an unknown role",
      files: csv("u,i,1,1"),
      from: "a.csv",
      options: { map: "colour=x" },
      tag: "dataMapInvalid",
    },
    {
      name: "a mapping for a format with names of its own",
      files: { "u.data": "1\t1\t1\t1\n" },
      from: ".",
      options: { format: "movielens-100k", map: "user=a" },
      tag: "dataOptionUnused",
    },
    {
      name: "two columns of one name",
      files: { "a.csv": "user,user\n" },
      from: "a.csv",
      tag: "dataHeaderInvalid",
    },
    {
      name: "a header of RecBole without types",
      files: { "a.inter": "user_id\titem_id\n" },
      from: ".",
      tag: "dataHeaderInvalid",
    },
    { name: "nothing but bad rows", files: csv("u1,i1,x,1"), from: "a.csv", tag: "dataSetEmpty" },
    {
      name: "an empty core",
      files: csv("u1,i1,4,1"),
      from: "a.csv",
      options: { kCore: 2 },
      tag: "dataSetEmpty",
    },
    {
      name: "a damaged Parquet file",
      files: { "a.parquet": "PAR1 damaged PAR1" },
      from: "a.parquet",
      tag: "parquetUnreadable",
    },
    {
      name: "text in UTF-16",
      files: { "a.csv": Buffer.from("\ufeffuser,item\n", "utf16le") },
      from: "a.csv",
      tag: "textWide",
    },
    {
      name: "text in UTF-32",
      files: { "a.csv": Buffer.from([0xff, 0xfe, 0, 0, 0x75, 0, 0, 0]) },
      from: "a.csv",
      tag: "textWide",
    },
  ],
  async ({ files, from, options = {}, tag }, context) => {
    const folder = folderWith(context, files);
    const before = readdirSync(folder);
    await assert.rejects(
      imported(folder, from, { out: join(folder, "x.laserdata"), ...options }),
      (error) => {
        assert.ok(error instanceof FaultError, String(error));
        assert.equal((error as FaultError<Fault>).fault.tag, tag);
        return true;
      },
    );
    assert.deepEqual(readdirSync(folder), before);
  },
);

test("a file that is not a data set is not replaced", async (context) => {
  const folder = folderWith(context, csv("u1,i1,4,1"));
  await assert.rejects(imported(folder, "a.csv", { out: join(folder, "a.csv") }), (error) => {
    assert.equal((error as FaultError<Fault>).fault.tag, "dataOutTaken");
    return true;
  });
  assert.equal(readFileSync(join(folder, "a.csv"), "utf8"), `${HEAD}u1,i1,4,1\n`);
});
