// What is named as a pool, ready for drafting: both kinds of file give the same index, and the first tokens of an
// answer are drafted from it.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { createScriptedEngine, type Engine } from "../../../../server/engine/index.ts";
import { AcceptanceModel, Pool, RetrievalDrafter } from "../../../../core/laser/index.ts";
import {
  forgetKey,
  PoolError,
  readPoolAnswers,
  readPoolSource,
  writePoolFile,
  type StoredPool,
} from "../../../../server/pools/index.ts";
import { answerOpening, loadPool, storedPool } from "../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

const ANSWERS = [
  { id: "a", group: "x", text: "Cats sleep all day." },
  { id: "b", group: null, text: "Dogs bark." },
  { id: "c", group: "x", text: "Birds sing at dawn, and cats listen." },
];
const engine = createScriptedEngine({ answers: ANSWERS });
const OPENING = engine.tokenizer.tokenize("<|assistant|>", true);

/** The same answers as both kinds of file, each under a name that speaks of the other. */
async function files(context: TestContext): Promise<{ text: string; stored: string }> {
  const folder = temporaryFolder(context);
  const text = path.join(folder, "text.laserpool");
  const stored = path.join(folder, "stored.jsonl");
  await writeFile(text, ANSWERS.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  await writePoolFile(stored, storedPool(ANSWERS, engine, 5000));
  return { text, stored };
}

table(
  "the opening is what the template puts in front of an answer",
  [
    { name: "one control token", template: engine.chat.template, expected: "<|assistant|>" },
    {
      name: "at most four tokens",
      template: "{{ messages[0]['content'] }}12345<|assistant|>",
      expected: "345<|assistant|>",
    },
    {
      name: "nothing if the prompt ends with the question",
      template: "{{ messages[0]['content'] }}",
      expected: "",
    },
    { name: "nothing without a template", template: null, expected: "" },
    { name: "nothing if the template refuses", template: "{{ raise_exception('no') }}", expected: "" },
  ],
  ({ template, expected }) => {
    // Spelled in bytes: no word of the script is used.
    const opening = answerOpening({ tokenizer: engine.tokenizer, chat: { ...engine.chat, template } });
    assert.deepEqual(opening, engine.tokenizer.tokenize(expected, true));
  },
);

test("both kinds of file give one index, by their content", async (context) => {
  const { text, stored } = await files(context);
  const [fromText, fromStored] = [await readPoolSource(text), await readPoolSource(stored)];
  assert.deepEqual([fromText.kind, fromStored.kind], ["answers", "poolFile"]);
  const answerTokens = ANSWERS.flatMap((answer) => engine.tokenizer.tokenize(answer.text, false)).length;
  for (const source of [fromText, fromStored]) {
    const pool = loadPool(source, engine);
    assert.equal(pool.index.entries, 3);
    assert.equal(pool.tokens, answerTokens, "openings are not counted");
    assert.match(pool.fingerprint, /^[0-9a-f]{16}$/);
    const drafter = new RetrievalDrafter(engine.target.vocabularySize, pool.index, new AcceptanceModel());
    // Nothing of the question is in the pool: what matches is the opening.
    drafter.begin(Int32Array.from([...engine.tokenizer.tokenize("?", false), ...OPENING]));
    const draft = drafter.draft(3);
    assert.ok(draft.length > 0, "the first token is drafted");
    const firsts = ANSWERS.map((answer) => engine.tokenizer.tokenize(answer.text, false)[0]);
    assert.ok(firsts.includes(draft.tokens[0]));
    const named = pool.entryOf(draft.entries[0]!);
    const answer = ANSWERS.find(({ id }) => id === named?.id);
    assert.equal(engine.tokenizer.tokenize(answer!.text, false)[0], draft.tokens[0], "its entry holds it");
  }
});

test("entries keep their names and texts when others were forgotten", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "pool");
  await writePoolFile(file, forgetKey(storedPool(ANSWERS, engine, 1), "a"));
  const pool = loadPool(await readPoolSource(file), engine);
  assert.equal(pool.entryOf(0), null);
  assert.deepEqual(pool.entryOf(1), ANSWERS[1]);
  assert.deepEqual(pool.entryOf(2), ANSWERS[2]);
});

test("a pool file of another tokenizer is refused, and its text can be built again", async (context) => {
  const { stored } = await files(context);
  const other: Engine = createScriptedEngine({ answers: [{ text: "Other words." }] });
  const source = await readPoolSource(stored);
  assert.throws(
    () => loadPool(source, other),
    (error) => error instanceof PoolError && error.fault.tag === "poolOtherTokenizer",
  );
  const { answers } = await readPoolAnswers(stored);
  assert.deepEqual(
    answers,
    ANSWERS.map((answer) => ({ ...answer, timeMs: 5000 })),
  );
  await writePoolFile(stored, storedPool(answers, other, 1));
  assert.equal(loadPool(await readPoolSource(stored), other).index.entries, 3);
});

test("a pool file with tokens that the vocabulary does not have is refused, whatever its checksum", async (context) => {
  const file = path.join(temporaryFolder(context), "pool");
  const made = storedPool(ANSWERS, engine, 1);
  const { vocabularySize } = engine.model;
  const reaching = (token: number): StoredPool => ({
    ...made,
    pool: Pool.build(ANSWERS.map(() => [0, token, 0])),
  });
  await writePoolFile(file, reaching(vocabularySize - 1));
  assert.equal(loadPool(await readPoolSource(file), engine).index.entries, ANSWERS.length);
  for (const stored of [
    reaching(vocabularySize),
    reaching(2 ** 31 - 1),
    { ...made, opening: [vocabularySize] },
  ]) {
    await writePoolFile(file, stored);
    const source = await readPoolSource(file);
    assert.throws(
      () => loadPool(source, engine),
      (error) => error instanceof PoolError && error.fault.tag === "poolFileDamaged",
    );
  }
});

test("a file that is neither answers nor a pool file is refused by its line", async (context) => {
  const file = path.join(temporaryFolder(context), "a.laserpool");
  for (const content of ["LASERPL", "LASERPX\n", "\u0000\u0001"]) {
    await writeFile(file, content);
    await assert.rejects(
      readPoolSource(file),
      (error) => error instanceof PoolError && error.fault.tag === "poolLineInvalid",
    );
  }
});
