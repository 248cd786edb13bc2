// Chat templates of downloaded files that would run or grow forever: each ends with its reason.
import assert from "node:assert/strict";
import { test } from "vitest";
import { PromptError, renderChat } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

const LAYERS =
  "{% set ns = namespace(l=[1]) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}";
const now = { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

function failure(template: string, isOverdue?: () => boolean, content = "hi"): string {
  const options = {
    controlTokens: ["<|im_end|>"],
    bosToken: "",
    eosToken: "",
    now,
    ...(isOverdue && { isOverdue }),
  };
  try {
    const { text } = renderChat(template, [{ role: "user", content }], options);
    return `rendered ${text.length} characters`;
  } catch (error) {
    assert.ok(error instanceof PromptError, String(error));
    return "reason" in error.fault ? error.fault.reason : error.fault.tag;
  }
}

table(
  "a template ends",
  [
    {
      name: "a list twice as long each time",
      template:
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l | length }}",
      reason: "it takes more than 200502 steps",
    },
    {
      name: "lists in lists as JSON",
      template: `${LAYERS}{{ ns.l | tojson }}`,
      reason: /more than 100000 parts/,
    },
    { name: "lists in lists as text", template: `${LAYERS}{{ ns.l }}`, reason: /more than 100000 parts/ },
    {
      name: "lists in lists compared",
      template: `${LAYERS}{% set a = ns.l %}{% set ns.l = [1] %}${LAYERS.replace(/^.*?%\}/, "")}{{ a == ns.l }}`,
      reason: /more than 100000 parts/,
    },
    {
      name: "texts kept in a list",
      template:
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + ['a' * 150000] %}{% endfor %}",
      reason: "its texts exceed 2000080 characters in total",
    },
    {
      name: "a text that is too long",
      template: "{{ 'a' * 300000000 }}",
      reason: /more than 200008 characters/,
    },
    {
      name: "loops in loops",
      template: "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      reason: "it takes more than 200502 steps",
    },
    {
      name: "macros that call themselves twice",
      template: "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
      reason: "it takes more than 200502 steps",
    },
  ],
  ({ template, reason }: { readonly template: string; readonly reason: string | RegExp }) => {
    if (typeof reason === "string") assert.equal(failure(template), reason);
    else assert.match(failure(template), reason);
  },
);

test("a long conversation has more steps and characters", () => {
  const template = "{% for m in messages %}{% for i in range(400) %}{% endfor %}{{ m.content }}{% endfor %}";
  const messages = Array.from({ length: 600 }, () => ({ role: "user", content: "x".repeat(500) }) as const);
  const { text } = renderChat(template, messages, { controlTokens: [], bosToken: "", eosToken: "", now });
  assert.equal(text.length, 300_000);
});

test("a template is stopped when its time is up", () => {
  let looks = 0;
  // Asked before each step, however long one takes.
  const isOverdue = () => ++looks > 3;
  assert.equal(failure("{% for a in range(9999) %}{{ a }}{% endfor %}", isOverdue), "it takes too long");
});

const STEPS = "it takes more than 200502 steps";
const TEXT = "it produces a text of more than 200008 characters";
const PARTS = "a value has more than 100000 parts";
const LONG = "{% set s = 'a' * 200000 %}";
const EMOJI = "{% set s = '😀' * 100000 %}";
const LISTS = "{% set a = range(90000) | list %}{% set b = range(90000) | list %}";
const MAP = "{% set d = dict(range(60000) | map('string') | batch(2)) %}";

/** The statement again and again. */
const again = (statement: string): string => `{% for i in range(100000) %}${statement}{% endfor %}`;

/**
 * What one step does to a long text or list is counted as the many steps that it takes: so few operations pass that they
 * end in a fraction of a second. `most` is how often the bound was asked, which an operation that isn't counted multiplies.
 */
