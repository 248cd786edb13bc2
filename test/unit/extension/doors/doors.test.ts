// Links, tasks and the launcher: what a link may open, what a task runs, that the launcher starts the program with its
// arguments as they are, and that the manifest's patterns read what the command prints.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import {
  readTask,
  PROBLEM_MATCHERS,
  TASK_TYPE,
  taskArguments,
  taskName,
} from "../../../../extension/doors/laserTask.ts";
import { pathWith, writeLauncher } from "../../../../extension/doors/launcher.ts";
import { readTraceLink } from "../../../../extension/doors/traceLink.ts";
import { warningLines } from "../../../../server/cli/terminal/promptWarnings.ts";
import { parsePrompty } from "../../../../core/prompts/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { englishManifest } from "../../../support/host/manifest.ts";

table(
  "a link",
  [
    { name: "/trace?path=/runs/a.lasertrace", opens: "/runs/a.lasertrace" },
    { name: "/trace?path=/runs/a & b+c.lasertrace.gz", opens: "/runs/a & b+c.lasertrace.gz" },
    { name: "/trace?path=/runs/../a.lasertrace", opens: "/a.lasertrace" },
    { name: "/trace?path=/etc/passwd", refused: "notTrace" },
    { name: "/trace?path=/a.lasertrace/", refused: "notTrace" },
    { name: "/trace?path=a.lasertrace", refused: "notLocal" },
    { name: "/trace?path=https://example.org/a.lasertrace", refused: "notLocal" },
    { name: "/trace?path=/a\0.lasertrace", refused: "notLocal" },
    { name: "/trace?file=/a.lasertrace", refused: "noPath" },
    { name: "/trace", refused: "noPath" },
    { name: "/run?path=/a.lasertrace", refused: "unknown" },
    { name: "/trace?path=C:\\runs\\a.lasertrace", windows: true, opens: "C:\\runs\\a.lasertrace" },
    { name: "/trace?path=\\\\server\\share\\a.lasertrace", windows: true, refused: "notLocal" },
    { name: "/trace?path=//server/share/a.lasertrace", windows: true, refused: "notLocal" },
  ],
  ({ name, windows, opens, refused }) => {
    const [link = "", query = ""] = name.split("?");
    const found = readTraceLink({ path: link, query }, windows === true ? "win32" : "linux");
    assert.deepEqual(
      found,
      opens === undefined ? { kind: "refused", reason: refused } : { kind: "trace", file: opens },
    );
  },
);

const run = { type: TASK_TYPE, command: "run", prompt: "a.prompty", data: "rows.jsonl", out: "out.jsonl" };

table(
  "a task",
  [
    {
      name: "generate -a.prompty",
      task: { type: TASK_TYPE, command: "generate", prompt: "-a.prompty", label: "VS Code's own" },
      args: ["generate", "--gpu=off", "--", "-a.prompty"],
    },
    {
      name: "run a.prompty",
      task: { ...run, args: ["--limit=3", "--gpu=auto"] },
      args: [
        ...["run", "--prompt=a.prompty", "--data=rows.jsonl", "--out=out.jsonl"],
        ...["--gpu=off", "--limit=3", "--gpu=auto"],
      ],
    },
    { name: "run without data", task: { ...run, data: undefined }, args: null },
    { name: "an unknown command", task: { ...run, command: "pool" }, args: null },
    { name: "another type", task: { ...run, type: "npm" }, args: null },
    { name: "args in one text", task: { ...run, args: "--limit=3" }, args: null },
  ],
  ({ name, task, args }) => {
    const read = readTask(JSON.parse(JSON.stringify(task)));
    assert.deepEqual(read === null ? null : taskArguments(read, ["--gpu=off"]), args);
    if (read !== null) assert.equal(taskName(read), name);
  },
);

test.skipIf(process.platform === "win32")(
  "the launcher runs the program with its arguments as they are",
  async (context) => {
    const folder = path.join(temporaryFolder(context), "a 'b' $c");
    mkdirSync(folder);
    const program = path.join(folder, "laser.mjs");
    writeFileSync(program, "console.log(JSON.stringify(process.argv.slice(2)));");
    const launcher = await writeLauncher(folder, program);
    assert.equal(statSync(launcher.program).mode & 0o111, 0o111);
    const args = ["--set", "name=two words", "$HOME", "", "'"];
    const env = { ...launcher.env, PATH: pathWith(launcher.folder, process.env) };
    const printed = execFileSync("laser", args, { env, encoding: "utf8" });
    assert.deepEqual(JSON.parse(printed), args);
  },
);

interface Contributed {
  readonly contributes: {
    readonly taskDefinitions: readonly { readonly type: string }[];
    readonly problemMatchers: readonly { readonly name: string; readonly pattern: string }[];
    readonly problemPatterns: readonly { readonly name: string; readonly regexp: string }[];
  };
}
const { contributes } = englishManifest() as Contributed;

test("the patterns of the manifest read what the command prints", () => {
  assert.deepEqual(
    contributes.taskDefinitions.map(({ type }) => type),
    [TASK_TYPE],
  );
  assert.deepEqual(
    contributes.problemMatchers.map(({ name }) => `$${name}`),
    PROBLEM_MATCHERS,
  );
  assert.deepEqual(
    contributes.problemMatchers.map(({ pattern }) => pattern),
    PROBLEM_MATCHERS,
  );
  const [error, warning] = contributes.problemPatterns.map(({ regexp }) => new RegExp(regexp));
  const { problems } = parsePrompty("user:\nhello {{ name }}\n");
  const [line = ""] = warningLines("C:\\a b.prompty", problems);
  assert.deepEqual(warning?.exec(line)?.slice(1, 5), ["C:\\a b.prompty", "2", "10", "warning"]);
  const said = 'error: /runs/a: b.prompty: Line 4, column 13: "strategy" must be one of plain, laser.';
  assert.deepEqual(error?.exec(said)?.slice(1, 4), ["/runs/a: b.prompty", "4", "13"]);
});
