// Why the built command failed, as the extension reads it from a process that it started: codes and fields, never texts.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { runBatchProcess } from "../../../extension/batch/batchProcess.ts";
import { LaserCommandFailed, runLaser } from "../../../extension/host/laserProcess.ts";
import { errorFixes } from "../../../extension/shared/errorFix.ts";
import { repositoryFolder, table, temporaryFolder } from "../../support/check.ts";

const program = path.join(repositoryFolder, "dist", "laser.mjs");

table(
  "a command that failed",
  [
    {
      name: "a missing file",
      args: ["pool", "list", "/no such.laserpool"],
      message: /^There is no pool at \/no such\.laserpool\.$/,
      nextStep: /laser pool build/,
    },
    {
      name: "an unknown option",
      args: ["pool", "list", "--nonsense", "x"],
      message: /^unknown option '--nonsense'$/,
      nextStep: /^$/,
    },
  ],
  async ({ args, message, nextStep }) => {
    await assert.rejects(runLaser({ program, onLine: () => undefined }, args), (error) => {
      assert.ok(error instanceof LaserCommandFailed, String(error));
      assert.equal(error.text.code, "poolCommandFailed");
      assert.match(error.text.message, message);
      assert.match(error.text.nextStep, nextStep);
      return true;
    });
  },
);

test("a line of answers that a pool does not take can be opened", async (context) => {
  const file = path.join(temporaryFolder(context), "my answers.jsonl");
  writeFileSync(file, '{"id":"a","text":"one"}\n{"id":"b"}\n');
  await assert.rejects(runLaser({ program, onLine: () => undefined }, ["pool", "list", file]), (error) => {
    assert.ok(error instanceof LaserCommandFailed, String(error));
    assert.deepEqual(errorFixes(error.text), [{ kind: "poolLine", file, line: 2 }]);
    return true;
  });
});

test("a batch run that refuses its input says why", async (context) => {
  const out = path.join(temporaryFolder(context), "out.jsonl");
  const lines: string[] = [];
  const { end, exitCode, error } = await runBatchProcess(
    { program, onLine: (line) => lines.push(line) },
    ["--prompt=/no such.prompty", `--data=${out}`, `--out=${out}`],
    () => undefined,
    new AbortController().signal,
  );
  assert.deepEqual([end, exitCode], [null, 2], lines.join("\n"));
  assert.equal(error?.code, "promptFileMissing", lines.join("\n"));
});
