// `laser run` as a user meets it, on a model that recites: what it writes, refuses and prints, and what a kill leaves.
import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { parquetReadObjects, asyncBufferFromFile } from "hyparquet";
import { parseTrace } from "../../../../../core/trace/index.ts";
import { unzipSync } from "node:zlib";
import { parseOutputRow, type OutputRow } from "../../../../../server/batch/index.ts";
import { readPoolFile } from "../../../../../server/pools/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { laserHere } from "../../../../support/process/laserHere.ts";
import { runSource } from "../../../../support/process/program.ts";

const PROMPT = "---\nsample:\n  title: Emma\n  genre: novel\n---\nuser:\nDescribe {{title}}, a {{genre}}.\n";
const ANSWERS = [
  { when: "comedy", text: "A comedy about people. It is funny and it is warm and it is funny." },
  { text: "A drama about people. It is sad and it is warm and it is sad." },
];
const LINES = Array.from({ length: 6 }, (_, place) => ({
  id: `item-${place}`,
  title: `Film ${place}`,
  genre: place % 2 === 0 ? "comedy" : "drama",
}));

interface Given {
  readonly folder: string;
  readonly out: string;
  readonly args: readonly string[];
}

function given(context: TestContext, lines: readonly object[] = LINES, faults: object = {}): Given {
  const folder = temporaryFolder(context);
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("p.prompty"), PROMPT);
  writeFileSync(at("data.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  writeFileSync(at("script.json"), JSON.stringify({ answers: ANSWERS, ...faults }));
  const out = at("out.jsonl");
  return { folder, out, args: argsOf(at("p.prompty"), at("data.jsonl"), out, at("script.json")) };
}

const argsOf = (prompt: string, data: string, out: string, script: string): readonly string[] => [
  ...["run", "--prompt", prompt, "--data", data, "--out", out],
  ...["--engine", "scripted", "--script", script, "--strategy", "laser-strict"],
];

const rowsOf = (file: string): OutputRow[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => parseOutputRow(line)!);

const answersOf = (file: string): string[] =>
  rowsOf(file).map((row) => JSON.stringify({ ...row, figures: null, finishedAt: null }));

test("rows, summary, traces and the pool are written, and the closing lines name them", async (context) => {
  const { folder, out, args } = given(context);
  const pool = path.join(folder, "grown.laserpool");
  const traces = path.join(folder, "traces");
  const { stdout, exitCode } = await laserHere(
    ...args,
    ...["--plain-every", "1", "--group-by", "genre", "--save-pool", pool, "--traces", traces],
  );
  assert.equal(exitCode, 0);
  assert.match(stdout, /^6 of 6 rows, 0 failed: complete\n/);
  assert.match(stdout, /against plain: [\d.]+× \(6 rows written both ways, 95 % /);
  const rows = rowsOf(out);
  assert.deepEqual(
    rows.map(({ group }) => group),
    LINES.map(({ genre }) => genre),
  );
  for (const { trace, text } of rows) {
    const read = parseTrace(unzipSync(readFileSync(path.join(folder, trace!))).toString("utf8"));
    assert.equal(read.result.text, text);
  }
  assert.equal(readdirSync(traces).length, 6);
  assert.deepEqual(
    (await readPoolFile(pool, null)).entries.map(({ key }) => key),
    rows.map(({ id }) => id),
  );
  assert.match(readFileSync(path.join(folder, "out.summary.html"), "utf8"), /same text/);
  assert.equal(existsSync(`${out}.lock`), false);
});

test("what a run drafted from is counted in the pool file that it began with, unless that is frozen", async (context) => {
  const { folder, out, args } = given(context);
  const pool = path.join(folder, "grown.laserpool");
  assert.equal((await laserHere(...args, "--save-pool", pool)).exitCode, 0);
  const usesAfter = async (...more: readonly string[]): Promise<number[]> => {
    const { exitCode, stderr } = await laserHere(...args, "--overwrite", "--pool", pool, ...more);
    assert.equal(exitCode, 0, stderr);
    const { entries } = JSON.parse((await laserHere("pool", "list", pool, "--json")).stdout) as {
      entries: { uses: number }[];
    };
    return entries.map(({ uses }) => uses);
  };
  const before = await usesAfter("--published", "none");
  const counted = await usesAfter();
  assert.equal(counted.length, rowsOf(out).length);
  assert.equal(
    counted.some((uses, at) => uses > before[at]!),
    true,
    `${before.join()} ${counted.join()}`,
  );
  assert.deepEqual(await usesAfter("--published", "none"), counted);
  const tooMany = String(Math.max(...counted) + 1);
  const pruned = await laserHere("pool", "prune", pool, "--min-uses", tooMany);
  assert.match(pruned.stdout, /6 answers older or less used than asked for removed/);
  assert.equal(existsSync(`${pool}.uses`), false);
});

test("rows that can't be used are listed by line, and a run without any answer fails", async (context) => {
  const { folder, out, args } = given(context);
  const lines = ['{"id":"a","genre":"x"}', "not JSON", '{"id":"a"}', "[1]", '{"genre":"no id"}'];
  writeFileSync(path.join(folder, "data.jsonl"), `${lines.join("\n")}\n`);
  const { stdout, stderr, exitCode } = await laserHere(...args, "--plain-every", "0");
  assert.equal(exitCode, 1);
  assert.match(stdout, /^1 of 5 rows, 1 failed, 4 not usable: complete/);
  assert.match(stderr, /line 2 of .*\n.*line 3 of .*\n.*line 4 of .*\n.*and 1 more/);
  assert.match(stderr, /out\.jsonl has no answer: none of the rows could be written/);
  assert.equal(rowsOf(out)[0]!.error?.message.includes("title"), true);
});

const groupsOf = (subjects: object): object => ({
  ...{ format: "laser-groups", version: 1, minInteractions: 0, few: {}, subjects },
  made: { by: "interactions", source: "films", k: 2, seed: 1, silhouette: null },
  attribute: { name: "genre", mapping: { comedy: "light" }, other: null },
});

test("a groups file says which answers a row drafts from, and why; a resumed run must have the same one", async (context) => {
  const { folder, out, args } = given(context);
  const groups = path.join(folder, "groups.json");
  writeFileSync(groups, JSON.stringify(groupsOf({ "item-1": "cluster1" })));
  const traces = path.join(folder, "traces");
  const asked = ["--groups", groups, "--group-by", "genre"];
  const { exitCode, stderr } = await laserHere(...args, ...asked, "--traces", traces, "--limit", "4");
  assert.equal(exitCode, 0, stderr);
  const rows = rowsOf(out);
  assert.deepEqual(
    rows.map(({ group }) => group),
    ["light", "cluster1", "light", "drama"],
  );
  assert.equal(rows[1]!.groupReason, "cluster of its interactions");
  assert.match(rows[3]!.groupReason!, /^attribute "genre"; 0 interactions are too few/);
  for (const { id, group, groupReason, trace } of rows) {
    const { pool } = parseTrace(unzipSync(readFileSync(path.join(folder, trace!))).toString("utf8"));
    assert.deepEqual(
      [pool?.route?.subject, pool?.route?.group, pool?.route?.reason],
      [id, group, groupReason],
    );
  }
  writeFileSync(groups, JSON.stringify(groupsOf({ "item-1": "cluster2" })));
  const resumed = await laserHere(...args, ...asked, "--resume");
  assert.equal(resumed.exitCode, 2);
  assert.match(resumed.stderr, /groups is of content [0-9a-f]{12}, and was of content/);
});

test("earlier answers about a row's own subject are not drafted from, if asked for", async (context) => {
  const { folder, out, args } = given(context);
  const pool = path.join(folder, "answers.jsonl");
  writeFileSync(
    pool,
    LINES.map(({ id }, at) => `${JSON.stringify({ id, text: ANSWERS[at % 2]!.text })}\n`).join(""),
  );
  const traces = path.join(folder, "traces");
  await laserHere(
    ...args,
    "--pool",
    pool,
    "--published",
    "none",
    "--exclude-subject",
    "on",
    "--traces",
    traces,
  );
  for (const { id, trace } of rowsOf(out)) {
    const read = parseTrace(unzipSync(readFileSync(path.join(folder, trace!))).toString("utf8"));
    const drafted = Object.values(read.pool!.entryNames).map((entry) => entry.id);
    assert.ok(drafted.length > 0 && !drafted.includes(id), id);
  }
});

test("a groups file that names subjects in another way is pointed out", async (context) => {
  const { folder, args } = given(context);
  const groups = path.join(folder, "groups.json");
  writeFileSync(groups, JSON.stringify(groupsOf({ "1": "cluster1" })));
  const { stderr } = await laserHere(...args, "--groups", groups, "--limit", "1");
  assert.match(stderr, /knows none of the first 6 rows: they are named like "item-0", its subjects like "1"/);
});

test("a killed process leaves whole rows, and the resumed run writes what an uninterrupted one does", async (context) => {
  const whole = given(context);
  await laserHere(...whole.args);
  const killed = given(context, LINES, { killAt: 35 });
  const ended = await runSource("server/cli/main.ts", [...killed.args]);
  assert.equal(ended.exitCode, null, "SIGKILL ended it");
  const before = readFileSync(killed.out, "utf8");
  const written = rowsOf(killed.out).length;
  assert.ok(written > 0 && written < LINES.length, `${written} rows were written`);
  // The torn line of a kill during a write.
  writeFileSync(killed.out, `${before}{"id":"item-`);
  writeFileSync(path.join(killed.folder, "script.json"), JSON.stringify({ answers: ANSWERS }));
  const { exitCode, stderr } = await laserHere(...killed.args, "--resume");
  assert.equal(exitCode, 0, stderr);
  assert.ok(readFileSync(killed.out, "utf8").startsWith(before), "what was written stays as it is");
  assert.deepEqual(answersOf(killed.out), answersOf(whole.out));
});

test("progress for a program is one JSON object per line, and ends with the written files", async (context) => {
  const { out, args } = given(context);
  const { stdout } = await laserHere(...args, "--progress", "json");
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    [events[0]!.kind, events.at(-1)!.kind, events.at(-1)!.out, events.at(-1)!.answers],
    ["rows", "end", out, 6],
  );
});

test("lines that are not rows are named by number, and the rest is written", async (context) => {
  const { out, args } = given(context, [LINES[0]!, { title: "no id" }, LINES[0]!, LINES[1]!]);
  const { stderr, exitCode } = await laserHere(...args);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    rowsOf(out).map(({ id }) => id),
    ["item-0", "item-1"],
  );
  assert.match(stderr, /line 2 of .*: the id is missing/);
  assert.match(stderr, /line 3 of .*: the id "item-0" was used by an earlier row/);
});

