// A user generates from the palette with the real model: what the panel shows is what the trace holds. Then Stop, and
// a killed worker, whose end is told.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace, traceMetrics, verdictSentence, type Trace } from "../../../core/trace/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { testModelPath } from "../../support/decoding/realModel.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);

let editor: Editor;
let panel: FrameLocator;
beforeAll(async () => {
  editor = await Editor.open({
    settings: { "laser.model": testModelPath(), "laser.gpu": "off", "laser.contextTokens": 1024 },
  });
});
afterAll(async () => {
  await editor.close();
});

const tokens = (kind: string) => panel.locator(`.stream .token.${kind}`);
const ended = () => panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });

test("Generate from the palette fills the panel, and its counts are the trace's", async () => {
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  panel = await editor.panel();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await ended();
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
  await editor.page.locator(".codelens-decoration a", { hasText: "open trace" }).waitFor();
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
  await editor.useTheme("Default High Contrast");
  await panel.locator('body[data-vscode-theme-kind="vscode-high-contrast"]').waitFor();
});

test("Stop ends the run, and a killed worker is told with a reason", async () => {
  await editor.runCommand("LASER: Generate");
  await panel.locator(".progress").waitFor();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  await editor.runCommand("LASER: Stop");
  await ended();
  await editor.runCommand("LASER: Generate");
  await panel.locator(".progress").waitFor();
  await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
  const workers = editor.processesOf("dist/worker.mjs");
  assert.equal(workers.length, 1);
  for (const pid of workers) process.kill(pid, "SIGKILL");
  await editor.message(/SIGKILL/).waitFor();
});
