// Variables whose values a prompt takes from a file beside it: a rename can't reach into that file.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { PromptDocument } from "../../../../../server/lsp/language/promptDocument.ts";
import { renameProblem } from "../../../../../server/lsp/language/variables.ts";

table(
  "a rename of a variable",
  [
    {
      name: "that only the file names is refused",
      front: "sample: values.json",
      problem: /in a file of its own/,
    },
    {
      name: "that the prompt names, with a value from the file, is made",
      front: 'sample: {title: "${file:title.txt}"}',
      problem: null,
    },
  ],
  ({ front, problem }, context) => {
    const folder = temporaryFolder(context);
    writeFileSync(path.join(folder, "values.json"), '{"title": "Emma"}');
    writeFileSync(path.join(folder, "title.txt"), "Emma");
    const uri = pathToFileURL(path.join(folder, "a.prompty")).href;
    const text = `---\n${front}\n---\nuser:\n{{ title }}\n`;
    const source = TextDocument.create(uri, "prompty", 1, text);
    const found = renameProblem(
      new PromptDocument(source),
      source.positionAt(text.lastIndexOf("title")),
      "name",
    );
    if (problem === null) assert.equal(found, null);
    else assert.match(found ?? "", problem);
  },
);
