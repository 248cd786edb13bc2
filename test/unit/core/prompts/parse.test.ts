// What is found in prompt files, and exactly where. «» surrounds the range that a problem must have.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty, type PromptFile } from "../../../../core/prompts/index.ts";

/** Parses a source and expects its problems, as "code" or "code!" for errors, the marked one at the mark. */
function check(marked: string, ...expected: string[]): PromptFile {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const source = marked.replace("«", "").replace("»", "");
  const file = parsePrompty(source);
  const reported = file.problems.map(({ code, severity }) => (severity === "error" ? `${code}!` : code));
  assert.deepEqual(reported, expected, JSON.stringify(file.problems, null, 1));
  if (start >= 0) {
    const [first] = file.problems;
    assert.ok(first);
    const found = source.slice(first.range.start.offset, first.range.end.offset);
    assert.deepEqual([found, first.range.start.offset], [source.slice(start, end), start]);
    const lines = source.slice(0, start).split(/\r\n|\n|\r/);
    assert.deepEqual(
      [first.range.start.line, first.range.start.character],
      [lines.length - 1, lines.at(-1)?.length ?? 0],
    );
  }
  return file;
}

const roles = (file: PromptFile) => file.sections.map(({ role, template }) => `${role}: ${template}`);

const FULL = `---
name: Taste
description: What a reader likes
version: 1.2
authors: [Ada, Ben]
tags: recommender
model:
  api: chat
  parameters: {max_tokens: 64, temperature: 0.5, seed: 7, top_p: 0.9, repetition_penalty: 1.1}
inputs:
  title:
    type: string
    default: Emma
sample:
  reader: Mary
---
system:
You recommend books.

user:
What would {{reader}} think of {{ title }}?
`;

test("a complete file has no problem and gives typed values", () => {
  const file = check(FULL);
  assert.deepEqual(file.meta, {
    name: "Taste",
    description: "What a reader likes",
    version: "1.2",
    authors: ["Ada", "Ben"],
    tags: ["recommender"],
  });
  assert.deepEqual(file.parameters, {
    maxTokens: 64,
    temperature: 0.5,
    seed: 7,
    stop: null,
    stopAtLoop: null,
    systemInUserTurn: null,
    jsonSchema: null,
    grammar: null,
    topP: 0.9,
    topK: null,
    minP: null,
    repetitionPenalty: 1.1,
    gpu: null,
    device: null,
    gpuLayers: null,
  });
  assert.deepEqual(roles(file), [
    "system: You recommend books.",
    "user: What would {{reader}} think of {{ title }}?",
  ]);
  const variables = file.variables.map(({ name, value, required }) => [name, value, required]);
  assert.deepEqual(variables, [
    ["reader", "Mary", true],
    ["title", "Emma", true],
  ]);
  assert.deepEqual(file.variables[1]?.uses[0]?.start, {
    line: 20,
    character: 34,
    offset: FULL.indexOf("title }}"),
  });
  assert.equal(file.sections[1]?.roleLine?.start.line, 19);
  assert.deepEqual(JSON.parse(JSON.stringify(file)), file, "plain data");
});

test("a device is a name or a number, and the GPU may be off", () => {
  const parameters = (keys: string) =>
    parsePrompty(`---\nmodel:\n  parameters: {${keys}}\n---\nHi`).parameters;
  const numbered = parameters("gpu: off, device: 1, gpu_layers: 0");
  assert.deepEqual([numbered.gpu, numbered.device, numbered.gpuLayers], ["off", "1", 0]);
  assert.equal(parameters("device: CUDA1").device, "CUDA1");
});

test("line ends, byte order mark and tabs change only places", () => {
  const plain = check(FULL);
  for (const source of [
    FULL.replace(/\n/g, "\r\n"),
    `\ufeff${FULL}`,
    `\n${FULL}`,
    FULL.replace("user:", "\tuser:\t "),
    FULL.replace("---\n", "--- # mine\n"),
    FULL.replaceAll(/^---$/gm, "---\t# mine"),
    FULL.replaceAll(/^---$/gm, "+++ # mine: yes"),
  ]) {
    const file = check(source);
    assert.deepEqual(
      roles(file).map((text) => text.replace(/\r/g, "")),
      roles(plain),
    );
    assert.deepEqual(file.parameters, plain.parameters);
  }
});

