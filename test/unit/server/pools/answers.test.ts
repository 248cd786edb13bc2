// Files of earlier answers: what is read, and bad files refused with the line and the reason.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "vitest";
import {
  PoolError,
  PoolRoom,
  readAnswers,
  readPoolSource,
  type Answer,
  type PoolFault,
} from "../../../../server/pools/index.ts";
import { describeError } from "../../../../core/base/index.ts";
import { table, temporaryFile, temporaryFolder } from "../../../support/check.ts";

const good: { name: string; text: string; expect: Answer[] }[] = [
  {
    name: "one answer",
    text: '{"id":"a","group":"g","text":"hello"}\n',
    expect: [{ id: "a", group: "g", text: "hello" }],
  },
  { name: "no group", text: '{"id":"a","text":"hello"}', expect: [{ id: "a", group: null, text: "hello" }] },
  {
    name: "a null group",
    text: '{"id":"a","group":null,"text":"x"}',
    expect: [{ id: "a", group: null, text: "x" }],
  },
  {
    name: "other keys are passed over",
    text: '{"id":"a","text":"x","score":1}',
    expect: [{ id: "a", group: null, text: "x" }],
  },
  {
    name: "empty lines and Windows line ends",
    text: '\r\n{"id":"a","text":"x"}\r\n\r\n',
    expect: [{ id: "a", group: null, text: "x" }],
  },
  { name: "nothing", text: "\n\n", expect: [] },
  {
    name: "a byte order mark",
    text: '\ufeff{"id":"a","text":"x"}',
    expect: [{ id: "a", group: null, text: "x" }],
  },
  {
    name: "byte order marks of files put together",
    text: '\ufeff\ufeff{"id":"a","text":"x"}\n\ufeff{"id":"b","text":"y"}\n\ufeff',
    expect: [
      { id: "a", group: null, text: "x" },
      { id: "b", group: null, text: "y" },
    ],
  },
  {
    name: "numbers as names",
    text: '{"id":17,"group":2,"text":"x"}',
    expect: [{ id: "17", group: "2", text: "x" }],
  },
  {
    name: "an array",
    text: '[{"id":"a","text":"x"},\n{"id":"b","text":"y]}\\"["}]',
    expect: [
      { id: "a", group: null, text: "x" },
      { id: "b", group: null, text: 'y]}"[' },
    ],
  },
  {
    name: "an array over many lines, as programs print it",
    text: JSON.stringify(
      [
        { id: "a", text: "x\n\\" },
        { id: "b", text: "y" },
      ],
      null,
      2,
    ),
    expect: [
      { id: "a", group: null, text: "x\n\\" },
      { id: "b", group: null, text: "y" },
    ],
  },
  { name: "an empty array", text: " [\n]\n", expect: [] },
];
table("answers", good, async ({ text, expect }, context) => {
  const file = temporaryFile(context, "pool.jsonl", text);
  if (expect.length === 0) assert.equal(await faultOf(file), "poolEmpty");
  else assert.deepEqual((await readAnswers(file)).answers, expect);
});

