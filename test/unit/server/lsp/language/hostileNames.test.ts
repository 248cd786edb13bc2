// Names in a prompt file are anyone's: they are shown as text, and a rename makes no variable another one.
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { test } from "vitest";
import { hover } from "../../../../../server/lsp/language/hover.ts";
import { completion } from "../../../../../server/lsp/language/completion.ts";
import { PromptDocument } from "../../../../../server/lsp/language/promptDocument.ts";
import { renameProblem } from "../../../../../server/lsp/language/variables.ts";

const FEATURES = { laserOnly: false };

function opened(text: string) {
  const source = TextDocument.create("untitled:names.prompty", "prompty", 1, text);
  const document = new PromptDocument(source);
  return { document, at: (word: string) => source.positionAt(text.indexOf(word) + word.length) };
}

const IMAGE = "![x](https://example.org/seen.png)";

test.each([
  { name: "a sample value", front: `sample:\n  "${IMAGE}": 1`, word: '"![x' },
  { name: "an input", front: `inputs:\n  "${IMAGE}":\n    type: string`, word: "    type" },
])("the hover of $name with an image in its name holds none", async ({ front, word }) => {
  const { document, at } = opened(`---\n${front}\n---\nuser:\nHello\n`);
  const found = await hover(document, at(word), FEATURES, () => Promise.resolve(null));
  const contents = JSON.stringify(found?.contents ?? "");
  assert.match(contents, /example/);
  assert.doesNotMatch(contents, /!\[|\]\(/);
});

const LOOP = `---
sample:
  films: [a]
  reader: Ada
---
user:
{% for film in films %}{{ film }}{{ reader }}{% endfor %}
`;

test.each([
  { to: "user_name", problem: null },
  { to: "reader", problem: null },
  { to: "films", problem: /already/ },
  { to: "film", problem: /already/ },
  { to: "range", problem: /function/ },
  { to: "a b", problem: /can't be the name/ },
])("renaming a variable to $to", ({ to, problem }) => {
  const { document, at } = opened(LOOP);
  const found = renameProblem(document, at("reader"), to);
  if (problem === null) assert.equal(found, null);
  else assert.match(found ?? "", problem);
});

test("parts that can't follow a dot are not offered there", async () => {
  const { document, at } = opened(
    `---\nsample:\n  film: {title: x, "running time": 90}\n---\nuser:\n{{ film. }}\n`,
  );
  const none = { groups: () => Promise.resolve([]), models: () => Promise.resolve([]) };
  const items = await completion(document, at("film."), FEATURES, none);
  assert.deepEqual(
    items.map(({ label }) => label),
    ["title"],
  );
});
