// A token that controls a model is never part of a text: the rule for one token, and texts of every spelling on small
// vocabularies
// that are tokenized as llama.cpp does.
import assert from "node:assert/strict";
import { test } from "vitest";
import { roleOf, type TokenRole } from "../../../../server/engine/tokenizer/controlRule.ts";
import { textTokenizer } from "../../../../server/engine/tokenizer/textTokens.ts";
import { createVocabulary, type Vocabulary } from "../../../../server/engine/tokenizer/vocabulary.ts";
import { table } from "../../../support/check.ts";
import { forAll, textOf } from "../../../support/property.ts";

const USER = { control: false, userDefined: true, endOfText: false };
const MADE_CONTROL = { control: true, userDefined: false, endOfText: true };
const PLAIN = { control: false, userDefined: false, endOfText: false };

const roles: readonly (readonly [text: string, loaded: typeof USER, role: TokenRole, template?: string])[] = [
  ["<|START_OF_TURN_TOKEN|>", USER, "turn"], // Command-R
  ["<｜User｜>", USER, "turn"], // DeepSeek
  ["<turn|>", USER, "turn"], // Gemma 4
  ["<|channel>", USER, "turn"],
  ["<tool_call>", USER, "turn"], // Qwen
  ["</think>", USER, "turn"],
  ["[INST]", USER, "turn"],
  ["[PAD151646]", USER, "turn"],
  ["◁think▷", USER, "turn"], // Kimi
  ["<|im_end|>", MADE_CONTROL, "control"],
  ["<|im_end|>", PLAIN, "text"],
  ["<|END_OF_TURN_TOKEN|>", { ...USER, endOfText: true }, "control"],
  ["</td>", USER, "text"], // Gemma's tokens for HTML
  ["<h1>", USER, "text"],
  ["<br/>", USER, "text"],
  ["\n\n\n", USER, "text", "a\n\n\nb"],
  ["    ", USER, "text", "    "],
  ["õ", USER, "text", "õ"], // DeepSeek's odd letters
  ["------", USER, "text", "a"],
  ["]~b]", USER, "turn", "]~b]user\n"], // MiniMax
  ["Human:", USER, "turn", "Human: {{ m.content }}"],
  ["Human:", USER, "text", "{{ m.content }}"],
];
table(
  "the role of a token",
  roles.map(([text, loaded, role, template = ""]) => ({
    name: `${JSON.stringify(text)} ${JSON.stringify(loaded)} ${JSON.stringify(template)}`,
    found: roleOf(text, false, loaded, template),
    role,
  })),
  ({ found, role }) => {
    assert.equal(found, role);
  },
);

const MARKS = ["<|turn|>", "<|turn|><|", "<|user|>", "<tool>", "|>", "[END]", "[E"];
const [NORMAL, CONTROL, USER_DEFINED, BYTE] = [1, 3, 4, 6];

interface Small {
  readonly vocabulary: Vocabulary;
  readonly tokenize: (text: string) => number[];
}

/**
 * A vocabulary of letters, marks and blanks, tokenized as llama.cpp does: user-defined tokens first, the longest first, in
 * any text; then letters, and bytes for what is none.
 * @param addsSpace as SentencePiece does, before each text
 * @param joins a control token that letters are joined to, as SentencePiece may
 */
function small(addsSpace: boolean, joins: string | null): Small {
  const letters = Array.from(" <|>[]/abdeilnorstuENDH\n");
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const user = [...MARKS.slice(0, 6), "  ", "<b>"];
  const texts = [...bytes, ...letters, ...user, "<|end|>"];
  const kinds = texts.map((text, id) => {
    if (id < 256) return BYTE;
    return text === "<|end|>" ? CONTROL : user.includes(text) ? USER_DEFINED : NORMAL;
  });
  const vocabulary = createVocabulary({ model: "llama", texts, kinds, template: "" });
  const plain = (text: string): number[] =>
    Array.from(text).flatMap((letter) => {
      const id = letters.indexOf(letter);
      return id < 0 ? [...Buffer.from(letter)] : [256 + id];
    });
  const joined = joins === null ? user : [...user, joins];
  const longest = [...joined].sort((a, b) => b.length - a.length);
  const tokenize = (text: string): number[] => {
    const ids: number[] = [];
    const split = (part: string, isFirst: boolean): void => {
      const found = longest.find((mark) => part.includes(mark));
      if (found === undefined) {
        if (part !== "") ids.push(...plain(isFirst && addsSpace ? ` ${part}` : part));
        return;
      }
      const at = part.indexOf(found);
      split(part.slice(0, at), isFirst);
      ids.push(texts.indexOf(found));
      split(part.slice(at + found.length), true);
    };
    split(text, true);
    return ids;
  };
  return { vocabulary, tokenize };
}

const VOCABULARIES: readonly {
  readonly name: string;
  readonly addsSpace: boolean;
  readonly joins: string | null;
}[] = [
  { name: "byte-level BPE", addsSpace: false, joins: null },
  { name: "SentencePiece, a space in front", addsSpace: true, joins: null },
  { name: "letters joined to a control token", addsSpace: true, joins: "<|end|>" },
];
table("texts of every spelling", VOCABULARIES, ({ addsSpace, joins }) => {
  const { vocabulary, tokenize } = small(addsSpace, joins);
  const read = textTokenizer({ ...vocabulary, tokenize });
  const parts = [...MARKS, "<|end|>", "<b>", "  ", " ", "a", "é", "😀", "<", "|", "[", "\n", "end|>"];
  forAll(textOf(parts, 8), 300, (text) => {
    const ids = read(text);
    assert.deepEqual(
      ids.filter((id) => vocabulary.forbiddenSpelling(id) !== null),
      [],
      "no mark is read from a text",
    );
    const spelled = Buffer.concat(ids.map((id) => vocabulary.bytesOf(id))).toString("utf8");
    // A space is put before the text, and by llama.cpp after each token for ordinary text that was found in it.
    const strip = (one: string): string => (addsSpace ? one.replaceAll(" ", "") : one);
    assert.equal(strip(spelled), strip(text));
    const unguarded = tokenize(text);
    if (unguarded.every((id) => vocabulary.forbiddenSpelling(id) === null)) assert.deepEqual(ids, unguarded);
  });
});

test("no space is added at a cut, and ordinary tokens stay", () => {
  const { vocabulary, tokenize } = small(true, null);
  const read = textTokenizer({ ...vocabulary, tokenize });
  const spelled = (text: string) =>
    read(text).map((id) => Buffer.from(vocabulary.bytesOf(id)).toString("utf8"));
  assert.deepEqual(spelled("a<tool>b"), Array.from(" a<tool>b"));
  assert.ok(spelled("a<b>b").includes("<b>"));
  assert.deepEqual(spelled(""), []);
});

test("a file without token types: bytes, and the marks that the template writes", () => {
  const texts = ["<0x0A>", "<|im_start|>", "[i]", "a"];
  const vocabulary = createVocabulary({ model: "llama", texts, template: "<|im_start|>{{ m.content }}" });
  assert.deepEqual(vocabulary.controlTokens, ["<|im_start|>"]);
  assert.equal(vocabulary.controlToken("<|im_start|>"), 1);
  assert.equal(vocabulary.isControl(1), false);
  assert.deepEqual([...vocabulary.bytesOf(0)], [10]);
});
