// The text of a rendered prompt: its messages with their tokens, and what it leaves of the context.
import assert from "node:assert/strict";
import { test } from "vitest";
import { renderedText } from "../../../../extension/tokens/renderedText.ts";

const SHOWN = {
  messages: [{ role: "user", content: "Hello Mary", tokens: 2 }],
  rendered: "<|user|>\nHello Mary<|end|>",
  leavesOutSystem: false,
};
const rendered = (contextTokens: number, prompt: Parameters<typeof renderedText>[0]["prompt"]): string =>
  renderedText({ file: "a.gguf", contextTokens, prompt });

test("a rendered prompt shows messages, template and what is left of the context", () => {
  const text = rendered(4096, { tokens: 1234, shown: SHOWN });
  assert.match(
    text,
    /^As a\.gguf gets it: 1,234 tokens\.\n2,862 of the 4,096 tokens of the context are left/,
  );
  assert.match(
    text,
    /── user: 2 tokens ─+\nHello Mary\n\n── in the chat template: 1,234 tokens ─+\n<\|user\|>\n/,
  );
  assert.doesNotMatch(text, /system message/);
});

test("it says what is wrong: no room, a template without a system message, a prompt that can't be rendered", () => {
  const shown = { ...SHOWN, leavesOutSystem: true };
  const text = rendered(1234, { tokens: 1234, shown });
  assert.match(text, /The context of 1,234 tokens leaves no room for an answer\./);
  assert.match(text, /has no place for the system message/);
  const error = { code: "variableMissing", message: "who has no value.", nextStep: "Give it one." };
  assert.equal(rendered(4096, { error }), "who has no value.\nGive it one.\n");
});
