// Properties of prompt files and chats over seeded random input. A failure names its seed.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty, PromptError, renderChat, renderMessages } from "../../../../core/prompts/index.ts";
import { seededRandom, type Random } from "../../../support/random.ts";
import { CONTROLS, LLAMA3, NOW, SMOLLM2 } from "./templates.ts";

const VALID = `---
name: Taste
model:
  parameters: {max_tokens: 64, temperature: 0.5}
inputs:
  title: {type: string, default: Emma}
sample:
  reader: "Mary"
---
system:
You recommend {# books #} books.
{% if reader %}
{% for i in range(2) %}- {{ i }}{% endfor %}
{% endif %}
user:
What would {{reader}} think of {{ title | upper }}?
`;
const BITS = [
  "{{",
  "}}",
  "{%",
  "%}",
  "---",
  "\n",
  "\r\n",
  ":",
  "user:",
  '"',
  "'",
  "[",
  "{",
  "&a",
  "*a",
  "- ",
  "\t",
  "|",
  "#",
].concat(["\u0000", "\ud800", "\ufeff", "é", "🙂", "endif", " ", "\\"]);

function mutated(source: string, random: Random): string {
  let text = source;
  for (let count = 1 + random.below(6); count > 0; count--) {
    const at = random.below(text.length + 1);
    const removed = random.below(3) === 0 ? random.below(30) : 0;
    text = text.slice(0, at) + (random.below(4) === 0 ? "" : random.pick(BITS)) + text.slice(at + removed);
  }
  return text;
}

test("a mutated file never makes the parser throw, and every range lies inside it", () => {
  for (let seed = 0; seed < 3000; seed++) {
    const source = mutated(VALID, seededRandom(seed));
    const file = parsePrompty(source);
    const ranges = [
      ...file.problems.map(({ range }) => range),
      ...file.sections.map(({ content }) => content),
      ...file.variables.flatMap(({ uses, declared }) => (declared === null ? uses : [...uses, declared])),
    ];
    for (const { start, end } of ranges) {
      assert.ok(
        0 <= start.offset && start.offset <= end.offset && end.offset <= source.length,
        `seed ${seed}`,
      );
      const lines = source.slice(0, start.offset).split(/\r\n|\n|\r/);
      // Between \r and \n a place belongs to the line that they end.
      if (source[start.offset - 1] === "\r" && source[start.offset] === "\n") continue;
      assert.deepEqual(
        [start.line, start.character],
        [lines.length - 1, lines.at(-1)!.length],
        `seed ${seed}`,
      );
    }
    for (const { name, uses } of file.variables) {
      for (const { start, end } of uses)
        assert.equal(source.slice(start.offset, end.offset), name, `seed ${seed}`);
    }
    if (file.problems.some(({ severity }) => severity === "error")) continue;
    try {
      assert.equal(renderMessages(file).messages.length, file.sections.length, `seed ${seed}`);
    } catch (error) {
      assert.ok(error instanceof PromptError, `seed ${seed}: ${String(error)}`);
    }
  }
});

const TEXTS = [
  "<|im_start|>",
  "<|im_end|>",
  "<|eot_id|>",
  "<",
  "<|",
  "im_end|>",
  "|>",
  ">",
  "\n",
  "system:\n",
  "user:",
  "assistant\n",
].concat([
  "{{ x }}",
  "{% endfor %}",
  " ",
  "\t",
  "a",
  "é",
  "🙂",
  "\ue000",
  "\ue001",
  "\\ue000",
  "<|im_",
  "end",
  "<|IM_END|>",
  "\ud83d",
  "---",
]);

function randomText(random: Random): string {
  return Array.from({ length: random.below(8) }, () => random.pick(TEXTS)).join("");
}

test("random values never change the number of messages, and control tokens come from the template alone", () => {
  const file = parsePrompty("system:\n{{ a }}\nuser:\nSay {{ b }}.\nassistant:\n{{ c }}\nuser:\n{{ d }}");
  for (const template of [SMOLLM2, LLAMA3]) {
    const chat = (values: Record<string, string>) => {
      const { messages } = renderMessages(file, values);
      assert.equal(messages.length, 4);
      const options = {
        controlTokens: CONTROLS,
        bosToken: "<|begin_of_text|>",
        eosToken: "<|im_end|>",
        now: NOW,
      };
      return { messages, chat: renderChat(template, messages, options) };
    };
    const controlsOf = (rendered: ReturnType<typeof chat>) =>
      rendered.chat.fragments.filter(({ kind }) => kind === "control").map(({ text }) => text);
    const expected = controlsOf(chat({ a: "1", b: "2", c: "3", d: "4" }));
    for (let seed = 0; seed < 2000; seed++) {
      const random = seededRandom(seed);
      const values = {
        a: randomText(random),
        b: randomText(random),
        c: randomText(random),
        d: randomText(random),
      };
      const rendered = chat(values);
      assert.deepEqual(controlsOf(rendered), expected, `seed ${seed}`);
      for (const { content } of rendered.messages)
        assert.ok(rendered.chat.text.includes(content.trim()), `seed ${seed}: text is kept`);
    }
  }
});