test("Prompty's second version: options and a list of inputs", () => {
  const file = check(
    "---\nmodel:\n  id: x\n  options: {maxOutputTokens: 9, temperature: 0, topK: 3}\n" +
      "inputs:\n  - {name: a, kind: string, default: 1}\n  - {name: b, example: [x, y]}\n---\n{{a}}{{b}}",
  );
  assert.deepEqual([file.parameters.maxTokens, file.parameters.temperature, file.parameters.topK], [9, 0, 3]);
  assert.deepEqual(
    file.variables.map(({ value }) => value),
    [1, ["x", "y"]],
  );
});

const SECTIONS: Record<string, [source: string, expected: string[], problems?: string[]]> = {
  "no role line": ["Hello", ["user: Hello"]],
  "one of each": [
    "system:\nA\nuser:\nB\nassistant:\nC\nuser:\nD",
    ["system: A", "user: B", "assistant: C", "user: D"],
  ],
  "any case, blanks, # and blank lines": ["# System :\n\n  A\n\nUSER:\nB\n\n", ["system:   A", "user: B"]],
  "words after the colon are text": [
    "user:\nuser: me\nsystems:\nthe user:",
    ["user: user: me\nsystems:\nthe user:"],
  ],
  "an expression writes the line": ['user:\n{{ "user:" }}', ['user: {{ "user:" }}']],
  "text before the first role": ["A\nuser:\nB", ["system: A", "user: B"], ["textBeforeRole"]],
  "attributes are not used": ['user[name="x"]:\nB', ["user: B"], ["roleIgnored"]],
  "a tool's message can't be sent": ["user:\nB\ntool:\nC", ["user: B\ntool:\nC"], ["roleUnsupported!"]],
  "and may never be reached in a block": [
    "user:\nB\n{% if false %}\ntool:\nC\n{% endif %}",
    ["user: B\n{% if false %}\ntool:\nC\n{% endif %}"],
    ["roleUnsupported"],
  ],
  "a developer is the system": ["developer:\nA\nuser:\nB", ["system: A", "user: B"]],
  "role lines in comments and expressions are none": [
    'user:\n{#\nsystem:\n#}{{ "\nsystem:\n" }}',
    ['user: {#\nsystem:\n#}{{ "\nsystem:\n" }}'],
  ],
  "a comment before the first role": ["{# c #}\n{% set x = 1 %}\nuser:\nB{{ x }}", ["user: B{{ x }}"]],
  "a captured role line": ["{% set r %}system:{% endset %}\n{{- r }}\nA\nuser:\nB", ["system: A", "user: B"]],
  "a captured role line, printed later": [
    "{% set r %}user:{% endset %}system:\nA\n  {{ r }}\nB",
    ["system: A", "user: B"],
  ],
  "a role's word that is captured": [
    "{% set r %}user{% endset %}\n{{ r }}:\nA",
    ["user: {% set r %}user{% endset %}\n{{ r }}:\nA"],
  ],
  "a role's word before another message": [
    "{% set r %}system{% endset %}\n{{ r }}:\nA\nuser:\nB",
    ["user: B"],
  ],
  "dashes and keys in a message": ["user:\nA\n---\nname: x\n---", ["user: A\n---\nname: x\n---"]],
  "a heading, dashes and words": ["# A\n---\nNot a key: x", ["user: # A\n---\nNot a key: x"]],
  "lone carriage returns": [
    "---\rname: x\rsample:\r  q: 1\r---\rsystem:\rS\ruser:\r{{q}}",
    ["system: S", "user: {{q}}"],
  ],
  "a role line between blocks": ["{% if true %}user:{% endif %}\nB", ["user: B"]],
  "a bracket that is not an attribute": ["user:\nA\nuser[0]:\nB", ["user: A\nuser[0]:\nB"]],
  "three dashes in the body": ["---\n---\nuser:\n---\nB\n---", ["user: ---\nB\n---"]],
};
for (const [name, [source, expected, problems = []]] of Object.entries(SECTIONS)) {
  test(`sections: ${name}`, () => {
    assert.deepEqual(roles(check(source, ...problems)), expected);
  });
}

