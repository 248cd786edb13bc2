// `laser groups`, and the pool commands that take groups, as a user meets them: files in, lines and files out.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "vitest";
import { Command } from "commander";
import { addGroupsCommand } from "../../../../../server/cli/commands/groupsCommand.ts";
import { addPoolCommand } from "../../../../../server/cli/commands/poolCommand.ts";
import { blameOf } from "../../../../../core/base/index.ts";
import { createScriptedEngine } from "../../../../../server/engine/index.ts";
import { readGroupsFile, readPoolFile } from "../../../../../server/pools/index.ts";
import { temporaryFolder } from "../../../../support/check.ts";

async function laser(args: readonly string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addGroupsCommand(program);
  addPoolCommand(program, scripted);
  await program.parseAsync(args, { from: "user" });
}
const scripted = () => Promise.resolve(createScriptedEngine({ answers: [{ text: "one two three" }] }));

const lines = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

test("groups by interactions with a fallback; the pool takes them, and forgets a user in all files", async (context) => {
  const folder = temporaryFolder(context);
  const file = (name: string): string => path.join(folder, name);
  const ratings = Array.from({ length: 8 }, (_, user) =>
    Array.from({ length: 6 }, (_, i) => `u${user},i${(user % 2) * 6 + ((user + i) % 6)},5`),
  ).flat();
  await writeFile(file("ratings.csv"), `user,item,rating\n${ratings.join("\n")}\ncold,i1,4\n`);
  const args = ["groups", "interactions", file("ratings.csv"), "--out", file("groups.json")];
  await laser([
    ...args,
    "--k",
    "2:3",
    "--dimensions",
    "4",
    "--attribute",
    "genre",
    "--mapping",
    "movielens-9",
  ]);
  const groups = await readGroupsFile(file("groups.json"));
  assert.equal(groups.made.k, 2);
  assert.deepEqual(groups.few, { cold: 1 });
  assert.equal(groups.attribute?.mapping?.Crime, "Action+Crime");
  const groupOf = (subject: string): string => groups.subjects[subject]!;
  for (let user = 2; user < 8; user++) assert.equal(groupOf(`u${user}`), groupOf(`u${user % 2}`));
  assert.notEqual(groupOf("u0"), groupOf("u1"));

  const answers = ["u0", "u1", "zoe"].map((id) => ({
    id,
    group: "given",
    text: `one ${id === "u0" ? "two" : "three"}`,
  }));
  await writeFile(file("answers.jsonl"), lines(answers));
  await laser([
    "pool",
    "build",
    file("answers.jsonl"),
    "--groups",
    file("groups.json"),
    "--out",
    file("a.pool"),
  ]);
  const { entries } = await readPoolFile(file("a.pool"), null);
  assert.deepEqual(
    entries.map(({ group }) => group),
    [groupOf("u0"), groupOf("u1"), "given"],
    "who is not in the groups file keeps the group of the answer",
  );
  await writeFile(file("more.jsonl"), lines(answers.slice(1)));
  await laser(["pool", "build", file("more.jsonl"), "--out", file("b.pool")]);
  await laser(["pool", "merge", file("a.pool"), file("b.pool"), file("a.pool"), "--out", file("c.pool")]);
  assert.equal((await readPoolFile(file("c.pool"), null)).entries.length, 4, "u1 is in two groups");

  await laser(["pool", "forget", "u0", file("a.pool"), file("b.pool"), file("groups.json")]);
  for (const name of ["a.pool", "b.pool", "groups.json"])
    assert.ok(!(await readFile(file(name), "latin1")).includes('"u0"'), name);
  const isUnknown = (error: unknown): boolean => blameOf(error) === "input";
  await assert.rejects(laser(["pool", "forget", "u0", file("a.pool"), file("groups.json")]), isUnknown);
  await laser(["pool", "prune", file("a.pool"), "--older-than", "0"]);
  assert.equal((await readPoolFile(file("a.pool"), null)).entries.length, 0);
});

test("subjects that can't be grouped are refused by name", async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "some.csv");
  await writeFile(file, "u1,i1\n");
  const out = ["--out", path.join(folder, "groups.json")];
  for (const args of [
    ["interactions", file, ...out],
    ["vectors", file, ...out],
    ["attribute", file, "--attribute", "genre", "--mapping", "none", ...out],
    ["random", file, "--k", "3:2", ...out],
  ])
    await assert.rejects(laser(["groups", ...args]), (error) => blameOf(error) === "input", args.join(" "));
  const missing = laser(["groups", "interactions", `${file}.missing`, ...out]);
  await assert.rejects(missing, (error) => blameOf(error) === "input");
});
