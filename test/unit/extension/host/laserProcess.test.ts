// The `laser` command as a process: its output within bounds, and why it can't be used. Small programs stand for the command.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import * as Type from "typebox";
import { LaserCommandFailed, readFromLaser } from "../../../../extension/host/laserProcess.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

const AnswersSchema = Type.Object({ answers: Type.Integer() });
const SHOW_LOG = 'Run "LASER: Show Log" for more.';
/** More than is kept, and the error at its end. */
const FLOOD = `for (let line = 0; line < 50_000; line++) console.error("warning: ".padEnd(99, "x"));`;
const FROZEN = JSON.stringify({ code: "poolFrozen", message: "x is frozen", nextStep: "Run it with --off." });

table(
  "output of a command",
  [
    { name: "JSON", program: `console.log('{"answers":2}')`, expected: { answers: 2 } },
    {
      name: "not JSON",
      program: `console.log("2 answers")`,
      expected: [/^The output of laser pool can't be used: .*JSON.*\.$/, SHOW_LOG],
    },
    {
      name: "cut JSON",
      program: `console.log('{"answers":')`,
      expected: [/^The output of laser pool can't be used: .*JSON.*\.$/, SHOW_LOG],
    },
    {
      name: "JSON of another form",
      program: `console.log("[]")`,
      expected: [/^The output of laser pool can't be used: it is JSON with another structure\.$/, SHOW_LOG],
    },
    {
      name: "an error after a flood of warnings",
      program: `${FLOOD} process.send({ error: ${FROZEN} }); process.exitCode = 2;`,
      expected: [/^x is frozen$/, "Run it with --off."],
    },
    {
      name: "what only looks like an error",
      program: `console.error("error: of a library"); process.exitCode = 3;`,
      expected: [/^laser pool ended with exit code 3$/, ""],
    },
  ] as const,
  async ({ program, expected }, context) => {
    const file = path.join(temporaryFolder(context), "laser.mjs");
    writeFileSync(file, program);
    let logged = 0;
    const onLine = (line: string): void => {
      logged += line.length + 1;
    };
    const reading = readFromLaser({ program: file, onLine }, ["pool", "list"], AnswersSchema);
    if ("answers" in expected) assert.deepEqual(await reading, expected);
    else {
      const [message, nextStep] = expected;
      await assert.rejects(reading, (error) => {
        assert.ok(error instanceof LaserCommandFailed, String(error));
        assert.match(error.text.message, message);
        assert.equal(error.text.nextStep, nextStep);
        return true;
      });
    }
    assert.ok(logged <= 2 ** 20 + 1, `${logged} characters were logged`);
  },
);
