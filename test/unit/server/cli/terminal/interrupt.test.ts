// Ctrl-C while work holds up the event loop: it is broken off, and the command ends with 130. Other signals are heard right
// after the work, whatever it ended with.
import assert from "node:assert/strict";
import { breakable } from "../../../../../server/cli/terminal/breakable.ts";
import { table } from "../../../../support/check.ts";
import { runSource } from "../../../../support/process/program.ts";

/** Ends with an error at the bound of steps. */
const BOUND = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
const ENDING = "{% for a in range(9999) %}{% endfor %}done";

interface Row {
  readonly name: string;
  readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "none";
  readonly template: string;
  readonly exitCode: number;
  readonly stdout: string;
}
const rows: readonly Row[] = [
  { name: "Ctrl-C, to its bound", signal: "SIGINT", template: BOUND, exitCode: 130, stdout: "" },
  { name: "a request to end, to its bound", signal: "SIGTERM", template: BOUND, exitCode: 130, stdout: "" },
  { name: "a closed terminal, to its bound", signal: "SIGHUP", template: BOUND, exitCode: 130, stdout: "" },
  { name: "Ctrl-C, to its end", signal: "SIGINT", template: ENDING, exitCode: 130, stdout: "" },
  { name: "Ctrl-C, without an end", signal: "SIGINT", template: "endless", exitCode: 130, stdout: "" },
  { name: "nothing, to its bound", signal: "none", template: BOUND, exitCode: 2, stdout: "" },
  { name: "nothing, to its end", signal: "none", template: ENDING, exitCode: 0, stdout: "rendered: done" },
];
table("while a chat template is rendered", rows, async ({ signal, template, exitCode, stdout }) => {
  const ended = await runSource("test/support/process/renderStopped.ts", [signal, template]);
  assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, stdout], ended.stderr);
});

const broken = [
  { name: "its result", work: () => 7, outcome: 7 },
  {
    name: "what it throws",
    work: () => assert.fail("the template is wrong"),
    outcome: "the template is wrong",
  },
  { name: "the result of work within work", work: () => breakable(() => 1) + 1, outcome: 2 },
];
table("breakable work gives", broken, ({ work, outcome }) => {
  const result = ((): unknown => {
    try {
      return breakable(work);
    } catch (error) {
      return (error as Error).message;
    }
  })();
  assert.equal(result, outcome);
});
