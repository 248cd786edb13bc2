// Trace files in both forms: recognised by their bytes, not by their names; what can't be unpacked is refused with its reason,
// whole or part by part. Files are real.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { gunzipSync, gzipSync } from "node:zlib";
import { serialiseTrace, TraceError, type TraceFault } from "../../../../../core/trace/index.ts";
import {
  formOfFile,
  readTraceFile,
  traceText,
  traceTextParts,
  writeTraceFile,
} from "../../../../../server/files/traces/index.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { longTrace } from "../../../../support/trace/longTrace.ts";
import { seededRandom } from "../../../../support/random.ts";
import { randomTrace } from "../../../../support/trace/randomTraces.ts";

const trace = randomTrace(7);
const text = serialiseTrace(trace);
const packed = gzipSync(text);
const { length } = Buffer.from(text);

table(
  "a trace is read back as it was written",
  [
    { name: "plain", file: "a.lasertrace", form: "plain" },
    { name: "compact", file: "a.lasertrace.gz", form: "compact" },
    { name: "under a name of its own", file: "out.json.gz", form: "compact" },
    { name: "without an ending", file: "gz", form: "plain" },
  ],
  async ({ file, form }, context) => {
    const folder = temporaryFolder(context);
    const written = path.join(folder, file);
    await writeTraceFile(written, trace);
    assert.deepEqual(readdirSync(folder), [file]);
    assert.equal(await formOfFile(written), form);
    const bytes = readFileSync(written);
    assert.equal((form === "compact" ? gunzipSync(bytes) : bytes).toString(), text);
    assert.deepEqual(await readTraceFile(written), trace);
  },
);

test("the name of a file does not matter for reading", async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, "a.lasertrace"), packed);
  writeFileSync(path.join(folder, "a.lasertrace.gz"), text);
  for (const name of readdirSync(folder))
    assert.deepEqual(await readTraceFile(path.join(folder, name)), trace);
});

const cut = { tag: "traceNotUnpacked", isCut: true } as const;
const damaged = { tag: "traceNotUnpacked", isCut: false } as const;
const changed = (at: number): Buffer => {
  const bytes = Buffer.from(packed);
  bytes[at < 0 ? bytes.length + at : at]! ^= 0x10;
  return bytes;
};

interface Refused {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fault: TraceFault;
  readonly mostBytes?: number;
}

const REFUSED: readonly Refused[] = [
  { name: "only the first two bytes", bytes: packed.subarray(0, 2), fault: cut },
  { name: "only the header", bytes: packed.subarray(0, 10), fault: cut },
  { name: "cut in the middle", bytes: packed.subarray(0, packed.length / 2), fault: cut },
  { name: "cut by one byte", bytes: packed.subarray(0, -1), fault: cut },
  { name: "another method than gzip's", bytes: changed(2), fault: damaged },
  { name: "a wrong checksum", bytes: changed(-6), fault: damaged },
  { name: "a wrong length", bytes: changed(-3), fault: damaged },
  { name: "two members", bytes: Buffer.concat([packed, packed]), fault: damaged },
  {
    name: "a text in two members",
    bytes: Buffer.concat([gzipSync(text.slice(0, 500)), gzipSync(text.slice(500))]),
    fault: damaged,
  },
  { name: "junk after it", bytes: Buffer.concat([packed, Buffer.from("and more")]), fault: damaged },
  { name: "zeros after it", bytes: Buffer.concat([packed, Buffer.alloc(512)]), fault: damaged },
  {
    name: "one byte more than the bound",
    bytes: packed,
    mostBytes: length - 1,
    fault: { tag: "traceTooLong", mostBytes: length - 1 },
  },
  {
    name: "a bomb, a thousand times its size",
    bytes: gzipSync(Buffer.alloc(50_000_000)),
    mostBytes: 1_000_000,
    fault: { tag: "traceTooLong", mostBytes: 1_000_000 },
  },
];

table("a compact trace is refused", REFUSED, async ({ bytes, fault, mostBytes }, context) => {
  const isRefusal = (error: unknown): boolean => {
    assert.ok(error instanceof TraceError, String(error));
    assert.deepEqual(error.fault, fault);
    const told = describeError(error);
    assert.equal(told.code, fault.tag);
    assert.match(told.message, /^The (compact )?trace (ends|is) .+\.$/);
    assert.match(told.nextStep, /^C.+\.$/);
    return true;
  };
  await assert.rejects(traceText(bytes, mostBytes), isRefusal);
  const file = path.join(temporaryFolder(context), "a.lasertrace.gz");
  writeFileSync(file, bytes);
  await assert.rejects(partsOf(file, mostBytes), isRefusal);
});

test("a trace exactly as long as the bound is read", async () => {
  assert.equal(await traceText(packed, length), text);
  assert.equal(await traceText(Buffer.from(text), length), text);
  await assert.rejects(traceText(Buffer.from(text), length - 1), TraceError);
});

test("no damage of one byte goes unnoticed", async () => {
  const random = seededRandom(11);
  for (let round = 0; round < 150; round++) {
    const at = 10 + random.below(packed.length - 10);
    const bytes = Buffer.from(packed);
    bytes[at]! ^= 1 + random.below(255);
    await assert.rejects(traceText(bytes), TraceError, `round ${round}, byte ${at}`);
  }
});

test("part by part is the same text, characters split over two parts, too", async (context) => {
  const long = longTrace(3, 400);
  const whole = serialiseTrace(long);
  const folder = temporaryFolder(context);
  for (const name of ["a.lasertrace", "a.lasertrace.gz"]) {
    await writeTraceFile(path.join(folder, name), long);
    const parts = await partsOf(path.join(folder, name));
    assert.ok(parts.length > 2, "one part: this test could not fail");
    assert.equal(parts.join(""), whole);
  }
});

table(
  "a file that can't be read has the system's reason",
  [
    { name: "gone", file: "none", code: "ENOENT" },
    { name: "a folder", file: ".", code: "EISDIR" },
  ],
  async ({ file, code }, context) => {
    const named = path.join(temporaryFolder(context), file);
    await assert.rejects(readTraceFile(named), { code });
    await assert.rejects(partsOf(named), { code });
  },
);

async function partsOf(file: string, mostBytes?: number): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of traceTextParts(file, mostBytes)) parts.push(part);
  return parts;
}
