// A user generates from the palette with the real model: what the panel shows is what the trace holds. They open it in the
// trace editor, look for a decision, change the rule, write it into the settings, take another token and get a new trace that
// names its parent.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace, traceMetrics, verdictSentence, type Trace } from "../../../core/trace/index.ts";
import { repositoryFolder } from "../../support/check.ts";
import { Editor } from "../../support/host/editor.ts";
import { modelOnCpu } from "../../support/host/modelOnCpu.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);

/** A sample that any token may continue: a schema would refuse the one that is taken. With a shorter answer. */
const withoutSchema = (name: string): string =>
  readFileSync(path.join(repositoryFolder, "samples", name), "utf8")
    .replace(/ {4}response_format:[\s\S]*?(?=^sample:)/m, "")
    .replace(/max_tokens: \d+/, "max_tokens: 64");

let editor: Editor;
let panel: FrameLocator;
let page: FrameLocator;
beforeAll(async () => {
  editor = await Editor.open({
    files: {
      ...modelOnCpu(),
      "book.prompty": withoutSchema("book.prompty"),
    },
  });
});
afterAll(async () => {
  await editor.close();
});

const tokens = (kind: string) => panel.locator(`.stream .token.${kind}`);

test("Generate from the palette fills the panel, and its counts are the trace's", async () => {
  await editor.openFile("book.prompty");
  await editor.showEnd();
  await editor.runCommand("LASER: Generate");
  panel = await editor.panel();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });
  const trace: Trace = parseTrace(editor.trace());
  const metrics = traceMetrics(trace);
  for (const kind of ["accepted", "relaxed", "rejected", "unreached"] as const) {
    assert.equal(await tokens(kind).count(), metrics[kind], kind);
  }
  for (const kind of ["correction", "bonus", "plain"] as const) {
    assert.equal(
      await tokens(kind).count(),
      trace.steps.filter(({ next }) => next.kind === kind).length,
      kind,
    );
  }
  // The lens follows a moment after the panel.
  await editor.page.locator(".codelens-decoration a", { hasText: "Open Trace" }).waitFor();
  await editor.screenshots("panel");
  const step = trace.steps.find(({ verdicts }) => verdicts.some(({ kind }) => kind === "rejected"));
  assert.ok(step !== undefined, "nothing was rejected: the sentence cannot be shown");
  const place = step.verdicts.findIndex(({ kind }) => kind === "rejected");
  await panel.locator(`.stream .token[data-step="${step.index}"][data-place="${place}"]`).click();
  assert.equal(
    await panel.locator(".card .sentence").innerText(),
    verdictSentence(step.verdicts[place]!, trace.request),
  );
  await editor.screenshot("panel-card-dark");
});

test("the model page shows the file, where it runs, and what an evaluation costs", async () => {
  await editor.runCommand("LASER: Show Model");
  const model = await editor.modelPage();
  const value = (name: string) => model.locator("dl.origin > div", { hasText: name }).locator("dd").first();
  await model.locator("h1").waitFor();
  assert.equal(await value("Architecture").innerText(), "llama");
  assert.equal(await value("Quantisation").innerText(), "Q4_0");
  assert.equal(await value("Loaded").innerText(), "on the CPU");
  assert.match(await value("Context").innerText(), /^1,024 tokens by the settings; made for [\d,]+ tokens$/);
  // The lane gives the costs, of few token counts.
  await model.locator('[data-figure="costs"] .mark').first().waitFor({ state: "attached" });
  await model.getByRole("button", { name: "Estimate speed-up" }).waitFor();
  await editor.runCommand("View: Close Editor");
});

