// What is taken as recorded answers, and how everything else is refused: by file, line and field.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { BenchError, readRecordings, vocabularyOf } from "../../../../server/bench/index.ts";
import { describeError } from "../../../../core/base/index.ts";
import { repositoryFolder, table, temporaryFile, temporaryFolder } from "../../../support/check.ts";

const GOOD = '{"k":1,"kind":"item","group":"Drama","prompt":[1,2],"out":[3,4]}';
const FILE = "answers.jsonl";

table(
  "accepted",
  [
    { name: "a plain line", text: GOOD },
    { name: "empty lines between", text: `\n${GOOD}\n\n  \n` },
    { name: "lines ended as on Windows", text: `${GOOD}\r\n` },
    { name: "a key that is a text", text: GOOD.replace('"k":1', '"k":"user-7"') },
    { name: "no group", text: GOOD.replace('"group":"Drama",', "") },
    { name: "a group of null", text: GOOD.replace('"Drama"', "null") },
    { name: "a time", text: GOOD.replace('"k":1', '"k":1,"ms":12.5') },
    { name: "an empty prompt", text: GOOD.replace("[1,2]", "[]") },
    { name: "an empty answer", text: GOOD.replace("[3,4]", "[]") },
    { name: "the largest id", text: GOOD.replace("[3,4]", "[16777215]") },
  ],
  async ({ text }, context) => {
    const recordings = await readRecordings(temporaryFile(context, FILE, text));
    assert.equal(recordings.length, 1);
  },
);

test("a line becomes a recording; unknown keys are left out", async (context) => {
  const line = GOOD.replace('"k":1', '"k":1,"text":"hello","ms":3');
  const [recording] = await readRecordings(temporaryFile(context, FILE, line));
  assert.deepEqual(recording, {
    k: 1,
    kind: "item",
    group: "Drama",
    prompt: Int32Array.of(1, 2),
    out: Int32Array.of(3, 4),
    ms: 3,
  });
});

table(
  "refused on line 2",
  [
    { name: "no JSON", line: '{"k":1', field: null },
    { name: "a list", line: "[1,2]", field: null },
    { name: "null", line: "null", field: null },
    { name: "no key", line: GOOD.replace('"k":1,', ""), field: "k" },
    { name: "a key that is a list", line: GOOD.replace('"k":1', '"k":[]'), field: "k" },
    { name: "no kind", line: GOOD.replace('"kind":"item",', ""), field: "kind" },
    { name: "a group that is a number", line: GOOD.replace('"Drama"', "7"), field: "group" },
    { name: "no prompt", line: GOOD.replace('"prompt":[1,2],', ""), field: "prompt" },
    { name: "an answer that is a text", line: GOOD.replace("[3,4]", '"hello"'), field: "out" },
    { name: "an id with a fraction", line: GOOD.replace("[1,2]", "[1,2.5]"), field: "prompt[1]" },
    { name: "a negative id", line: GOOD.replace("[3,4]", "[-1]"), field: "out[0]" },
    { name: "an id that is a text", line: GOOD.replace("[3,4]", '[3,"4"]'), field: "out[1]" },
    { name: "an id that is null", line: GOOD.replace("[3,4]", "[null]"), field: "out[0]" },
    { name: "an id beyond any vocabulary", line: GOOD.replace("[3,4]", "[16777216]"), field: "out[0]" },
    { name: "a negative time", line: GOOD.replace('"k":1', '"k":1,"ms":-1'), field: "ms" },
  ],
  async ({ line, field }, context) => {
    const file = temporaryFile(context, FILE, `${GOOD}\n${line}\n${GOOD}`);
    const error = await benchError(readRecordings(file));
    const { fault } = error;
    assert.equal(fault.tag, "recordingInvalid");
    assert.equal(fault.path, file);
    assert.equal(fault.line, 2);
    assert.equal(fault.field, field);
    const { message } = describeError(error);
    assert.ok(message.includes(`Line 2 of ${file}`), message);
    assert.ok(message.includes(field ?? FILE), message);
  },
);

test("a file without an answer is refused", async (context) => {
  const file = temporaryFile(context, FILE, " \n\n");
  assert.equal((await benchError(readRecordings(file))).fault.tag, "recordingsEmpty");
});

test("a missing file, and a folder, are refused by name", async (context) => {
  const folder = temporaryFolder(context);
  const missing = path.join(folder, "none.jsonl");
  await assert.rejects(readRecordings(missing), isFault("recordingsMissing", missing));
  await assert.rejects(readRecordings(folder), isFault("recordingsUnreadable", folder));
  const empty = path.join(folder, "empty.jsonl");
  writeFileSync(empty, "");
  await assert.rejects(readRecordings(empty), isFault("recordingsEmpty", empty));
});

test("the fixture holds answers of two kinds", async () => {
  const recordings = await readRecordings(
    path.join(repositoryFolder, "test", "fixtures", "recordings", "scripted.jsonl"),
  );
  assert.deepEqual([...new Set(recordings.map(({ kind }) => kind))].sort(), ["item", "user"]);
});

table(
  "the vocabulary is one more than the largest id",
  [
    { name: "of answers", line: GOOD, vocabulary: 5 },
    { name: "of prompts", line: GOOD.replace("[1,2]", "[99]"), vocabulary: 100 },
    { name: "of nothing", line: GOOD.replace("[1,2]", "[]").replace("[3,4]", "[]"), vocabulary: 0 },
  ],
  async ({ line, vocabulary }, context) => {
    assert.equal(vocabularyOf(await readRecordings(temporaryFile(context, FILE, line))), vocabulary);
  },
);

async function benchError(reading: Promise<unknown>): Promise<BenchError> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof BenchError) return error;
    throw error;
  }
  return assert.fail("nothing was refused");
}

function isFault(tag: string, name: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof BenchError &&
    error.fault.tag === tag &&
    "path" in error.fault &&
    error.fault.path === name;
}