const PROBLEMS: Record<string, [source: string, ...expected: string[]]> = {
  "bad YAML": ["---\na: «b»: c\n---\nHi", "yamlInvalid!"],
  "bad YAML with CRLF": ["---\r\nname: x\r\nb: «@»x\r\n---\r\nHi", "yamlInvalid!"],
  "an unknown alias": ["---\nname: «*x»\n---\nHi", "yamlInvalid!"],
  "unknown tag": ["---\nname: «!foo» 1\n---\nHi", "yamlInvalid"],
  "tab as indent": ["---\nmodel:\n«\t»api: chat\n---\nHi", "yamlInvalid!"],
  "the end of a YAML document": ["---\nname: x\n...\n«user:\nHi\n»---\nHi", "yamlInvalid!"],
  "too many brackets": [`---\nname: ${"[".repeat(100)}«[»${"[".repeat(30000)}\n---\nHi`, "yamlInvalid!"],
  "never closed": ["«---»\nname: x\nuser:\nHi", "frontMatterUnclosed!"],
  "after a comment": ["# mine\n«---»\nname: x\n---\nHi", "frontMatterMisplaced"],
  "after a comment, before roles": [
    "«<!-- c -->»\n---\nname: x\n---\nuser:\nHi",
    "textBeforeRole",
    "frontMatterMisplaced",
  ],
  "in a code fence": ["```yaml\n«---»\nsample: {a: 1}\n---\n```\nHi", "frontMatterMisplaced"],
  "after an unseen character": ["«\u200b---»\nname: x\n---\nHi", "frontMatterMisplaced"],
  "of four dashes": ["«----»\nmodel: {}\n----\nHi", "frontMatterMisplaced"],
  "no map": ["---\n«- a»\n---\nHi", "frontMatterNotMap!"],
  "a text instead of a map": ["---\n«hello»\n---\nHi {{x}}", "frontMatterNotMap!"],
  "after dashes that hold a key": ["«--- name: x»\nmodel: {}\n---\nHi", "frontMatterMisplaced"],
  "after dashes without a space before a comment": ["«---# mine»\nname: x\n---\nHi", "frontMatterMisplaced"],
  "after dashes with a word": ["«---yaml»\nname: x\n---\nHi", "frontMatterMisplaced"],
  "never closed after a comment": ["«---» # mine\nname: x\nuser:\nHi", "frontMatterUnclosed!"],
  "name of a wrong type": ["---\nname: «[a]»\n---\nHi", "wrongType"],
  "tags of a wrong type": ["---\ntags: «{a: 1}»\n---\nHi", "wrongType"],
  "authors, one a map": ["---\nauthors: «[{name: Ada}]»\n---\nHi", "wrongType"],
  "outputs of a wrong type": ["---\noutputs: «3»\n---\nHi", "wrongType"],
  "authors without a name": ["---\nauthors:\n  -\n---\nHi"],
  "model of a wrong type": ["---\nmodel: «3»\n---\nHi", "wrongType!"],
  "parameters of a wrong type": ["---\nmodel:\n  parameters: «[]»\n---\nHi", "wrongType!"],
  "temperature as text": ['---\nmodel:\n  parameters:\n    temperature: «"hot"»\n---\nHi', "wrongType!"],
  "temperature below 0": ["---\nmodel:\n  parameters:\n    temperature: «-1»\n---\nHi", "wrongValue!"],
  "half a token": ["---\nmodel: {options: {maxOutputTokens: «1.5»}}\n---\nHi", "wrongValue!"],
  "a file that isn't read here": ["---\nsample: «a.json»\n---\nHi", "fileUnread"],
  "sample is a text": ["---\nsample: «a»\n---\nHi", "wrongType!"],
  "a value of the environment": ['---\nsample: {a: «"${env:X}"»}\n---\n{{a}}', "fileUnread"],
  "sample holds itself": ["---\nsample: {a: &x «[*x]»}\n---\n{{a}}", "wrongType!", "variableWithoutValue"],
  "inputs of a wrong type": ["---\ninputs: «3»\n---\nHi", "wrongType!"],
  "an input without name": ["---\ninputs:\n  - «{default: 3}»\n---\nHi", "wrongType!"],
  "an input twice": ["---\ninputs: [{name: a}, {name: «a»}]\nsample: {a: 1}\n---\n{{a}}", "duplicateKey!"],
  mustache: ["---\ntemplate: {format: {kind: «mustache»}}\n---\nHi", "wrongValue!"],
  "tools, which no model gets": ["---\n«tools»: [{name: a}]\n---\nHi", "toolsUnused"],
  "unknown key": ["---\n«naem»: x\n---\nHi", "unknownKey"],
  "unknown model key": ["---\nmodel: {«modle»: x}\n---\nHi", "unknownKey"],
  "unknown parameter": ["---\nmodel: {parameters: {«stopp»: x}}\n---\nHi", "unknownKey"],
  "unknown input key": ["---\ninputs: {a: {default: 1, «defualt»: 2}}\n---\n{{a}}", "unknownKey"],
  "duplicate key": ["---\nname: x\n«name»: y\n---\nHi", "duplicateKey!"],
  "duplicate key inside a sample": ["---\nsample: {a: {b: 1, «b»: 2}}\n---\n{{a}}", "duplicateKey!"],
  "an expression never closed": ["user:\nHi «{{ name»\nthere", "jinjaInvalid!"],
  "a quote in a name": ["user:\nHi «{{ user's }}» and\nmore", "jinjaInvalid!"],
  "closed by the wrong bracket": ["user:\nHi «{{ name %}» there }}", "jinjaInvalid!"],
  "two words": ["user:\nline\nHi «{{ a b }}» {{ c }}", "jinjaInvalid!"],
  "empty expression": ["user:\n«{{ }}»", "jinjaInvalid!"],
  "a strange sign": ["user:\r\nHi\r\n«{{ a ? b }}»", "jinjaInvalid!"],
  "unknown statement": ["user:\n{% if x %}\n«{% foo %}»\n{% endif %}", "jinjaInvalid!"],
  "if without condition": ["user:\n«{% if %}»a{% endif %}", "jinjaInvalid!"],
  "block not closed": ["user:\n{% for a in [1] %}\n«{% if a %}»\nHi", "jinjaInvalid!"],
  "block over two sections": ["user:\nA{% if true %}\n«assistant:»\n{% endif %}", "lastNotUser"],
  "unknown filter": ["user:\n{{ 'a' | «uper» }}", "jinjaInvalid!"],
  "unknown test": ["user:\n{% if «1 is evn» %}x{% endif %}", "jinjaInvalid!"],
  "another template": ["user:\n«{% include 'a' %}»", "jinjaInvalid!"],
  "else twice": ["user:\n{% if 1 %}a{% else %}b«{% else %}»c{% endif %}", "jinjaInvalid!"],
  "half an escape": ["user:\n«{{ '\\x4' }}»", "jinjaInvalid!"],
  "an escape of no character": ["user:\n«{{ '\\U00110000' }}»", "jinjaInvalid!"],
  "a character by its name": ["user:\n«{{ '\\N{BULLET}' }}»", "jinjaInvalid!"],
  "raw not closed": ["user:\nHi «{% raw %}» {{ x }}", "jinjaInvalid!"],
  "a lost character": ["user:\ncaf«\ufffd»", "encodingUnsure"],
  "end of nothing": ["user:\nHi «{% endif %}»", "jinjaInvalid!"],
  "end of another block": ["user:\n{% if true %}«{% endfor %}»{% endif %}", "jinjaInvalid!"],
  "else of nothing": ["user:\nHi «{% else %}»", "jinjaInvalid!"],
  "comment not closed": ["user:\nHi «{# so»\nmore", "jinjaInvalid!"],
  "no value": ["user:\nHi {{ «name» }} {{ name }}", "variableWithoutValue"],
  "no value after a condition": ["user:\n{% if not name %}x{% endif %}{{ «name» }}", "variableWithoutValue"],
  "no value after a loop": [
    "user:\n{% for a in list %}{{ a }}{{ loop.index }}{% endfor %}{{ «list» | length }}",
    "variableWithoutValue",
  ],
  "no value as a base": ["user:\n{{ «a».b['c'] | upper }}", "variableWithoutValue"],
  "no value after a string": ["user:\n{{ 'name' ~ \"it's\" ~ «name» }}", "variableWithoutValue"],
  "declared without value": ["---\nsample: {a: }\n---\n{{«a»}}", "variableWithoutValue"],
  "sample never used": ["---\nsample: {«a»: 1}\n---\nHi", "variableUnused"],
  "input never used": ["---\ninputs:\n  «a»: {type: string}\n---\nHi", "variableUnused"],
  "empty section": ["user:\nHi\n«system:»\n\nuser:\nHo", "sectionEmpty"],
  "last is assistant": ["user:\nHi\n«assistant:»\nHo", "lastNotUser"],
  "last is system": ["«system:»\nHi", "lastNotUser"],
  "empty file": ["«»", "noMessage!"],
  "blank body": ["---\nname: x\n---\n« \n\t\n»", "noMessage!"],
  "only empty sections": ["«user:»\n", "sectionEmpty", "noMessage!"],
  "a role in bold": ["user:\nHi\n«**assistant:**»\nHo", "roleUnread"],
  "a role with an unseen character": ["user:\nHi\n«\u200bassistant:»\nHo", "roleUnread"],
  "a role with a full-width colon": ["user:\nHi\n«assistant：»\nHo", "roleUnread"],
  "a role that U+2028 ends": ["user:\nHi\n«assistant:\u2028Ho»", "roleUnread"],
  "a heading of two signs": ["user:\nHi\n«## assistant:»\nHo", "roleUnread"],
  "another tool's word for a role": ["user:\nHi\n«Human:»\nHo", "roleUnread"],
  "messages on the lines of their roles": ["«system:» Be kind.\nuser: Hi", "roleUnread"],
  "a chat template's turns": ["«<|im_start|>system»\nBe kind.<|im_end|>\n<|im_start|>user\nHi", "roleUnread"],
  "turns of another template": ["«<|system|>»\nBe kind.\n<|user|>\nHi", "roleUnread"],
  "turns of Gemma": ["«<start_of_turn>user»\nHi", "roleUnread"],
  "turns of Llama 2": ["«[INST]» Hi [/INST]", "roleUnread"],
  "headings without a colon": ["«# System»\nBe kind.\n\n# User\nHi", "roleUnread"],
  "roles without a colon": ["«system»\nBe kind.\nuser\nHi", "roleUnread"],
  "text before a role": ["«Be kind.»\nmore\nuser:\nHi", "textBeforeRole"],
};
for (const [name, [source, ...expected]] of Object.entries(PROBLEMS)) {
  test(`problem: ${name}`, () => {
    check(source, ...expected);
  });
}

