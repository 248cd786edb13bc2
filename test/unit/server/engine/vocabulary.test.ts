// Bytes of token ids, for byte-level and for SentencePiece vocabularies.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createVocabulary } from "../../../../server/engine/tokenizer/vocabulary.ts";

const [NORMAL, CONTROL, USER_DEFINED, BYTE] = [1, 3, 4, 6];

const cases: [name: string, model: string, text: string, kind: number, bytes: number[]][] = [
  ["a letter", "gpt2", "a", NORMAL, [0x61]],
  ["Ġ is a space", "gpt2", "Ġthe", NORMAL, [0x20, 0x74, 0x68, 0x65]],
  ["Ċ is a line break", "gpt2", "Ċ", NORMAL, [0x0a]],
  ["half of a character", "gpt2", "Ã", NORMAL, [0xc3]],
  ["the last of the moved bytes, a soft hyphen", "gpt2", "Ń", NORMAL, [0xad]],
  ["a control token is its name", "gpt2", "<|im_end|>", CONTROL, [...Buffer.from("<|im_end|>")]],
  ["a user-defined token is its text", "gpt2", "日本", USER_DEFINED, [...Buffer.from("日本")]],
  ["▁ is a space", "llama", "▁the", NORMAL, [...Buffer.from(" the")]],
  ["a byte token", "llama", "<0xE2>", BYTE, [0xe2]],
];
for (const [name, model, text, kind, bytes] of cases)
  test(`${model}: ${name}`, () => {
    assert.deepEqual(
      [...createVocabulary({ model, texts: [text], kinds: [kind], template: "" }).bytesOf(0)],
      bytes,
    );
  });

test("an id outside the vocabulary is refused, and control tokens are known", () => {
  const vocabulary = createVocabulary({
    model: "gpt2",
    texts: ["a", "<s>"],
    kinds: [NORMAL, CONTROL],
    template: "",
  });
  assert.throws(() => vocabulary.bytesOf(2), RangeError);
  assert.deepEqual(
    [vocabulary.controlTokens, vocabulary.isControl(1), vocabulary.isControl(0)],
    [["<s>"], true, false],
  );
});

test("the fingerprint depends on texts and kinds", () => {
  const print = (texts: string[], kinds: number[]) =>
    createVocabulary({ model: "gpt2", texts, kinds, template: "" }).fingerprint;
  assert.equal(print(["a", "b"], [1, 1]), print(["a", "b"], [1, 1]));
  assert.notEqual(print(["a", "b"], [1, 1]), print(["a", "b"], [1, 3]));
  assert.notEqual(print(["a", "b"], [1, 1]), print(["ab", ""], [1, 1]));
});