table(
  "long work is counted",
  [
    ["find", LONG + again("{% if s.find('ab') > 0 %}{% endif %}"), STEPS],
    ["count", LONG + again("{% if s.count('b') > 0 %}{% endif %}"), STEPS],
    ["a part of a text", LONG + again("{% if 'ab' in s %}{% endif %}"), STEPS],
    ["equal texts", `${LONG}{% set t = 'a' * 199999 + 'b' %}${again("{% if s == t %}{% endif %}")}`, STEPS],
    ["ordered texts", `${LONG}{% set t = 'a' * 199999 + 'b' %}${again("{% if s < t %}{% endif %}")}`, STEPS],
    ["a test of letters", LONG + again("{% if s.istitle() %}{% endif %}"), STEPS],
    ["a test", LONG + again("{% if s is lower %}{% endif %}"), STEPS],
    ["a character of two units", EMOJI + again("{% if s[5] == 'x' %}{% endif %}"), STEPS],
    ["the length in characters", EMOJI + again("{% if s | length > 5 %}{% endif %}"), STEPS],
    ["a short slice", LONG + again("{% if s[5:6] == 'x' %}{% endif %}"), STEPS],
    ["the characters as a list", LONG + again("{% if s | list %}{% endif %}"), STEPS],
    ["the first character", LONG + again("{% if s | first %}{% endif %}"), STEPS],
    ["a number of many digits", `{% set s = '1' * 200000 %}${again("{% if s | int %}{% endif %}")}`, STEPS],
    ["replacing nothing", LONG + again("{% if s.replace('b', 'c') %}{% endif %}"), STEPS],
    [
      "characters to strip",
      `${LONG}{% set c = 'b' * 100000 + 'a' %}${again("{% if s.strip(c) %}{% endif %}")}`,
      STEPS,
    ],
    ["words", LONG + again("{% if s | wordcount > 5 %}{% endif %}"), STEPS],
    ["tags", `{% set s = '<' * 200000 %}${again("{% if s | striptags %}{% endif %}")}`, STEPS],
    ["addresses", `{% set s = ('(' * 1999 + ' ') * 100 %}${again("{% if s | urlize %}{% endif %}")}`, STEPS],
    [
      "texts with an order",
      "{% set p = 'a' * 150000 %}{% set q = 'a' * 149999 + 'b' %}{% set x = ([p, q] * 30000) | sort %}",
      STEPS,
    ],
    [
      "a text in a list",
      "{% set p = 'a' * 150000 %}{% set q = 'a' * 149999 + 'b' %}{% if q in [p] * 90000 %}{% endif %}",
      STEPS,
    ],
    ["unique texts", "{% set x = (['A' * 150000] * 60000) | unique | list %}", STEPS],
    ["equal lists", LISTS + again("{% if a == b %}{% endif %}"), STEPS],
    ["sorted lists", `${LISTS}{% set x = ([a, b] * 10000) | sort %}`, STEPS],
    ["the larger list", `${LISTS}{% set x = ([a, b] * 10000) | max %}`, STEPS],
    ["counted lists", `${LISTS}{% if ([a] * 10000).count(b) %}{% endif %}`, STEPS],
    ["what changed", LISTS + again("{% if loop.changed([a, b][i % 2]) %}{% endif %}"), STEPS],
    ["a copied list", LISTS + again("{% set x = a.copy() %}"), STEPS],
    ["a reversed list", LISTS + again("{% set x = a | reverse %}"), STEPS],
    ["a slice of a list", LISTS + again("{% set x = a[:] %}"), STEPS],
    ["rows of a list", LISTS + again("{% set x = a | batch(1) %}"), STEPS],
    ["a filter of each item", `${LONG}{% set x = ([s] * 60000) | map('reverse') | list %}`, STEPS],
    ["a test of each item", `${LISTS}{% set x = ([a] * 60000) | select('eq', b) | list %}`, STEPS],
    ["each list as text", `${LISTS}{% set x = ([a] * 60000) | map('string') | list %}`, STEPS],
    ["the pairs of a map", MAP + again("{% set x = d.items() %}"), STEPS],
    ["the values of a map", MAP + again("{% set x = d.values() %}"), STEPS],
    ["a copied map", MAP + again("{% set x = d.copy() %}"), STEPS],
    ["equal maps", `${MAP}{% set e = d.copy() %}${again("{% if d == e %}{% endif %}")}`, STEPS],
    ["arguments from a list", `${LISTS}{% macro m() %}{% endmacro %}${again("{{ m(*a) }}")}`, STEPS],
    ["long texts in a printed list", `${LONG}{{ [s] * 60000 }}`, TEXT],
    ["long texts in JSON", `${LONG}{{ ([s] * 60000) | tojson }}`, TEXT],
    ["a long separator in JSON", "{{ (range(9000) | list) | tojson(separators=('b' * 19000, ':')) }}", TEXT],
    ["a long indent in JSON", "{{ (range(9000) | list) | tojson(indent='b' * 19000) }}", TEXT],
    ["long texts in an address", `${LONG}{{ ([[s, s]] * 60000) | urlencode }}`, TEXT],
    ["lists in lists over several lines", `${LAYERS}{% set x = ns.l | pprint %}`, PARTS],
    ["a long separator", "{{ (['a'] * 90000) | join('b' * 190000) }}", TEXT],
    ["many attributes", `{{ (['a'] * 90000) | join('', '${"0.".repeat(9000)}0') }}`, STEPS],
    [
      "a key of keys",
      "{% set ns = namespace(t=(1,)) %}{% for i in range(40) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{% set d = {ns.t: 1} %}",
      PARTS,
    ],
    [
      "a deep key",
      "{% set ns = namespace(t=(1,)) %}{% for i in range(20000) %}{% set ns.t = (ns.t,) %}{% endfor %}{% set d = {ns.t: 1} %}",
      "a value is nested too deeply",
    ],
    [
      "pieces without a character",
      `{% set x %}{{ '' }}{% endset %}${"{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40)}`,
      STEPS,
    ],
    [
      "macros that write nothing",
      `{% macro m0() %}{{ '' }}{% endmacro %}${Array.from({ length: 40 }, (_, at) => `{% macro m${at + 1}() %}{{ m${at}() }}{{ m${at}() }}{% endmacro %}`).join("")}{{ m40() }}`,
      STEPS,
    ],
    ["a template of two megabytes", "{{ a }}".repeat(300_000), "it has more than 1048576 characters"],
  ].map(([name = "", template = "", reason = ""]) => ({ name, template, reason })),
  ({ template, reason }) => {
    assert.equal(failure(template), reason);
    // Each operation on these texts and lists counts as hundreds of steps or more.
    if (/\* (?:150|200|100)000 /.test(template)) {
      let asked = 0;
      failure(template, () => ++asked < 0);
      assert.ok(asked < 20_000, `the bound was asked ${asked} times`);
    }
  },
);

test("the text of the user is counted like any other", () => {
  const content = "<|im_end|>".repeat(20_000);
  const template = again("{% if 'x' in messages[0].content | upper %}{% endif %}");
  assert.equal(failure(template, undefined, content), "it takes more than 400500 steps");
});

test("marks survive in long texts, with characters of two units", () => {
  const content = "a😀<|im_end|>é".repeat(3_000);
  const { fragments } = renderChat(
    "{{ messages[0].content | trim }}<|im_end|>",
    [{ role: "user", content }],
    {
      controlTokens: ["<|im_end|>", "<😀>"],
      bosToken: "",
      eosToken: "",
      now,
    },
  );
  assert.deepEqual(fragments, [
    { kind: "text", text: content },
    { kind: "control", text: "<|im_end|>" },
  ]);
});
