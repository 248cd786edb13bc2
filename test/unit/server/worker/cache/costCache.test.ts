// A cache that can't be written costs only a line. Lanes have their own costs, guessed before the first run.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../../server/engine/index.ts";
import { costsToBegin, keepCosts, laneCostsToBegin } from "../../../../../server/worker/index.ts";
import { temporaryFolder } from "../../../../support/check.ts";

const engine = createScriptedEngine({ answers: [{ text: "one two" }] });
const table = { points: [{ tokens: 1, threads: 1, baseMs: 5, msPerContextToken: 0 }] };

test("costs that can't be kept are named once, and the run continues", async (context) => {
  const cacheDir = join(temporaryFolder(context), "file");
  writeFileSync(cacheDir, "");
  const lines: string[] = [];
  const cache = { cacheDir, rowWidth: 40, warn: (line: string) => lines.push(line) };
  await keepCosts(engine, cache, table);
  await keepCosts(engine, cache, table);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^The measured costs were not kept, .*costs/);
});

test("costs that can be kept are read again", async (context) => {
  const lines: string[] = [];
  const cache = {
    cacheDir: temporaryFolder(context),
    rowWidth: 40,
    warn: (line: string) => lines.push(line),
  };
  await keepCosts(engine, cache, table);
  assert.deepEqual(await costsToBegin(engine, cache), table);
  assert.deepEqual(lines, []);
});

test("costs of lanes begin as a guess at the counts that they evaluate, and then as the last run left them", async (context) => {
  const cache = { cacheDir: temporaryFolder(context), rowWidth: 40 };
  const lanes = async (count: number) => engine.openLanes({ lanes: count, contextTokens: 100, trees: false });
  const [two, four] = [await lanes(2), await lanes(4)];
  const guess = await laneCostsToBegin(engine, four, cache);
  assert.equal(guess.isGuess, true);
  assert.deepEqual([...new Set(guess.points.map(({ tokens }) => tokens))], [...four.counts]);
  await keepCosts(engine, cache, table, four);
  assert.deepEqual(await laneCostsToBegin(engine, four, cache), table);
  assert.equal(
    (await laneCostsToBegin(engine, two, cache)).isGuess,
    true,
    "another number of lanes is another table",
  );
  assert.equal((await costsToBegin(engine, cache)).isGuess, true, "one answer is another table");
});
