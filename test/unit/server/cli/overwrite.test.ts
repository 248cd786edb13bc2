// A file that is already where a command writes: it stays as it was, whichever command and option name it, unless --overwrite is
// given.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { test } from "vitest";
import { laserProgram } from "../../../../server/cli/laser.ts";
import { readPoolFile } from "../../../../server/pools/index.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../support/check.ts";
import { laserHere } from "../../../support/process/laserHere.ts";

const FILES: Readonly<Record<string, string>> = {
  "p.prompty": "---\nsample:\n  title: Heat\n---\nuser:\nTell of {{title}}.\n",
  "rows.jsonl": '{"id":"a","title":"Heat"}\n',
  "answers.jsonl": '{"id":"a","text":"A film."}\n',
  "items.jsonl": '{"id":"a","genre":"Comedy"}\n{"id":"b","genre":"Drama"}\n',
  "vectors.csv": "id,x,y\na,1,0\nb,0,1\n",
  "ratings.csv": "user,item,rating,time\n1,2,3,900000000\n1,3,4,900000000\n",
  "script.json": '{"answers":[{"text":"A film."}]}',
};
const RUN = "run --engine scripted --script script.json --prompt p.prompty --data rows.jsonl";
const MODEL = "--model script.json";
const ATTRIBUTE = "groups attribute items.jsonl --attribute genre";
/** How a file of a kind comes to be there; any other is a text. */
const MADE_BY: Readonly<Record<string, string>> = {
  pool: `${RUN} --out made.jsonl --save-pool there`,
  groups: `${ATTRIBUTE} --out there`,
  data: "data import ratings.csv --out there",
};

interface Row {
  /** The command up to the option that names the output, and that option. */
  readonly name: string;
  readonly kind?: "pool" | "groups" | "data";
  /** The file that is there; "there" if omitted. */
  readonly there?: string;
  /** What the option names, if the file is beside that. */
  readonly output?: string;
  /** An empty file, which hides no other one. */
  readonly empty?: string;
  /** Needs neither a model nor packages, so that it can write. */
  readonly writes: boolean;
}

const ROWS: readonly Row[] = [
  { name: `generate p.prompty ${MODEL} --trace`, writes: false },
  { name: `generate p.prompty ${MODEL} --out`, writes: false },
  { name: `continue t.lasertrace --at 1 ${MODEL} --trace`, writes: false },
  { name: `continue t.lasertrace --at 1 ${MODEL} --out`, writes: false },
  { name: "inspect t.lasertrace --html", writes: false },
  { name: "inspect t.lasertrace --csv", writes: true },
  { name: "inspect t.lasertrace --tokens-csv", writes: true },
  { name: `${RUN} --out`, writes: true },
  { name: `${RUN} --ordered --out`, there: "there.summary.html", output: "there.jsonl", writes: true },
  { name: `${RUN} --limit 1 --out`, there: "there.jsonl.journal", output: "there.jsonl", writes: true },
  { name: `${RUN} --out new.jsonl --save-pool`, kind: "pool", writes: true },
  {
    name: `${RUN} --out new.jsonl --traces`,
    there: "there/x.lasertrace.gz",
    empty: "there/a.lasertrace",
    writes: true,
  },
  { name: "bench --prompts p.prompty --report", there: "there/chart.svg", writes: false },
  { name: "ablate answers.jsonl --out", there: "there.md", writes: false },
  {
    name: "evaluate --data rows.jsonl --knowledge strict=answers.jsonl --knowledge b=items.jsonl --out",
    writes: false,
  },
  { name: `${ATTRIBUTE} --out`, kind: "groups", writes: true },
  { name: "groups vectors vectors.csv --k 2 --out", kind: "groups", writes: true },
  {
    name: "groups interactions ratings.csv --of items --k 1 --min-interactions 1 --out",
    kind: "groups",
    writes: true,
  },
  { name: "groups random items.jsonl --k 2 --out", kind: "groups", writes: true },
  { name: `pool build answers.jsonl ${MODEL} --out`, kind: "pool", writes: false },
  { name: "pool merge made.laserpool --out", kind: "pool", writes: true },
  { name: "pool export made.laserpool --out", writes: true },
  { name: "data import ratings.csv --out", kind: "data", writes: true },
  { name: "data ml-100k --out", kind: "data", writes: false },
];