test("Open trace in the panel shows the run in its editor, token for token", async () => {
  await panel.getByRole("button", { name: "Open trace" }).click({ timeout: RUN_MS });
  page = await editor.tracePage();
  const trace = parseTrace(editor.trace());
  const metrics = traceMetrics(trace);
  await page.locator(".stream .token").first().waitFor();
  assert.equal(await page.locator(".stream .token").count(), metrics.drafted + metrics.steps);
  await page.locator("#filter").fill("@verdict:rejected");
  await page.locator("#filter").press("Enter");
  await page.locator('.stream .token.rejected[aria-selected="true"]').waitFor();
  // The rest of the file looks at the trace alone, as wide as the window is.
  await editor.runCommand("View: Close Editors in Other Groups");
  await editor.runCommand("View: Close Primary Side Bar");
  await page.locator("laser-step-table").waitFor();
  await editor.screenshots("trace-editor");
  await page.locator("#filter").fill("");
});

test("settings changed in their editor are judged on the run beside them", async () => {
  const settings = await editor.openSettingsEditor();
  const field = (name: string) => settings.locator(`[data-key="laser.relaxed.${name}"]`);
  const values = { topK: "8", minProbability: "0" };
  for (const [name, value] of Object.entries(values)) {
    await field(name).locator("input[type=number]").fill(value);
    await field(name).locator("input[type=number]").press("Tab");
  }
  await settings.locator(".what-if .excerpt").waitFor();
  await editor.screenshots("settings-editor");
  // Nothing is written before "Apply".
  // By key: the preview may still move the button under the pointer.
  await settings.getByRole("button", { name: "Discard" }).press("Enter");
  await settings.locator(".what-if", { hasText: "same answer" }).waitFor();
  await editor.page.locator('.tab[data-resource-name$=".lasertrace"]').click();
  page = await editor.tracePage();
  await page.locator(".stream .token").first().waitFor();
});

test("the what-if marks the verdicts that it changes", async () => {
  await page.locator("#tab-whatIf").click();
  await page.getByLabel("p: must be above this probability, as a number").fill("0");
  await page.getByLabel("k: must be among the k most probable, as a number").fill("8");
  await page.getByLabel("k: must be among the k most probable, as a number").press("Tab");
  await page.locator(".stream .token.flip").first().waitFor();
  await editor.screenshots("what-if");
});

test("the what-if is applied to settings, and overriding values are named", async () => {
  const apply = async (place: string): Promise<void> => {
    await page.getByRole("button", { name: "Apply to settings…" }).click();
    await editor.listRow(place).click();
  };
  await apply("Workspace");
  await editor.message("Saved to the workspace settings; used from the next run on.").waitFor();
  const { "laser.relaxed.topK": k, "laser.relaxed.minProbability": p } = editor.workspaceSettings();
  assert.deepEqual([k, p], [8, 0]);
  const limit = page.getByLabel("p: must be above this probability, as a number");
  await limit.fill("0.5");
  await limit.press("Tab");
  await apply("User");
  const notice = editor.message(
    "Saved to the user settings, but the workspace settings override laser.relaxed.minProbability.",
  );
  await notice.waitFor();
  assert.equal(editor.userSettings()["laser.relaxed.minProbability"], 0.5);
  await notice.getByRole("button", { name: "Open Settings Editor" }).click();
  await (await editor.settingsPage()).locator('[data-key="laser.relaxed.minProbability"]').waitFor();
  await editor.runCommand("View: Close Editor");
  // Shown again, the page continues to judge by the chosen rule.
  page = await editor.tracePage();
  await page.locator("#tab-step").click();
});

test("another token is taken, and the new trace names its parent", async () => {
  await page.locator('.stream .token[data-step="1"][data-place="0"]').click();
  await page
    .getByRole("button", { name: /^Take .* and continue$/ })
    .first()
    .click();
  await editor.traceTabs(2, RUN_MS);
  const traces = editor.traces().map((text) => parseTrace(text));
  const child = traces.find(({ request }) => request.parent !== undefined);
  assert.ok(child?.request.parent, "no trace names a parent");
  assert.equal(child.request.inheritedTokens, child.request.parent.tokensBefore + 1);
});
