// What still names a user or item after it was forgotten in pools: answers, outputs of runs and traces, packed ones too.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "vitest";
import { stillNamed } from "../../../../../server/cli/pool/stillNamed.ts";
import { temporaryFolder } from "../../../../support/check.ts";

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
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const search = (key: string) => stillNamed([folder, folder], key, new AbortController().signal);
  const at = (...names: string[]) => names.map((name) => path.join(folder, ...name.split("/")));
  assert.deepEqual(await search("ann"), {
    paths: at("others.jsonl", "out.jsonl", "traces/a.lasertrace.gz"),
    unsearched: at("traces/broken.lasertrace.gz"),
  });
  assert.deepEqual((await search("bob")).paths, at("out.jsonl"));
  assert.deepEqual((await search("nobody")).paths, []);
});
