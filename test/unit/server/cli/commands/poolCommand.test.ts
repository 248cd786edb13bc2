// `laser pool` as a user meets it: what it writes, prints and ends with. A scripted model stands in for the tokenizer of
// a real one; what needs no model runs as its own program.
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { chmod, link, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { Command } from "commander";
import { addPoolCommand } from "../../../../../server/cli/commands/poolCommand.ts";
import { blameOf } from "../../../../../core/base/index.ts";
import { createScriptedEngine, type Engine } from "../../../../../server/engine/index.ts";
import { withLock } from "../../../../../server/files/index.ts";
import { readPoolFile, writePoolFile } from "../../../../../server/pools/index.ts";
import { storedPool } from "../../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { laserHere } from "../../../../support/process/laserHere.ts";
import { runSource, type Ended } from "../../../../support/process/program.ts";

const ANSWERS = [
  { id: "ann", group: "films", text: "one two three" },
  { id: "bob", group: "films", text: "four five" },
  { id: "ann", group: "books", text: "six" },
];
const scripted = (): Engine => createScriptedEngine({ answers: ANSWERS });

async function answersFile(folder: string, name: string, answers: readonly object[]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  return file;
}

async function storedFile(context: TestContext): Promise<string> {
  const file = path.join(temporaryFolder(context), "some.laserpool");
  await writePoolFile(file, storedPool(ANSWERS, scripted(), 1000));
  return file;
}

/** Runs a command in this process with a model that recites; `disposed` counts how often it was given back. */
async function pool(
  args: readonly string[],
  engine = scripted(),
): Promise<{ loads: number; disposed: number }> {
  const counts = { loads: 0, disposed: 0 };
  const program = new Command().exitOverride();
  addPoolCommand(program, () => {
    counts.loads++;
    return Promise.resolve({
      ...engine,
      dispose: () => {
        counts.disposed++;
        return Promise.resolve();
      },
    });
  });
  await program.parseAsync(["pool", ...args], { from: "user" });
  return counts;
}

const laserPool = (args: readonly string[]): Promise<Ended> =>
  runSource("server/cli/main.ts", ["pool", ...args]);

test("build, add and build again from a pool file", async (context) => {
  const folder = temporaryFolder(context);
  const [one, two] = [
    await answersFile(folder, "one.jsonl", ANSWERS.slice(0, 2)),
    await answersFile(folder, "two.jsonl", ANSWERS.slice(2)),
  ];
  const file = path.join(folder, "out", "made.laserpool");
  assert.deepEqual(await pool(["build", one, "--out", file]), { loads: 1, disposed: 1 });
  assert.deepEqual(await pool(["add", file, two]), { loads: 1, disposed: 1 });
  const { fingerprint } = (await readPoolFile(file, null)).tokenizer;
  assert.equal(fingerprint, scripted().model.tokenizerFingerprint);
  const made = await readPoolFile(file, fingerprint);
  assert.deepEqual(made.pool.check(), []);
  assert.deepEqual(
    made.entries.map(({ key, group, text }) => ({ id: key, group, text })),
    ANSWERS,
  );
  const again = path.join(folder, "again.laserpool");
  await pool(["build", file, "--out", again], createScriptedEngine({ answers: [{ text: "others" }] }));
  const rebuilt = await readPoolFile(again, null);
  assert.deepEqual(rebuilt.entries, made.entries);
  assert.notEqual(rebuilt.tokenizer.fingerprint, fingerprint);
  assert.deepEqual((await readdir(path.dirname(file))).toSorted(), ["made.laserpool"], "no lock is left");
});

table(
  "budgets leave the answers used last",
  [
    { name: "of each group", flags: ["--group-budget", "2"], left: ["four five", "six"] },
    { name: "of all", flags: ["--budget", "1"], left: ["six"] },
    { name: "of both", flags: ["--group-budget", "2", "--budget", "2"], left: ["six"] },
    { name: "none if there is room", flags: ["--budget", "6"], left: ANSWERS.map(({ text }) => text) },
  ],
  async ({ flags, left }, context) => {
    const folder = temporaryFolder(context);
    const file = path.join(folder, "made.laserpool");
    await pool(["build", await answersFile(folder, "all.jsonl", ANSWERS), "--out", file, ...flags]);
    const { entries } = await readPoolFile(file, null);
    assert.deepEqual(
      entries.map(({ text }) => text),
      left,
    );
  },
);

table(
  "bad input is reported before a model is loaded, and nothing is written",
  [
    {
      name: "answers that are not there",
      args: ["build", "none.jsonl", "--out", "out"],
      message: /poolFileMissing/,
    },
    {
      name: "a result over its source",
      args: ["build", "all.jsonl", "--out", "./all.jsonl"],
      message: /it is an input of this run/,
    },
    {
      name: "a budget of nothing",
      args: ["build", "all.jsonl", "--out", "out", "--budget", "0"],
      message: /optionInvalid/,
    },
    {
      name: "adding to a file of answers",
      args: ["add", "all.jsonl", "all.jsonl"],
      message: /poolFileIsText/,
    },
    {
      name: "dropping out of a file of answers",
      args: ["drop", "all.jsonl", "0"],
      message: /poolFileIsText/,
    },
    {
      name: "dropping what is not a number",
      args: ["drop", "all.jsonl", "x"],
      message: /"option":"<entries...>"|optionInvalid/,
    },
  ],
  async ({ args, message }, context) => {
    const folder = temporaryFolder(context);
    const all = await answersFile(folder, "all.jsonl", ANSWERS);
    const before = await readFile(all, "utf8");
    const placed = args.map((arg) => (/jsonl$|^out$/.test(arg) ? path.join(folder, arg) : arg));
    const loaded: string[] = [];
    const program = new Command().exitOverride();
    addPoolCommand(program, () => {
      loaded.push("a model");
      return Promise.resolve(scripted());
    });
    await assert.rejects(program.parseAsync(["pool", ...placed], { from: "user" }), (error) => {
      assert.equal(blameOf(error), "input", "exit code 2");
      assert.match(JSON.stringify((error as { fault?: unknown }).fault), message);
      return true;
    });
    assert.deepEqual(loaded, []);
    assert.deepEqual(await readdir(folder), ["all.jsonl"]);
    assert.equal(await readFile(all, "utf8"), before);
  },
);

test("a file that is given twice is read once", async (context) => {
  const folder = temporaryFolder(context);
  const one = await answersFile(folder, "one.jsonl", ANSWERS);
  const same = path.join(folder, "..", path.basename(folder), "one.jsonl");
  const file = path.join(folder, "made.laserpool");
  await pool(["build", one, same, "--out", file]);
  assert.equal((await readPoolFile(file, null)).entries.length, ANSWERS.length);
});

test("info shows what the file holds, for people and for programs", async (context) => {
  const file = await storedFile(context);
  const people = await laserPool(["info", file]);
  assert.equal(people.exitCode, 0, people.stderr);
  assert.match(people.stdout, /^3 answers, \d+ tokens \(plus 1 before each, not counted\)\n/);
  assert.match(
    people.stdout,
    /films +2 +\d+ +22 +0 +1970-01-01\nbooks +1 +\d+ +3 +0 +1970-01-01\n\nbalance 0\.92: /,
  );
  const programs = await laserPool(["info", file, "--json"]);
  const { tokenizer } = await readPoolFile(file, null);
  const words = scripted().tokenizer;
  const tokensOf = (group: string): number =>
    ANSWERS.filter((answer) => answer.group === group).flatMap(({ text }) => words.tokenize(text, false))
      .length;
  assert.deepEqual(JSON.parse(programs.stdout), {
    entries: 3,
    tokens: tokensOf("films") + tokensOf("books"),
    openingTokens: 1,
    model: tokenizer.model,
    tokenizerFingerprint: tokenizer.fingerprint,
    fileBytes: (await readFile(file)).length,
    groups: [
      { group: "films", entries: 2, tokens: tokensOf("films"), textBytes: 22, lastUseMs: 1000, uses: 0 },
      { group: "books", entries: 1, tokens: tokensOf("books"), textBytes: 3, lastUseMs: 1000, uses: 0 },
    ],
    isFrozen: false,
    balance: 0.9182958340544894,
  });
});

test("forget removes a key with its texts; an unknown key and a missing file end with 2", async (context) => {
  const file = await storedFile(context);
  const part = await laserPool(["forget", "an", file]);
  assert.equal(part.exitCode, 2);
  assert.match(part.stderr, /no entry with the key "an"; nothing was changed/);
  assert.equal((await readPoolFile(file, null)).entries.length, 3);
  const gone = await laserPool(["forget", "ann", file]);
  assert.equal(gone.exitCode, 0, gone.stderr);
  assert.match(gone.stdout, /2 answers forgotten, 1 left/);
  const content = await readFile(file, "latin1");
  assert.ok(!content.includes("ann") && !content.includes("one two three") && content.includes("four five"));
  const missing = path.join(path.dirname(file), "none", "a.laserpool");
  assert.equal((await laserPool(["forget", "ann", missing])).exitCode, 2);
  assert.ok(!existsSync(path.dirname(missing)), "no folder is made for a lock");
});

test.skipIf(process.platform === "win32")(
  "forget forgets where a link leads, keeps the mode, and refuses hard links",
  async (context) => {
    const file = await storedFile(context);
    const folder = path.dirname(file);
    assert.equal(statSync(file).mode & 0o777, 0o600, "only its owner can read a new pool");
    await chmod(file, 0o640);
    await mkdir(path.join(folder, "linked"));
    const linked = path.join(folder, "linked", "pool");
    await symlink(path.join("..", path.basename(file)), linked);
    await pool(["forget", "ann", linked]);
    assert.ok(!(await readFile(file, "latin1")).includes("one two three"));
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal(await readlink(linked), path.join("..", path.basename(file)));
    await link(file, path.join(folder, "second"));
    await assert.rejects(pool(["forget", "bob", file]), (error) => {
      assert.equal(blameOf(error), "input");
      assert.equal((error as { fault?: { tag?: unknown } }).fault?.tag, "fileHasOtherNames");
      return true;
    });
    assert.deepEqual(
      (await readPoolFile(file, null)).entries.map(({ key }) => key),
      ["bob"],
    );
  },
);

table(
  "a stop during the last piece of work writes nothing",
  [
    {
      name: "build",
      signal: "SIGINT" as const,
      args: (folder: string) => ["build", path.join(folder, "all.jsonl"), "--out", path.join(folder, "made")],
    },
    {
      name: "add, where the terminal is closed",
      signal: "SIGHUP" as const,
      args: (folder: string) => ["add", path.join(folder, "some.laserpool"), path.join(folder, "all.jsonl")],
    },
  ],
  async ({ args, signal }, context) => {
    const file = await storedFile(context);
    const folder = path.dirname(file);
    await answersFile(
      folder,
      "all.jsonl",
      ANSWERS.map((one) => ({ ...one, id: `${one.id}2` })),
    ); // New ones.
    const before = await readFile(file);
    const engine = scripted();
    // The signal waits for a turn of the event loop, as Ctrl-C does during work that is done in one piece.
    const tokenize: Engine["tokenizer"]["tokenize"] = (text, special) => {
      if (text === ANSWERS.at(-1)?.text) setImmediate(() => process.emit(signal));
      return engine.tokenizer.tokenize(text, special);
    };
    const slow = { ...engine, tokenizer: { ...engine.tokenizer, tokenize } };
    await assert.rejects(pool(args(folder), slow), { name: "AbortError" });
    assert.deepEqual((await readdir(folder)).toSorted(), ["all.jsonl", "some.laserpool"]);
    assert.ok(before.equals(await readFile(file)));
  },
);

test("build waits for another process that changes the same pool", async (context) => {
  const folder = temporaryFolder(context);
  const answers = await answersFile(folder, "all.jsonl", ANSWERS);
  const file = path.join(folder, "made");
  let building: Promise<unknown> = Promise.resolve();
  await withLock(`${file}.lock`, {}, async () => {
    let waiting = (): void => undefined;
    const waits = new Promise<void>((resolve) => (waiting = resolve));
    context.onTestFinished(
      hearStderr((text) => {
        if (/^waiting for process \d+/.test(text)) waiting();
      }),
    );
    building = pool(["build", answers, "--out", file]);
    await waits;
    assert.ok(!existsSync(file));
  });
  await building;
  assert.ok(existsSync(file));
});

/** Hears what is written to stderr in this process until the returned function is called. */
function hearStderr(hear: (text: string) => void): () => void {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.write = (text: string | Uint8Array) => {
    hear(String(text));
    return true;
  };
  return () => {
    stderr.write = write;
  };
}

test("the answers of a pool are listed, searched, exported and dropped by their numbers", async (context) => {
  const file = await storedFile(context);
  const listed = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await laserHere("pool", "list", file, "--json", ...args);
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout) as {
      found: number;
      groups: { group: string | null; entries: number; tokens: number }[];
      entries: { entry: number; id: string; text: string; tokens: number }[];
    };
  };
  const all = await listed();
  assert.deepEqual(
    all.entries.map(({ entry, id, text, tokens }) => [entry, id, text, tokens]),
    [
      [2, "ann", "six", 1],
      [1, "bob", "four five", 2],
      [0, "ann", "one two three", 3],
    ],
  );
  assert.deepEqual(
    all.groups.map(({ group, entries, tokens }) => [group, entries, tokens]),
    [
      ["films", 2, 5],
      ["books", 1, 1],
    ],
  );
  const some = await listed("--group=films", "--search=ONE", "--limit=1");
  assert.deepEqual([some.found, some.entries[0]?.entry], [1, 0]);
  const out = path.join(path.dirname(file), "out.jsonl");
  assert.equal((await laserHere("pool", "export", file, "--out", out)).exitCode, 0);
  const exported = (await readFile(out, "utf8")).trim().split("\n");
  assert.deepEqual(
    exported.map((line) => JSON.parse(line) as unknown),
    ANSWERS,
  );
  assert.equal((await listed("--entry=1")).entries[0]?.text, "four five");
  await laserHere("pool", "drop", file, "0");
  // The others keep their numbers.
  assert.deepEqual(
    (await listed()).entries.map(({ entry }) => entry),
    [2, 1],
  );
  const refused = await laserHere("pool", "drop", file, "1", "0");
  assert.match(refused.stderr, /has no entry 0; nothing was changed/);
  assert.equal((await listed()).found, 2);
});