const SILENT: Record<string, string> = {
  "one heading that is also a role": "# User\nShe likes films.\n# History\nEmma",
  "tags, and a role in a sentence": "<user>\nHi\n</user>\nThe system is on.",
  "a template's turns below a role line": "S\nuser:\nExplain <|im_start|>user and [INST].",
  "words that only look like roles":
    "> User:\nThe model:\nbot:\n- User:\nfor the User:\nUser: a\nnot_a_User:",
  "a default": "{{ a | default('x') }}",
  "a test for a value": "{% if a is defined %}{{ a }}{% endif %}",
  "a condition on a value": "{% if a and not b %}{{ a }}{% endif %}{{ c or 'x' }}{{ d if d else '' }}",
  "a loop over a value": "{% for x in list %}{{ x }}{{ list | length }}{% endfor %}",
  "names that templates set":
    "{% set x = 1 %}{{ x }}{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}",
  "a block that sets": "{% set x %}a{% endset %}{{ x }}",
  "set in an earlier section": "{% set x = 1 %}a\nuser:\n{{ x }}",
  "macros and their parameters": "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}",
  "filters, attributes and keyword arguments": "{{ namespace(n=1).n | string | replace(old='1', new='2') }}",
  "ranges and constants": "{% for i in range(3) if i %}{{ i }}{{ true and none }}{% endfor %}",
  "comments with anything in them": "a {# {{ x }} {% if #} b",
  "braces in an object": "{{ {'a': {'b': 1}}['a'].b }}",
};
for (const [name, body] of Object.entries(SILENT)) {
  test(`no problem: ${name}`, () => {
    check(body.includes("user:") ? `system:\n${body}` : body);
  });
}

