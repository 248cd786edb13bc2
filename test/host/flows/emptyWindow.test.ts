// A first-time user in a window without a folder: Generate says what is missing and offers a sample, whose Generate is in
// sight; then the ring of run, run again, compare and what-if. The worker recites a script.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import type { Locator } from "playwright-core";
import { Editor } from "../../support/host/editor.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);
const ANSWER = '{\n  "book": "Treasure Island", "author": "Robert Louis Stevenson"';

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.open({ isEmpty: true, script: { answers: [{ text: ANSWER }], contextTokens: 8192 } });
});
afterAll(async () => {
  await editor.close();
});

const lens = (text: string): Locator =>
  editor.page.locator(".codelens-decoration a", { hasText: text }).first();
const traceRows = (): Locator =>
  editor.page.locator(".sidebar .monaco-list-row", { hasText: /^laser k 2 p 0\.1/ });

test("Generate without a prompt offers a sample, which opens where its Generate is seen", async () => {
  await editor.runCommand("LASER: Generate");
  await editor.message("There is no prompt to run").getByRole("button", { name: "Open a Sample" }).click();
  await editor.page.locator(".tab.active", { hasText: "book.prompty" }).waitFor();
  await lens("Generate").waitFor();
  // Lenses are redrawn while more of them come.
  await editor.page.waitForFunction(() =>
    [...document.querySelectorAll(".codelens-decoration a")].some((link) => {
      const { top, bottom } = link.getBoundingClientRect();
      return link.textContent.includes("Generate") && top > 0 && bottom < innerHeight;
    }),
  );
});

test("the worker starts while the prompt is read, beside the one that counts its tokens", async () => {
  while (editor.processesOf("dist/worker.mjs").length < 2) await editor.page.waitForTimeout(100);
  assert.deepEqual(editor.traces(), []);
});

test("the sample runs, and runs again", async () => {
  await lens("Generate").click();
  const panel = await editor.panel();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await lens("Open Trace").waitFor({ timeout: RUN_MS });
  await panel.getByRole("button", { name: "Run Again" }).click();
  await traceRows().nth(1).waitFor({ timeout: RUN_MS });
  assert.equal(editor.traces().length, 2);
});

test("kept traces are offered for a comparison, and the last run for what-if", async () => {
  await editor.runCommand("LASER: Compare Traces");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row", { hasText: "book" });
  await rows.nth(1).waitFor();
  for (const at of [0, 1]) await rows.nth(at).click();
  await editor.page.keyboard.press("Enter");
  const page = await editor.comparePage();
  await page.getByText("No divergence: both answers are the same").waitFor();
  const settings = await editor.openSettingsEditor();
  await settings.getByText("Last run: book.prompty, laser.").waitFor();
});
