// Notifications are short: a button says what to do, and a wall of text is not read.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { filesBelow } from "../../../scripts/setup/stamp.mjs";
import { repositoryFolder } from "../../support/check.ts";

/** Two lines of a notification; longer ones are folded by the editor. */
const MAX_CHARACTERS = 140;
const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
/** The text of a notice, in one string or several that are joined. */
const NOTICE = new RegExp(
  String.raw`notifier\s*\.(?:information|warning)\(\s*vscode\.l10n\.t\(\s*(${STRING}(?:\s*\+\s*${STRING})*)`,
  "g",
);

test("every notification fits two lines", () => {
  const texts = filesBelow(repositoryFolder, "extension")
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(join(repositoryFolder, name), "utf8").matchAll(NOTICE)])
    .map(([, strings]) =>
      [...strings!.matchAll(new RegExp(STRING, "g"))].map(([one]) => one.slice(1, -1)).join(""),
    );
  assert.ok(texts.length > 40, `${texts.length} notices were found`);
  assert.deepEqual(
    texts.filter((text) => text.length > MAX_CHARACTERS),
    [],
  );
});
