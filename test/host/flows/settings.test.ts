// A user turns k in the settings editor and finds it in settings.json; a change in the native settings shows at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Editor } from "../../support/editor.ts";

let editor: Editor;
before(async () => {
  editor = await Editor.open();
});
after(async () => {
  await editor.close();
});

test("k changed in the settings editor stands in settings.json, and Reset takes it out", async () => {
  const page = await editor.openSettingsEditor();
  const field = page.locator('[data-key="laser.relaxed.topK"]');
  const input = field.locator("input[type=number]");
  assert.equal(await input.inputValue(), "2");
  await input.fill("5");
  await input.press("Tab");
  // Shown as set only when the editor has written it and told so.
  const reset = field.getByRole("button", { name: /^Reset/ });
  await reset.waitFor();
  assert.equal(editor.userSettings()["laser.relaxed.topK"], 5);
  await editor.screenshot("settings-editor-dark");
  await reset.click();
  await reset.waitFor({ state: "detached" });
  assert.equal(editor.userSettings()["laser.relaxed.topK"], undefined);
  assert.equal(await input.inputValue(), "2");
});

test("a value out of bounds is refused beside its field and not written", async () => {
  const page = await editor.openSettingsEditor();
  const field = page.locator('[data-key="laser.relaxed.minProbability"]');
  await field.locator("input[type=number]").fill("7");
  await field.getByRole("alert").waitFor();
  assert.equal(editor.userSettings()["laser.relaxed.minProbability"], undefined);
});
