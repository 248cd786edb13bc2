// What can be run besides a ready prompt file: selected text of any file; a prompt with variables that have no value,
// which are asked for; and files that are not prompts, which are refused. The worker recites a script.
import assert from "node:assert/strict";
import { watch } from "node:fs/promises";
import { beforeAll, test } from "vitest";
import { parseTrace, tokenText, type Trace } from "../../../core/trace/index.ts";
import type { Editor } from "../../support/host/editor.ts";
import { patient } from "../../support/patience.ts";
import { ANSWER_TOKENS } from "./script.ts";

const RUN_MS = patient(120_000);
const SELECTED = "The capital of France is";

export const PLAIN_TEXT_FILES = {
  "notes.txt": `${SELECTED}\nThis line is not selected.\n`,
  "unset.prompty":
    "---\nname: Unset\nsample:\n  colour: red\n---\nuser:\nName a {{colour}} {{thing}} of {{owner}}.\n",
};

export function plainTextFlow(editorOnShow: () => Editor): void {
  let editor: Editor;
  beforeAll(async () => {
    editor = editorOnShow();
    await editor.startOver();
  });

  const textOf = (ids: readonly number[], tokens: Trace["tokens"]): string =>
    ids.map((id) => tokenText({ tokens }, id)).join("");
  const cursorInText = () => editor.page.locator(".editor-instance .view-line").first().click();

  /** Waits for the end of the run that has just been asked for, and reads its trace. */
  async function traceOfRun(runs: number): Promise<Trace> {
    const panel = await editor.panel();
    await panel.locator(".stream .token").first().waitFor({ timeout: RUN_MS });
    await panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });
    const [latest, ...older] = editor.traces();
    assert.equal(older.length, runs - 1);
    return parseTrace(latest!);
  }

  /** Resolves once as many traces are kept: a short run's progress may come and go between two looks at the panel. */
  async function tracesKept(count: number): Promise<void> {
    const stop = new AbortController();
    const events = watch(editor.traceFolder, { signal: stop.signal })[Symbol.asyncIterator]();
    let next = events.next();
    while (editor.traces().length < count) {
      await next;
      next = events.next();
    }
    stop.abort();
    await next.catch(() => null);
  }

  test("without a prompt in focus or run before, the workspace's prompts are offered", async () => {
    await editor.openFile("notes.txt");
    await cursorInText();
    await editor.runCommand("LASER: Generate");
    await editor.listRow("unset").waitFor();
    await editor.page.keyboard.press("Escape");
    assert.deepEqual(editor.traces(), []);
  });

  test("selected text of a plain file is a prompt", async () => {
    await cursorInText();
    await editor.page.keyboard.press("Home");
    await editor.page.keyboard.press("Shift+End");
    await editor.runCommand("LASER: Generate");
    const { request, tokens, result } = await traceOfRun(1);
    const prompt = textOf(request.promptTokens, tokens);
    assert.ok(prompt.includes(SELECTED), prompt);
    assert.ok(!prompt.includes("not selected"), prompt);
    assert.equal(request.promptFile, null);
    assert.equal(result.tokens.length, ANSWER_TOKENS);
  });

  test("variables without a sample are asked for; Escape runs nothing, values are filled in", async () => {
    await editor.openFile("unset.prompty");
    const question = (title: string) => editor.page.locator(".quick-input-widget", { hasText: title });
    const input = editor.page.locator(".quick-input-widget input[type=text]");
    await editor.runCommand("LASER: Generate");
    await question("Value of thing (1 of 2)").waitFor();
    await editor.page.keyboard.press("Escape");
    await question("Value of").waitFor({ state: "hidden" });
    assert.equal(editor.traces().length, 1);
    await editor.runCommand("LASER: Generate");
    await question("Value of thing (1 of 2)").waitFor();
    await input.fill("garment");
    await input.press("Enter");
    await question("Value of owner (2 of 2)").waitFor();
    await input.fill("Anna");
    await input.press("Enter");
    const { request, tokens } = await traceOfRun(2);
    const prompt = textOf(request.promptTokens, tokens);
    assert.ok(prompt.includes("Name a red garment of Anna."), prompt);
  });

  test("all values are shown and changed in a list, which begins with those of the last run", async () => {
    await editor.page.getByRole("tab", { name: /^unset\.prompty/ }).click();
    await editor.runCommand("LASER: Generate with Values…");
    await editor.listRow(/^owner.*Anna/).waitFor();
    await editor.listRow(/^colour.*red/).click();
    const input = editor.page.locator(".quick-input-widget input[type=text]");
    await editor.page.locator(".quick-input-widget", { hasText: "Value of colour" }).waitFor();
    await input.fill("blue");
    await input.press("Enter");
    await editor.listRow(/^colour.*blue/).waitFor();
    await editor.listRow("Generate").click();
    await tracesKept(3);
    const { request, tokens } = await traceOfRun(3);
    const prompt = textOf(request.promptTokens, tokens);
    assert.ok(prompt.includes("Name a blue garment of Anna."), prompt);
  });
}