test("a history is cut, oldest first, until the prompt fits", async (context) => {
  const { folder, out, args } = given(context, [
    { id: "long", history: Array.from({ length: 200 }, (_, place) => `seen ${place}`) },
    { id: "short", history: ["seen 1"] },
    { id: "none", history: "seen" },
  ]);
  writeFileSync(
    path.join(folder, "p.prompty"),
    "---\nsample:\n  history: [a]\n---\nuser:\nA comedy for {{ history | join(', ') }}.\n",
  );
  const traces = path.join(folder, "traces");
  await laserHere(...args, "--history-tokens", "120", "--traces", traces);
  const [long, short, none] = rowsOf(out);
  assert.ok(long!.historyCut > 100 && long!.historyCut < 200);
  assert.ok(long!.figures!.promptTokens <= 120 && long!.figures!.promptTokens > 100);
  const trace = parseTrace(unzipSync(readFileSync(path.join(folder, long!.trace!))).toString("utf8"));
  assert.match(
    trace.request.messages[0]!.content,
    new RegExp(`^A comedy for seen ${long!.historyCut}, .*seen 199\\.$`),
  );
  assert.equal(short!.historyCut, 0);
  assert.equal(none!.error?.code, "historyNotAList");
});

test("an answer that must be JSON fails if it isn't", async (context) => {
  const { out, args } = given(context);
  await laserHere(...args, "--expect", "json");
  assert.ok(rowsOf(out).every(({ error }) => error?.code === "answerRefused"));
});

