// Runs `npm test`'s own command on made-up lanes: what passes, fails, is skipped, crashes, hangs or is missing must
// show in the closing line and in the exit code. A runner that counts wrongly would hide everything else.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { repositoryFolder, table, temporaryFolder } from "../../support/check.ts";

const command = path.join(repositoryFolder, "scripts", "test.mjs");

const head = `import { test, describe, before } from "node:test";\n`;
const passing = `${head}test("one", () => {});\ntest("two", () => {});\n`;
const hanging = `${head}test("ends", () => {});\ntest("hangs", () => new Promise(() => setInterval(() => {}, 1000)));\n`;

interface MadeLane {
  readonly name: string;
  readonly parts: readonly object[];
  readonly leastTests?: number;
  readonly timeoutSeconds?: number;
  readonly needs?: readonly string[];
}

const tests = { kind: "tests", folder: "tests", concurrency: 2 } as const;
const program = (name: string, text: string): object => ({
  kind: "program",
  name,
  script: "-e",
  args: [text],
});

/** Writes a folder with one table of lanes and test files; the lanes file's path. */
function madeProject(
  context: TestContext,
  lanes: readonly MadeLane[],
  files: Record<string, string>,
): string {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, "tests", "deep"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, "tests", name), text);
  const whole = lanes.map((lane) => ({ leastTests: 1, timeoutSeconds: 60, needs: [], ...lane }));
  const lanesFile = path.join(folder, "lanes.mjs");
  writeFileSync(lanesFile, `export const lanes = ${JSON.stringify(whole)};\n`);
  return lanesFile;
}

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly lastLine: string;
}

function runCommand(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], (_, stdout, stderr) => {
      resolve({
        code: child.exitCode ?? -1,
        output: stdout + stderr,
        lastLine: stdout.trimEnd().split("\n").at(-1) ?? "",
      });
    });
  });
}

const oneLane: readonly MadeLane[] = [{ name: "unit", parts: [tests] }];

table(
  "the closing line",
  [
    {
      name: "all pass, in subfolders too",
      files: { "a.test.ts": passing, "deep/b.test.ts": passing },
      closing: "4 passed, 0 failed",
      shows: /unit: 4 of 4/,
    },
    {
      name: "types in a test file",
      files: { "a.test.ts": `${head}const a: number = 1;\ntest("typed", (): void => void a);` },
      closing: "1 passed, 0 failed",
      shows: /typed/,
    },
    {
      name: "other files are no tests",
      files: { "a.test.ts": passing, "help.ts": "throw 1;" },
      closing: "2 passed, 0 failed",
      shows: /2 of 2/,
    },
    {
      name: "one fails",
      files: { "a.test.ts": `${passing}test("bad", () => { throw new Error("on purpose"); });` },
      closing: "2 passed, 1 failed",
      shows: /tests.a\.test\.ts: bad: on purpose/,
    },
    {
      name: "skipped counts as failed",
      files: { "a.test.ts": `${passing}test.skip("later", () => {});` },
      closing: "2 passed, 1 failed",
      shows: /later: skipped/,
    },
    {
      name: "skipped with a reason",
      files: { "a.test.ts": `${passing}test("gpu", { skip: "no device" }, () => {});` },
      closing: "2 passed, 1 failed",
      shows: /gpu: skipped: no device/,
    },
    {
      name: "todo counts as failed",
      files: { "a.test.ts": `${passing}test.todo("some day");` },
      closing: "2 passed, 1 failed",
      shows: /some day: marked todo/,
    },
    {
      name: "a crash before any test",
      files: { "a.test.ts": "process.exit(3);", "b.test.ts": passing },
      closing: "2 passed, 1 failed",
      shows: /tests.a\.test\.ts: the file's process ended with code 3/,
    },
    {
      name: "a crash behind passed tests",
      files: {
        "a.test.ts": `${passing}setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);test("waits", (_, done) => { setTimeout(done, 20_000); });`,
      },
      closing: "2 passed, 1 failed",
      shows: /SIGKILL/,
    },
    {
      name: "a test that never ends though nothing runs",
      files: { "a.test.ts": `${passing}test("stuck", () => new Promise(() => {}));` },
      closing: "2 passed, 1 failed",
      shows: /stuck/,
    },
    {
      name: "an error outside tests",
      files: { "a.test.ts": `${passing}throw new Error("outside");` },
      closing: "0 passed, 1 failed",
      shows: /a\.test\.ts/,
    },
    {
      name: "code that does not parse",
      files: { "a.test.ts": "const = ;" },
      closing: "0 passed, 1 failed",
      shows: /a\.test\.ts/,
    },
    {
      name: "a file without tests",
      files: { "a.test.ts": "export {};", "b.test.ts": passing },
      closing: "2 passed, 1 failed",
      shows: /holds no tests/,
    },
    {
      name: "suites are not counted, their tests are",
      files: {
        "a.test.ts": `${head}describe("s", () => { test("in", () => {}); test("bad", () => { throw new Error("x"); }); });`,
      },
      closing: "1 passed, 1 failed",
      shows: /bad: x/,
    },
    {
      name: "a suite whose hook fails",
      files: {
        "a.test.ts": `${head}describe("s", () => { before(() => { throw new Error("hook"); }); test("in", () => {}); });`,
      },
      closing: "0 passed, 2 failed",
      shows: /hook/,
    },
    {
      name: "no test files",
      files: {},
      closing: "0 passed, 1 failed",
      shows: /expected at least 1 tests, found 0/,
    },
  ] satisfies readonly { name: string; files: Record<string, string>; closing: string; shows: RegExp }[],
  async ({ files, closing, shows }, context) => {
    const ran = await runCommand(["--lanes", madeProject(context, oneLane, files)]);
    assert.equal(ran.lastLine, closing, ran.output);
    assert.match(ran.output, shows);
    assert.equal(ran.output.match(/^\d+ passed, \d+ failed$/gm)?.length, 1, "one closing line");
    assert.equal(ran.code, closing.endsWith(" 0 failed") ? 0 : 1);
  },
);

