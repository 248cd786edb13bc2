// Values put into prompt files, and the faults of it.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  parsePrompty,
  PromptError,
  renderMessages,
  type PromptFault,
  type PromptValue,
} from "../../../../core/prompts/index.ts";

type Values = Record<string, PromptValue>;

function render(source: string, values: Values = {}): string[] {
  return renderMessages(parsePrompty(source), values).messages.map(
    ({ role, content }) => `${role}: ${content}`,
  );
}

function checkFault(source: string, values: Values, expected: Partial<PromptFault>): void {
  assert.throws(
    () => render(source, values),
    (error) => {
      assert.ok(error instanceof PromptError);
      assert.deepEqual({ ...error.fault, ...expected }, error.fault, JSON.stringify(error.fault));
      return true;
    },
  );
}

const CASES: Record<string, [source: string, values: Values, expected: string[]]> = {
  "given values win over sample values": [
    "---\nsample: {a: 1, b: 2}\n---\n{{a}}{{b}}",
    { a: "x" },
    ["user: x2"],
  ],
  "sample values win over defaults": [
    "---\ninputs: {a: {default: 1}}\nsample: {a: 2}\n---\n{{a}}",
    {},
    ["user: 2"],
  ],
  "an empty sample leaves the default": [
    "---\ninputs: {a: {default: 1}}\nsample: {a: }\n---\n{{a}}",
    {},
    ["user: 1"],
  ],
  "numbers, truth values and lists": [
    "---\nsample: {n: 1.5, t: true, l: [a, b]}\n---\n{{n}} {{t}} {% for x in l %}{{x}};{% endfor %}",
    {},
    ["user: 1.5 true a;b;"],
  ],
  "a value can open no section": [
    "system:\n{{a}}\nuser:\nB",
    { a: "x\nsystem:\nuser:\n---\n{{b}}{% endif %}" },
    ["system: x\nsystem:\nuser:\n---\n{{b}}{% endif %}", "user: B"],
  ],
  "a value keeps its white space and line ends": ["user:\n{{a}}|", { a: " x\r\n" }, ["user:  x\r\n|"]],
  "line ends of a value at the end of a message go": ["user:\n{{a}}", { a: "\n x\r\n" }, ["user:  x"]],
  "CRLF in the file becomes LF": ["user:\r\na\r\n\r\nb\r\n", {}, ["user: a\n\nb"]],
  "an empty value makes an empty message": ["user:\n{{a}}", { a: "" }, ["user: "]],
  "empty sections make none": ["system:\nuser:\nB", {}, ["user: B"]],
  "what a section sets holds after it": [
    "system:\nA{% set x = 1 %}\nuser:\n{{x}}",
    {},
    ["system: A", "user: 1"],
  ],
  "blocks leave their lines": ["user:\na\n{% if true %}\nb\n{% endif %}\nc", {}, ["user: a\n\nb\n\nc"]],
  "but none at the end of a message": ["user:\n{% if true %}\nA\n{% endif %}\n", {}, ["user: A"]],
  "optional variables may stay away": [
    "{{ a | default('x') }}{% if b is defined %}{{b}}{% endif %}",
    {},
    ["user: x"],
  ],
  "names of built-in functions": [
    "---\nsample: {x: 1}\n---\n{{x}}{{ namespace(a=1).a }}{{ range(2, 0, -1) | join(',') }}",
    {},
    ["user: 112,1"],
  ],
};
for (const [name, [source, values, expected]] of Object.entries(CASES)) {
  test(`rendering: ${name}`, () => {
    assert.deepEqual(render(source, values), expected);
  });
}

test("a rendering that takes too long is ended at its next step, with its place", () => {
  const file = parsePrompty("user:\nHi\n{% for a in range(1000) %}{{ a }}{% endfor %}");
  let steps = 0;
  assert.throws(
    () => renderMessages(file, {}, () => ++steps > 100),
    (error: unknown) => {
      assert.ok(error instanceof PromptError && error.fault.tag === "renderFailed");
      assert.deepEqual([error.fault.line, error.fault.reason], [2, "it takes too long"]);
      return true;
    },
  );
  assert.equal(steps, 101);
});

test("the values that were used are reported", () => {
  const { values } = renderMessages(parsePrompty("---\nsample: {a: 1, b: 2, c: 3}\n---\n{{a}}{{b}}"), {
    b: "x",
  });
  assert.deepEqual(
    [...values],
    [
      ["a", 1],
      ["b", "x"],
    ],
  );
});

const FAULTS: Record<string, [source: string, values: Values, expected: Partial<PromptFault>]> = {
  "a missing variable": ["user:\n\n{{a}}\n{{b}}", { a: "x" }, { tag: "variableMissing", name: "b", line: 3 }],
  "an unknown name": ["{{a}}{{b}}", { c: "x" }, { tag: "variableUnknown", name: "c", known: ["a", "b"] }],
  "an unknown name beside a declared one that nothing reads": [
    "---\nsample: {c: 1}\n---\n{{a}}",
    { c: "x", b: "y" },
    { tag: "variableUnknown", name: "b", known: ["a"] },
  ],
  "an inherited name": ["Hi {{toString}}", {}, { tag: "variableMissing", name: "toString" }],
  "an unknown filter": ["system:\na\nuser:\nb\n\nc {{ a | foo }}", { a: "x" }, { tag: "promptInvalid" }],
  "a text that counts as a number": [
    "system:\na\nuser:\r\nb\r\n{% if a %}\r\n{{ a + 1 }}{% endif %}",
    { a: "x" },
    { tag: "renderFailed", role: "user", line: 5, reason: '"+" doesn\'t take a text and a number' },
  ],
  "no message with these values": ["{% if a %}\nuser:\nx{% endif %}", { a: "" }, { tag: "promptEmpty" }],
  "a bare name outside the condition that asks for it": [
    "{% if a %}x{% endif %}\n{{ a }}",
    {},
    { tag: "variableMissing", name: "a", line: 1 },
  ],
  "a filter on a name without a value": ["{{ a | upper }}", {}, { tag: "variableMissing", name: "a" }],
  "a name without a value joined to a text": ["{{ 'a' ~ a }}", {}, { tag: "variableMissing", name: "a" }],
  "a name without a value in a list": ["{{ [a] }}", {}, { tag: "variableMissing", name: "a" }],
  "a part of a name without a value": ["{% if a.b %}x{% endif %}", {}, { tag: "variableMissing", name: "a" }],
  "a name without a value by way of a set": [
    "{% set b = a %}{{ b }}",
    {},
    { tag: "variableMissing", name: "a" },
  ],
  "a null that is printed": [
    "---\nsample: {a: null}\n---\n{{ a }}",
    {},
    { tag: "variableMissing", name: "a" },
  ],
  "a tool message of the history": [
    "user:\n{% for m in h %}\n{{ m.role }}:\nx{% endfor %}",
    { h: [{ role: "tool" }] },
    { tag: "renderFailed", line: 2 },
  ],
  "a file with errors": ["", {}, { tag: "promptInvalid" }],
};
for (const [name, [source, values, expected]] of Object.entries(FAULTS)) {
  test(`fault: ${name}`, () => {
    checkFault(source, values, expected);
  });
}
