// Stop, a killed worker and a killed language server, each while an answer is written: what was written is kept, the user sees
// why, and the next run works. The
// worker recites a script, slowly: the answer that is interrupted would take minutes.
import assert from "node:assert/strict";
import { beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace } from "../../../core/trace/index.ts";
import type { Editor } from "../../support/host/editor.ts";
import { patient } from "../../support/patience.ts";
import { LONG_ANSWER_TO } from "./script.ts";

const RUN_MS = patient(120_000);

export const INTERRUPTED_FILES = {
  "broken.prompty": "---\nname: [\n---\nuser:\nHello\n",
  "long.prompty": `---\nname: long\nmodel:\n  parameters:\n    max_tokens: 3000\n---\nuser:\n${LONG_ANSWER_TO}\n`,
};

export function interruptedFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
  });

  let panel: FrameLocator;
  /** Those of the language server that is killed. */
  let workersBefore: readonly number[] = [];

  const tokens = () => panel.locator(".stream .token");
  const ended = () => panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });

  test("Stop ends the run, and a killed worker is reported with the reason", async () => {
    await editor.openFile("long.prompty");
    await editor.runCommand("LASER: Generate");
    panel = await editor.panel();
    await panel.locator(".progress").waitFor();
    await tokens().first().waitFor({ timeout: RUN_MS });
    // Here, where the run does not end by itself before a busy machine has drawn it.
    await editor.page.locator(".codelens-decoration a", { hasText: "running… · Stop" }).waitFor();
    await editor.runCommand("LASER: Stop");
    await ended();
    await editor.useTheme("Default High Contrast");
    await panel.locator('body[data-vscode-theme-kind="vscode-high-contrast"]').waitFor();
    await editor.runCommand("LASER: Generate");
    await panel.locator(".progress").waitFor();
    await tokens().first().waitFor({ timeout: RUN_MS });
    // One answers; another may count the tokens of prompts.
    const workers = editor.processesOf("dist/worker.mjs");
    assert.ok(workers.length > 0);
    for (const pid of workers) process.kill(pid, "SIGKILL");
    // The panel is the one place that reports it, with the button that fixes it.
    await panel.locator(".error", { hasText: "SIGKILL" }).waitFor();
    await panel.getByRole("button", { name: "Run Again" }).waitFor();
    assert.equal(await editor.message(/SIGKILL/).count(), 0);
    await ended();
    await editor.startOver();
  });

  test("a killed language server is reported with reason and next step, and comes back", async () => {
    await editor.openFile("long.prompty");
    await editor.runCommand("LASER: Generate");
    panel = await editor.panel();
    await tokens().first().waitFor({ timeout: RUN_MS });
    const servers = editor.processesOf("dist/server.cjs");
    assert.equal(servers.length, 1);
    workersBefore = editor.processesOf("dist/worker.mjs");
    for (const pid of servers) process.kill(pid, "SIGKILL");
    await panel.locator(".error", { hasText: "The language server exited unexpectedly" }).waitFor();
    await ended();
    // What it wrote is a trace by now, which the panel offers.
    await panel.getByRole("button", { name: "Open trace" }).waitFor();
    // Its diagnostics are back.
    await editor.openFile("broken.prompty");
    await editor.page.locator(".squiggly-error").first().waitFor();
    const [server, ...more] = editor.processesOf("dist/server.cjs");
    assert.ok(server !== undefined && more.length === 0 && !servers.includes(server));
  });

  test("what it had written until then is kept as the trace of a failed run", () => {
    const { result, steps } = parseTrace(editor.trace());
    assert.equal(result.finish, "failed");
    assert.equal(result.error?.code, "serverGone");
    assert.ok(steps.length > 0 && result.text !== "");
  });

  test("the next run works", async () => {
    await editor.openFile("film.prompty");
    await editor.runCommand("LASER: Generate");
    // Its view was hidden by the explorer: this is a new page.
    panel = await editor.panel();
    await tokens().first().waitFor({ timeout: RUN_MS });
    await ended();
    const [latest] = editor.traces();
    assert.notEqual(parseTrace(latest!).result.finish, "failed");
    // The workers of the server that was killed are gone.
    const workers = editor.processesOf("dist/worker.mjs");
    assert.ok(workers.length > 0 && !workers.some((pid) => workersBefore.includes(pid)));
  });
}
