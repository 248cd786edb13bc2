// A user reloads the window after a run: panel, answer, trace editor and settings editor come back as they were, from the kept
// trace and the settings of user and workspace. Then traces are deleted, and new ones can't be written: both are reported.
// The worker recites a script. A reload takes as much processor time as several flows: one serves all that comes back.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace, traceMetrics, type Trace } from "../../../core/trace/index.ts";
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

  let shownBefore: string;
  let trace: Trace;
  let settings: FrameLocator;
  // Not of the rule, whose values wait for "Apply" as long as a run is there to judge them on.
  const key = "laser.maxDraftTokens";
  const field = () => settings.locator(`[data-key="${key}"]`);

  test("a change for the workspace goes to its own settings and overrides the user's", async () => {
    await editor.openFile("colours.prompty");
    const panel = await generate();
    shownBefore = await shownTokens(panel);
    trace = parseTrace(editor.trace());
    await answerReads(trace.result.text);
    await panel.getByRole("button", { name: "Open trace" }).click();
    await editor.traceTabs(1);
    // It takes the focus when it has loaded.
    await (await editor.tracePage()).locator(".stream .token").first().waitFor();
    // In the group of the prompt, so that the trace stays in view.
    await editor.page.getByRole("tab", { name: /^colours\.prompty/ }).click();
    await editor.page
      .locator(".editor-group-container.active .tab.active[data-resource-name='colours.prompty']")
      .waitFor();
    settings = await editor.openSettingsEditor();
    const write = async (value: string): Promise<void> => {
      await field().locator("input[type=number]").fill(value);
      await field().locator("input[type=number]").press("Tab");
    };
    await write("5");
    await field().getByText("Set in User").waitFor();
    await settings.getByRole("radio", { name: "Workspace" }).check();
    await field().getByText("From User").waitFor();
    await write("7");
    await field().getByText("Set in Workspace").waitFor();
    assert.equal(editor.workspaceSettings()[key], 7);
    assert.equal(editor.userSettings()[key], 5);
    await settings.getByRole("searchbox").fill("@scope:workspace");
  });

  test("panel, answer and trace editor come back when the window is reloaded", async () => {
    await editor.reload();
    const page = await editor.tracePage();
    await page.locator(".stream .token").first().waitFor();
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor();
    assert.equal(await shownTokens(panel), shownBefore);
    assert.ok(shownBefore.split("\n").length >= traceMetrics(trace).committed);
    settings = await editor.settingsPage();
    await answerReads(trace.result.text);
  });

  test("the settings editor comes back with place, search and values, and Reset removes each", async () => {
    await field().getByText("Set in Workspace").waitFor();
    assert.equal(await settings.getByRole("searchbox").inputValue(), "@scope:workspace");
    // The samples' own settings are found, too.
    const found = await settings
      .locator("[data-key]")
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.key));
    assert.deepEqual(found.sort(), Object.keys(editor.workspaceSettings()).sort());
    assert.equal(await field().locator("input[type=number]").inputValue(), "7");
    await settings.getByRole("searchbox").fill("");
    const tokens = settings.locator('[data-key="laser.maxTokens"] input[type=number]');
    assert.equal(await tokens.inputValue(), String(ANSWER_TOKENS));
    await field()
      .getByRole("button", { name: /^Reset/ })
      .click();
    await field().getByText("From User").waitFor();
    assert.equal(editor.workspaceSettings()[key], undefined);
    assert.equal(await field().locator("input[type=number]").inputValue(), "5");
    await settings.getByRole("radio", { name: "User" }).check();
    await field()
      .getByRole("button", { name: /^Reset/ })
      .click();
    await field().getByText("Default", { exact: true }).waitFor();
    assert.equal(editor.userSettings()[key], undefined);
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
    // Its group closes with it: beside two others the answer's line would be broken.
    await editor.page.locator('.tab[data-resource-name$=".lasertrace"]').click();
    await editor.runCommand("View: Close Editor");
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
