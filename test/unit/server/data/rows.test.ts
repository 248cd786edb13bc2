// Rows as a batch run reads them: from data sets, from plain files, and from files that are neither.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { test } from "vitest";
import { FaultError, type Fault } from "../../../../core/base/index.ts";
import { openRowSource, type DataFault, type DataRow } from "../../../../server/data/index.ts";
import { openDatabase } from "../../../../server/data/store/database.ts";
import type { FilesFault } from "../../../../server/files/index.ts";
import type { TextFileFault } from "../../../../server/files/text/index.ts";
import { table } from "../../../support/check.ts";
import { folderWith, imported, rowsOf, unstopped, type Files } from "../../../support/data.ts";
import { below, forAllAsync, listOf } from "../../../support/property.ts";
import fc from "fast-check";

interface Plain {
  readonly name: string;
  readonly file: string;
  readonly content: string | Uint8Array;
  readonly rows: readonly DataRow[];
  readonly bad?: readonly { readonly line: number; readonly reason: string }[];
  readonly count?: number;
}

const row = (id: string, values: DataRow["values"], attributes: DataRow["attributes"]): DataRow => ({
  id,
  subject: id,
  values: { id, ...values },
  attributes,
});

const INEXACT = "an id has more digits than a number of JSON keeps: write it in quotation marks";

table<Plain>(
  "plain rows",
  [
    {
      name: "JSON lines, lists and objects too",
      file: "a.jsonl",
      content:
        '{"id":"a","title":"Lamp","tags":["desk","red"],"deep":{"x":[1,null]},"on":true}\nnot JSON\n{"title":"no id"}\n{"id":"a"}\n[1]\n{"id":"b\\u0000"}\n' +
        `{"id":"c","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`,
      rows: [
        row(
          "a",
          { title: "Lamp", tags: ["desk", "red"], deep: { x: [1, null] }, on: true },
          { title: "Lamp", tags: "desk", on: "true" },
        ),
      ],
      bad: [
        { line: 2, reason: "it is not JSON" },
        { line: 3, reason: "the id is missing" },
        { line: 4, reason: 'the id "a" was used by an earlier row' },
        { line: 5, reason: "it is not a JSON object" },
        { line: 6, reason: "an id is longer than 500 characters or holds control characters" },
        { line: 7, reason: "its values are nested more than 64 levels deep" },
      ],
    },
    {
      name: "ids that are numbers",
      file: "a.jsonl",
      content:
        '{"id":7}\n{"id":12345678901234567890}\n{"id":12345678901234567891}\n{"id":1e999}\n{"id":"12345678901234567890"}\n{"id":7.0}\n',
      rows: [{ ...row("7", {}, {}), values: { id: 7 } }, { ...row("12345678901234567890", {}, {}) }],
      bad: [
        { line: 2, reason: INEXACT },
        { line: 3, reason: INEXACT },
        { line: 4, reason: "the id is missing" },
        { line: 6, reason: 'the id "7" was used by an earlier row' },
      ],
    },
    {
      name: "CSV, packed with gzip, with a byte order mark",
      file: "a.csv.gz",
      content: gzipSync('\ufeffid,title\r\n1,"Lamp\r\nand shade"\r\n2,\r\n'),
      rows: [
        row("1", { title: "Lamp\nand shade" }, { title: "Lamp\nand shade" }),
        row("2", { title: "" }, {}),
      ],
    },
    {
      name: "TSV",
      file: "a.tsv",
      content: 'title\tid\n"Lamp\t1\n',
      rows: [{ ...row("1", {}, { title: '"Lamp' }), values: { title: '"Lamp', id: "1" } }],
    },
    {
      name: "Parquet, packed with snappy, in row groups",
      file: "a.parquet",
      content: new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "id", data: [1n, 2n, 3n], type: "INT64" },
            { name: "big", data: [2n ** 60n, 5n, null], type: "INT64", nullable: true },
            { name: "when", data: [new Date(0), null, new Date(1000)], type: "TIMESTAMP", nullable: true },
          ],
          rowGroupSize: 2,
        }),
      ),
      count: 3,
      rows: [
        {
          id: "1",
          subject: "1",
          values: { id: 1, big: String(2n ** 60n), when: "1970-01-01T00:00:00.000Z" },
          attributes: { big: String(2n ** 60n), when: "1970-01-01T00:00:00.000Z" },
        },
        { id: "2", subject: "2", values: { id: 2, big: 5, when: null }, attributes: { big: "5" } },
        {
          id: "3",
          subject: "3",
          values: { id: 3, big: null, when: "1970-01-01T00:00:01.000Z" },
          attributes: { when: "1970-01-01T00:00:01.000Z" },
        },
      ],
    },
  ],
  async ({ file, content, rows, bad = [], count = rows.length + bad.length }, context) => {
    const folder = folderWith(context, { [file]: content });
    const path = join(folder, file);
    const found = await rowsOf(path, { of: "items" });
    assert.deepEqual(found.rows, rows);
    assert.deepEqual(
      found.bad.toSorted((a, b) => a.line - b.line),
      bad,
    );
    const source = await openRowSource(path, { of: "items", signal: unstopped });
    assert.equal(source.count, count);
    assert.match(source.fingerprint, /^[0-9a-f]{16}$/);
    const again = await openRowSource(path, { of: "users", signal: unstopped });
    assert.equal(again.fingerprint, source.fingerprint);
  },
);

