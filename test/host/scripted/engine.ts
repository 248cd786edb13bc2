// A user chooses how the engine runs, and follows a link to a trace: both by lists and questions of VS Code.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, test } from "vitest";
import type { Editor } from "../../support/host/editor.ts";
import { repositoryFolder } from "../../support/check.ts";

export function engineFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
  });

  test("threads, layers and the type of keys and values are chosen one after another, and written as settings", async () => {
    const { page } = editor;
    const input = page.locator(".quick-input-widget input[type=text]");
    await editor.runCommand("LASER: Engine Choices");
    for (const [name, value] of [
      ["Threads", "2"],
      ["Layers on the GPU", "7"],
    ] as const) {
      await editor.listRow(name).click();
      await editor.listRow(name).waitFor({ state: "detached" });
      await input.fill(value);
      await input.press("Enter");
      await editor.listRow(name).filter({ hasText: value }).waitFor();
    }
    await editor.listRow("Keys and values").click();
    await editor.listRow("q8_0").click();
    await editor.listRow("Keys and values").filter({ hasText: "q8_0" }).waitFor();
    await page.keyboard.press("Escape");
    const {
      "laser.threads": threads,
      "laser.gpuLayers": layers,
      "laser.kvType": kvType,
    } = editor.machineSettings();
    assert.deepEqual([threads, layers, kvType], [2, 7, "q8_0"]);
  });

  test("a link opens a trace only after its path was shown and agreed to", async () => {
    const { page } = editor;
    const trace = path.join(editor.workspaceFolder, "linked.lasertrace");
    copyFileSync(path.join(repositoryFolder, "test/fixtures/traces/v2.lasertrace"), trace);
    await editor.runCommand("Developer: Open URL");
    const input = page.locator(".quick-input-widget input[type=text]");
    await input.fill(`vscode://laser-inspector.laser-inspector/trace?path=${encodeURIComponent(trace)}`);
    await input.press("Enter");
    const dialog = page.locator(".monaco-dialog-box");
    // First VS Code's own question, which names the extension, then ours, which names the file.
    await dialog.filter({ hasText: "LASER Inspector" }).getByRole("button", { name: "Open" }).click();
    const asked = dialog.filter({ hasText: trace });
    await asked.waitFor();
    assert.equal(await page.locator(".tab", { hasText: "linked.lasertrace" }).count(), 0);
    await asked.getByRole("button", { name: "Open Trace" }).click();
    await page.locator(".tab.active", { hasText: "linked" }).waitFor();
    await editor.tracePage();
  });
}
