// Prompt files as people write them, read from disk as the command reads them: the messages, and the warnings' codes.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "vitest";
import { fileURLToPath } from "node:url";
import { describeError } from "../../../../../core/base/index.ts";
import type { PromptValue } from "../../../../../core/prompts/index.ts";
import { readBeside } from "../../../../../server/files/prompts/index.ts";
import { readPromptFile } from "../../../../../server/cli/prompt/promptInput.ts";
import { fillPrompt } from "../../../../../server/worker/prompt/prompt.ts";
import { table } from "../../../../support/check.ts";

const FOLDER = fileURLToPath(new URL("../../../../fixtures/prompts/", import.meta.url));

interface Row {
  readonly name: string;
  readonly values?: Readonly<Record<string, PromptValue>>;
  readonly gives: readonly string[] | RegExp;
  readonly warns?: readonly string[];
}

const rows: readonly Row[] = [
  { name: "block-line-ends", gives: ["user: A\n\nx\n\ny\n\nB"] },
  { name: "developer-role", gives: ["system: Be nice.", "user: hi"] },
  { name: "history-loop", gives: ["system: Be brief.", "user: Hi", "assistant: Hello!", "user: Bye"] },
  { name: "indented-front-matter", gives: ["user: hi"] },
  { name: "indented-file", gives: ["system:   S", "user:   hi"] },
  { name: "jinja-filters", gives: ["user: 3.14|6|he...|2|1|3|3-1-2|hello world|h"] },
  { name: "jinja-raw", gives: ["user: {{ not a var }} 1"] },
  { name: "jinja-plus", gives: ["user:   a\n1"] },
  { name: "list-value", values: { docs: ["a", "b"] }, gives: ["user: ab"] },
  { name: "not-utf8", gives: /the byte E9 at line 5, column 4/ },
  { name: "optional-if", gives: ["user: 1"] },
  { name: "optional-for-or", gives: ["user: 1"] },
  { name: "rendered-end-not-trimmed", gives: ["user: A"] },
  { name: "sample-inputs", gives: ["user: Hi"] },
  { name: "sample-name", gives: ["user: Hi"] },
  { name: "sample-reference", gives: ["user: Hi"] },
  { name: "template-nunjucks", gives: ["user: hi"] },
  { name: "utf16-prompt", gives: ["user: hi"] },
  { name: "warnings-unseen", gives: ["system: Be nice.", "user: hi"], warns: ["unknownKey"] },
];

table("fixture", rows, async ({ name, values = {}, gives, warns = [] }) => {
  const path = `${FOLDER}${name}.prompty`;
  try {
    const { messages, warnings } = fillPrompt(await readPromptFile(path), values, readBeside(path));
    assert.deepEqual(
      messages.map(({ role, content }) => `${role}: ${content}`),
      gives,
    );
    assert.deepEqual(
      warnings.map(({ code }) => code),
      warns,
    );
  } catch (error) {
    if (!(gives instanceof RegExp)) throw error;
    assert.match(describeError(error).message, gives);
  }
});

test("each fixture is tried", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".prompty"));
  assert.deepEqual(files.sort(), rows.map(({ name }) => `${name}.prompty`).sort());
});
