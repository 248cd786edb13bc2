// A user tends a pool in the Pools view: drops an answer and exports what is left, each by the menu of its row.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, test } from "vitest";
import type { Locator } from "playwright-core";
import { Pool } from "../../../core/laser/index.ts";
import { readAnswers, readPoolFile, writePoolFile } from "../../../server/pools/index.ts";
import type { Editor } from "../../support/host/editor.ts";
import { saveInFileDialog } from "../../support/host/fileDialog.ts";
import { chooseInMenu } from "../../support/host/rowMenu.ts";

const KEYS = ["ada", "bob", "eve"];
const NAME = "tended.laserpool";

export function poolsFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  let file: string;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
    file = path.join(editor.workspaceFolder, NAME);
    const entries = KEYS.map((key, at) => ({
      ...{ key, group: null, text: `What ${key} likes.`, timeMs: Date.UTC(2026, 0, 1 + at) },
    }));
    await writePoolFile(file, {
      ...{ tokenizer: { fingerprint: "tended", model: "any model" }, opening: [], entries },
      pool: Pool.build(entries.map((_, at) => [at, 1, 2])),
    });
    await editor.showPanel();
    await editor.showViewAlone("Pools");
  });

  const rows = (): Locator => editor.page.locator(".pane .monaco-list-row:visible");
  const row = (text: string): Locator => rows().filter({ hasText: text });
  const keys = async (): Promise<readonly string[]> =>
    (await readPoolFile(file, null)).entries.map(({ key }) => key);
  const choose = (text: string, item: string): Promise<void> => chooseInMenu(editor.page, row(text), item);

  test("an answer is dropped once that is confirmed, and only that answer", async () => {
    await row(NAME).locator(".monaco-tl-twistie").click();
    await row("What bob").or(row("bob")).first().waitFor();
    await choose("bob", "Drop");
    const dialog = editor.page.locator(".monaco-dialog-box", {
      hasText: `Remove this answer about bob from ${NAME}?`,
    });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.deepEqual(await keys(), KEYS, "a drop that was cancelled dropped");
    await choose("bob", "Drop");
    await dialog.getByRole("button", { name: "Drop" }).click();
    await row("bob").waitFor({ state: "detached" });
    assert.deepEqual(await keys(), ["ada", "eve"]);
  });

  test("what is left is exported as JSON lines, to the file that is chosen", async () => {
    await choose(NAME, "Export");
    const target = path.join(editor.workspaceFolder, "exported.jsonl");
    await saveInFileDialog(editor.page, target);
    await editor.page.locator(".statusbar-item", { hasText: "exported.jsonl" }).waitFor();
    const { answers } = await readAnswers(target);
    assert.deepEqual(
      answers.map(({ id, text }) => [id, text]),
      ["ada", "eve"].map((key) => [key, `What ${key} likes.`]),
    );
    assert.match(readFileSync(target, "utf8"), /^\{.*\}\n\{.*\}\n$/);
  });
}
