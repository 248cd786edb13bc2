// A document that is edited: front matter that an edit leaves as it is isn't read again, and nothing else depends on what
// was read before. Features that editors ask for at each move of the cursor look at a place once, however many variables.
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { test } from "vitest";
import { readPrompt } from "../../../../../core/prompts/index.ts";
import { hover } from "../../../../../server/lsp/language/hover.ts";
import { PromptDocuments } from "../../../../../server/lsp/language/promptDocument.ts";
import { highlights } from "../../../../../server/lsp/language/variables.ts";
import { table } from "../../../../support/check.ts";
import { mutatedPrompt, soundPrompts } from "../../../../support/mutatedPrompts.ts";
import { runsOf } from "../../../../support/property.ts";

const URI = "untitled:edited.prompty";
const HEAD = "---\nname: a\nsample:\n  film: Emma\n---\n";

test("a file reads the same after an edit as without what was read before", () => {
  const sound = soundPrompts();
  for (let seed = 1; seed <= runsOf(40); seed++) {
    const before = mutatedPrompt(sound, seed);
    // The same front matter with another body, and the whole of another file.
    const closing = before.indexOf("\n---", 3);
    for (const after of [`${before.slice(0, closing + 4)}\nuser:\n{{ x }}\n`, mutatedPrompt(sound, -seed)])
      assert.deepEqual(
        readPrompt(after, null, readPrompt(before)).file,
        readPrompt(after).file,
        `seed ${seed}: ${JSON.stringify(before)}`,
      );
  }
});

table(
  "front matter is read again",
  [
    { name: "not after an edit below it", after: `${HEAD}user:\nBye {{ film }}\n`, isKept: true },
    { name: "after an edit in it", after: `${HEAD.replace("Emma", "Dune")}user:\nHi\n`, isKept: false },
    { name: "after an edit above it, which moves it", after: `\n${HEAD}user:\nHi\n`, isKept: false },
  ],
  ({ after, isKept }) => {
    const documents = new PromptDocuments();
    const first = documents.of(TextDocument.create(URI, "prompty", 1, `${HEAD}user:\nHi {{ film }}\n`));
    const [{ keys }, { document }] = [first, first.prompt];
    const second = documents.of(TextDocument.create(URI, "prompty", 2, after));
    assert.equal(second.prompt.document === document, isKept);
    assert.equal(second.keys === keys, isKept);
  },
);

test("hovers and highlights look up one variable's places, however many variables there are", async () => {
  const names = Array.from({ length: 400 }, (_, at) => `value_${at}`);
  const text = `---\nsample:\n${names.map((name) => `  ${name}: 1\n`).join("")}---\nuser:\n${names.map((name) => `{{ ${name} }}\n`).join("")}`;
  const source = TextDocument.create(URI, "prompty", 1, text);
  const position = source.positionAt(text.lastIndexOf("value_399"));
  const document = new PromptDocuments().of(source);
  let lookedUp = 0;
  const positionAt = source.positionAt.bind(source);
  source.positionAt = (offset) => {
    lookedUp++;
    return positionAt(offset);
  };
  assert.equal(highlights(document, position).length, 2);
  const found = await hover(document, position, { laserOnly: false }, () => Promise.resolve(null));
  assert.match(JSON.stringify(found?.contents), /used once/);
  assert.ok(lookedUp <= 20, `${lookedUp} places were looked up`);
});
