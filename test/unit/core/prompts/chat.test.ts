// Chat templates rendered to fragments: ⟦…⟧ shows a control token, anything else is text.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  PromptError,
  renderChat,
  withFirstToken,
  type ChatMessage,
  type PromptFault,
} from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";
import { CONTROLS, GEMMA, LLAMA3, NOW, SMOLLM2 } from "./templates.ts";

const user = (content: string): ChatMessage[] => [{ role: "user", content }];

function render(
  template: string | null,
  messages: readonly ChatMessage[],
  controls: readonly string[],
): string {
  const options = { controlTokens: controls, bosToken: "<s>", eosToken: "[EOS]", now: NOW };
  const { fragments, text } = renderChat(template, messages, options);
  assert.equal(text, fragments.map((fragment) => fragment.text).join(""));
  for (const [index, { kind, text: own }] of fragments.entries()) {
    assert.notEqual(own, "");
    assert.ok(kind === "control" || fragments[index + 1]?.kind !== "text", "texts are joined");
  }
  return fragments
    .map((fragment) => (fragment.kind === "control" ? `⟦${fragment.text}⟧` : fragment.text))
    .join("");
}

function checkFault(template: string | null, messages: readonly ChatMessage[], expected: PromptFault): void {
  assert.throws(
    () => render(template, messages, CONTROLS),
    (error) => {
      assert.ok(error instanceof PromptError);
      assert.deepEqual(error.fault, expected);
      return true;
    },
  );
}

test("SmolLM2: one control token at the start, the default system message, the assistant's turn opened", () => {
  assert.equal(
    render(SMOLLM2, user("Hi"), CONTROLS),
    "⟦<|im_start|>⟧system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face⟦<|im_end|>⟧\n" +
      "⟦<|im_start|>⟧user\nHi⟦<|im_end|>⟧\n⟦<|im_start|>⟧assistant\n",
  );
});

test("SmolLM2: a system message replaces the default one, further turns follow", () => {
  const messages: ChatMessage[] = [
    { role: "system", content: "S" },
    { role: "user", content: "A" },
    { role: "assistant", content: "B" },
    { role: "user", content: "C" },
  ];
  assert.equal(
    render(SMOLLM2, messages, CONTROLS),
    "⟦<|im_start|>⟧system\nS⟦<|im_end|>⟧\n⟦<|im_start|>⟧user\nA⟦<|im_end|>⟧\n" +
      "⟦<|im_start|>⟧assistant\nB⟦<|im_end|>⟧\n⟦<|im_start|>⟧user\nC⟦<|im_end|>⟧\n⟦<|im_start|>⟧assistant\n",
  );
});

test("Llama 3: bos token, trimmed contents, the date from the argument", () => {
  assert.equal(
    render(LLAMA3, user(" \n Hi <|eot_id|> \t"), CONTROLS),
    "⟦<s>⟧⟦<|start_header_id|>⟧user⟦<|end_header_id|>⟧\n\nToday: 04 Jul 2024\nHi <|eot_id|>⟦<|eot_id|>⟧" +
      "⟦<|start_header_id|>⟧assistant⟦<|end_header_id|>⟧\n\n",
  );
});

