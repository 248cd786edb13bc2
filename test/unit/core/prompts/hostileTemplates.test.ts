// Chat templates of downloaded files that would run or grow forever: each ends with its reason.
import assert from "node:assert/strict";
import { test } from "vitest";
import { PromptError, renderChat } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

const LAYERS =
  "{% set ns = namespace(l=[1]) %}{% for i in range(40) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}";
const now = { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

function failure(template: string, isOverdue?: () => boolean): string {
  const options = {
    controlTokens: ["<|im_end|>"],
    bosToken: "",
    eosToken: "",
    now,
    ...(isOverdue && { isOverdue }),
  };
  try {
    const { text } = renderChat(template, [{ role: "user", content: "hi" }], options);
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
      reason: "its texts have more than 2000200 characters together",
    },
    {
      name: "a text that is too long",
      template: "{{ 'a' * 300000000 }}",
      reason: /more than 200020 characters/,
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
