// A user compares strategies, finds both traces side by side, reloads the window and finds them
// again; then picks traces from the list, one of which is gone afterwards.
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { compareAnswers } from "../../../core/inspect/index.ts";
import { parseTrace } from "../../../core/trace/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { RECITED } from "../../support/host/recited.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.open({
    settings: {
      "laser.maxTokens": 24,
      "laser.strategy": "laser-strict",
      "laser.reproducible": "on",
      "laser.relaxed.topK": 4,
      "laser.relaxed.minProbability": 0.02,
    },
    script: RECITED.script,
    files: {
      ...RECITED.files,
      "colours.prompty": "---\nname: colours\n---\nuser:\nName three colours, then name them again.\n",
    },
  });
});
afterAll(async () => {
  await editor.close();
});

const heads = async (page: FrameLocator): Promise<string[]> =>
  (await page.locator("thead th .tag").allInnerTexts()).map((tag) => tag.trim());

test("plain and the configured strategy are run and opened side by side, plain as the baseline", async () => {
  await editor.openFile("colours.prompty");
  await editor.runCommand("LASER: Compare Strategies");
  // Ticked are plain and the strategy of the settings.
  await editor.listRow("laser-strict").waitFor();
  await editor.page.keyboard.press("Enter");
  await editor.listRow("Once each").click();
  const page = await editor.comparePage(RUN_MS);
  await page.locator(".row .token").first().waitFor();
  const [strict, plain] = editor.traces().map((text) => parseTrace(text));
  assert.deepEqual(
    [plain?.request.strategy, strict?.request.strategy],
    ["plain", "laser-strict"],
    "two traces, in the order of the runs",
  );
  assert.deepEqual(
    (await page.locator(".traces h2").allInnerTexts()).map((text) => text.replace(/\s+/g, " ")),
    ["A plain, strict", "B laser-strict, strict"],
  );
  assert.equal(await page.locator("thead th", { hasText: "baseline" }).innerText(), "A plain baseline");
  // Run reproducibly, strict output is that of plain decoding.
  assert.equal(compareAnswers(plain!, strict!).divergence, null);
  assert.match(await page.locator(".divergence").innerText(), /No divergence: both answers are the same/);
  assert.match(await page.locator("[data-figure=edl] td").nth(1).innerText(), /\d\.\d\d×/);
  assert.deepEqual(await page.locator(".unlike").count(), 0);
});

test("the page comes back when the window is reloaded, with the pair and marks that were chosen", async () => {
  const before = await editor.comparePage();
  await before.getByRole("button", { name: "Swap sides" }).click();
  await before.getByRole("checkbox", { name: "Drafts not kept" }).click();
  assert.deepEqual(await heads(before), ["B", "A"]);
  await editor.reload();
  const page = await editor.comparePage();
  await page.locator(".row .token").first().waitFor();
  assert.deepEqual(await heads(page), ["B", "A"]);
  assert.ok(await page.getByRole("checkbox", { name: "Drafts not kept" }).isChecked());
});

test("traces picked from the list are compared, and a missing one is reported in its place", async () => {
  await editor.runCommand("View: Close All Editors");
  await editor.page.getByRole("tab", { name: /LASER: Compare/ }).waitFor({ state: "detached" });
  await editor.runCommand("LASER: Compare Traces");
  await editor.listRow("colours").first().click();
  await editor.listRow("colours").nth(1).click();
  await editor.page.keyboard.press("Enter");
  const page = await editor.comparePage();
  await page.locator(".row .token").first().waitFor();
  const [newest] = readdirSync(editor.traceFolder).sort().reverse();
  rmSync(path.join(editor.traceFolder, newest!));
  await editor.reload();
  const restored = await editor.comparePage();
  assert.match(await restored.locator(".trace .error").innerText(), /can't be read: it no longer exists/);
  assert.match(await restored.locator("main").innerText(), /A comparison needs two readable traces/);
});

test("a relaxed answer is shown where it diverges from the plain one", async () => {
  await editor.runCommand("View: Close All Editors");
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Compare Strategies");
  await editor.listRow("laser-strict").click();
  await editor.listRow(/^laser(?!-)/).click();
  await editor.page.keyboard.press("Enter");
  await editor.listRow("Once each").click();
  const page = await editor.comparePage(RUN_MS);
  await page.locator(".row .token").first().waitFor();
  const [relaxed, plain] = editor.traces().map((text) => parseTrace(text));
  assert.deepEqual([plain?.request.strategy, relaxed?.request.strategy], ["plain", "laser"]);
  const { divergence } = compareAnswers(plain!, relaxed!);
  assert.ok(divergence !== null, "with k = 4 and p = 0.02 a word of the pool is kept");
  await page.getByRole("button", { name: "Go there" }).click();
  await page.locator(".row.current").first().waitFor();
  await editor.runCommand("View: Close Editors in Other Groups");
  await editor.runCommand("View: Close Primary Side Bar");
  await editor.screenshots("compare");
});