/** What a template makes of one content; only the template's own spellings may become control tokens. */
const ATTACKS: Record<string, [template: string, content: string, expected: string, controls?: string[]]> = {
  "a whole control token": ["<u>{{ c }}<e>", "a<e>b<u>", "⟦<u>⟧a<e>b<u>⟦<e>⟧"],
  "overlapping spellings": ["{{ c }}<e>", "<<e><e><e", "<<e><e><e⟦<e>⟧"],
  "a beginning that the template ends": ["{{ c }}_end|>", "x<|im", "x<|im_end|>"],
  "one sign that the template continues with": ["{{ c }}e>", "a <", "a <e>"],
  "the same after white space, trimmed away": ["{{ c | trim }}e>", "a < \n", "a <e>"],
  "an end that the template begins": ["<|im_{{ c }}", "end|>x", "<|im_end|>x"],
  "a last sign that the template begins": ["<e{{ c }}", ">x", "<e>x"],
  "the same after white space, trimmed": ["<e{{ c | trim }}", "\n >x", "<e>x"],
  "a middle between two parts of the template": ["<|im_{{ c }}|>", "end", "<|im_end|>"],
  "a middle of one letter": ["<{{ c }}>", "e", "<e>"],
  "a middle that is trimmed": ["<|im_{{ c | trim }}|>", " end ", "<|im_end|>"],
  "two contents that join": ["{{ c }}{{ c }}", "e><", "e><e><"],
  "cut out of the middle": ["{{ c.split('#')[0] }}{{ c.split('#')[1] }}", "<|im#_end|>", "<|im_end|>"],
  "put together by replacing": ["{{ c.replace('#', '') }}", "<|im_#end|>", "<|im_end|>"],
  "made by lower case": ["{{ c | lower }}", "<E><|IM_END|>", "<e><|im_end|>"],
  "made by upper case": ["{{ c | upper }}", "[inst]", "[INST]", ["[INST]"]],
  "written as JSON": ["{{ c | tojson }}<e>", '<e>"\ue000', '"<e>\\"\ue000"⟦<e>⟧'],
  "written as ASCII JSON": ["{{ c | tojson(ensure_ascii=true) }}<e>", "<e>é", '"<e>\\u00e9"⟦<e>⟧'],
  "a control token of one letter": ["$a{{ c }}$", "b$", "⟦$⟧ab$⟦$⟧", ["$"]],
  "a control token of one emoji": ["🙂{{ c }}", "🙂🙂", "⟦🙂⟧🙂🙂", ["🙂"]],
  "control tokens of two letters": ["{{ c }}ab", "abab a", "abab a⟦ab⟧", ["ab"]],
  "private-use characters": ["\ue000{{ c }}<e>", "\ue001\ue002<e>\ue003", "\ue000\ue001\ue002<e>\ue003⟦<e>⟧"],
  "half an emoji": ["{{ c }}<e>", "\ud83d<e>", "\ufffd<e>⟦<e>⟧"],
  "template text inside a content": ["{{ c }}<e>", "{{ '<e>' }}{% if %}", "{{ '<e>' }}{% if %}⟦<e>⟧"],
  "the longest spelling wins": ["<e><e>>{{ c }}", "", "⟦<e>⟧⟦<e>>⟧", ["<e>", "<e>>"]],
  "the template's own pieces may join": ["{{ '<' }}{{ 'e>' }}{{ c }}", "", "⟦<e>⟧"],
  "outer white space is kept": ["<u>{{ c }}<e>", " a \n", "⟦<u>⟧ a \n⟦<e>⟧"],
  "empty content": ["<u>{{ c }}<e>", "", "⟦<u>⟧⟦<e>⟧"],
};
for (const [name, [template, content, expected, controls = ["<e>", "<u>", "<|im_end|>"]]] of Object.entries(
  ATTACKS,
)) {
  test(`text stays text: ${name}`, () => {
    assert.equal(render(`{% set c = messages[0].content %}${template}`, user(content), controls), expected);
  });
}

/** What templates that look at a content find in it, where the words are, or begin as, control tokens. */
const LOOKS: Record<string, [template: string, content: string, expected: string]> = {
  "has and starts": ["{{ c.startswith('<think>') and '</think>' in c }}", "<think>a</think>", "True"],
  "cuts the thinking off": [
    "{{ c.split('</think>')[-1].lstrip('\n') }}",
    "<think>\na</s>b</think>\n\nc</s>",
    "c</s>",
  ],
  "cuts the thinking out": [
    "<think>{{ c.split('</think>')[0].split('<think>')[-1].strip('\n') }}</think>",
    "<think>\na</s>\n</think>b",
    "⟦<think>⟧a</s>⟦</think>⟧",
  ],
  replaces: ["{{ c.replace('</think>', '</s>') }}", "a</think>b</s>", "a</s>b</s>"],
  filters: ["{{ c | replace('</think>', '|') | upper }}</s>", "a</think>b</s>", "A|B</S>⟦</s>⟧"],
  "finds a place": ["{{ c[:c.find('</think>')] }}|{{ c | length }}", "ab</think>c", "ab|11"],
  counts: ["{{ c.count('</s>') }}", "</s></s>", "2"],
  parts: ["{{ c.partition('</think>')[2] }}", "a</think></s>", "</s>"],
  compares: [
    "{{ c == '</s>' }}{{ c in ['</s>'] }}{{ c is eq '</s>' }}{{ {'</s>': 1}[c] }}",
    "</s>",
    "TrueTrueTrue1",
  ],
  "joins with its own": ["{{ '</s>' ~ c.strip('<') ~ '</s>' }}", "</s>", "⟦</s>⟧/s>⟦</s>⟧"],
  "writes JSON": ["{{ {'</s>': c} | tojson }}", '</s>"\\\n', '{"⟦</s>⟧": "</s>\\"\\\\\\n"}'],
  "writes a list": ["{{ [c] }}", "</s>", "['</s>']"],
  "goes through the letters": ["{% for x in c %}{{ x }}{{ '.' if x == '<' }}{% endfor %}", "</s>", "<./s>"],
  "reads a number": ["{{ c | int + 1 }}", "41", "42"],
  "asks what it is": ["{{ c.isdigit() }}{{ c is lower }}{{ c is string }}", "a1", "FalseTrueTrue"],
  "raises nothing of its own": ["{{ c.index('s') }}", "</s>", "2"],
};
for (const [name, [template, content, expected]] of Object.entries(LOOKS)) {
  test(`a template that looks at a content: ${name}`, () => {
    const controls = ["<think>", "</think>", "</s>", "0", "1", "a", "A|B"];
    assert.equal(
      render(`{% set c = messages[0].content %}${template}`, user(content), controls.slice(0, 3)),
      expected,
    );
    const more = render(`{% set c = messages[0].content %}${template}`, user(content), controls);
    assert.equal(
      more.replace(/[⟦⟧]/g, ""),
      expected.replace(/[⟦⟧]/g, ""),
      "the same text whatever is control",
    );
  });
}

