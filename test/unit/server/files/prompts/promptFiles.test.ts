// The bytes of prompt files, and the files they name.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { parsePrompty, PromptError, renderMessages } from "../../../../../core/prompts/index.ts";
import { decodePrompt, readBeside } from "../../../../../server/files/prompts/index.ts";

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

const TEXTS: Record<string, [bytes: Uint8Array, text: string]> = {
  "UTF-8": [Buffer.from("café 🙂\n"), "café 🙂\n"],
  "UTF-8 with a byte order mark": [Buffer.from("\ufeffuser:\nhi"), "user:\nhi"],
  "UTF-16, little end first": [utf16("user:\ncafé 🙂"), "user:\ncafé 🙂"],
  "UTF-16, big end first": [utf16("user:\ncafé 🙂").swap16(), "user:\ncafé 🙂"],
  nothing: [Buffer.alloc(0), ""],
};
for (const [name, [bytes, text]] of Object.entries(TEXTS)) {
  test(`decoded: ${name}`, () => {
    assert.deepEqual(decodePrompt(bytes), { text });
  });
}

const REFUSED: Record<string, [bytes: Uint8Array, reason: RegExp]> = {
  "Latin-1": [Buffer.from("user:\ncafé!\nx", "latin1"), /byte E9 at line 2, column 4 begins no character/],
  "a character cut short": [Buffer.from("user:\n🙂").subarray(0, -1), /byte F0 at line 2, column 1/],
  "UTF-16 without a mark": [utf16("user:\nhi").subarray(2), /UTF-16 without a byte order mark/],
  "the same, big end first": [utf16("user:\nhi").swap16().subarray(2), /UTF-16 without a byte order mark/],
  "a zero byte": [Buffer.from("user:\nhi\0there"), /zero byte at line 2, column 3/],
  "a model": [Buffer.from("GGUF\u0003\0\0\0", "latin1"), /a model \(GGUF\), not a prompt/],
  "UTF-16 with half a character": [utf16("hi").subarray(0, -1), /middle of a character/],
  "UTF-32": [Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /UTF-32/],
};
for (const [name, [bytes, reason]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => {
    const found = decodePrompt(bytes);
    assert.ok(found.text === null);
    assert.match(found.reason, reason);
    assert.equal(found.isText, !["a model", "a zero byte"].includes(name));
  });
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "laser-prompts-"));
  mkdirSync(join(folder, "in", "deeper"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), '{"q": "secret"}');
  writeFileSync(
    join(folder, "in", "v.json"),
    '{"q": "Hi", "h": [{"role": "user", "content": "x"}], "n": 1.5}',
  );
  writeFileSync(join(folder, "in", "v.yaml"), "q: &a Hi\nr: *a\n");
  writeFileSync(join(folder, "in", "deeper", "t.txt"), "a text\n");
  writeFileSync(join(folder, "in", "bad.json"), "{");
  writeFileSync(join(folder, "in", "list.json"), "[1]");
  writeFileSync(join(folder, "in", "latin.json"), Buffer.from('{"q": "é"}', "latin1"));
  symlinkSync(join(folder, "secret.json"), join(folder, "in", "link.json"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const prompt = (source: string) => parsePrompty(source, readBeside(join(folder, "in", "p.prompty")));

const READ: Record<string, [source: string, content: string]> = {
  "sample: ${file:…}": ["---\nsample: ${file:v.json}\n---\n{{q}}{{n}}{{h[0].role}}", "Hi1.5user"],
  "sample: a path": ["---\nsample: v.json\n---\n{{q}}", "Hi"],
  "inputs: ${file:…}": ["---\ninputs: ${file:v.json}\n---\n{{q}}{{h | length}}", "Hi1"],
  YAML: ["---\nsample: ${file:v.yaml}\n---\n{{q}}{{r}}", "HiHi"],
  "a value": ["---\nsample:\n  h: ${file:v.json}\n---\n{{h.q}}", "Hi"],
  "a text, further in": ["---\nsample:\n  t: ${file:deeper/t.txt}\n---\n{{t}}|", "a text\n|"],
  "a default": ["---\ninputs:\n  h: {default: '${file:v.json}'}\n---\n{{h.q}}", "Hi"],
};
for (const [name, [source, content]] of Object.entries(READ)) {
  test(`from a file: ${name}`, () => {
    const file = prompt(source);
    assert.deepEqual(
      file.problems.filter(({ code }) => code !== "variableUnused"),
      [],
    );
    assert.equal(renderMessages(file).messages[0]?.content, content);
    assert.ok(file.variables.some(({ isFromFile }) => isFromFile));
  });
}

const UNREAD: Record<string, [path: string, reason: RegExp]> = {
  "no file": ["no.json", /no such file/],
  "a file outside": ["../secret.json", /outside/],
  "a link that leads outside": ["link.json", /outside/],
  "an absolute path": ["/etc/hostname.json", /absolute/],
  "a folder": ["deeper", /not a file/],
  "bad JSON": ["bad.json", /not valid JSON/],
  "another encoding": ["latin.json", /not UTF-8/],
};
for (const [name, [path, reason]] of Object.entries(UNREAD)) {
  test(`not read: ${name}`, () => {
    const file = prompt(`---\nname: x\nsample: \${file:${path}}\n---\n{{q}}`);
    const problem = file.problems.find(({ code }) => code === "fileUnread");
    assert.match(problem?.message ?? "", reason);
    assert.deepEqual([problem?.severity, problem?.range.start.line], ["error", 2]);
    assert.throws(() => renderMessages(file), PromptError);
  });
}

test("a file that holds no map", () => {
  const [problem] = prompt("---\nsample: ${file:list.json}\n---\nHi").problems;
  assert.equal(problem?.code, "wrongType");
});
