// A user changes k in the settings editor and finds it in settings.json; Reset removes it. Values of the workspace, and what
// a reload keeps, are in reload.ts.
import assert from "node:assert/strict";
import { beforeAll, test } from "vitest";
import type { Editor } from "../../support/host/editor.ts";

export function settingsFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
  });

  test("k changed in the settings editor is written to settings.json, and Reset removes it", async () => {
    const page = await editor.openSettingsEditor();
    const field = page.locator('[data-key="laser.relaxed.topK"]');
    const input = field.locator("input[type=number]");
    assert.equal(await input.inputValue(), "2");
    await input.fill("5");
    await input.press("Tab");
    // Shown as set only when the editor has written it and said so.
    const reset = field.getByRole("button", { name: /^Reset/ });
    await reset.waitFor();
    assert.equal(editor.userSettings()["laser.relaxed.topK"], 5);
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

  test("both pages are served under a policy without unsafe-*, and a breach of it would be seen", async () => {
    const settingsPage = await editor.openSettingsEditor();
    await editor.showPanel();
    for (const page of [settingsPage, await editor.panel()]) {
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
      assert.match(policy ?? "", /^default-src 'none'; script-src 'nonce-[\w-]{32}'; /);
      assert.doesNotMatch(policy ?? "", /unsafe|\*(?!\.vscode-cdn\.net)|data:|blob:/);
      // What close() asserts for every flow is not blind: an inline script is refused, and that is noticed.
      const seen = [/^console: .*script-src/, /^policy: script-src-elem inline/].map((pattern) =>
        editor.expectTrouble(pattern),
      );
      await page.locator("body").evaluate((body) => {
        const script = body.ownerDocument.createElement("script");
        script.textContent = "document.body.id = 'inline-ran'";
        body.append(script);
      });
      await Promise.all(seen);
      assert.equal(await page.locator("#inline-ran").count(), 0);
    }
  });
}
