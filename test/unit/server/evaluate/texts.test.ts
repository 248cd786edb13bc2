// What is measured of the texts, and what the command's options name.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import {
  directMeasures,
  EvaluateError,
  factsText,
  parseArms,
  parseUserArms,
  readKnowledge,
  studyData,
  type Interaction,
  type Knowledge,
  type StudyItem,
} from "../../../../server/evaluate/index.ts";
import { table } from "../../../support/check.ts";

const tagOf = (error: unknown): string => (error instanceof EvaluateError ? error.fault.tag : String(error));
const signal = new AbortController().signal;

table(
  "knowledge options",
  [
    { name: "one", given: ["strict=a.jsonl"], expect: ["strict a.jsonl"] },
    {
      name: "a name with =",
      given: ["strict=a.jsonl", "k=2 p=0.1=b.jsonl"],
      expect: ["strict a.jsonl", "k=2 p=0.1 b.jsonl"],
    },
    { name: "without a file", given: ["strict="], expect: "armInvalid" },
    { name: "without a name", given: ["=a.jsonl"], expect: "armInvalid" },
    { name: "twice", given: ["strict=a", "strict=b"], expect: "armInvalid" },
    { name: "a name of the study's own", given: ["strict=a", "none=b"], expect: "armInvalid" },
    { name: "nothing strict", given: ["relaxed=a"], expect: "strictMissing" },
  ],
  ({ given, expect }) => {
    if (typeof expect === "string")
      assert.throws(
        () => parseArms(given),
        (error) => tagOf(error) === expect,
      );
    else
      assert.deepEqual(
        parseArms(given).map(({ name, path }) => `${name} ${path}`),
        expect,
      );
  },
);

table(
  "options of users' knowledge",
  [
    { name: "none", given: [], expect: [] },
    { name: "in another order", given: ["r=u", "strict=v"], expect: ["strict v", "r u"] },
    { name: "one is missing", given: ["strict=v"], expect: "userArmsDiffer" },
    { name: "one more", given: ["r=u", "strict=v", "s=w"], expect: "userArmsDiffer" },
  ],
  ({ given, expect }) => {
    const arms = parseArms(["strict=a", "r=b"]);
    if (typeof expect === "string")
      assert.throws(
        () => parseUserArms(given, arms),
        (error) => tagOf(error) === expect,
      );
    else
      assert.deepEqual(
        parseUserArms(given, arms).map(({ name, path }) => `${name} ${path}`),
        expect,
      );
  },
);

const RUN_OUTPUT: readonly (readonly [string, readonly string[], string])[] = [
  ["texts and a failed row", ['{"id":"a","text":"x","tokens":3}', '{"id":2,"text":null}'], "a | 1 failed"],
  ["an id twice", ['{"id":"a","text":"x"}', '{"id":"a","text":"y"}'], "line 2"],
  ["no id", ['{"text":"x"}'], "line 1"],
  ["rows that are not answers", ['{"id":"a","title":"x"}'], "line 1"],
  ["a failed row without a text", ['{"id":"a","text":"x"}', '{"id":2,"error":{"code":"c"}}'], "a | 1 failed"],
  ["an id whose digits are lost", ['{"id":12345678901234567890,"text":"x"}'], "line 1"],
  ["a text that is a number", ['{"id":"a","text":5}'], "line 1"],
];
for (const [name, lines, expect] of RUN_OUTPUT)
  test(`output of a run: ${name}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "laser-knowledge-"));
    try {
      const path = join(folder, "run.jsonl");
      await writeFile(path, lines.join("\n"));
      const read = readKnowledge("strict", path, signal);
      if (expect.startsWith("line"))
        await assert.rejects(read, (error) =>
          describeError(error).message.startsWith(expect.replace("line", "Line")),
        );
      else {
        const { texts, failedRows } = await read;
        assert.equal(`${[...texts.keys()].join(" ")} | ${failedRows} failed`, expect);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

const knowledge = (name: string, texts: readonly string[]): Knowledge => ({
  name,
  path: `${name}.jsonl`,
  texts: new Map(texts.map((text, at) => [`item-${at}`, text])),
  tokens: new Map(),
  failedRows: 0,
});

const item = (at: number, part: Partial<StudyItem> = {}): StudyItem => ({
  id: `item-${at}`,
  title: `Film ${at}`,
  year: 1900 + at,
  attributes: [at % 2 === 0 ? "Comedy" : "Drama"],
  ...part,
});

test("texts are held against the strict ones and the facts", () => {
  const items = [item(0), item(1), item(2, { year: null }), item(3, { title: null })];
  const strict = knowledge("strict", ["film 0, 1900", "Film 1", "Film 2", "four"]);
  const relaxed = knowledge("relaxed", ["film 0, 1900", "", "none", "none of 1903"]);
  const facts = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [-1, -1, -1],
  ].map((values) => Float32Array.from(values));
  // The second and the third have changed places.
  const vectors = [facts[0]!, facts[2]!, facts[1]!, facts[3]!];
  const measured = directMeasures(items, strict, { knowledge: relaxed, vectors }, facts);
  assert.deepEqual(
    { ...measured, lengthRatio: measured.lengthRatio.toFixed(4) },
    {
      name: "relaxed",
      items: 4,
      equalToStrict: 1 / 4,
      titleNamed: 1 / 4,
      yearNamed: 2 / 3,
      lengthRatio: ((1 + 0 + 4 / 6 + 12 / 4) / 4).toFixed(4),
      ownItemFirst: 2 / 4,
      reciprocalRank: measured.reciprocalRank,
    },
  );
  assert.ok(measured.reciprocalRank > 0.5 && measured.reciprocalRank < 1);
});

test("facts as a text", () => {
  assert.equal(factsText(item(1, { attributes: ["Drama", "War"] })), "Film 1 (1901). Drama, War");
  assert.equal(factsText(item(1, { year: null })), "Film 1. Drama");
});

const rated = (user: number, at: number, rating: number): Interaction => ({
  user: `user-${user}`,
  item: `item-${at}`,
  rating,
  timeMs: user * 1000 + at,
});

test("a study has the items that all know, and clicks by the rating", () => {
  const items = Array.from({ length: 70 }, (_, at) => item(at));
  const all = items.map(() => "text");
  const interactions = items.slice(0, 65).map((_, at) => rated(at % 3, at, at % 2 === 0 ? 5 : 3));
  const data = studyData(items, interactions, [knowledge("strict", all), knowledge("r", all.slice(5))], 4);
  assert.equal(data.items.length, 65);
  assert.deepEqual([...data.labels.subarray(0, 4)], [1, 0, 1, 0]);
  assert.deepEqual(data.attributes, ["Comedy", "Drama"]);
  assert.deepEqual([...data.attributeFlags.subarray(0, 4)], [1, 0, 0, 1]);
  assert.equal(data.userCount, 3);
  const refused = (least: number, some: readonly Interaction[]): void => {
    studyData(items, some, [knowledge("strict", all)], least);
  };
  assert.throws(
    () => {
      refused(6, interactions);
    },
    (error) => tagOf(error) === "tooFewClicks",
  );
  assert.throws(
    () => {
      refused(4, interactions.slice(0, 49));
    },
    (error) => tagOf(error) === "tooFewItems",
  );
});