const SET: Files = {
  "a.csv": "user,item,rating,time,title\nu1,i1,4,1,Lamp\nu1,i2,5,2,Candle\nu2,i2,3,3,Candle\nu2,i3,3,3,\n",
};

test("rows of a data set: attributes, counts, items without a title, and a fingerprint of what is read", async (context) => {
  const { path } = await imported(folderWith(context, SET), "a.csv");
  const items = await openRowSource(path, { of: "items", signal: unstopped });
  assert.equal(items.count, 2);
  const { rows, bad } = await rowsOf(path, { of: "items" });
  assert.deepEqual(
    rows.map(({ id, values }) => [id, values.title, values.interactions]),
    [
      ["item-i1", "Lamp", 1],
      ["item-i2", "Candle", 2],
    ],
  );
  assert.deepEqual(bad, [{ line: 3, reason: "the item has no title" }]);
  const prints = await Promise.all(
    (
      [
        { of: "items" },
        { of: "users" },
        { of: "users", historyItems: 3 },
        { of: "users", trainOnly: false },
      ] as const
    ).map(async (options) => (await openRowSource(path, { signal: unstopped, ...options })).fingerprint),
  );
  assert.equal(new Set(prints).size, 4);
});

test("several readers read at once, despite the lock that a killed one left, and leave nothing", async (context) => {
  const rows = Array.from({ length: 600 }, (_, index) => `u${index},i1,4,1,Lamp\n`).join("");
  const folder = folderWith(context, { "a.csv": `user,item,rating,time,title\n${rows}` });
  const { path } = await imported(folder, "a.csv");
  mkdirSync(`${path}.lock`);
  const reads = await Promise.all([1, 2, 3].map(() => rowsOf(path, { of: "users" })));
  for (const { rows: users } of reads) assert.equal(users.length, 600);
  assert.deepEqual(readdirSync(join(folder, "out")), ["set.laserdata"]);
});

/** Takes the lock as another process that reads does, and gives it back, without end. */
const OTHER_READER = `
  const fs = require("node:fs");
  const lock = process.argv[1];
  const hold = new Int32Array(new SharedArrayBuffer(4));
  for (let turn = 0; ; turn++) {
    try { fs.mkdirSync(lock); Atomics.wait(hold, 0, 0, 1); } catch {}
    try { fs.rmdirSync(lock); } catch {}
    if (turn === 0) fs.writeSync(1, "reading");
  }`;

