// An output that is a pipe, as in `laser inspect … --csv /dev/stdout | head`: a name that can be opened and leads nowhere.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "vitest";
import { repositoryFolder } from "../../support/check.ts";

test.skipIf(process.platform === "win32")("a table is written to a pipe", () => {
  const command = `"$0" dist/laser.mjs inspect "$1" --csv /dev/stdout | cat`;
  const trace = "test/fixtures/traces/v1.lasertrace";
  const { stdout, stderr } = spawnSync("sh", ["-c", command, process.execPath, trace], {
    cwd: repositoryFolder,
    encoding: "utf8",
  });
  assert.match(stdout, /^step,/, stderr);
});