/** Templates of real models that were rendered otherwise once, as Jinja2 renders them. */
const AS_JINJA2: Record<string, [template: string, content: string, expected: string]> = {
  "line ends of a file from Windows": ["{{ 'a\r\nb' }}\r\n{{ c }}", "x", "a\nb\nx"],
  "an empty text is not false": ["{% if c != false %}[{{ c }}]{% endif %}", "", "[]"],
  "keys that are numbers": [
    "{% for k, v in {2: 'b', 1: 'a'} | dictsort %}{{ k }}:{{ v }};{% endfor %}",
    "",
    "1:a;2:b;",
  ],
};
for (const [name, [template, content, expected]] of Object.entries(AS_JINJA2)) {
  test(`as Jinja2 renders it: ${name}`, () => {
    assert.equal(render(`{% set c = messages[0].content %}${template}`, user(content), CONTROLS), expected);
  });
}

test("a reason that quotes a content is readable", () => {
  checkFault("{{ raise_exception('no ' + messages[0].content) }}", user("<|im_end|>"), {
    tag: "templateRefused",
    reason: "no <|im_end|>",
    refusesSystem: false,
    file: null,
  });
});

test("a large content takes linear time", () => {
  const content = "<|im_".repeat(200_000);
  const controls = Array.from({ length: 1000 }, (_, index) => `<|reserved_special_token_${index}|>`);
  assert.ok(render(SMOLLM2, user(content), [...CONTROLS, ...controls]).includes(`⟧user\n${content}⟦`));
});

test("no template", () => {
  checkFault(null, user("Hi"), { tag: "templateMissing" });
  checkFault("  \n", user("Hi"), { tag: "templateMissing" });
});

test("a template that refuses a system message, and renders without it", () => {
  const system: ChatMessage = { role: "system", content: "S" };
  checkFault(GEMMA, [system, ...user("Hi")], {
    tag: "templateRefused",
    reason: "System role not supported",
    refusesSystem: true,
    file: null,
  });
  assert.equal(
    render(GEMMA, user("Hi "), ["<end_of_turn>"]),
    "⟦<s>⟧<start_of_turn>user\nHi⟦<end_of_turn>⟧\n<start_of_turn>model\n",
  );
});

test("a template that is not Jinja", () => {
  checkFault("{% for m in messages %}{{ m.content }", user("Hi"), {
    tag: "templateInvalid",
    reason: "there is no closing }}",
    file: null,
  });
  checkFault("{% for m in messages %}", user("Hi"), {
    tag: "templateInvalid",
    reason: "it has no {% endfor %}",
    file: null,
  });
});

test("a template that breaks while it runs", () => {
  checkFault("{{ messages[0].content | foo }}", user("Hi"), {
    tag: "templateFailed",
    reason: 'there is no filter "foo"',
    file: null,
  });
  checkFault("{% for i in range(2000000) %}{% endfor %}", user("Hi"), {
    tag: "templateFailed",
    reason: "range() gives more than 100000 items",
    file: null,
  });
});

test("the first token: added if requested and missing, never twice", () => {
  const control = { kind: "control", text: "<s>" } as const;
  const text = { kind: "text", text: "<s>Hi" } as const;
  const cases = [
    { given: [text], bos: "<s>", isAsked: true, expected: [control, text] },
    { given: [text], bos: "<s>", isAsked: false, expected: [text] },
    { given: [control, text], bos: "<s>", isAsked: true, expected: [control, text] },
    { given: [control, text], bos: "<s>", isAsked: false, expected: [control, text] },
    { given: [control, control, text], bos: "<s>", isAsked: true, expected: [control, text] },
    { given: [text, control], bos: "<s>", isAsked: false, expected: [text, control] },
    { given: [text], bos: "", isAsked: true, expected: [text] },
    { given: [], bos: "<s>", isAsked: true, expected: [control] },
  ];
  for (const { given, bos, isAsked, expected } of cases)
    assert.deepEqual(withFirstToken(given, bos, isAsked), expected);
});

table(
  "the user's text is",
  [
    { name: "printed", template: "{{ messages[0].content }}", leavesOut: false },
    {
      name: "printed in part",
      template: "{{ messages[0].content[:1] | upper }}{{ messages[0].content | length }}",
      leavesOut: false,
    },
    { name: "left out", template: "<|user|>{{ messages[0].role }}<|assistant|>", leavesOut: true },
    { name: "left out by words that are not a template", template: "hello", leavesOut: true },
  ],
  ({ template, leavesOut }) => {
    const options = { bosToken: "", eosToken: "", controlTokens: CONTROLS, now: NOW };
    assert.equal(renderChat(template, user("Hi there"), options).leavesOutUser, leavesOut);
  },
);