const bad: { name: string; text: string; line: number; reason: RegExp }[] = [
  { name: "no JSON", text: '{"id":"a","text":"x"}\nhello', line: 2, reason: /JSON/ },
  { name: "a cut line", text: '{"id":"a","te', line: 1, reason: /JSON/ },
  { name: "no object", text: "[1]", line: 1, reason: /it is not a JSON object/ },
  { name: "no text", text: '{"id":"a"}', line: 1, reason: /it has no "text"/ },
  { name: "an empty text", text: '{"id":"a","text":""}', line: 1, reason: /"text" must be .* at least one/ },
  {
    name: "a list as a group",
    text: '{"id":"a","group":[],"text":"x"}',
    line: 1,
    reason: /"group" must be a text/,
  },
  {
    name: "an id that is not a name",
    text: '\n{"id":true,"text":"x"}',
    line: 2,
    reason: /"id" must be .* or a number/,
  },
  {
    name: "an id that loses digits",
    text: '{"id":12345678901234567890,"text":"x"}',
    line: 1,
    reason: /digits/,
  },
  {
    name: "an object over several lines",
    text: '{\n  "id": "a",\n  "text": "x"\n}\n',
    line: 1,
    reason: /several lines.*jq/,
  },
  {
    name: "an object around a list",
    text: '{"answers": [\n{"id":"a","text":"x"}]}',
    line: 1,
    reason: /several lines/,
  },
  { name: "a comma after a line", text: '{"id":"a","text":"x"},\n', line: 1, reason: /JSON/ },
  {
    name: "an array that does not end",
    text: '[{"id":"a","text":"x"},\n{"id":"b"',
    line: 2,
    reason: /does not end/,
  },
  {
    name: "a bad element of an array",
    text: '[{"id":"a","text":"x"},\n\n{"id":"b",\n"text":}]',
    line: 3,
    reason: /JSON/,
  },
  { name: "an empty element of an array", text: '[{"id":"a","text":"x"},,]', line: 1, reason: /missing/ },
  {
    name: "a Git LFS pointer",
    text: "version https://git-lfs.github.com/spec/v1\n",
    line: 1,
    reason: /LFS pointer/,
  },
  { name: "a web page", text: "<!DOCTYPE html>\n<html>", line: 1, reason: /web page/ },
  { name: "a table", text: "id,text\n1,hello\n", line: 1, reason: /table \(CSV\)/ },
  { name: "a table with tabs", text: "id\ttext\n1\thello\n", line: 1, reason: /table \(CSV\)/ },
  {
    name: "a line that is not JSON, after one that is",
    text: '{"id":"a","text":"x"}\nid,text\n',
    line: 2,
    reason: /JSON/,
  },
  { name: "an answer without its text", text: '{"id":"a"}\n', line: 1, reason: /^it has no "text"$/ },
  { name: "something after an array", text: '[{"id":"a","text":"x"}]\n{}', line: 2, reason: /follows/ },
];
table("a bad line is named", bad, async ({ text, line, reason }, context) => {
  await assert.rejects(readAnswers(temporaryFile(context, "pool.jsonl", text)), (error) => {
    assert.ok(error instanceof PoolError && error.fault.tag === "poolLineInvalid");
    assert.equal(error.fault.line, line);
    assert.match(error.fault.reason, reason);
    assert.match(describeError(error).message, /pool\.jsonl/);
    return true;
  });
});

async function faultOf(file: string): Promise<PoolFault["tag"] | null> {
  try {
    await readAnswers(file);
    return null;
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    return error.fault.tag;
  }
}

test("unusable files are refused by name", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "pool.jsonl");
  assert.equal(await faultOf(file), "poolFileMissing");
  assert.equal(await faultOf(folder), "poolFileUnreadable");
  await writeFile(file, "\n");
  assert.equal(await faultOf(file), "poolEmpty");
});

test("a file packed by gzip is read, whatever its name; repeated answers are counted", async (context) => {
  const file = path.join(temporaryFolder(context), "pool.jsonl");
  const line = '{"id":"a","text":"x"}\n';
  await writeFile(file, gzipSync(`${line}${line}{"id":"a","group":"g","text":"x"}\n${line}`));
  const { answers, repeated } = await readAnswers(file);
  assert.deepEqual([answers.length, repeated], [4, 2]);
});

test("more text than a pool holds is refused while it is read", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "pool.jsonl");
  await writeFile(file, '{"id":"a","text":"x"}\n'.repeat(3));
  const room = new PoolRoom(150);
  await assert.rejects(readAnswers(file, { room }), (error) => {
    assert.ok(error instanceof PoolError && error.fault.tag === "poolTooLarge");
    return true;
  });
  // Room for all that is counted is enough for the text that is written.
  const answers = [
    { id: "\u2028a\n", group: null, text: '"' },
    { id: "b", group: "\ud800", text: "é" },
  ];
  const written = JSON.stringify(
    answers.map(({ id, group, text }) => ({ key: id, group, text, timeMs: 1e12 })),
  );
  const exact = new PoolRoom(written.length + 4 * answers.length);
  for (const answer of answers) exact.take(file, answer);
  assert.throws(() => {
    exact.take(file, answers[0]!);
  }, PoolError);
});

