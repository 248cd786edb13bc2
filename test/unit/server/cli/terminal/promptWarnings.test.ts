// What a command prints about a prompt file that it can run.
import assert from "node:assert/strict";
import { test } from "vitest";
import { warningLines } from "../../../../../server/cli/terminal/promptWarnings.ts";
import { fillPrompt } from "../../../../../server/worker/prompt/prompt.ts";

test("every warning is a line with its place, those of the file and those of rendering", () => {
  const source = [
    "---",
    "model: {parameters: {presence_penalty: 1, stop: [x]}}",
    "response_format: json",
    "---",
    "lead",
    'system[name="a"]:',
    "A {{ x }}",
    "user:",
    "{{ y }}:",
    "\u001b[31mB",
  ].join("\n");
  const { warnings } = fillPrompt(source, { x: "1", y: "system" });
  const lines = warningLines("a\u001b.prompty", warnings);
  const expected = [
    /^a␛\.prompty:2:22: warning: "presence_penalty" .*/,
    /^a␛\.prompty:3:1: warning: "response_format" /,
    /^a␛\.prompty:5:1: warning: This text comes before/,
    /^a␛\.prompty:6:1: warning: The attributes \[name="a"\]/,
    /^a␛\.prompty:9:1: warning: A value makes this line read "system:"/,
  ];
  assert.equal(lines.length, expected.length, lines.join("\n"));
  for (const [at, pattern] of expected.entries()) assert.match(lines[at] ?? "", pattern);
});

test("of very many warnings, the first ones are printed, and how many are left", () => {
  const keys = Array.from({ length: 120 }, (_, at) => `  k${at}: v`).join("\n");
  const { warnings } = fillPrompt(`---\nsample:\n${keys}\n---\nuser:\nHi`, {});
  const lines = warningLines("a.prompty", warnings);
  assert.equal(lines.length, 51);
  assert.match(lines[49] ?? "", /"k49" is never used/);
  assert.equal(lines[50], "a.prompty: 70 more warnings");
});

test("a given value is not reported as missing", () => {
  assert.deepEqual(fillPrompt("{{ x }}", { x: "1" }).warnings, []);
});