test("a data set that another process reads all the time is read", async (context) => {
  const { path } = await imported(folderWith(context, SET), "a.csv");
  const other = spawn(process.execPath, ["-e", OTHER_READER, `${path}.lock`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.onTestFinished(() => void other.kill("SIGKILL"));
  await once(other.stdout, "data");
  for (let turn = 0; turn < 40; turn++) assert.equal((await rowsOf(path, { of: "users" })).rows.length, 2);
});

test("a data set in a folder that can't be written is read", async (context) => {
  const folder = folderWith(context, SET);
  const { path } = await imported(folder, "a.csv");
  chmodSync(join(folder, "out"), 0o500);
  try {
    assert.equal((await rowsOf(path, { of: "users" })).rows.length, 2);
  } finally {
    chmodSync(join(folder, "out"), 0o700);
  }
});

test("reading stops on request, and the file is free again", async (context) => {
  const { path, folder } = await imported(folderWith(context, SET), "a.csv");
  const stopper = new AbortController();
  const source = await openRowSource(path, { of: "users", signal: stopper.signal });
  stopper.abort();
  const reading = source.rows({ signal: stopper.signal, onBadRow: () => undefined })[Symbol.asyncIterator]();
  await assert.rejects(Promise.resolve(reading.next()), { name: "AbortError" });
  assert.deepEqual(readdirSync(join(folder, "out")), ["set.laserdata"]);
});

interface Refusal {
  readonly name: string;
  /** Changes the bytes of a data set; null leaves them. */
  readonly change?: (bytes: Buffer) => Buffer;
  readonly files?: Files;
  readonly file?: string;
  readonly tag: (DataFault | FilesFault | TextFileFault)["tag"];
}

table<Refusal>(
  "rows are refused",
  [
    { name: "a missing file", file: "none.laserdata", tag: "fileMissing" },
    { name: "a file of another kind", files: { "x.bin": "x" }, file: "x.bin", tag: "dataSetUnknown" },
    {
      name: "a table without ids",
      files: { "x.csv": "name\nLamp\n" },
      file: "x.csv",
      tag: "dataIdMissing",
    },
    { name: "an empty table", files: { "x.jsonl": "" }, file: "x.jsonl", tag: "dataNoRecords" },
    { name: "a folder", file: ".", tag: "notAFile" },
    {
      name: "the database of another program",
      change: (bytes) => bytes.fill(0, 68, 72),
      tag: "dataSetUnknown",
    },
    {
      name: "a later version",
      change: (bytes) => bytes.fill(9, 63, 64),
      tag: "dataSetVersion",
    },
    { name: "a file that was cut", change: (bytes) => bytes.subarray(0, 5000), tag: "dataSetDamaged" },
    {
      name: "other tables than ours",
      change: (bytes) =>
        Buffer.from(bytes.toString("latin1").replace("CREATE TABLE about", "CREATE TABLE abouT"), "latin1"),
      tag: "dataSetDamaged",
    },
  ],
  async ({ change, files = {}, file, tag }, context) => {
    const folder = folderWith(context, { ...SET, ...files });
    const { path } = await imported(folder, "a.csv");
    if (change !== undefined) writeFileSync(path, change(readFileSync(path)));
    const opened = file === undefined ? path : join(folder, file);
    await assert.rejects(rowsOf(opened, { of: "users" }), (error) => {
      assert.ok(error instanceof FaultError, String(error));
      assert.equal((error as FaultError<Fault>).fault.tag, tag);
      return true;
    });
  },
);

test("a damaged data set gives rows or a fault, and never anything else", async (context) => {
  const { path } = await imported(folderWith(context, SET), "a.csv");
  const whole = readFileSync(path);
  // A cell whose text is no longer what an import writes.
  writeFileSync(
    path,
    Buffer.from(whole.toString("latin1").replace("[]", "[7").replace("{}", "[]"), "latin1"),
  );
  await assert.rejects(rowsOf(path, { of: "users" }), /dataSetDamaged/);
  const damage = listOf(fc.record({ at: below(whole.length), byte: below(256) }), 1, 30);
  await forAllAsync(damage, 30, async (damages) => {
    const bytes = Buffer.from(whole);
    for (const { at, byte } of damages) bytes[at] = byte;
    writeFileSync(path, bytes);
    for (const of of ["users", "items"] as const)
      await rowsOf(path, { of }).catch((error: unknown) => {
        assert.ok(error instanceof FaultError, String(error));
      });
  });
});

test("a data set is SQLite: other programs can read it", async (context) => {
  const { path } = await imported(folderWith(context, SET), "a.csv");
  const database = await openDatabase(path);
  try {
    assert.deepEqual(database.get("SELECT count(*) AS n, max(rating) AS best FROM interactions"), {
      n: 4,
      best: 5,
    });
  } finally {
    database.close();
  }
});