test("answers that the pool has already take no room", async (context) => {
  const file = path.join(temporaryFolder(context), "pool.jsonl");
  const entries = Array.from({ length: 20 }, (_, place) => ({
    key: `id ${place}`,
    group: null,
    text: "a film",
  }));
  const line = ({ key, text }: { key: string; text: string }): string => JSON.stringify({ id: key, text });
  await writeFile(file, [...entries, { key: "new", text: "b" }].map(line).join("\n"));
  const enough = JSON.stringify(entries.map((entry) => ({ ...entry, timeMs: 1e15 }))).length + 80;
  const { answers } = await readAnswers(file, { room: PoolRoom.beside(file, entries, enough) });
  assert.equal(answers.length, 21);
  // The same answers again, beside nothing that has them, and more than there is room for.
  await assert.rejects(readAnswers(file, { room: new PoolRoom(enough / 2) }), PoolError);
  assert.throws(() => PoolRoom.beside(file, [...entries, ...entries], enough), PoolError);
});

test("reading stops on request", async (context) => {
  const file = path.join(temporaryFolder(context), "pool.jsonl");
  await writeFile(file, '{"id":"a","text":"x"}\n'.repeat(100_000));
  const signal = AbortSignal.abort();
  await assert.rejects(readAnswers(file, { signal }), { name: "AbortError" });
});

test("the fingerprint follows the content, the name the file", async (context) => {
  const folder = temporaryFolder(context);
  const write = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text);
    return readAnswers(path.join(folder, name));
  };
  const first = await write("a.jsonl", '{"id":"a","text":"x"}\n');
  const same = await write("b.jsonl", '{"id":"a","text":"x"}\n');
  const other = await write("c.jsonl", '{"id":"a","text":"y"}\n');
  assert.equal(first.name, "a.jsonl");
  assert.equal(first.fingerprint, same.fingerprint);
  assert.notEqual(first.fingerprint, other.fingerprint);
});

test.skipIf(process.platform === "win32")("a pipe of answers is read as it comes, once", async (context) => {
  const pipe = path.join(temporaryFolder(context), "pipe");
  execFileSync("mkfifo", [pipe]);
  const written = writeFile(pipe, '{"id":"a","text":"x"}\n');
  const source = await readPoolSource(pipe);
  await written;
  assert.equal(source.kind === "answers" && source.file.answers.length, 1);
});

const answerLine = (id: string): string => JSON.stringify({ id, text: "x" });
table(
  "bad lines are named together, or left out as asked",
  [
    {
      name: "several",
      lines: [answerLine("a"), "hello", answerLine("b"), '{"id":"c"}', "{"],
      message: /Line 2 of the pool .* is not an answer: .* Nor are lines 4, 5\.$/,
      kept: { ids: ["a", "b"], skipped: 3 },
    },
    {
      name: "more than are named",
      lines: [answerLine("a"), ...Array.from({ length: 30 }, () => "hello")],
      message: /Nor are lines 3, 4, 5, 6, 7, 8, 9, 10, 11\.$/,
      kept: { ids: ["a"], skipped: 30 },
    },
    {
      name: "a file of another kind",
      lines: ["id,text", "1,hello", "2,hello"],
      message:
        /Line 1 of the pool .* the file looks like a table \(CSV\); each line must be a JSON object\.$/,
      kept: null,
    },
    {
      name: "none",
      lines: [answerLine("a")],
      message: null,
      kept: { ids: ["a"], skipped: 0 },
    },
  ],
  async ({ lines, message, kept }, context) => {
    const file = path.join(temporaryFolder(context), "pool.jsonl");
    writeFileSync(file, lines.join("\n"));
    const read = readAnswers(file);
    if (message === null) await read;
    else await assert.rejects(read, (error) => message.test(describeError(error).message));
    const skipping = readAnswers(file, { skipsBadLines: true });
    if (kept === null) {
      await assert.rejects(skipping, PoolError);
      return;
    }
    const { answers, skipped } = await skipping;
    assert.deepEqual({ ids: answers.map(({ id }) => id), skipped }, kept);
  },
);
