// An option or argument that is empty, as an unset variable of a shell makes it, is refused by every command.
import assert from "node:assert/strict";
import type { Command } from "commander";
import { afterEach, test, vi } from "vitest";
import { SETTING_NAMES, settingOf } from "../../../../../core/settings/index.ts";
import { laserProgram, runLaser } from "../../../../../server/cli/laser.ts";
import { table } from "../../../../support/check.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function stderrOf(args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  await runLaser(args);
  vi.restoreAllMocks();
  return lines.join("");
}

const ROWS = [
  { name: "a pool", args: ["generate", "p.prompty", "--pool", ""], says: '--pool "": it is empty' },
  { name: "blanks", args: ["generate", "p.prompty", "--trace", " "], says: '--trace "": it is empty' },
  {
    name: "a chat template",
    args: ["generate", "p.prompty", "--chat-template", ""],
    says: '--chat-template "": it is empty',
  },
  { name: "a prompt file", args: ["generate", ""], says: '<file> "": it is empty' },
  { name: "a trace", args: ["inspect", ""], says: '<trace> "": it is empty' },
  {
    name: "one of several files",
    args: ["pool", "merge", "a.laserpool", "", "--out", "b.laserpool"],
    says: '<files> "": it is empty',
  },
  {
    name: "a model",
    args: ["generate", "--prompt", "Hi", "--model", " "],
    says: '--model " ": it is empty; leave',
  },
  {
    name: "a model, in place of which an option is read",
    args: ["generate", "p.prompty", "--model", "--quiet"],
    says: "--model --quiet: this is an option, and the value is missing",
  },
  {
    name: "a file, in place of which an option is read",
    args: ["pool", "export", "a.laserpool", "--out", "--overwrite"],
    says: "--out --overwrite: this is an option, and the value is missing",
  },
  { name: "an output", args: ["pool", "build", "a.jsonl", "--out", ""], says: '--out "": it is empty' },
] as const;

table("empty", ROWS, async ({ args, says }) => {
  assert.ok((await stderrOf(args)).includes(says));
});

test("the words auto and off are not empty", async () => {
  const refused: string[] = [];
  let tried = 0;
  for (const setting of SETTING_NAMES.map(settingOf)) {
    const word = "nullWord" in setting ? setting.nullWord : undefined;
    const [option] = setting.flag?.split(" ") ?? [];
    if (word === undefined || option === undefined) continue;
    tried++;
    const printed = await stderrOf([
      "run",
      "--prompt",
      "missing.prompty",
      "--data",
      "x",
      "--out",
      "y",
      option,
      word,
    ]);
    if (!printed.includes("missing.prompty")) refused.push(printed);
  }
  assert.deepEqual(refused, []);
  assert.ok(tried >= 3, `${tried} were tried`);
});

/** Each option of a command that takes a path, with the words that name the command. */
function* pathOptions(command: Command, words: readonly string[]): Generator<readonly [string[], string]> {
  const needed = command.registeredArguments.filter(({ required }) => required).map(() => "x");
  for (const { flags, long } of command.options)
    if (/<(file|folder|path)>/.test(flags) && long !== undefined) yield [[...words, ...needed], long];
  for (const inner of command.commands) yield* pathOptions(inner, [...words, inner.name()]);
}

test("no command takes an empty path", async () => {
  const taken: string[] = [];
  let refused = 0;
  for (const [words, option] of pathOptions(laserProgram(), [])) {
    const said = await stderrOf([...words, option, ""]);
    if (said.includes(`${option} "": `)) refused++;
    else if (!said.includes("required option")) taken.push(`${words.join(" ")} ${option}: ${said}`);
  }
  assert.deepEqual(taken, []);
  assert.ok(refused > 25, `${refused} were refused`);
});
