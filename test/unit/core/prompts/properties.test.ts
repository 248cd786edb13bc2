// Properties of prompt files and chats over random input.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { parsePrompty, PromptError, renderChat, renderMessages } from "../../../../core/prompts/index.ts";
import { below, forAll, listOf, textOf } from "../../../support/property.ts";
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

/** Texts put into the valid file, mostly, and parts of it taken out. */
const edits = listOf(
  fc.record({
    at: below(1000),
    added: fc.oneof(
      { weight: 1, arbitrary: fc.constant("") },
      { weight: 3, arbitrary: fc.constantFrom(...BITS) },
    ),
    removed: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: below(30) }),
  }),
  1,
  6,
);
const mutatedSources = edits.map((all) =>
  all.reduce((text, { at, added, removed }) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + added + text.slice(place + removed);
  }, VALID),
);

test("a mutated file never makes the parser throw, and every range lies inside it", () => {
  forAll(mutatedSources, 1000, (source) => {
    const file = parsePrompty(source);
    const ranges = [
      ...file.problems.map(({ range }) => range),
      ...file.sections.map(({ content }) => content),
      ...file.variables.flatMap(({ uses, declared }) => (declared === null ? uses : [...uses, declared])),
    ];
    for (const { start, end } of ranges) {
      assert.ok(0 <= start.offset && start.offset <= end.offset && end.offset <= source.length);
      const lines = source.slice(0, start.offset).split(/\r\n|\n|\r/);
      // Between \r and \n a place belongs to the line that they end.
      if (source[start.offset - 1] === "\r" && source[start.offset] === "\n") continue;
      assert.deepEqual([start.line, start.character], [lines.length - 1, lines.at(-1)!.length]);
    }
    for (const { name, uses } of file.variables) {
      for (const { start, end } of uses) assert.equal(source.slice(start.offset, end.offset), name);
    }
    if (file.problems.some(({ severity }) => severity === "error")) return;
    try {
      assert.equal(renderMessages(file).messages.length, file.sections.length);
    } catch (error) {
      assert.ok(error instanceof PromptError, String(error));
    }
  });
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

const randomText = textOf(TEXTS, 7);
const chatValues = fc.record({ a: randomText, b: randomText, c: randomText, d: randomText });

test("random values never change the number of messages, and control tokens come only from the template", () => {
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
    forAll(chatValues, 500, (values) => {
      const rendered = chat(values);
      assert.deepEqual(controlsOf(rendered), expected);
      for (const { content } of rendered.messages)
        // Half an emoji has no UTF-8.
        assert.ok(rendered.chat.text.includes(Buffer.from(content.trim()).toString()), "text is kept");
    });
  }
});
