// What still names a user or item after it was forgotten in pools: answers, outputs of runs, traces, packed ones too, and
// data sets.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { test } from "vitest";
import { stillNamed } from "../../../../../server/cli/pool/stillNamed.ts";
import { temporaryFolder } from "../../../../support/check.ts";
import { folderWith, imported, unstopped } from "../../../../support/data.ts";

test("files that name the key as a whole word are found, two folders deep", async (context) => {
  const folder = temporaryFolder(context);
  const files: Readonly<Record<string, string | Buffer>> = {
    "out.jsonl": `{"id":"bob","text":"${"x".repeat(2 ** 20 - 30)}"}\n{"id":"ann"}\n`,
    "others.jsonl": '{"id":"anna"}\n{"id":"jo-ann"}\n{"id":"ann-2"}\n{"id":"ann"',
    "parts.jsonl": '{"id":"anna"}\n{"id":"jo-ann"}\n',
    "traces/a.lasertrace.gz": gzipSync('{"subject":"ann"}'),
    "traces/broken.lasertrace.gz": "not packed",
    "a/b/c/deep.jsonl": '{"id":"ann"}\n',
    "notes.txt": "ann",
    "other.laserpool": '\0\xff pool [{"key":"ann"}]',
    "groups.json": '{\n "format": "laser-groups",\n "subjects": { "ann": "g", "bob": "g" }\n}',
    "package.json": '{"name": "ann"}',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const column = (name: string, data: string[]) => ({ name, data, type: "STRING" as const });
  const parquet = (name: string, ...columns: ReturnType<typeof column>[]): void => {
    parquetWriteFile({ filename: path.join(folder, name), columnData: columns });
  };
  parquet("out.parquet", column("id", ["r1", "r2"]), column("subject", ["bob", "ann"]));
  parquet("others.parquet", column("id", ["anna"]), column("text", ["ann"]));
  parquet("vectors.parquet", column("name", ["ann"]));
  const search = (key: string) => stillNamed([folder, folder], key, new AbortController().signal);
  const at = (...names: string[]) => names.map((name) => path.join(folder, ...name.split("/")));
  assert.deepEqual(await search("ann"), {
    paths: at(
      ...["groups.json", "other.laserpool", "others.jsonl", "out.jsonl", "out.parquet"],
      "traces/a.lasertrace.gz",
    ),
    unsearched: at("traces/broken.lasertrace.gz"),
  });
  assert.deepEqual((await search("bob")).paths, at("groups.json", "out.jsonl", "out.parquet"));
  const steps: number[][] = [];
  await stillNamed([folder], "ann", new AbortController().signal, (...step) => steps.push(step));
  assert.deepEqual(
    steps,
    Array.from({ length: 11 }, (_, searched) => [searched, 11]),
  );
  assert.deepEqual((await search("nobody")).paths, []);
});

test("data sets that have the key as a user or an item are found, and left as they are", async (context) => {
  const ratings = (user: string, item: string): string =>
    `user,item,rating,time\n${user},${item},3,900000000\n${user},2,4,900000001\n`;
  const folder = folderWith(context, {
    "a.csv": ratings("ann", "242"),
    "b.csv": ratings("anna", "2420"),
    "broken.laserdata": "SQLite format 3\0 of another kind",
    "sub/empty.laserdata": "",
  });
  const [a, b] = [path.join(folder, "a.laserdata"), path.join(folder, "sub", "b.laserdata")];
  await imported(folder, "a.csv", { out: a });
  await imported(folder, "b.csv", { out: b });
  const before = [a, b].map((file) => readFileSync(file));
  const unsearched = [path.join(folder, "broken.laserdata"), path.join(folder, "sub", "empty.laserdata")];
  for (const [key, paths] of [
    ["ann", [a]],
    ["user-ann", [a]],
    ["item-242", [a]],
    ["242", [a]],
    ["item-ann", []],
    ["user-242", []],
    ["anna", [b]],
    ["item-2", [a, b]],
    ["an", []],
  ] as const)
    assert.deepEqual(await stillNamed([folder], key, unstopped), { paths, unsearched }, key);
  assert.deepEqual(
    [a, b].map((file) => readFileSync(file)),
    before,
  );
  const stopped = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(stillNamed([folder], "nobody", stopped), /stopped/);
});