table("is not replaced unless asked:", ROWS, async (row, context) => {
  const { name, kind, there = "there", output = there.split("/")[0]!, empty, writes } = row;
  const option = name.split(" ").at(-1)!;
  const folder = temporaryFolder(context);
  const at = (word: string): string => path.join(folder, word);
  for (const [file, text] of Object.entries(FILES)) writeFileSync(at(file), text);
  copyFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), at("t.lasertrace"));
  const laser = (command: string) =>
    laserHere(
      ...command
        .split(" ")
        .map((word) => (/^there|\.[a-z]+$/.test(word) ? word.replace(/[^=]+$/, at) : word)),
    );
  const done = async (command: string): Promise<void> => {
    const { exitCode, stderr } = await laser(command);
    assert.equal(exitCode, 0, stderr);
  };
  if (name.includes("made.laserpool")) await done(`${RUN} --out of.jsonl --save-pool made.laserpool`);
  if (kind !== undefined) await done(MADE_BY[kind]!);
  else {
    mkdirSync(path.dirname(at(there)), { recursive: true });
    writeFileSync(at(there), "kept\n");
    if (empty !== undefined) writeFileSync(at(empty), "");
  }
  const before = readFileSync(at(there));
  const command = `${name} ${output}`;
  const { stderr, exitCode } = await laser(command);
  assert.match(stderr, new RegExp(`${path.basename(there)} exists.*\\. Nothing was changed\\.\n`));
  assert.match(
    stderr,
    new RegExp(`another ${option}, or --overwrite to (replace the file|begin again)\\.\n$`),
  );
  assert.equal(exitCode, 2);
  assert.deepEqual(readFileSync(at(there)), before);
  assert.equal(existsSync(at("new.jsonl")), false, "an answer was written");
  if (writes) await done(`${command} --overwrite`);
});

test("an empty file, as mktemp makes one, is written to", async (context) => {
  const file = path.join(temporaryFolder(context), "empty");
  const trace = path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace");
  writeFileSync(file, "");
  const { exitCode, stderr } = await laserHere("inspect", trace, "--csv", file);
  assert.equal(exitCode, 0, stderr);
  assert.match(readFileSync(file, "utf8"), /^step,/);
});

test("a resumed run replaces the pool and traces that it wrote, and no others", async (context) => {
  const folder = temporaryFolder(context);
  const at = (word: string): string => path.join(folder, word);
  for (const [file, text] of Object.entries(FILES)) writeFileSync(at(file), text);
  writeFileSync(at("rows.jsonl"), ["a", "b", "c"].map((id) => `{"id":"${id}","title":"Heat"}\n`).join(""));
  const run = (command: string) =>
    laserHere(
      ...`${RUN} ${command}`.split(" ").map((word) => (/^[a-z]+\.[a-z]+$/.test(word) ? at(word) : word)),
    );
  const done = async (command: string): Promise<void> => {
    const { exitCode, stderr } = await run(command);
    assert.equal(exitCode, 0, stderr);
  };
  await done(`--out mine.jsonl --limit 1 --save-pool mine.laserpool --traces ${at("mine")}`);
  await done(`--out other.jsonl --save-pool other.laserpool --traces ${at("other")}`);
  for (const outputs of ["--save-pool other.laserpool", `--traces ${at("other")}`]) {
    const { exitCode, stderr } = await run(`--out mine.jsonl --resume ${outputs}`);
    assert.equal(exitCode, 2);
    assert.match(stderr, /other.* can't be written: it exists, and the run that is resumed did not write it/);
  }
  assert.equal(readFileSync(at("mine.jsonl"), "utf8").split("\n").length - 1, 1);
  await done(`--out mine.jsonl --resume --save-pool mine.laserpool --traces ${at("mine")}`);
  assert.equal((await readPoolFile(at("mine.laserpool"), null)).entries.length, 3);
  assert.equal(readdirSync(at("mine")).length, 3);
});

test("two outputs of one command are not one file", async (context) => {
  const file = path.join(temporaryFolder(context), "there");
  const trace = path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace");
  const { exitCode, stderr } = await laserHere("inspect", trace, "--csv", file, "--tokens-csv", file);
  assert.equal(exitCode, 2);
  assert.match(stderr, /there can't be written: --tokens-csv and --csv name the same file/);
  assert.equal(existsSync(file), false);
});

test("the table has every option that names an output", () => {
  const found = commandsOf(laserProgram()).flatMap(({ words, command }) => {
    const outputs = command.options.filter(({ description }) =>
      /^write (?!rows)|(file|set|report) to write|where the answers go|trace of every row/.test(description),
    );
    if (outputs.length > 0)
      assert.ok(
        command.options.some(({ long }) => long === "--overwrite"),
        `${words} has no --overwrite`,
      );
    return outputs.map(({ long }) => `${words} ${long}`);
  });
  const tried = ROWS.map(({ name }) => {
    const words = name.split(" ");
    return [...words.slice(0, /^(groups|pool|data)$/.test(words[0]!) ? 2 : 1), words.at(-1)].join(" ");
  });
  assert.deepEqual(found.sort(), [...new Set(tried)].sort());
});

interface Named {
  /** E.g. "pool build". */
  readonly words: string;
  readonly command: Command;
}

function commandsOf(parent: Command, before = ""): readonly Named[] {
  return parent.commands.flatMap((command) => {
    const words = `${before}${command.name()}`;
    return [{ words, command }, ...commandsOf(command, `${words} `)];
  });
}
