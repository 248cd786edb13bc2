// Answers of which some lines can't be read: refused with the option that leaves those out, in every command that reads
// answers as
// text, and left out with it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { describeError } from "../../../../core/base/index.ts";
import { addPoolCommand } from "../../../../server/cli/commands/poolCommand.ts";
import { addContinueCommand } from "../../../../server/cli/commands/continueCommand.ts";
import { addGenerateCommand } from "../../../../server/cli/commands/generateCommand.ts";
import { addRunCommand } from "../../../../server/cli/commands/runCommand.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { writePoolFile, readPoolFile } from "../../../../server/pools/index.ts";
import { storedPool } from "../../../../server/worker/index.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../support/check.ts";
import { printedBy } from "../../../support/process/laserHere.ts";

const GOOD = '{"id":"ann","text":"one two"}\n';
const FILES: Readonly<Record<string, string>> = {
  "some.jsonl": `${GOOD}not JSON\n{"id":"ben"}\n{"id":"cat","text":"three"}\n`,
  "one.jsonl": `${GOOD}{"id":"ben"}\n`,
  "none.jsonl": 'not JSON\n{"id":"ben"}\n',
  "p.prompty": "user:\nHi {{title}}\n",
  "rows.jsonl": '{"id":"a","title":"Heat"}\n',
  "script.json": '{"answers":[{"text":"one two"}]}',
};
const scripted = () => createScriptedEngine({ answers: [{ text: "one two" }] });
const TRACE = path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace");
const RUN = "run --engine scripted --script script.json --prompt p.prompty --data rows.jsonl --out out.jsonl";

const ROWS = [
  { name: "generate", command: "generate p.prompty --set title=Heat --pool ANSWERS", reads: false },
  { name: "continue", command: `continue ${TRACE} --at 1 --pool ANSWERS`, reads: false },
  { name: "run", command: `${RUN} --pool ANSWERS`, reads: true },
  { name: "pool build", command: "pool build ANSWERS --out made.laserpool", reads: true },
  { name: "pool add", command: "pool add there.laserpool ANSWERS", reads: true },
];

table("bad lines of a pool,", ROWS, async ({ command, reads }, context) => {
  const folder = temporaryFolder(context);
  const at = (word: string): string => (/^[a-z]+\.[a-z]+$/.test(word) ? path.join(folder, word) : word);
  for (const [file, text] of Object.entries(FILES)) writeFileSync(at(file), text);
  await writePoolFile(
    at("there.laserpool"),
    storedPool([{ id: "z", group: null, text: "two" }], scripted(), 0),
  );
  const runWith = (answers: string, ...more: readonly string[]) =>
    printedBy(async () => {
      const program = new Command().exitOverride();
      addPoolCommand(program, () => Promise.resolve(scripted()));
      for (const add of [addGenerateCommand, addContinueCommand, addRunCommand]) add(program);
      const words = [...command.replace("ANSWERS", answers).split(" ").map(at), ...more];
      try {
        await program.parseAsync(words, { from: "user" });
        return 0;
      } catch (error) {
        const { message, nextStep } = describeError(error);
        process.stderr.write(`${message}\n${nextStep}\n`);
        return 2;
      }
    });

  const refused = await runWith("some.jsonl");
  assert.match(refused.stderr, /Line 2 of the pool .* is not an answer: .* Nor is line 3\./);
  assert.match(refused.stderr, /Or leave out such lines with --skip-bad-lines\.\n$/);
  assert.match((await runWith("one.jsonl")).stderr, /with --skip-bad-lines\.\n$/);
  const hopeless = await runWith("none.jsonl");
  assert.equal(hopeless.exitCode, 2);
  assert.doesNotMatch(hopeless.stderr, /skip-bad-lines/, "no line could be left");
  if (!reads) return;
  const { stderr, exitCode } = await runWith("some.jsonl", "--skip-bad-lines");
  assert.match(stderr, /some\.jsonl: 2 lines left out, as they are not answers/);
  assert.equal(exitCode, 0, stderr);
  if (command.startsWith("pool build"))
    assert.equal((await readPoolFile(at("made.laserpool"), null)).entries.length, 2);
});
