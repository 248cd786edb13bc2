// Role lines with characters that only look like the plain ones: each is reported with its place, the character and the
// role that was meant. Words of other scripts are text like any other.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parsePrompty, renderMessages } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";

interface Reported {
  readonly name: string;
  readonly line: string;
  /** What the warning names after "does not start a message". */
  readonly holds: string;
  readonly role: string;
}
const REPORTED: readonly Reported[] = [
  { name: "a Cyrillic letter", line: "us\u0435r:", holds: 'U+0435, which looks like "e"', role: "user" },
  {
    name: "Cyrillic capitals",
    line: "\u0410SS\u0406STANT:",
    holds: 'U+0410, which looks like "A"',
    role: "assistant",
  },
  { name: "a Greek letter", line: "\u03c5ser :", holds: 'U+03C5, which looks like "u"', role: "user" },
  { name: "an Armenian letter", line: "\u057dser:", holds: 'U+057D, which looks like "u"', role: "user" },
  {
    name: "a letter of full width",
    line: "\uff53ystem:",
    holds: 'U+FF53, which looks like "s"',
    role: "system",
  },
  {
    name: "a mathematical letter",
    line: "\u{1d42e}ser:",
    holds: 'U+1D42E, which looks like "u"',
    role: "user",
  },
  { name: "a colon of full width", line: "user\uff1a", holds: 'U+FF1A, which looks like ":"', role: "user" },
  { name: "a ratio sign", line: "user\u2236", holds: 'U+2236, which looks like ":"', role: "user" },
  {
    name: "no width inside",
    line: "us\u200ber:",
    holds: "U+200B, a character that does not show",
    role: "user",
  },
  {
    name: "a joiner before it",
    line: "\u2060user:",
    holds: "U+2060, a character that does not show",
    role: "user",
  },
  {
    name: "a filler after it",
    line: "user:\u3164",
    holds: "U+3164, a character that does not show",
    role: "user",
  },
  {
    name: "a soft hyphen",
    line: "sys\u00adtem:",
    holds: "U+00AD, a character that does not show",
    role: "system",
  },
  { name: "with a sign", line: "# us\u0435r:", holds: 'U+0435, which looks like "e"', role: "user" },
  { name: "in bold", line: "**us\u0435r:**", holds: 'U+0435, which looks like "e"', role: "user" },
  {
    name: "with attributes",
    line: 'us\u0435r[name="x"]:',
    holds: 'U+0435, which looks like "e"',
    role: "user",
  },
  { name: "a developer", line: "d\u0435veloper:", holds: 'U+0435, which looks like "e"', role: "system" },
];
table("a role line is reported", REPORTED, ({ line, holds, role }) => {
  const source = `system:\nBe kind.\n${line}\nHello\nuser:\nHi`;
  const [problem, ...others] = parsePrompty(source).problems;
  assert.ok(problem);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [problem.severity, problem.code, problem.range.start.line, problem.range.start.character],
    ["warning", "roleUnread", 2, 0],
  );
  assert.ok(problem.message.endsWith(` does not start a message: it holds ${holds}.`), problem.message);
  assert.equal(problem.nextStep, `A role line holds only "${role}:", on a line of its own.`);
});

const TEXT: readonly { readonly name: string; readonly line: string }[] = [
  { name: "Cyrillic", line: "\u0441\u0438\u0441\u0442\u0435\u043c\u0430:" },
  { name: "a Cyrillic word that reads ai", line: "\u0430\u0456:" },
  { name: "Greek", line: "\u03c7\u03c1\u03ae\u03c3\u03c4\u03b7\u03c2:" },
  { name: "Armenian", line: "\u0585\u0563\u057f\u0561\u057f\u0565\u0580\u0589" },
  { name: "Chinese with its colon", line: "\u7528\u6237\uff1a" },
  { name: "Japanese of full width", line: "\uff35\uff32\uff2c\uff1a" },
  { name: "Hebrew", line: "\u05de\u05e9\u05ea\u05de\u05e9\u05c3" },
  { name: "Arabic with a joiner", line: "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645:" },
  { name: "accents", line: "us\u00e9r:" },
  { name: "a longer word", line: "us\u0435rs:" },
  { name: "text after it", line: "us\u0435r: hello" },
  { name: "text before it", line: "the us\u0435r:" },
];
table("a line is text", TEXT, ({ line }) => {
  assert.deepEqual(parsePrompty(`system:\nBe kind.\n${line}\nHello\nuser:\nHi`).problems, []);
});

test("a look-alike at the start of a file without role lines is reported at its word", () => {
  const [problem] = parsePrompty("us\u0435r: Tell me.").problems;
  assert.equal(problem?.code, "roleUnread");
  assert.match(problem.message, /"us\u0435r:".*U\+0435/);
  assert.deepEqual([problem.range.start.offset, problem.range.end.offset], [0, 5]);
});

test("a value that writes a look-alike into a role line is reported when it is rendered", () => {
  const source = "system:\nS\n{% for m in h %}\n{{ m.role }}:\n{{ m.text }}\n{% endfor %}\nuser:\nBye";
  const { warnings } = renderMessages(parsePrompty(source), { h: [{ role: "us\u0435r", text: "A" }] });
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['This line reads "us\u0435r:" and does not start a message: it holds U+0435, which looks like "e".'],
  );
});
