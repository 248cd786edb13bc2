// Templates whose text Jinja2 itself has given: filters, tests, operators, statements and white space.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import {
  Dict,
  isList,
  Marks,
  parseTemplate,
  renderTemplate,
  unknownNames,
  valueOf,
  type Value,
} from "../../../../../core/prompts/jinja/index.ts";
import { Float } from "../../../../../core/prompts/jinja/values.ts";
import type { PromptValue } from "../../../../../core/prompts/index.ts";

interface Golden {
  readonly values: Record<string, PromptValue>;
  readonly rows: readonly (readonly [template: string, text: string, rules?: "trimmed"])[];
}

const LIMITS = { steps: 100_000, characters: 1_000_000 };
const golden = JSON.parse(
  readFileSync(new URL("../../../../fixtures/jinja/golden.json", import.meta.url), "utf8"),
) as Golden;
const variables = Object.entries(golden.values).map(
  ([name, value]) => [name, name === "f" ? new Float(2) : valueOf(value)] as const,
);
/** Python breaks a long text into several; here it stays whole. */
const EXCEPTIONS = new Set(["{{ long|pprint }}"]);

/** Marks on every printable character of ASCII, as if each were part of a control token. */
const marks = new Marks([String.fromCharCode(...Array.from({ length: 94 }, (_, at) => 33 + at))]);
const markedVariables = variables.map(([name, value]) => [name, marked(value)] as const);

function marked(value: Value): Value {
  if (typeof value === "string") return marks.mark(value);
  if (isList(value)) return value.map(marked);
  return value instanceof Dict ? Dict.of(value.pairs().map(([key, item]) => [key, marked(item)])) : value;
}

function render(template: string, isTrimmed: boolean, isMarked = false): string {
  const parsed = parseTemplate(template, { trimBlocks: isTrimmed, lstripBlocks: isTrimmed });
  assert.deepEqual([...parsed.mistakes, ...unknownNames(parsed.body)], [], template);
  const options = {
    json: "html",
    scalars: "python",
    limits: LIMITS,
    marks: isMarked ? marks : null,
  } as const;
  const text = renderTemplate(parsed, isMarked ? markedVariables : variables, options)
    .map((chunk) => chunk.text)
    .join("");
  return isMarked ? marks.plain(text) : text;
}

test(`${golden.rows.length} templates give what Jinja2 gives`, () => {
  const wrong: unknown[] = [];
  for (const [template, text, rules] of golden.rows) {
    if (EXCEPTIONS.has(template)) continue;
    let found: string;
    try {
      found = render(template, rules === "trimmed");
    } catch (error) {
      found = String(error);
    }
    if (found !== text) wrong.push({ template, rules, text, found });
  }
  assert.deepEqual(wrong, []);
  assert.ok(golden.rows.length > 600);
});

/** A list that is printed doesn't look for quotes among marked characters. */
const QUOTES = new Set(["{{ h|sort }}", "{{ objs|map('upper')|list }}"]);

test("the same if the characters of the values are marked as the user's", () => {
  const wrong: unknown[] = [];
  for (const [template, text, rules] of golden.rows) {
    if (EXCEPTIONS.has(template) || QUOTES.has(template)) continue;
    let found: string;
    try {
      found = render(template, rules === "trimmed", true);
    } catch (error) {
      found = String(error);
    }
    if (found !== text) wrong.push({ template, rules, text, found });
  }
  assert.deepEqual(wrong, []);
});

const FAULTS: Record<string, [template: string, reason: RegExp]> = {
  "a part of nothing": ["{{ undef.x }}", /"undef" is undefined/],
  "a number added to a text": ["{{ s + 1 }}", /"\+" doesn't take a text and a number/],
  "a division by 0": ["{{ 1 / 0 }}", /divided by 0/],
  "a negative power of 0": ["{{ 0 ** -1 }}", /0 has no negative power/],
  "a root of a number below 0": ["{{ (-1) ** 0.5 }}", /only whole powers/],
  "hexadecimal digits of a fraction": ["{{ '%x' % 2.5 }}", /"%x" takes a whole number/],
  "binary digits of a float": ["{{ '{:b}'.format(2.0) }}", /":?b" takes a whole number/],
  "a number without end as digits": ["{{ '%d' % 1e999 }}", /"%d" takes a whole number/],
  "a format that there is not": ["{{ '{:q}'.format(5) }}", /"q" is not a format/],
  "a character that there is not": ["{{ '%c' % -1 }}", /"%c" takes one character/],
  "a fraction of a character": ["{{ '%c' % 65.0 }}", /"%c" takes one character/],
  "a text beyond the end": ["{{ 'abc'.index('', 4) }}", /doesn't find the value/],
  "a wrong argument": ["{{ s | truncate(size=3) }}", /truncate takes no argument "size"/],
  "too many arguments": ["{{ s | upper(1) }}", /upper takes at most 0 arguments/],
  "a generator without a list": ["{{ l | map('string') }}", /add "\| list"/],
  "a list that is changed": ["{{ l.append(1) }}", /a list has no "append"/],
  "no order": ["{{ [1, 'a'] | sort }}", /have no order/],
  "a macro that calls itself": ["{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", /nested too deeply/],
  "an argument too many for a macro": [
    "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
    /"m" takes at most 1 arguments/,
  ],
  "an argument that a macro doesn't know": [
    "{% macro m(a) %}{% endmacro %}{{ m(1, b=2) }}",
    /no further argument "b"/,
  ],
  "an argument given twice": ["{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}", /no further argument "a"/],
  "a call of a macro without a caller": [
    "{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}",
    /\{% call %\}/,
  ],
  "an argument too many for a caller": [
    "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call m() %}{% endcall %}",
    /"caller" takes at most 0 arguments/,
  ],
  "the rest of an inexact number": ["{{ 9007199254740993 % 10 }}", /too large/],
  "too many steps": ["{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", /steps/],
  "a text that is too long": ["{{ 'a' * 10000000 }}", /characters/],
  "a text that doubles": [
    "{% set n = namespace(t='aa') %}{% for i in range(60) %}{% set n.t = n.t ~ n.t %}{% endfor %}",
    /characters/,
  ],
  "a width that is too large": ["{{ 'a' | center(100000000) }}", /characters/],
  "a format that is too wide": ["{{ '%999999999d' % 1 }}", /characters/],
  "a range that is too long": ["{{ range(1000000) | list }}", /range\(\)/],
  "a number that isn't exact": ["{{ 2 ** 80 }}", /too large/],
  "an inherited name": ["{{ d.constructor.x }}", /a map has no "constructor"/],
};
for (const [name, [template, reason]] of Object.entries(FAULTS)) {
  test(`refused: ${name}`, () => {
    assert.throws(() => render(template, false), reason);
  });
}
