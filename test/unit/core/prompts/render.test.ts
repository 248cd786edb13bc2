// Values put into prompt files, and the faults of it.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Template } from "@huggingface/jinja";
import {
  parsePrompty,
  PromptError,
  renderMessages,
  type PromptFault,
  type PromptValue,
} from "../../../../core/prompts/index.ts";
import { forAll, textOf } from "../../../support/property.ts";

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
  "a value keeps its white space and line ends": ["user:\n{{a}}", { a: " x\r\n" }, ["user:  x\r\n"]],
  "CRLF in the file becomes LF": ["user:\r\na\r\n\r\nb\r\n", {}, ["user: a\n\nb"]],
  "an empty value makes an empty message": ["user:\n{{a}}", { a: "" }, ["user: "]],
  "empty sections make none": ["system:\nuser:\nB", {}, ["user: B"]],
  "what a section sets holds after it": [
    "system:\nA{% set x = 1 %}\nuser:\n{{x}}",
    {},
    ["system: A", "user: 1"],
  ],
  "blocks leave no lines": ["user:\na\n{% if true %}\nb\n{% endif %}\nc", {}, ["user: a\nb\nc"]],
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

test("the values that were used are told", () => {
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
  "a declared name that nothing reads": [
    "---\nsample: {c: 1}\n---\n{{a}}",
    { c: "x" },
    { tag: "variableUnknown", name: "c", known: ["a"] },
  ],
  "an inherited name": ["Hi {{toString}}", {}, { tag: "variableMissing", name: "toString" }],
  "an unknown filter": [
    "system:\na\nuser:\nb\n\nc {{ a | foo }}",
    { a: "x" },
    { tag: "renderFailed", role: "user", line: 5, reason: "unknown StringValue filter: foo" },
  ],
  "a loop over a text": [
    "user:\r\nb\r\n{% for x in a %}{{x}}{% endfor %}",
    { a: "x" },
    { tag: "renderFailed", line: 2 },
  ],
  "a file with errors": ["", {}, { tag: "promptInvalid" }],
};
for (const [name, [source, values, expected]] of Object.entries(FAULTS)) {
  test(`fault: ${name}`, () => {
    checkFault(source, values, expected);
  });
}

test("rendering piece by piece gives what the Jinja package gives for the whole", () => {
  const bits = [
    "a",
    " ",
    "\n",
    "\t",
    "{{ v }}",
    "{{- v }}",
    "{{ v -}}",
    "{{- v -}}",
    "{% if v %}",
    "{%- if v %}",
    "{% if v -%}",
  ].concat(
    [
      "{% endif %}",
      "{%- endif -%}",
      "{% else %}",
      "{# c #}",
      "{#- c -#}",
      "{% set w = 'x' %}",
      "{{ w }}",
      "{% for i in [1, 2] %}",
      "{% endfor %}",
    ],
    [
      "  {% set s %}",
      "{% endset %}",
      "{{ s }}",
      "-",
      "%",
      "{{ '}}' }}",
      "{{ {'a': {'b': v}}['a'].b }}",
      "\n\n",
    ],
  );
  // No lone "}" among them: the package takes "-}" in a text for the end of a block.
  let compared = 0;
  forAll(textOf(bits, 9, 1), 20_000, (body) => {
    const file = parsePrompty(`user:\n|${body}|`);
    const isBlamed = file.problems.some(({ severity }) => severity === "error");
    let whole: string | null;
    try {
      whole = new Template(`|${body}|`).render({ v: "V" });
    } catch {
      whole = null;
    }
    assert.equal(isBlamed, whole === null);
    if (whole === null) return;
    const values = { v: "V", w: "", s: "" };
    const given = file.variables.map(({ name }) => [name, values[name as keyof typeof values]] as const);
    assert.deepEqual(render(`user:\n|${body}|`, Object.fromEntries(given)), [`user: ${whole}`]);
    compared++;
  });
  assert.ok(compared > 2000, `${compared} templates were valid`);
});
