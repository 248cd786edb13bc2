// Workspace trust on and not granted: prompt files are checked, and nothing else happens, with the reason; what the
// workspace itself names is not used. Granting trust enables all of it.
import assert from "node:assert/strict";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { parseTrace } from "../../../core/trace/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { testModelPath } from "../../support/decoding/realModel.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);
const REFUSAL = /LASER does not .* in an untrusted workspace: its files would choose the model/;

const workspaceSettings = (): Readonly<Record<string, unknown>> => ({
  "laser.model": testModelPath(),
  "laser.poolFile": "answers.jsonl",
  "laser.modelFolders": ["models"],
});
const RESTRICTED = 3;

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.open({
    workspaceTrust: true,
    settings: {
      // Without the question at the start the window opens restricted, and stays so until trust is granted.
      "security.workspace.trust.startupPrompt": "never",
      // The user's own model is not there, so a run can only come from what the workspace names.
      "laser.model": "/nowhere/users-own.gguf",
      "laser.gpu": "off",
      "laser.maxTokens": 8,
    },
    files: {
      ".vscode/settings.json": JSON.stringify(workspaceSettings(), null, 2),
      "broken.prompty": "---\nname: [\n---\nuser:\nHello\n",
      "short.prompty": "---\nname: Short\n---\nuser:\nSay hello.\n",
    },
  });
});
afterAll(async () => {
  await editor.close();
});

test("a broken prompt is still marked", async () => {
  await editor.openFile("broken.prompty");
  await editor.page.locator(".squiggly-error").first().waitFor();
});

test("Generate, Choose Model and with it every download are refused with the reason", async () => {
  await editor.openFile("short.prompty");
  for (const [title, action] of [
    ["LASER: Choose Model", "LASER does not download or load models"],
    ["LASER: Generate", "LASER does not generate"],
  ] as const) {
    await editor.runCommand(title);
    const refusal = editor.message(action).filter({ hasText: REFUSAL });
    await refusal.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
  }
  assert.equal(await editor.page.locator('.tab[aria-label*="answer"]').count(), 0);
  const choice = editor.page.locator(".quick-input-widget", { hasText: "Model that generates the answers" });
  assert.equal(await choice.count(), 0);
  // No model was looked at, let alone loaded: that takes a worker.
  assert.deepEqual(editor.processesOf("dist/worker.mjs"), []);
});

test("model, pool file and model folders of the workspace are not applied, which its settings say", async () => {
  await editor.runCommand("Problems: Focus on Problems View");
  await editor.runCommand("Preferences: Open Workspace Settings (JSON)");
  const problems = editor.page.locator(".markers-panel .monaco-list-row", {
    hasText: "This setting can only be applied in a trusted workspace",
  });
  for (let entry = 0; entry < RESTRICTED; entry++) await problems.nth(entry).waitFor();
  assert.equal(await problems.count(), RESTRICTED);
});

test("granting trust enables Generate, with the model that the workspace names", async () => {
  await editor
    .message("LASER does not generate")
    .getByRole("button", { name: "Manage Workspace Trust" })
    .click();
  const trustEditor = editor.page.locator(".workspace-trust-editor");
  await trustEditor.getByRole("button", { name: "Trust", exact: true }).click();
  await editor.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
  // The trust editor lies above the others.
  await trustEditor.press("Escape");
  await trustEditor.waitFor({ state: "hidden" });
  await editor.runCommand("LASER: Generate");
  const panel = await editor.panel();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });
  const { result, model, pool } = parseTrace(editor.trace());
  assert.ok(result.tokens.length > 0);
  assert.equal(model.file, path.basename(testModelPath()));
  assert.notEqual(pool, null);
  assert.ok(editor.processesOf("dist/worker.mjs").length > 0);
});
