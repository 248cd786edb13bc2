// Templates written as nunjucks, Liquid or JavaScript has it: the mistake names Jinja's way.
import assert from "node:assert/strict";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import { parsePrompty, renderMessages } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

const SYNTAX = [
  { name: "elseif", template: "{% if a %}{% elseif b %}{% endif %}", says: "elif" },
  { name: "elsif", template: "{% if a %}{% elsif b %}{% endif %}", says: "elif" },
  { name: "unless", template: "{% unless a %}x", says: "if not" },
  { name: "assign", template: "{% assign x = a %}", says: "set" },
  { name: "dump", template: "{{ a | dump }}", says: "tojson" },
  { name: "upcase", template: "{{ b | upcase }}", says: "upper" },
  { name: "three signs", template: "{% if a === b %}x{% endif %}", says: "==" },
  { name: "not equal", template: "{% if a !== b %}x{% endif %}", says: "!=" },
  { name: "and", template: "{% if a && b %}x{% endif %}", says: "and" },
  { name: "or", template: "{{ a || b }}", says: "or" },
  { name: "not", template: "{% if !a %}x{% endif %}", says: "not" },
  { name: "a choice", template: "{{ a ? b : 1 }}", says: "A if CONDITION else B" },
] as const;

table("syntax", SYNTAX, ({ template, says }) => {
  const { problems } = parsePrompty(`user:\n${template}`);
  const problem = problems.find(({ code }) => code === "jinjaInvalid");
  assert.equal(problem?.nextStep, `Jinja writes "${says}" for it.`);
});

const PARTS = [
  { name: "the length of a list", template: "{% if a.length > 1 %}x{% endif %}", says: /write "\| length"/ },
  { name: "a method of a text", template: "{{ b.toUpperCase() }}", says: /write "\.upper\(\)"/ },
  {
    name: "a key that is a method of maps",
    template: "{% for x in d.items %}{% endfor %}",
    says: /write \["items"\]/,
  },
  { name: "a method of a list", template: "{{ a.includes(1) }}", says: /write "in"/ },
] as const;

table("part", PARTS, ({ template, says }) => {
  try {
    renderMessages(parsePrompty(`---\nsample: {a: [1], b: x, d: {items: [1]}}\n---\nuser:\n${template}`));
  } catch (error) {
    assert.match(describeError(error).message, says);
    return;
  }
  assert.fail("it was rendered");
});

test("the signs in texts are text", () => {
  const { messages } = renderMessages(parsePrompty('user:\n{{ "a && b || !c ? d === e" }}'));
  assert.equal(messages[0]?.content, "a && b || !c ? d === e");
});

test("a number whose digits would be lost is refused with what to do", () => {
  const file = parsePrompty("---\nsample: {id: 12345678901234567890}\n---\nuser:\n{{ id }}");
  assert.throws(
    () => renderMessages(file),
    (error: unknown) => /too large to be exact .*put it in quotes/.test(describeError(error).message),
  );
});
