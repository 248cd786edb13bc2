// Pool files: what was written is read back, and every other content is refused by name and reason.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { test, type TestContext } from "vitest";
import { Pool } from "../../../../core/laser/index.ts";
import {
  PoolError,
  readPoolFile,
  writePoolFile,
  type PoolFault,
  type StoredPool,
} from "../../../../server/pools/index.ts";
import { describeError, describeFault } from "../../../../core/base/index.ts";
import { POOL_FAULTS } from "../../../../server/pools/errors.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { below, forAllAsync, listOf } from "../../../support/property.ts";

const TOKENIZER = { fingerprint: "abc123", model: "small model" };

function madePool(answers: number): StoredPool {
  return poolOf(
    Array.from({ length: answers }, (_, i) =>
      Array.from({ length: 1 + ((i * 7) % 60) }, (_, j) => (i * j) % 500),
    ),
  );
}

function poolOf(texts: readonly (readonly number[])[]): StoredPool {
  const pool = Pool.build(texts);
  const entries = texts.map((tokens, i) => ({
    key: `item-${i}`,
    group: i % 3 === 0 ? null : "Comedy",
    text: `“${tokens.join(" ")}”`,
    timeMs: 1000 + i,
  }));
  return { tokenizer: TOKENIZER, opening: [7, 8], pool, entries };
}

async function written(context: TestContext, stored: StoredPool): Promise<string> {
  const file = path.join(temporaryFolder(context), "answers.laserpool");
  await writePoolFile(file, stored);
  return file;
}

async function faultOf(file: string, fingerprint = TOKENIZER.fingerprint): Promise<PoolFault | null> {
  try {
    await readPoolFile(file, fingerprint);
    return null;
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    const { message, nextStep } = describeError(error);
    assert.ok(message.includes(file) && nextStep !== "");
    return error.fault;
  }
}

table(
  "a pool is read back as it was written",
  [
    { name: "no entry", answers: 0 },
    { name: "one", answers: 1 },
    { name: "many", answers: 300 },
  ],
  async ({ answers }, context) => {
    const stored = madePool(answers);
    const file = await written(context, stored);
    const read = await readPoolFile(file, TOKENIZER.fingerprint);
    assert.deepEqual(read.entries, stored.entries);
    assert.deepEqual(read.tokenizer, TOKENIZER);
    assert.deepEqual(read.opening, stored.opening);
    assert.equal(read.fileBytes, (await stat(file)).size);
    assert.deepEqual(read.pool.check(), []);
    assert.deepEqual(read.pool.arrays(), stored.pool.arrays());
    assert.equal(read.pool.insert([1, 2, 3]), answers);
    assert.deepEqual(read.pool.check(), []);
  },
);

test("any pool is read back as it was written", async (context) => {
  const file = path.join(temporaryFolder(context), "answers.laserpool");
  await forAllAsync(listOf(listOf(below(2 ** 31), 0, 40), 0, 8), 30, async (texts) => {
    const stored = poolOf(texts);
    await writePoolFile(file, stored);
    const read = await readPoolFile(file, TOKENIZER.fingerprint);
    assert.deepEqual(read.entries, stored.entries);
    assert.deepEqual(read.pool.arrays(), stored.pool.arrays());
    assert.deepEqual(read.pool.check(), []);
  });
});

test("a pool of another tokenizer is refused, and gives its texts", async (context) => {
  const stored = madePool(5);
  const file = await written(context, stored);
  const fault = await faultOf(file, "def456");
  assert.deepEqual(fault, { tag: "poolOtherTokenizer", path: file, model: "small model" });
  const { message, nextStep } = describeFault(POOL_FAULTS, fault);
  assert.match(message, /made with another tokenizer/);
  assert.match(nextStep, /again from its text, which the file keeps/);
  const { tokenizer, entries } = await readPoolFile(file, null);
  assert.deepEqual({ tokenizer, entries }, { tokenizer: TOKENIZER, entries: stored.entries });
});

test("a file cut at any 1 KiB boundary, or by one byte, is refused", async (context) => {
  const file = await written(context, madePool(300));
  const content = await readFile(file);
  const ends = [
    content.length - 1,
    ...Array.from({ length: Math.ceil(content.length / 1024) }, (_, i) => i * 1024),
  ];
  assert.ok(ends.length > 30);
  for (const end of ends) {
    await writeFile(file, content.subarray(0, end));
    assert.equal((await faultOf(file))?.tag, "poolFileDamaged", `cut at ${end}`);
  }
  await writeFile(file, Buffer.concat([content, Buffer.alloc(1)]));
  assert.equal((await faultOf(file))?.tag, "poolFileDamaged", "a byte too many");
});

test("a flipped bit anywhere is refused", async (context) => {
  const file = await written(context, madePool(40));
  const content = await readFile(file);
  const check = async (place: number, bit: number): Promise<void> => {
    content[place]! ^= bit;
    await writeFile(file, content);
    const fault = await faultOf(file);
    content[place]! ^= bit;
    assert.notEqual(fault, null, `bit ${bit} of byte ${place}`);
  };
  // Every byte of the header, because a change could pass for another header, and many after it.
  for (let place = 0; place < 330; place++) await check(place, 1 << (place % 8));
  const flips = fc.record({ place: below(content.length), bit: below(8).map((bit) => 1 << bit) });
  await forAllAsync(flips, 200, ({ place, bit }) => check(place, bit));
  await writeFile(file, content);
  assert.equal(await faultOf(file), null);
});

