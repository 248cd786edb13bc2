// Workspace trust on and not granted: the extension says why it does not generate; granting trust is what enables it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Editor } from "../../support/editor.ts";

const REFUSAL = "LASER does not generate in a workspace that is not trusted";

let editor: Editor;
before(async () => {
  editor = await Editor.open({
    workspaceTrust: true,
    // Without the question at the start the window opens restricted, and stays so until trust is granted.
    settings: { "security.workspace.trust.startupPrompt": "never" },
  });
});
after(async () => {
  await editor.close();
});

test("generating is refused with the reason until trust is granted", async () => {
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  const refusal = editor.message(REFUSAL);
  await refusal.waitFor();
  assert.equal(await editor.page.locator('.tab[aria-label*="answer"]').count(), 0);
  await refusal.getByRole("button", { name: "Manage Workspace Trust" }).click();
  const trustEditor = editor.page.locator(".workspace-trust-editor");
  await trustEditor.getByRole("button", { name: "Trust", exact: true }).click();
  await editor.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
  assert.equal(await editor.message(REFUSAL).count(), 0);
});
