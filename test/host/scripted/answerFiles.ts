// What a user does with a finished answer: saves it as a file, and adds it to the pool that the next run drafts from, where an
// entry of the same id is replaced.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, test } from "vitest";
import { readAnswers, type AnswerFile } from "../../../server/pools/index.ts";
import { parseTrace, tokenText } from "../../../core/trace/index.ts";
import type { Editor } from "../../support/host/editor.ts";
import { saveInFileDialog } from "../../support/host/fileDialog.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);
const PROMPT = "keep.prompty";
const POOL = "kept.jsonl";
const OTHERS = [{ id: "ada", text: "What Ada likes." }];

export const ANSWER_FILES = {
  [PROMPT]: `---\nname: Keep\nlaser:\n  pool: ${POOL}\n---\nuser:\nTell of a cat.\n`,
  [POOL]: `${OTHERS.map((entry) => JSON.stringify(entry)).join("\n")}\n`,
};

export function answerFilesFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  let text: string;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
    await editor.openFile(PROMPT);
    await editor.page.locator(".codelens-decoration a", { hasText: "Generate" }).first().click();
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
    // The lens names the run once its trace is kept.
    await editor.page
      .locator(".codelens-decoration a", { hasText: "Open Trace" })
      .waitFor({ timeout: RUN_MS });
    const { tokens, result } = parseTrace(editor.trace());
    text = result.tokens.map((id) => tokenText({ tokens }, id)).join("");
    assert.notEqual(text, "");
    // What can be done with an answer is offered where it is in front.
    await editor.runCommand("LASER: Go to Answer");
    await editor.page.locator(".tab.active:not([data-resource-name='keep.prompty'])").waitFor();
  });

  const inPool = async (): Promise<AnswerFile["answers"]> =>
    (await readAnswers(path.join(editor.workspaceFolder, POOL))).answers;
  const input = () => editor.page.locator(".quick-input-widget input[type=text]");

  /** Adds the answer under an id, and waits until the editor says so. */
  async function addAs(id: string): Promise<void> {
    await editor.runCommand("LASER: Add Answer to Pool…");
    await editor.page.locator(".quick-input-widget", { hasText: `Add the answer to ${POOL}` }).waitFor();
    await input().fill(id);
    await input().press("Enter");
    const said = editor.message(`The answer was added to ${POOL}. The next run drafts from it.`);
    await said.waitFor();
    await editor.runCommand("Notifications: Clear All Notifications");
    await said.waitFor({ state: "detached" });
  }

  test("Save Answer As… writes the answer, and nothing else, to the file that is chosen", async () => {
    await editor.runCommand("LASER: Save Answer As…");
    const target = path.join(editor.workspaceFolder, "cat.txt");
    await saveInFileDialog(editor.page, target);
    // The explorer sees the file when it is there.
    await editor.showExplorer();
    await editor.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "cat.txt" }).waitFor();
    assert.equal(readFileSync(target, "utf8"), text);
  });

  test("Add Answer to Pool… adds a line to the prompt's own pool, and replaces one of the same id", async () => {
    await editor.runCommand("LASER: Add Answer to Pool…");
    const box = editor.page.locator(".quick-input-widget", { hasText: `Add the answer to ${POOL}` });
    await box.waitFor();
    assert.match(await input().inputValue(), /^keep:\d{4}-\d{2}-\d{2}T/);
    await input().press("Escape");
    await box.waitFor({ state: "hidden" });
    assert.deepEqual(
      (await inPool()).map(({ id }) => id),
      ["ada"],
    );
    await addAs("bob");
    await addAs("bob");
    assert.deepEqual(
      (await inPool()).map((answer) => [answer.id, answer.text]),
      [
        ["ada", OTHERS[0]!.text],
        ["bob", text],
      ],
    );
  });
}
