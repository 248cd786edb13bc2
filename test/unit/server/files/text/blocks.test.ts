// Text files as people have them: what is read, and what is named with its place.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { readText, textBlocks, type TextOptions } from "../../../../../server/files/text/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const LONG = "é".repeat(800_000); // 1.6 MB: longer than a block.

interface Row {
  readonly name: string;
  readonly bytes: string | Buffer;
  readonly options?: TextOptions;
  /** The text, or what is said in its place. */
  readonly gives: string | RegExp;
}

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

const rows: Row[] = [
  { name: "nothing", bytes: "", gives: "" },
  { name: "a text", bytes: "a\r\nb\u2028c\0\n", gives: "a\r\nb\u2028c\0\n" },
  { name: "a byte order mark", bytes: "\ufeffa\n\ufeffb", gives: "a\n\ufeffb" },
  { name: "a line longer than a block", bytes: `${LONG}\nb`, gives: `${LONG}\nb` },
  { name: "gzip", bytes: gzipSync("\ufeffa\nb"), gives: "a\nb" },
  { name: "two members of gzip", bytes: Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]), gives: "a\nb\n" },
  {
    name: "Latin-1",
    bytes: Buffer.from('a\nb\ncaf\u00e9"}\n', "latin1"),
    gives: /^Line 3 of .*f is not UTF-8 text \(byte 0xe9\)/,
  },
  {
    name: "Latin-1, asked for",
    bytes: Buffer.from("caf\u00e9\n", "latin1"),
    options: { encoding: "latin1" },
    gives: "caf\u00e9\n",
  },
  {
    name: "wrong lines, left out",
    bytes: Buffer.from([0x61, 0x0a, 0xe9, 0x0a, 0xc3, 0xa9, 0x0a, 0xff]),
    options: { onWrongLine: () => undefined },
    gives: "a\n\n\u00e9\n",
  },
  { name: "Latin-1 at the end", bytes: Buffer.from("caf\u00e9", "latin1"), gives: /^Line 1 .*\(byte 0xe9\)/ },
  {
    name: "Latin-1 far down",
    bytes: Buffer.concat([Buffer.from(`${LONG}\n\n${LONG}`), Buffer.from([0xff]), Buffer.from("a\n")]),
    gives: /^Line 3 .*0xff/,
  },
  { name: "a surrogate", bytes: Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]), gives: /^Line 2 .*0xed/ },
  { name: "UTF-16 with a mark", bytes: utf16("\ufeffhi\n"), gives: /UTF-16 text from line 1/ },
  { name: "big-endian UTF-16", bytes: utf16("\ufeffhi\n").swap16(), gives: /UTF-16/ },
  { name: "UTF-16 without a mark", bytes: utf16("hi\n"), gives: /UTF-16/ },
  { name: "packed UTF-16", bytes: gzipSync(utf16("\ufeffhi\n")), gives: /UTF-16/ },
  { name: "zip", bytes: "PK\u0003\u0004abc", gives: /compressed as zip/ },
  { name: "7z", bytes: Buffer.from("377abcaf271c0004", "hex"), gives: /compressed as 7z/ },
  { name: "zlib", bytes: deflateSync("hello"), gives: /compressed as zlib/ },
  { name: "gzip, twice", bytes: gzipSync(gzipSync("a")), gives: /compressed as gzip within gzip/ },
  { name: "Parquet", bytes: Buffer.from("PAR1\x15\x04\xe9", "latin1"), gives: /is a Parquet file, not text/ },
  { name: "packed Parquet", bytes: gzipSync("PAR1\x15\x04"), gives: /is a Parquet file, not text/ },
  { name: "an image", bytes: Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), gives: /is an image, not text/ },
  { name: "a model file", bytes: Buffer.from("GGUF\x03\0\0\0\xe9", "latin1"), gives: /is a model file/ },
  { name: "cut gzip", bytes: gzipSync("a".repeat(100)).subarray(0, 20), gives: /gzip.*it ends too early/ },
  {
    name: "damaged gzip",
    bytes: Buffer.concat([gzipSync("").subarray(0, 10), Buffer.alloc(20, 0xff)]),
    gives: /gzip.*damaged/,
  },
  {
    name: "gzip that grows",
    bytes: gzipSync(Buffer.alloc(5_000_000, 10)),
    options: { mostBytes: 2 ** 20 },
    gives: /more than 1 MiB of text/,
  },
  {
    name: "too long a line",
    bytes: `a\n${LONG}`,
    options: { mostLineBytes: 1000 },
    gives: /^Line 2 .* longer than 1000 bytes/,
  },
];
table("a text file", rows, async ({ bytes, options, gives }, context) => {
  const file = path.join(temporaryFolder(context), "f");
  writeFileSync(file, bytes);
  const read = readText(file, options);
  if (typeof gives === "string") assert.equal(await read, gives);
  else
    await assert.rejects(read, (error) => {
      assert.match(describeError(error).message, gives);
      return true;
    });
});

test("blocks are whole lines with the number of the first, and the raw bytes are passed on", async (context) => {
  const file = path.join(temporaryFolder(context), "f");
  const lines = Array.from({ length: 300_000 }, (_, line) => `line ${line + 1}\n`);
  const packed = gzipSync(lines.join(""));
  writeFileSync(file, packed);
  const seen: Uint8Array[] = [];
  let [next, blocks] = [1, 0];
  for await (const { text, line } of textBlocks(file, { onBytes: (bytes) => seen.push(bytes) })) {
    assert.equal(line, next);
    assert.ok(text.startsWith(`line ${line}\n`) && text.endsWith("\n"));
    next += text.split("\n").length - 1;
    blocks++;
  }
  assert.equal(next, 300_001);
  assert.ok(blocks > 1);
  assert.deepEqual(Buffer.concat(seen), packed);
});