const SCHEMA = {
  type: "object",
  properties: { name: { type: "string", maxLength: 12 } },
  required: ["name"],
};
const FORMAT = { type: "json_schema", json_schema: { schema: SCHEMA } };
const withFormat = (folder: string, format: object): void => {
  const parameters = `model:\n  parameters:\n    response_format: ${JSON.stringify(format)}\n`;
  writeFileSync(path.join(folder, "p.prompty"), PROMPT.replace("---\n", `---\n${parameters}`));
};

test("a schema of the prompt file holds every answer to it, and one that is cut is not passed off as JSON", async (context) => {
  const { folder, out, args } = given(context);
  withFormat(folder, FORMAT);
  const { stderr } = await laserHere(...args, "--max-tokens", "200");
  const names = rowsOf(out).map(({ text }) => (JSON.parse(text!) as { name: string }).name);
  assert.equal(names.length, 6, stderr);
  assert.ok(names.every((name) => typeof name === "string" && name.length <= 12));
  const other = path.join(folder, "schema.json");
  writeFileSync(other, '{"type":"object"}');
  const resumed = await laserHere(...args, "--max-tokens", "200", "--json-schema", other, "--resume");
  assert.match(resumed.stderr, /jsonSchema is \{"type":"object"\}, and was /);
  await laserHere(...args, "--max-tokens", "2", "--overwrite");
  assert.ok(
    rowsOf(out).every(({ error, finish }) => error?.code === "answerRefused" && finish === "maxTokens"),
  );
});

