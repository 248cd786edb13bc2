// What `laser continue` refuses before it loads a model.
import assert from "node:assert/strict";
import path from "node:path";
import { Command } from "commander";
import { describeError } from "../../../../../core/base/index.ts";
import { addContinueCommand } from "../../../../../server/cli/commands/continueCommand.ts";
import { repositoryFolder, table } from "../../../../support/check.ts";

const TRACE = path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace");

table(
  "continue refuses",
  [
    {
      name: "k without the relaxed rule",
      args: ["--relaxed-top-k", "3"],
      says: /^--relaxed-top-k 3: .*it needs --rule relaxed/,
    },
    {
      name: "p with the strict rule",
      args: ["--rule", "strict", "--relaxed-min-probability", "0.2"],
      says: /^--relaxed-min-probability 0\.2: .*it needs --rule relaxed/,
    },
    {
      name: "more tokens than the run has, once the rule is named",
      args: ["--rule", "relaxed", "--relaxed-top-k", "3", "--at", "100000"],
      says: /--at 100000/,
    },
  ],
  async ({ args, says }) => {
    const program = new Command().exitOverride();
    addContinueCommand(program);
    await assert.rejects(
      program.parseAsync(["continue", TRACE, "--at", "0", ...args], { from: "user" }),
      (error: unknown) => says.test(describeError(error).message),
      `${says}`,
    );
  },
);
