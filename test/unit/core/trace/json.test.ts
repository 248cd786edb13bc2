// Where a text stops being JSON.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parseJson } from "../../../../core/trace/json.ts";

/** `text` with ⌖ before the first character that does not fit; at the end it means "cut". */
function check(marked: string): void {
  const offset = marked.indexOf("⌖");
  const text = marked.replace("⌖", "");
  const result = parseJson(text);
  assert.ok(!result.ok, marked);
  const lines = text.slice(0, offset).split("\n");
  assert.deepEqual(result, {
    ok: false,
    offset,
    line: lines.length,
    column: lines.at(-1)!.length + 1,
    isCut: offset === text.length,
  });
}

const faults = [
  "⌖",
  " ⌖",
  "{⌖",
  '{"a⌖',
  '{"a"⌖',
  '{"a":⌖',
  '{"a":1⌖',
  '{"a":1,⌖',
  '{"a":1.⌖',
  '{"a":-⌖',
  '{"a":2e⌖',
  '{"a":2.5E-⌖',
  '{"a":tru⌖',
  "[n⌖",
  "[[1,2],[⌖",
  '["\\⌖',
  '["\\u12⌖',
  '["💬⌖',
  "⌖nope",
  "⌖undefined",
  "⌖GGUF",
  '{"a":⌖NaN}',
  "[⌖-Infinity]",
  "[1 ⌖2]",
  "[1,⌖]",
  '{"a":1,⌖}',
  "{⌖a:1}",
  '{"a" ⌖1}',
  '{"a":1⌖]',
  "[1⌖}",
  "{}⌖{}",
  "[1]⌖,",
  '["a⌖\nb"]',
  '["\\⌖x"]',
  '["\\u12⌖g4"]',
  "[0⌖1]",
  '{\n  "a": 1,\n  "b": ⌖oops\n}',
  "⌖'a'",
  "[⌖tru]",
];

for (const marked of faults) {
  test(`places the fault in ${JSON.stringify(marked)}`, () => {
    check(marked);
  });
}

const values = ['{"a":[1,-2.5e3,true,false,null,"\\u00e9\\n"]}', " [ ] ", "0", '"x"', "\uFEFF{}"];

for (const text of values) {
  test(`parses ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseJson(text), { ok: true, value: JSON.parse(text.replace("\uFEFF", "")) as unknown });
  });
}

test("keeps __proto__ as a key", () => {
  const result = parseJson('{"__proto__":{"a":1}}');
  assert.ok(result.ok);
  assert.deepEqual(Object.keys(result.value as object), ["__proto__"]);
});

test("finds the end of a long cut string and of deep brackets", () => {
  check(`["${"x".repeat(3_000_000)}⌖`);
  check(`${"[".repeat(200_000)}⌖`);
});