test("a schema that can't be followed is refused before a model is loaded", async (context) => {
  const { folder, out, args } = given(context);
  withFormat(folder, { type: "json_schema", json_schema: { schema: { not: {} } } });
  const { stderr, exitCode } = await laserHere(...args);
  assert.match(stderr, /"not"/);
  assert.equal(exitCode, 2);
  assert.equal(existsSync(out), false);
});

test("Parquet holds the rows of its JSON lines", async (context) => {
  const { folder, args } = given(context);
  const out = path.join(folder, "out.parquet");
  await laserHere(...args.map((arg) => (arg.endsWith("out.jsonl") ? out : arg)));
  const lines = rowsOf(`${out}.jsonl`);
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
  assert.deepEqual(
    read.map((row) => [row.id, row.text, row.tokens] as unknown[]),
    lines.map(({ id, text, figures }) => [id, text, figures!.tokens]),
  );
});

test("what a run writes is readable only by its owner; a Parquet file that is replaced keeps its permissions", async (context) => {
  const { folder, args } = given(context);
  const out = path.join(folder, "new", "out.parquet");
  const all = [...args.map((arg) => (arg.endsWith("out.jsonl") ? out : arg)), "--plain-every", "1"];
  const within = (name: string): string => path.join(folder, "new", name);
  await laserHere(...all, "--save-pool", within("grown.laserpool"), "--traces", within("traces"));
  const modeOf = (name: string): string => (statSync(within(name)).mode & 0o777).toString(8);
  const files = readdirSync(within(""), { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(within(name)).isFile(),
  );
  assert.equal(files.length, 5 + LINES.length);
  for (const name of files) assert.equal(modeOf(name), "600", name);
  chmodSync(out, 0o640);
  await laserHere(...all, "--resume");
  assert.equal(modeOf("out.parquet"), "640");
});

test.skipIf(!existsSync("/dev/full"))(
  "a disk that is full when all rows are written: the message says that they are kept",
  async (context) => {
    const { args } = given(context);
    const { stderr, exitCode } = await laserHere(...args, "--save-pool", "/dev/full");
    assert.equal(exitCode, 1);
    assert.match(stderr, /The disk of \/dev\/full is full\. 6 rows of the run are kept\./);
    assert.match(stderr, /the same command with --resume continues/);
  },
);

table<{ name: string; args: string[]; says: RegExp; exit?: number }>(
  "refused before anything is written",
  [
    {
      name: "no data",
      args: ["--data", "/nowhere.jsonl"],
      says: /There is no file at \/nowhere.jsonl/,
    },
    { name: "an unknown variable", args: ["--set", "year=1"], says: /--set year: .* has no such variable/ },
    {
      name: "no history to cut",
      args: ["--history-tokens", "9"],
      says: /--history history: .* no such variable/,
    },
    {
      name: "contradictory modes",
      args: ["--resume", "--overwrite"],
      says: /one keeps what the other replaces/,
    },
    { name: "nothing to retry", args: ["--retry-failed"], says: /only in a run that is resumed/ },
  ],
  async ({ args, says, exit = 2 }, context) => {
    const run = given(context);
    const { stderr, exitCode } = await laserHere(...run.args, ...args);
    assert.match(stderr, says);
    assert.equal(exitCode, exit);
    assert.equal(existsSync(run.out), false);
  },
);