test("a history has no problem, before other role lines or after them", () => {
  const history = "{% for m in h %}\n{{ m.role }}:\n{{ m.content }}\n{% endfor %}";
  check(`${history}\nuser:\nHi`);
  check(`system:\nS\n${history}\nuser:\nHi`);
  check(history);
  check(`«A»\n${history}\nuser:\nHi`, "textBeforeRole");
});

test("<< merges maps: the map's own keys come first, then those of the first base", () => {
  const file = check("---\nsample:\n  <<: [{a: 1, b: 1}, {a: 2, c: 2}]\n  b: 3\n---\n{{ a }}{{ b }}{{ c }}");
  assert.deepEqual(
    file.variables.map(({ name, value }) => [name, value]),
    [
      ["a", 1],
      ["b", 3],
      ["c", 2],
    ],
  );
});

test("a mistyped key is reported with its nearest name", () => {
  assert.equal(
    check("---\ndescripton: x\n---\nHi", "unknownKey").problems[0]?.nextStep,
    'Did you mean "description"?',
  );
});

test("names from Object.prototype are names like others", () => {
  const file = check(
    "---\nsample: {constructor: a, __proto__: b, toString: c}\n---\n{{constructor}}{{__proto__}}{{toString}}",
  );
  assert.deepEqual(
    file.variables.map(({ value }) => value),
    ["a", "b", "c"],
  );
});

