// Recorded answers as texts or ids, and ids that a smaller vocabulary can take.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "vitest";
import { BenchError, fittedTo, readRecorded, type Recording } from "../../../../server/bench/index.ts";
import { describeError } from "../../../../core/base/index.ts";
import { table, temporaryFile } from "../../../support/check.ts";

const IDS = '{"k":1,"kind":"item","prompt":[1,2],"out":[3,4]}';

table(
  "texts",
  [
    {
      name: "only a text",
      line: { text: "a" },
      expected: { id: "1", group: null, prompt: null, text: "a" },
    },
    {
      name: "all fields",
      line: { id: "u", group: "g", prompt: "p", text: "a" },
      expected: { id: "u", group: "g", prompt: "p", text: "a" },
    },
    {
      name: "an answer",
      line: { id: 7, answer: "a" },
      expected: { id: "7", group: null, prompt: null, text: "a" },
    },
  ],
  async ({ line, expected }, context) => {
    const file = temporaryFile(context, "a.jsonl", JSON.stringify(line));
    assert.deepEqual(await readRecorded(file), { kind: "texts", texts: [expected] });
  },
);

table(
  "refused",
  [
    { name: "no text", line: '{"id":"u"}', field: /text must be a string/ },
    { name: "an empty text", line: '{"text":""}', field: /text must be a string/ },
    { name: "a prompt of ids", line: '{"text":"a","prompt":[1]}', field: /prompt must be/ },
    {
      name: "a second line of ids with a fault",
      line: `${IDS}\n{"k":1,"kind":"i","prompt":[],"out":"x"}`,
      field: /Line 2 .* out/,
    },
  ],
  async ({ line, field }, context) => {
    await assert.rejects(
      readRecorded(temporaryFile(context, "a.jsonl", line)),
      (error) => error instanceof BenchError && field.test(describeError(error).message),
    );
  },
);

test("a packed file is read as a plain one", async (context) => {
  const { kind } = await readRecorded(temporaryFile(context, "a.jsonl.gz", gzipSync(IDS)));
  assert.equal(kind, "ids");
});

const recording = (prompt: number[], out: number[]): Recording => ({
  k: 1,
  kind: "item",
  group: null,
  prompt: Int32Array.from(prompt),
  out: Int32Array.from(out),
  ms: null,
});

test("ids within the vocabulary stay; beyond it they are renumbered by frequency, equal ones alike", () => {
  const recordings = [recording([900, 7], [900, 5]), recording([900], [7, 80])];
  assert.deepEqual(fittedTo(recordings, 901).source, { kind: "recorded" });
  const { recordings: fitted, source } = fittedTo(recordings, 4);
  assert.deepEqual(source, { kind: "renumbered", words: 4, recordedWords: 901 });
  assert.deepEqual(
    fitted.map(({ prompt, out }) => [[...prompt], [...out]]),
    [
      [
        [0, 1],
        [0, 2],
      ],
      [[0], [1, 3]],
    ],
  );
  assert.throws(
    () => fittedTo(recordings, 3),
    (error) => describeError(error).message.includes("4 distinct token ids"),
  );
});
