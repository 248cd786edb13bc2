// The closing line of `npm test` counts what ran: whatever could pass for a test that ran, and did not, is a failure.
import assert from "node:assert/strict";
import { countProgram, countTests, SKIPPED } from "../../../scripts/testReport.mjs";
import { table } from "../../support/check.ts";

const file = (name: string, statuses: readonly string[], status = "passed", message = "") => ({
  name: `/here/test/${name}`,
  status,
  message,
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});

table(
  "a report of vitest",
  [
    {
      name: "all passed",
      files: [file("unit/a.test.ts", ["passed", "passed"])],
      code: 0,
      passed: 2,
      failures: [],
    },
    {
      name: "one failed",
      files: [file("unit/a.test.ts", ["passed", "failed"], "failed")],
      code: 1,
      passed: 1,
      failures: ["test/unit/a.test.ts: test 1 (failed)"],
    },
    {
      name: "one skipped",
      files: [file("unit/a.test.ts", ["passed", "skipped"])],
      code: 0,
      passed: 1,
      failures: ["test/unit/a.test.ts: test 1 (skipped)"],
    },
    {
      name: "a file that could not be loaded",
      files: [
        file("unit/a.test.ts", ["passed"]),
        file("unit/b.test.ts", [], "failed", "no such module\n at x"),
      ],
      code: 1,
      passed: 1,
      failures: ["test/unit/b.test.ts: could not be loaded: no such module"],
    },
    { name: "no tests of a project", files: [], code: 0, passed: 0, failures: ["unit: no tests were found"] },
    {
      name: "an error that no test holds",
      files: [file("unit/a.test.ts", ["passed"])],
      code: 1,
      passed: 1,
      failures: ["vitest ended with code 1 though every test passed: an error was not handled, see above"],
    },
  ],
  ({ files, code, passed, failures }) => {
    assert.deepEqual(countTests({ testResults: files }, code, ["unit"]), { passed, failures });
  },
);

table(
  "a program",
  [
    { name: "done", code: 0, output: "", count: { passed: 1, failures: [] } },
    { name: "failed", code: 2, output: "why\n", count: { passed: 0, failures: ["a.mjs ended with code 2"] } },
    {
      name: "that can't run here says why",
      code: SKIPPED,
      output: "looking\nno Python\n",
      count: { passed: 0, failures: [], skipped: ["a.mjs: skipped: no Python"] },
    },
    {
      name: "that is skipped without a reason failed",
      code: SKIPPED,
      output: "\n",
      count: { passed: 0, failures: ["a.mjs ended with code 77"] },
    },
  ],
  ({ code, output, count }) => {
    assert.deepEqual(countProgram("a.mjs", code, output), count);
  },
);

table("no report", [{ name: "vitest ended early" }], () => {
  const failures = ["vitest ended with code 7 and without a report"];
  assert.deepEqual(countTests(null, 7, ["unit"]), { passed: 0, failures });
});
