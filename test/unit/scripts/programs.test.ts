// How the scripts run other programs.
import assert from "node:assert/strict";
import { getPriority } from "node:os";
import { test } from "vitest";
import { runProgram } from "../../../scripts/programs/run.mjs";

/** Waits for its own niceness to change: the program may read it before it is set. On Windows 3 is the usual class. */
const PRINTS_NICENESS = `
const { getPriority } = require("node:os");
const { spawnSync } = require("node:child_process");
const untilSet = setInterval(() => {
  if (process.platform !== "win32" && getPriority() === ${getPriority()}) return;
  clearInterval(untilSet);
  const { stdout } = spawnSync(process.execPath, ["-p", "os.getPriority()"]);
  console.log(getPriority() + " " + stdout);
}, 10);`;

test("a program that gives way takes what it starts with it", async () => {
  const niceness = Math.min(19, getPriority() + 3);
  const { code, stdout } = await runProgram(process.execPath, ["-e", PRINTS_NICENESS], {
    cwd: process.cwd(),
    output: "keep",
    niceness,
  });
  assert.equal(code, 0);
  if (process.platform !== "win32")
    assert.deepEqual(stdout.trim().split(/\s+/), [`${niceness}`, `${niceness}`]);
});
