// `laser pool add` of answers that the pool has already: they stay one entry each, and the line says how many were new.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "vitest";
import { Command } from "commander";
import { blameOf } from "../../../../../core/base/index.ts";
import { addPoolCommand } from "../../../../../server/cli/commands/poolCommand.ts";
import { createScriptedEngine, type Engine } from "../../../../../server/engine/index.ts";
import { readPoolFile, writePoolFile } from "../../../../../server/pools/index.ts";
import { storedPool } from "../../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { printedBy } from "../../../../support/process/laserHere.ts";

interface Answer {
  readonly id: string;
  readonly group?: string;
  readonly text: string;
}
const STORED: readonly Answer[] = [
  { id: "ann", group: "films", text: "one two three" },
  { id: "bob", text: "four five" },
];
const NEW: Answer = { id: "ann", group: "books", text: "six" };
const engine = createScriptedEngine({ answers: [...STORED, NEW] });

interface Row {
  readonly name: string;
  readonly added: readonly Answer[];
  readonly says: RegExp;
  /** Of the entries: id, group and text. */
  readonly left: readonly string[];
}
const BEFORE = ["ann films one two three", "bob null four five"];
const rows: readonly Row[] = [
  {
    name: "the same file again",
    added: STORED,
    says: /: 0 answers added, 2 were there already; now 2 answers, \d+ tokens in 2 groups\n$/,
    left: BEFORE,
  },
  {
    name: "one new among known ones",
    added: [...STORED, NEW],
    says: /: 1 answer added, 2 were there already; now 3 answers, /,
    left: [...BEFORE, "ann books six"],
  },
  {
    name: "the same text about another id",
    added: [{ id: "eve", text: "four five" }],
    says: /: 1 answer added; now 3 answers, /,
    left: [...BEFORE, "eve null four five"],
  },
  {
    name: "another text about the same id",
    added: [{ id: "bob", text: "six" }],
    says: /: 1 answer added; now 3 answers, /,
    left: [...BEFORE, "bob null six"],
  },
  {
    name: "a known one with a group of its own",
    added: [{ id: "bob", group: "books", text: "four five" }],
    says: /: 0 answers added, 1 was there already; now 2 answers, /,
    left: [BEFORE[0]!, "bob books four five"],
  },
  {
    name: "a known one without its group",
    added: [{ id: "ann", text: "one two three" }],
    says: /: 0 answers added, 1 was there already; /,
    left: BEFORE,
  },
  {
    name: "new ones that repeat each other, as votes of their own",
    added: [NEW, NEW],
    says: /: 2 answers added; now 4 answers, /,
    left: [...BEFORE, "ann books six", "ann books six"],
  },
];

async function filled(folder: string): Promise<string> {
  const file = path.join(folder, "some.laserpool");
  const answers = STORED.map(({ id, group = null, text }) => ({ id, group, text }));
  await writePoolFile(file, storedPool(answers, engine, 1000));
  return file;
}

async function add(file: string, added: readonly Answer[], model: Engine = engine): Promise<string> {
  const more = path.join(path.dirname(file), "more.jsonl");
  await writeFile(more, added.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  const program = new Command().exitOverride();
  addPoolCommand(program, () => Promise.resolve(model));
  return (await printedBy(() => program.parseAsync(["pool", "add", file, more], { from: "user" }))).stdout;
}

const OTHER = createScriptedEngine({ answers: [{ text: "others" }] });

test("adding by another tokenizer is refused and releases the model", async (context) => {
  const file = await filled(temporaryFolder(context));
  const before = await readFile(file);
  let disposed = 0;
  const dispose = (): Promise<void> => {
    disposed++;
    return Promise.resolve();
  };
  await assert.rejects(
    add(file, [NEW], { ...OTHER, dispose }),
    (error) =>
      blameOf(error) === "input" &&
      JSON.stringify((error as { fault?: unknown }).fault).includes("poolOtherTokenizer"),
  );
  assert.equal(disposed, 1);
  assert.ok(before.equals(await readFile(file)));
});

async function entriesOf(file: string): Promise<readonly string[]> {
  const { entries, pool } = await readPoolFile(file, engine.model.tokenizerFingerprint);
  assert.deepEqual(pool.check(), []);
  assert.equal(pool.arrays().ids.length, entries.length);
  return entries.map(({ key, group, text }) => `${key} ${group} ${text}`);
}

table("adding", rows, async ({ added, says, left }, context) => {
  const file = await filled(temporaryFolder(context));
  assert.match(await add(file, added), says);
  assert.deepEqual(await entriesOf(file), left);
});

test("adding one file several times adds it once", async (context) => {
  const file = await filled(temporaryFolder(context));
  for (let time = 0; time < 3; time++) await add(file, [NEW]);
  assert.deepEqual(await entriesOf(file), [...BEFORE, "ann books six"]);
});
