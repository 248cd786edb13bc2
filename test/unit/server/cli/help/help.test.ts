// What --help says of each command: a description, options with texts, and examples that the command would take.
import assert from "node:assert/strict";
import type { Command } from "commander";
import { test } from "vitest";
import { EXAMPLES } from "../../../../../server/cli/help/examples.ts";
import { laserProgram } from "../../../../../server/cli/laser.ts";
import { table } from "../../../../support/check.ts";

const FAMILIES = ["run", "evaluate", "data", "groups", "pool"];

function leaves(command: Command, words: readonly string[] = []): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: words.join(" "), command }];
  return command.commands.flatMap((below) => leaves(below, [...words, below.name()]));
}
const ALL = leaves(laserProgram());

table("the help of", ALL, ({ command }) => {
  assert.match(command.description(), /^[a-z].*[^.]$/);
  for (const { description, long, hidden } of command.options)
    if (!hidden) assert.ok(description.length > 5, `${long}: ${description}`);
});

table(
  "the examples of",
  ALL.filter(({ name }) => FAMILIES.includes(name.split(" ")[0]!)),
  ({ name, command }) => {
    const examples = EXAMPLES[name] ?? assert.fail("there are none");
    let help = "";
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    for (const example of examples) {
      assert.ok(help.includes(example));
      assert.ok(example.startsWith(`laser ${name} `));
      const options: readonly string[] = example.match(/--[a-z0-9-]+/g) ?? [];
      const known = command.options.map(({ long }) => long);
      assert.deepEqual(
        options.filter((option) => !known.includes(option)),
        [],
      );
      for (const { long, mandatory } of command.options)
        if (mandatory) assert.ok(options.includes(long!), `without ${long}`);
    }
  },
);

test("no examples for a command that does not exist", () => {
  const names = ALL.map(({ name }) => name);
  assert.deepEqual(
    Object.keys(EXAMPLES).filter((name) => !names.includes(name)),
    [],
  );
});
