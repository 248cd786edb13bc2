// `laser data` as a user meets it: what it writes, prints and ends with.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { aboutLines } from "../../../../../server/cli/terminal/dataOutput.ts";
import { parseSplit } from "../../../../../server/cli/options/splitOption.ts";
import { golden, table } from "../../../../support/check.ts";
import { folderWith, imported, type Files } from "../../../../support/data.ts";
import { runSource, type Ended } from "../../../../support/process/program.ts";

const laserData = (...args: readonly string[]): Promise<Ended> =>
  runSource("server/cli/main.ts", ["data", ...args]);

const SET: Files = {
  "a.csv":
    "user,item,rating,time,title\nu1,i1,4,1,Lamp\nu1,i2,5,2,Candle\nu1,i2,4,2,Candle\nu2,i2,3,3,Candle\nu2,i3,1,3,Dimmer\nu3,i3,x,3,Dimmer\nu3,i1,,3,Lamp\nu3,i1,5,9,Lantern\n",
};

test("import writes a data set and says what it kept, and rows prints what a run would read", async (context) => {
  const folder = folderWith(context, SET);
  const out = join(folder, "set.laserdata");
  const done = await laserData("import", join(folder, "a.csv"), "--out", out, "--min-rating", "3");
  assert.equal(done.exitCode, 0, done.stderr);
  assert.match(done.stdout, /^3 users, 3 items, 4 interactions, from csv\n/);
  assert.match(
    done.stdout,
    /bad rows +1\n +1: the rating is not a number\n +where:\n +a\.csv:7: the rating is not a number\n/,
  );
  assert.deepEqual(readdirSync(folder).sort(), ["a.csv", "set.laserdata"]);

  const rows = await laserData("rows", out, "--of", "items", "--limit", "1");
  const [first = "", ...others] = rows.stdout.trim().split("\n");
  assert.equal(rows.exitCode, 0, rows.stderr);
  assert.deepEqual(others, []);
  assert.deepEqual(JSON.parse(first), {
    id: "item-i1",
    subject: "item-i1",
    values: {
      id: "i1",
      title: "Lamp",
      year: null,
      category: null,
      categories: [],
      description: null,
      interactions: 2,
    },
    attributes: {},
  });
  const flat = await laserData("rows", out, "--of", "items", "--limit", "1", "--flat");
  const columns = { title: "Lamp", year: null, category: null, categories: [], description: null };
  assert.deepEqual(JSON.parse(flat.stdout), { id: "item-i1", ...columns, interactions: 2 });
});

test("bad input ends with 2 and a next step", async () => {
  const missing = await laserData("info", "none.laserdata");
  assert.equal(missing.exitCode, 2);
  assert.match(missing.stderr, /There is no file at none\.laserdata\./);
  const unknown = await laserData("import", ".", "--out", "x.laserdata", "--format", "excel");
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.stderr, /--format excel: it must be one of movielens-100k, /);
});

test("all that info can say", async (context) => {
  const folder = folderWith(context, {
    ...SET,
    "items.csv": "id,title\ni1,Lamp\ni1,Lamp\ni1,Sun\n",
  });
  const { about } = await imported(folder, "a.csv", {
    items: join(folder, "items.csv"),
    minRating: 2,
    kCore: 1,
    split: { kind: "time", train: 0.5, valid: 0.25 },
  });
  golden("data/info", aboutLines(about).join("\n"));
});

table<{ name: string; wrong?: boolean; is?: unknown }>(
  "--split",
  [
    { name: "last", is: { kind: "last" } },
    { name: "time", is: { kind: "time", train: 0.8, valid: 0.1 } },
    { name: "time:70/0/30", is: { kind: "time", train: 0.7, valid: 0 } },
    { name: "user:40/45/15", is: { kind: "user", train: 0.4, valid: 0.45 } },
    { name: "users:40/45/15", wrong: true },
    { name: "time:70/20/20", wrong: true },
    { name: "time:0/50/50", wrong: true },
    { name: "time:1/2", wrong: true },
    { name: "random", wrong: true },
  ],
  ({ name, wrong = false, is }) => {
    if (wrong) assert.throws(() => parseSplit(name), /optionInvalid/);
    else assert.deepEqual(parseSplit(name), is);
  },
);
