// A user reloads the window after a run: panel, answer and settings editor come back as they were, from the kept trace.
// Then traces are deleted, and new ones can't be written: both are reported. The worker recites a script.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace, traceMetrics } from "../../../core/trace/index.ts";
import type { Editor } from "../../support/host/editor.ts";
import { patient } from "../../support/patience.ts";
import { ANSWER_TOKENS } from "./script.ts";

const RUN_MS = patient(120_000);

export const RELOAD_FILES = { "colours.prompty": "---\nname: colours\n---\nuser:\nName three colours.\n" };

export function reloadFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
  });

  const ended = (panel: FrameLocator) =>
    panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });

  async function generate(): Promise<FrameLocator> {
    await editor.page.getByRole("tab", { name: /^colours\.prompty/ }).click();
    await editor.runCommand("LASER: Generate");
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
    await ended(panel);
    return panel;
  }

  /** The tokens of the stream, one per line: how each came about, what the page says about it, its text. */
  const shownTokens = (panel: FrameLocator): Promise<string> =>
    panel
      .locator(".stream .token")
      .evaluateAll((tokens) =>
        tokens
          .map((token) =>
            [token.getAttribute("class"), token.getAttribute("aria-label"), token.textContent].join(" | "),
          )
          .join("\n"),
      );

  /** The answer's tab as it reads; spaces of the page are no-break spaces. */
  async function answerReads(text: string): Promise<void> {
    await editor.page.getByRole("tab", { name: /colours\.answer\.md/ }).click();
    // As much as fits in one line, however narrow the editor is.
    const firstLine = text.trimStart().split("\n")[0]!.slice(0, 20).trimEnd();
    await editor.page
      .locator(".editor-instance .view-line", { hasText: firstLine.replace(/\s+/g, " ") })
      .first()
      .waitFor();
  }

  test("panel, answer and settings editor come back when the window is reloaded", async () => {
    await editor.openFile("colours.prompty");
    const before = await shownTokens(await generate());
    const trace = parseTrace(editor.trace());
    await answerReads(trace.result.text);
    await editor.openSettingsEditor();

    await editor.reload();

    const settings = await editor.settingsPage();
    assert.equal(
      await settings.locator('[data-key="laser.maxTokens"] input[type=number]').inputValue(),
      String(ANSWER_TOKENS),
    );
    await answerReads(trace.result.text);
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor();
    assert.equal(await shownTokens(panel), before);
    assert.ok(before.split("\n").length >= traceMetrics(trace).committed);
  });

  test("the panel comes back when its view is moved to the secondary side bar", async () => {
    const before = await shownTokens(await editor.panel());
    await editor.runCommand("View: Move View");
    await editor.listRow("Decoding Steps").click();
    await editor.listRow("New Secondary Side Bar Entry").click();
    const moved = editor.page.locator(".part.auxiliarybar");
    await moved.locator(".composite.title", { hasText: "Decoding Steps" }).waitFor();
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor();
    assert.equal(await shownTokens(panel), before);
  });

  test("an answer whose trace is gone says so, and a trace that can't be written is reported", async () => {
    rmSync(editor.traceFolder, { recursive: true });
    await editor.reload();
    await editor.page.getByRole("tab", { name: /colours\.answer\.md/ }).click();
    await editor.page.locator(".view-line", { hasText: "The trace that held this" }).first().waitFor();
    writeFileSync(editor.traceFolder, "a file is in its place");
    await generate();
    const notice = editor.message(/The answer is complete, but the trace of colours\.prompty was not kept/);
    await notice.waitFor();
    await notice.getByRole("button", { name: "Open Setting" }).waitFor();
  });
}