/** Sources that once took quadratic time, exhausted the stack or could; each is parsed within a second or two. */
const HUGE: Record<string, string> = {
  "a megabyte of blanks": `user:\n${" ".repeat(1 << 20)}x {% generation %}`,
  "blanks inside an expression": `user:\n{{ a${" ".repeat(19_000)}}}`.repeat(20),
  "open expressions": "{{ ".repeat(200_000),
  "open blocks": "{% if a %}".repeat(50_000),
  "open parentheses": `{{ ${"(".repeat(15_000)} }}`,
  "a chain of sums": `{{ ${"a+".repeat(9_000)}a }}`,
  "many variables": Array.from({ length: 20_000 }, (_, index) => `{{ v${index} }}`).join("\n"),
  "many role lines": "user:\n".repeat(100_000),
  "dashes as lists": `---\n${"- ".repeat(50_000)}\n---\nHi`,
  "many keys": `---\nsample:\n${Array.from({ length: 20_000 }, (_, index) => ` k${index}: 1`).join("\n")}\n---\nHi`,
  "many aliases": `---\nsample:\n a: &a {x: 1}\n${Array.from({ length: 10_000 }, (_, i) => ` k${i}: *a`).join("\n")}\n---\nHi`,
  "aliases in lists": `---\nsample:\n a: &a [1]\n b: [${"*a,".repeat(10_000)}]\n---\n{{ b }}`,
  "maps merged into maps": `---\nsample:\n b0: &b0 {x: 1}\n${Array.from({ length: 60 }, (_, i) => ` b${i + 1}: &b${i + 1} {<<: [*b${i}, *b${i}]}`).join("\n")}\n <<: *b60\n---\n{{ x }}`,
  "a map merged into itself": "---\nsample: &s\n <<: [*s, *s]\n x: 1\n---\n{{ x }}",
  "aliases of aliases": `---\nsample:\n a0: &a0 [x,x]\n${Array.from({ length: 40 }, (_, i) => ` a${i + 1}: &a${i + 1} [*a${i},*a${i}]`).join("\n")}\n---\nHi`,
};
for (const [name, source] of Object.entries(HUGE)) {
  test(`huge: ${name}`, () => {
    const file = parsePrompty(source);
    for (const { range } of file.problems) assert.ok(range.end.offset <= source.length);
  });
}
