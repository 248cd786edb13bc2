// `laser ablate` as a user meets it: a report and a chart, refusals by name, and a stop that writes nothing.
import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { repositoryFolder, table, temporaryFolder } from "../../../../support/check.ts";
import { madeUpAnswers } from "../../../../support/madeUpAnswers.ts";
import { laserHere } from "../../../../support/process/laserHere.ts";

const TRACE = path.join(repositoryFolder, "test", "fixtures", "traces", "v2.lasertrace");

async function place(context: TestContext) {
  const folder = temporaryFolder(context);
  const answers = path.join(folder, "answers.jsonl");
  const lines = madeUpAnswers({ seed: 5, answers: 40, groups: 2, subjects: 40 }).map((one) =>
    JSON.stringify({ ...one, prompt: Array.from(one.prompt), out: Array.from(one.out) }),
  );
  await writeFile(answers, lines.join("\n"));
  return { folder, answers, out: path.join(folder, "groups.md") };
}

test("a report and its chart, made again by the command that is printed in it", async (context) => {
  const { folder, answers, out } = await place(context);
  const asked = ["--only", "groups,rule", "--pool", "30", "--tests", "6", "--seed", "2", "--out", out];
  const { stdout, stderr, exitCode } = await laserHere("ablate", answers, ...asked, "--traces", TRACE);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /own groups − random groups/);
  const report = await readFile(out, "utf8");
  assert.match(await readFile(path.join(folder, "groups.svg"), "utf8"), /<svg /);
  assert.match(report, /\]\(groups\.svg\)/);
  const [, printed] = /^ {4}laser ablate (.*)$/m.exec(report)!;
  const here = printed!
    .split(" ")
    .map((word) => ({ "answers.jsonl": answers, "groups.md": out, "v2.lasertrace": TRACE })[word] ?? word);
  const again = await laserHere("ablate", ...here, "--overwrite");
  assert.equal(again.exitCode, 0, again.stderr);
  const steady = (text: string) =>
    text
      .replace(/^- date: .*$/m, "")
      .replace(/^(\| (?:[^|]*\|){6}) [\d.]+ (\| \d+ \| \d+ \|)$/gm, "$1 µs $2");
  assert.equal(steady(await readFile(out, "utf8")), steady(report));
});

table<{ name: string; args: (file: { answers: string; folder: string }) => string[]; says: RegExp }>(
  "refused before anything is measured",
  [
    { name: "no source", args: () => [], says: /give a file of recorded answers, recorded traces, or both/ },
    { name: "a model without answers", args: () => ["--model", "m.gguf"], says: /whose prompts it answers/ },
    {
      name: "a model and traces",
      args: ({ answers }) => [answers, "--model", "m.gguf", "--traces", TRACE],
      says: /not both/,
    },
    { name: "something unknown", args: ({ answers }) => [answers, "--only", "luck"], says: /"luck"/ },
    { name: "twice", args: ({ answers }) => [answers, "--only", "shape,shape"], says: /each once/ },
    { name: "a size", args: ({ answers }) => [answers, "--pool-sizes", "5,x"], says: /--pool-sizes x/ },
    { name: "a rule", args: ({ answers }) => [answers, "--rules", "2"], says: /--rules 2/ },
    {
      name: "too many tests",
      args: ({ answers }) => [answers, "--tests", "40"],
      says: /40 different answers/,
    },
    { name: "no answers there", args: () => ["nowhere.jsonl"], says: /nowhere\.jsonl/ },
    { name: "no trace there", args: () => ["--traces", "nowhere.lasertrace"], says: /nowhere\.lasertrace/ },
    { name: "another ending", args: ({ answers }) => [answers, "--out", answers], says: /must end in \.md/ },
  ],
  async ({ args, says }, context) => {
    const { folder, answers, out } = await place(context);
    const given = args({ folder, answers });
    const to = given.includes("--out") ? [] : ["--out", out];
    const { stdout, stderr, exitCode } = await laserHere("ablate", ...given, ...to);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, "");
    assert.deepEqual(await readdir(folder), ["answers.jsonl"]);
  },
);

test("questions that the source can't answer are not measured, with the reason", async (context) => {
  const { out } = await place(context);
  const { stdout } = await laserHere(
    "ablate",
    "--traces",
    TRACE,
    "--only",
    "rule,shape",
    "--out",
    out,
    "--json",
  );
  const { notMeasured, arms, rules } = JSON.parse(stdout) as {
    notMeasured: { ablated: string; reason: string }[];
    arms: null;
    rules: { rules: { name: string }[] };
  };
  assert.equal(arms, null);
  assert.deepEqual(
    notMeasured.map(({ ablated }) => ablated),
    ["shape"],
  );
  assert.deepEqual(
    rules.rules.map(({ name }) => name),
    ["strict", "k = 2, p = 0.1", "k = 3, p = 0.05", "k = 5, p = 0.01"],
  );
});

test("Ctrl-C stops it, and nothing is written", async (context) => {
  const { folder, answers, out } = await place(context);
  const onListener = (name: string | symbol): void => {
    if (name === "SIGINT") setImmediate(() => process.emit("SIGINT"));
  };
  process.once("newListener", onListener);
  context.onTestFinished(() => {
    process.off("newListener", onListener);
  });
  const { stderr, exitCode } = await laserHere("ablate", answers, "--out", out);
  assert.equal(exitCode, 130);
  assert.match(stderr, /stopped; nothing was written/);
  assert.deepEqual(await readdir(folder), ["answers.jsonl"]);
});
