// Every option that refuses a word says what it takes instead: a list, a range, a form or a suggestion.
import assert from "node:assert/strict";
import type { Command, Option } from "commander";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { laserProgram } from "../../../../../server/cli/laser.ts";

/** A word that no option takes. */
const WORD = "zzz";
const SAYS_WHAT_INSTEAD =
  /it must (be|end in) .{2,}|zzz.? is not one of .{6,}|Choose (from|one of:?) .{6,}|Did you mean|Allowed choices are .{6,}/;

test("every option of every command that refuses a word says what it takes", () => {
  const silent: string[] = [];
  let refused = 0;
  for (const { command, option } of optionsOf(laserProgram(), "laser")) {
    const says = refusalOf(option);
    if (says === null) continue;
    refused++;
    if (!SAYS_WHAT_INSTEAD.test(says)) silent.push(`${command} ${option.long}: ${says}`);
  }
  assert.deepEqual(silent, []);
  assert.ok(refused > 100, `${refused} options refused the word`);
});

function* optionsOf(
  command: Command,
  name: string,
): Generator<{ readonly command: string; readonly option: Option }> {
  for (const option of command.options) yield { command: name, option };
  for (const inner of command.commands) yield* optionsOf(inner, `${name} ${inner.name()}`);
}

/** What the option says about the word; null if it takes it. */
function refusalOf({ parseArg, defaultValue }: Option): string | null {
  try {
    parseArg?.(WORD, defaultValue);
    return null;
  } catch (error) {
    const { message, nextStep } = describeError(error);
    return error instanceof Error && error.name === "CommanderError"
      ? error.message
      : `${message} ${nextStep}`;
  }
}