test("a frozen pool is refused to whatever changes answers, and still forgets", async (context) => {
  const file = await storedFile(context);
  const frozen = async (...args: readonly string[]): Promise<void> => {
    await assert.rejects(pool(args), { fault: { tag: "poolFrozen", path: file } }, args.join(" "));
  };
  await pool(["freeze", file]);
  const content = await readFile(file);
  const more = await answersFile(path.dirname(file), "more.jsonl", [{ id: "eve", text: "seven" }]);
  const other = path.join(path.dirname(file), "other.laserpool");
  await writePoolFile(other, storedPool(ANSWERS, scripted(), 1000));
  await frozen("add", file, more);
  await frozen("drop", file, "0");
  await frozen("prune", file, "--budget", "1");
  await frozen("build", more, "--out", file);
  await frozen("merge", other, other, "--out", file);
  assert.deepEqual(await readFile(file), content);
  assert.equal((await readPoolFile(file, null)).isFrozen, true);
  await pool(["forget", "bob", file]);
  const left = await readPoolFile(file, null);
  assert.deepEqual([left.entries.length, left.isFrozen], [2, true]);
  await pool(["freeze", "--off", file]);
  await pool(["drop", file, "0"]);
  assert.equal((await readPoolFile(file, null)).entries.length, 1);
});