test("another version is refused by its number, with a checksum that fits", async (context) => {
  const file = await written(context, madePool(3));
  const content = await readFile(file);
  const at = content.indexOf('"version":1');
  content.write("2", at + '"version":'.length);
  const body = content.subarray(0, -32);
  await writeFile(file, Buffer.concat([body, createHash("sha256").update(body).digest()]));
  assert.deepEqual(await faultOf(file), { tag: "poolFileVersion", path: file, version: 2, supported: 1 });
});

/** Offsets of the sections in a file, by the header's own figures. */
function sectionsOf(content: Buffer): { readonly start: number; readonly bytes: number }[] {
  const headerBytes = content.readUInt32LE(8);
  const { sectionBytes } = JSON.parse(content.toString("utf8", 12, 12 + headerBytes)) as {
    sectionBytes: number[];
  };
  let start = 12 + headerBytes;
  return sectionBytes.map((bytes) => {
    const section = { start, bytes };
    start += Math.ceil(bytes / 8) * 8;
    return section;
  });
}

function signed(content: Buffer): Buffer {
  const body = content.subarray(0, -32);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

type Change = (content: Buffer, sections: ReturnType<typeof sectionsOf>) => void;
const integer =
  (section: number, index: number, value: number): Change =>
  (content, sections) =>
    content.writeInt32LE(value, sections[section]!.start + 4 * index);
/** Replaces the texts by others of the same length, filled up with blanks. */
const texts =
  (json: string): Change =>
  (content, sections) =>
    content
      .fill(" ", sections[5]!.start, sections[5]!.start + sections[5]!.bytes)
      .write(json, sections[5]!.start);
const ENTRY = '{"key":"a","group":null,"text":"x","timeMs":1}';

table(
  "a checksum that fits is not enough",
  [
    { name: "a token below 0", change: integer(0, 20, -5), reason: /negative token id/ },
    { name: "no end of an entry", change: integer(0, 17, 3), reason: /no end|longer|fill/ },
    { name: "a text that begins in its middle", change: integer(0, 3, 7), reason: /does not begin/ },
    {
      name: "an order beyond the text",
      change: integer(1, 2, 2 ** 31 - 1),
      reason: /which no token follows/,
    },
    { name: "an order before the text", change: integer(1, 2, -1), reason: /which no token follows/ },
    { name: "an order that names an end", change: integer(1, 2, 0), reason: /which no token follows/ },
    {
      name: "an entry longer than the text",
      change: integer(2, 1, 2 ** 31 - 1),
      reason: /longer than the text/,
    },
    { name: "an entry of negative length", change: integer(2, 1, -1), reason: /longer than the text/ },
    { name: "numbers out of order", change: integer(3, 1, 0), reason: /out of order/ },
    { name: "a number of the future", change: integer(3, 2, 99), reason: /out of order/ },
    { name: "an object for texts", change: texts("{}"), reason: /not a list of 3 entries/ },
    { name: "null for texts", change: texts("null"), reason: /not a list of 3 entries/ },
    { name: "no texts", change: texts("[]"), reason: /not a list of 3 entries/ },
    { name: "too few texts", change: texts(`[${ENTRY}]`), reason: /not a list of 3 entries/ },
    { name: "not a text", change: texts(`[${ENTRY},null,${ENTRY}]`), reason: /text of entry 1/ },
    { name: "texts that are not JSON", change: texts("["), reason: /not JSON/ },
  ],
  async ({ change, reason }, context) => {
    const file = await written(context, madePool(3));
    const content = await readFile(file);
    change(content, sectionsOf(content));
    await writeFile(file, signed(content));
    const fault = await faultOf(file);
    assert.equal(fault?.tag, "poolFileDamaged");
    assert.match("reason" in fault ? fault.reason : "", reason);
  },
);

test("any change of a number, with a checksum that fits, is refused or harmless", async (context) => {
  const file = await written(context, madePool(12));
  const content = await readFile(file);
  const sections = sectionsOf(content);
  const changes = fc.record({ section: below(5), at: below(1 << 20), value: fc.integer() });
  await forAllAsync(changes, 150, async ({ section, at, value }) => {
    const changed = Buffer.from(content);
    const { start, bytes } = sections[section]!;
    changed.writeInt32LE(value | 0, start + 4 * (at % (bytes / 4)));
    await writeFile(file, signed(changed));
    const fault = await faultOf(file);
    if (fault !== null) assert.equal(fault.tag, "poolFileDamaged");
  });
});

test("files of other programs are refused with the reason", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "pool");
  assert.equal((await faultOf(file))?.tag, "poolFileMissing");
  assert.equal((await faultOf(folder))?.tag, "poolFileUnreadable");
  await writeFile(file, "");
  assert.equal((await faultOf(file))?.tag, "poolFileDamaged");
  for (const text of ['{"id": "a", "text": "x"}\n'.repeat(10), '{"id":"a"}', '\ufeff\n [{"id": "a"}]']) {
    await writeFile(file, text);
    assert.equal((await faultOf(file))?.tag, "poolFileIsText", text);
  }
});

test("a failed write leaves the old file", async (context) => {
  const stored = madePool(3);
  const file = await written(context, stored);
  const before = await stat(file);
  await assert.rejects(writePoolFile(file, { ...stored, entries: [] }), /0 texts for 3 entries/);
  await assert.rejects(writePoolFile(path.join(file, "below"), stored));
  assert.equal((await stat(file)).mtimeMs, before.mtimeMs);
  assert.equal(await faultOf(file), null);
});
