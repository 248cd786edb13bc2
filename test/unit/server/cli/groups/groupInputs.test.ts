// What groups are made from, as files of each kind: users and items are named as the rows of a run name them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { blameOf, finish } from "../../../../../core/base/index.ts";
import { importDataSet, openRowSource, openSource } from "../../../../../server/data/index.ts";
import { FilesError } from "../../../../../server/files/index.ts";
import { interactionsIn, subjectsIn, vectorsIn } from "../../../../../server/cli/groups/groupInputs.ts";
import { PoolError, Router, groupsByInteractions, tableOf } from "../../../../../server/pools/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const { signal } = new AbortController();

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function written(context: TestContext, name: string, text: string | Buffer): string {
  const file = path.join(temporaryFolder(context), name);
  writeFileSync(file, text);
  return file;
}

/** Six users, two halves that rate other films. */
const RATINGS = Array.from({ length: 6 }, (_, user) =>
  Array.from({ length: 6 }, (_, film) => {
    const item = (user % 2) * 6 + film;
    return `${user},${item},${film === 0 ? 0 : 5},${1_000_000_000 + user * 100 + film},Film ${item},${item < 6 ? "Comedy" : "Drama"}`;
  }),
).flat();
const TABLE = `user,item,rating,time,title,genres\n${RATINGS.join("\n")}\n`;

async function dataSet(context: TestContext): Promise<string> {
  const from = written(context, "films.csv", TABLE);
  const out = path.join(path.dirname(from), "films.laserdata");
  await importDataSet(await openSource(from, { signal }), {
    out,
    split: { kind: "last" },
    signal,
    nowMs: Date.now(),
  });
  return out;
}

test("groups of a data set know its rows; held-out interactions shape none of them", async (context) => {
  const file = await dataSet(context);
  const train = await all(interactionsIn(file, {}, signal));
  const whole = await all(interactionsIn(file, { heldOut: true }, signal));
  assert.deepEqual([train.length, whole.length], [18, 30], "without ratings of 0");
  const choice = { ks: [2], seed: 1, dimensions: 4, minInteractions: 2, fallback: null } as const;
  const router = new Router(
    finish(groupsByInteractions("f", await tableOf(train), { ...choice, of: "users" })),
  );
  const source = await openRowSource(file, { of: "users", signal });
  const routed = (await all(source.rows({ signal, onBadRow: () => undefined }))).map((row) =>
    router.route(row),
  );
  assert.ok(routed.every(({ by, group }) => by === "interactions" && group !== null));
  assert.equal(new Set(routed.map(({ group }) => group)).size, 2);
});

test("subjects have the attributes that rows of a run have", async (context) => {
  const file = await dataSet(context);
  const items = await subjectsIn(file, { of: "items" }, signal);
  assert.deepEqual(items[0], { subject: "item-0", attributes: { genre: "Comedy" } });
  const rows = written(context, "rows.jsonl", '{"id": "m2", "genre": ["Crime", "War"]}\n{"title": "none"}\n');
  assert.deepEqual(await subjectsIn(rows, { of: "items" }, signal), [
    { subject: "m2", attributes: { genre: "Crime" } },
  ]);
});

table(
  "interactions of other sources keep their ids",
  [
    { name: "CSV", file: "r.csv", text: "user,item,rating\nu1,i1,2\nu1,i2,0\n", weights: [2] },
    {
      name: "columns by another name",
      file: "r.tsv",
      text: "who\titem\nu1\ti1\n",
      map: "user=who",
      weights: [1],
    },
    { name: "JSON lines", file: "r.jsonl", text: '{"user":"u1","item":"i1"}\n', weights: [1] },
    { name: "no columns", file: "r.csv", text: "u1,i1\n", weights: null },
  ],
  async (
    { file, text, map, weights }: { file: string; text: string; map?: string; weights: number[] | null },
    context,
  ) => {
    const read = all(
      interactionsIn(written(context, file, text), { ...(map !== undefined && { map }) }, signal),
    );
    if (weights === null) return assert.rejects(read, (error) => blameOf(error) === "input");
    assert.deepEqual(
      await read,
      weights.map((weight) => ({ user: "u1", item: "i1", weight })),
    );
  },
);

test("vectors of NumPy files and of tables; damaged ones are refused", async (context) => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n";
  const npy = Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000", "latin1"),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    Buffer.from(Float32Array.of(1, 2, 3, 4).buffer),
  ]);
  const file = written(context, "v.npy", npy);
  const keys = written(context, "keys.txt", "a\nb\n");
  const read = await vectorsIn(file, keys, signal);
  assert.deepEqual([...read.vectors.values], [1, 2, 3, 4]);
  assert.deepEqual((await vectorsIn(file, undefined, signal)).keys, ["0", "1"]);
  await assert.rejects(vectorsIn(file, written(context, "one.txt", "a\n"), signal), PoolError);
  for (let length = 6; length < npy.length; length += 7) {
    writeFileSync(file, npy.subarray(0, length));
    await assert.rejects(vectorsIn(file, undefined, signal), PoolError, `${length} bytes`);
  }
  for (const [name, text] of [
    ["v.csv", "id,x,y\na,1,2\nb,3,4\n"],
    ["v.jsonl", '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[3,4]}\n'],
  ] as const)
    assert.deepEqual(await vectorsIn(written(context, name, text), undefined, signal), read, name);
  const named = written(context, "v.csv", "id,x\na,1\n");
  await assert.rejects(vectorsIn(named, keys, signal), (error) => blameOf(error) === "input");
  await assert.rejects(vectorsIn(file, `${keys}.missing`, signal), FilesError);
  for (const text of ['{"id":"a","v":[1,2]}\n{"id":"b","v":[3]}\n', '{"id":"a","v":["x"]}\n', '{"id":"a"}\n'])
    await assert.rejects(vectorsIn(written(context, "v.jsonl", text), undefined, signal), PoolError, text);
});

test("vectors of a Parquet file are read as rows of a run are", async (context) => {
  const { parquetWriteFile } = await import("hyparquet-writer");
  const filename = written(context, "v.parquet", "");
  parquetWriteFile({
    filename,
    columnData: [
      { name: "id", data: ["a", "b"], type: "STRING" },
      { name: "x", data: [1, 3], type: "DOUBLE" },
      { name: "y", data: [2, 4], type: "DOUBLE" },
    ],
  });
  const { keys, vectors } = await vectorsIn(filename, undefined, signal);
  assert.deepEqual(
    [keys, [...vectors.values]],
    [
      ["a", "b"],
      [1, 2, 3, 4],
    ],
  );
});

/** An array of two rows of one number, as NumPy saves it. */
const NPY = Buffer.concat([
  Buffer.from("\x93NUMPY\x01\0", "latin1"),
  Buffer.from([118, 0]),
  Buffer.from("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }".padEnd(117) + "\n"),
  Buffer.from(Float32Array.of(1, 2).buffer),
]);

test("keys beside an array are text in UTF-8, with or without a byte order mark", async (context) => {
  const array = written(context, "v.npy", NPY);
  const read = async (keys: Buffer | string) =>
    (await vectorsIn(array, written(context, "k.txt", keys), signal)).keys;
  assert.deepEqual(await read("\ufeffé\r\nb\n"), ["é", "b"]);
  await assert.rejects(read(Buffer.from("\xe9\nb\n", "latin1")), /textNotUtf8/);
  await assert.rejects(vectorsIn(array, path.join(path.dirname(array), "none"), signal), FilesError);
});
