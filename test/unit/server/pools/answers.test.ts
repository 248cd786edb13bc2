// Files of earlier answers: what is read, and bad files refused with the line and the reason.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "vitest";
import {
  parseAnswers,
  PoolError,
  readAnswers,
  type Answer,
  type PoolFault,
} from "../../../../server/pools/index.ts";
import { describeError } from "../../../../core/base/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

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
];
table("answers", good, ({ text, expect }) => {
  assert.deepEqual(parseAnswers(text, "pool.jsonl"), expect);
});

const bad: { name: string; text: string; line: number; reason: RegExp }[] = [
  { name: "no JSON", text: '{"id":"a","text":"x"}\nhello', line: 2, reason: /JSON/ },
  { name: "a cut line", text: '{"id":"a","te', line: 1, reason: /JSON/ },
  { name: "no object", text: "[1]", line: 1, reason: /object/ },
  { name: "no text", text: '{"id":"a"}', line: 1, reason: /text/ },
  { name: "an empty text", text: '{"id":"a","text":""}', line: 1, reason: /text/ },
  { name: "an id that is a number", text: '\n{"id":1,"text":"x"}', line: 2, reason: /id/ },
];
table("a bad line is named", bad, ({ text, line, reason }) => {
  assert.throws(
    () => parseAnswers(text, "pool.jsonl"),
    (error) => {
      assert.ok(error instanceof PoolError && error.fault.tag === "poolLineInvalid");
      assert.equal(error.fault.line, line);
      assert.match(error.fault.reason, reason);
      assert.match(describeError(error).message, /pool\.jsonl/);
      return true;
    },
  );
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

test("files that can't serve are refused by name", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "pool.jsonl");
  assert.equal(await faultOf(file), "poolFileMissing");
  assert.equal(await faultOf(folder), "poolFileUnreadable");
  await writeFile(file, "\n");
  assert.equal(await faultOf(file), "poolEmpty");
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