table(
  "lanes",
  [
    {
      name: "programs count one each and add up with tests",
      lanes: [
        { name: "types", parts: [program("good", "process.exit(0)"), program("bad", "process.exit(7)")] },
        { name: "unit", parts: [tests] },
      ],
      args: [],
      closing: "3 passed, 1 failed",
      shows: /bad: ended with code 7/,
    },
    {
      name: "only those named are run",
      lanes: [{ name: "broken", parts: [program("bad", "process.exit(7)")] }, ...oneLane],
      args: ["unit"],
      closing: "2 passed, 0 failed",
      shows: /── unit/,
    },
    {
      name: "tests that went missing",
      lanes: [{ name: "unit", parts: [tests], leastTests: 3 }],
      args: [],
      closing: "2 passed, 1 failed",
      shows: /unit: expected at least 3 tests, found 2/,
    },
    {
      name: "a program over its time",
      lanes: [
        { name: "types", parts: [program("slow", "setInterval(() => {}, 1000)")], timeoutSeconds: 0.5 },
      ],
      args: [],
      closing: "0 passed, 1 failed",
      shows: /slow: timed out/,
    },
    {
      name: "a program that cannot be found",
      lanes: [{ name: "types", parts: [{ kind: "program", name: "gone", script: "gone.js", args: [] }] }],
      args: [],
      closing: "0 passed, 1 failed",
      shows: /gone: ended with code 1/,
    },
    {
      name: "a need that cannot be met, and the lanes behind it",
      lanes: [{ name: "model", parts: [tests], needs: ["packages"] }, ...oneLane],
      args: [],
      closing: "2 passed, 1 failed",
      shows: /model: could not run: install failed/,
    },
  ] satisfies readonly {
    name: string;
    lanes: readonly MadeLane[];
    args: string[];
    closing: string;
    shows: RegExp;
  }[],
  async ({ lanes, args, closing, shows }, context) => {
    const ran = await runCommand([...args, "--lanes", madeProject(context, lanes, { "a.test.ts": passing })]);
    assert.equal(ran.lastLine, closing, ran.output);
    assert.match(ran.output, shows);
    assert.equal(ran.code, closing.endsWith(" 0 failed") ? 0 : 1);
  },
);

test("a hanging test: what passed before it counts, the rest is a time-out", async (context) => {
  const lanes = [{ name: "unit", parts: [tests], timeoutSeconds: 6 }];
  const ran = await runCommand(["--lanes", madeProject(context, lanes, { "a.test.ts": hanging })]);
  assert.equal(ran.lastLine, "1 passed, 1 failed", ran.output);
  assert.match(ran.output, /tests: timed out: ended after 6 s while running tests.a\.test\.ts: hangs\n/);
});

test("lanes of programs run beside each other, and each is counted", async (context) => {
  // Each waits for a file that the other writes.
  const meets = (own: string, other: string): string =>
    `const { existsSync, writeFileSync } = require("node:fs");
     writeFileSync("${own}", "");
     setInterval(() => { if (existsSync("${other}")) process.exit(0); }, 20);`;
  const lanes = [
    { name: "types", parts: [program("left", meets("left", "right"))], timeoutSeconds: 20 },
    { name: "lint", parts: [program("right", meets("right", "left"))], timeoutSeconds: 20 },
  ];
  const ran = await runCommand(["--lanes", madeProject(context, lanes, {})]);
  assert.equal(ran.lastLine, "2 passed, 0 failed", ran.output);
  assert.match(ran.output, /types: 1 of 1/);
  assert.match(ran.output, /lint: 1 of 1/);
});

test("an unknown lane is refused by name with those there are", async (context) => {
  const ran = await runCommand(["nosuch", "--lanes", madeProject(context, oneLane, {})]);
  assert.equal(ran.code, 2);
  assert.match(ran.output, /There is no lane nosuch; lanes: unit\./);
});

test("Ctrl-C ends what runs and exits with 130", async (context) => {
  const text = `console.log("pid", process.pid); setInterval(() => {}, 1000)`;
  const lanes = [{ name: "types", parts: [program("slow", text)] }];
  const child = spawn(process.execPath, [command, "--lanes", madeProject(context, lanes, {})]);
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    output += String(chunk);
    if (/pid \d+\n/.test(output)) break;
  }
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number | null];
  assert.equal(code, 130);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  assert.throws(() => process.kill(pid, 0), "the program is gone");
});
