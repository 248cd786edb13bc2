// A user reads the answer in its editor: every token is marked as in the trace, its hover says why, the lens above the
// prompt says how the run went, and the Traces view lists it, leads back to the prompt, renames it and deletes it.
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { Locator } from "playwright-core";
import { lensText } from "../../../extension/answer/lensText.ts";
import { runOfTrace } from "../../../extension/shared/traceRun.ts";
import { spansOfRun } from "../../../extension/answer/tokenSpans.ts";
import {
  countSteps,
  parseTrace,
  serialiseTrace,
  tokenSentence,
  type Trace,
} from "../../../core/trace/index.ts";
import { formOfFile, readTraceFile, writeTraceFile } from "../../../server/files/traces/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { RECITED } from "../../support/host/recited.ts";
import { chooseInMenu } from "../../support/host/rowMenu.ts";
import { randomTrace } from "../../support/trace/randomTraces.ts";
import { patient } from "../../support/patience.ts";

const MENU_TRIES = 4;
const RUN_MS = patient(120_000);

let editor: Editor;
let trace: Trace;
beforeAll(async () => {
  editor = await Editor.open({
    ...RECITED,
  });
});
afterAll(async () => {
  await editor.close();
});

const answerLines = (): Locator => editor.page.locator('[data-uri^="laser-output:"] .view-line');
const showAnswer = (): Promise<void> => editor.page.getByRole("tab", { name: /^book\.answer\.md/ }).click();
const showPrompt = (): Promise<void> => editor.page.getByRole("tab", { name: /^book\.prompty/ }).click();
const lens = (): Locator => editor.page.locator(".codelens-decoration a", { hasText: "Open Trace" });
/** The run of the book, under its prompt. */
const laserRow = (): Locator => rows().filter({ hasText: /^laser k .*EDL/ });
const rows = (): Locator => pane().locator(".monaco-list-row");
const pane = (): Locator =>
  editor.page.locator(".pane", { has: editor.page.locator(".pane-header", { hasText: "Traces" }) });

/**
 * Selects a row with Control, by which its trace is not opened, and the list keeps the keyboard. A row that is selected
 * already would be no longer.
 */
async function choose(row: Locator): Promise<void> {
  if ((await row.getAttribute("aria-selected")) !== "true") await row.click({ modifiers: ["Control"] });
  else await pane().locator(".monaco-list").focus();
  await row.and(editor.page.locator('[aria-selected="true"]')).waitFor();
  await pane().locator(".monaco-list:focus").waitFor();
}

/** Acts until that shows something: the list of traces may be drawn again in between, and then a key or click reaches no row. */
async function untilShown(shown: Locator, what: string, act: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < MENU_TRIES; tries++) {
    await act();
    const isShown = await shown.waitFor({ timeout: patient(15_000) }).then(
      () => true,
      () => false,
    );
    if (isShown) return;
  }
  assert.fail(`${what} shows nothing`);
}

function pressOn(row: Locator, key: string, shown: Locator): Promise<void> {
  return untilShown(shown, key, async () => {
    await choose(row);
    await editor.page.keyboard.press(key);
  });
}

/** The list is drawn again when a file was renamed, and then a menu of the old row does nothing: it is opened once more. */
async function revealBook(row: Locator): Promise<void> {
  const tab = editor.page.locator(".tab.active", { hasText: "book.prompty" });
  for (let tries = 0; tries < MENU_TRIES; tries++) {
    await reveal(row);
    const isThere = await tab.waitFor({ timeout: patient(15_000) }).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  await tab.waitFor();
}

/** Opens the prompt of a trace from the menu of its row. */
function reveal(row: Locator): Promise<void> {
  return chooseInMenu(editor.page, row, "Reveal Prompt");
}

/**
 * Runs in the workbench: each visible character of the answer with the class that its underline shows, e.g. "a:accepted";
 * or, if `expected` is given, whether these are its first ones. Without blanks: lines that are broken to fit begin with
 * some of the editor's own.
 */
function readMarks({
  expected,
}: {
  readonly expected: readonly string[] | null;
}): readonly string[] | boolean {
  // A correction has a frame, which is not part of the text.
  const underlines: Readonly<Record<string, string>> = {
    solid: "accepted",
    wavy: "relaxed",
    double: "bonus",
    dotted: "plain",
  };
  const shown = [...document.querySelectorAll('[data-uri^="laser-output:"] .view-line')]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .flatMap((line) => [...line.querySelectorAll("span > span")])
    .flatMap((part) => {
      const { textDecorationLine, textDecorationStyle } = getComputedStyle(part);
      const isUnderlined = textDecorationLine.includes("underline");
      const shownClass = isUnderlined ? underlines[textDecorationStyle] : "none";
      return Array.from(part.textContent.replace(/\s/g, ""), (sign) => `${sign}:${shownClass}`);
    });
  if (expected === null) return shown;
  return shown.length > 100 && shown.join() === expected.slice(0, shown.length).join();
}

function expectedMarks(): string[] {
  const spans = spansOfRun(runOfTrace(trace, "a", "/a"));
  return spans.spans.flatMap(({ start, end, tokenClass }) =>
    Array.from(spans.text.slice(start, end))
      .filter((sign) => sign.trim() !== "")
      .map((sign) => `${sign}:${tokenClass === "correction" ? "none" : tokenClass}`),
  );
}

/** Waits until the visible part of the answer is marked as in its trace. */
async function answerIsMarked(): Promise<void> {
  await showAnswer();
  const expected = expectedMarks();
  await editor.page.waitForFunction(readMarks, { expected }, { polling: 200 }).catch(async () => {
    assert.deepEqual(await editor.page.evaluate(readMarks, { expected: null }), expected);
  });
}

test("after a run the lens says how it went, and every token of the answer is marked", async () => {
  await editor.openFile("book.prompty");
  await editor.showEnd();
  await editor.runCommand("LASER: Generate");
  await lens().waitFor({ timeout: RUN_MS });
  trace = parseTrace(editor.trace());
  const { finish } = trace.result;
  const counts = countSteps(trace.steps, trace.request.rule);
  const run = {
    state: "ended",
    finish,
    counts,
    loop: null,
    isStrict: false,
    name: null,
    plainRun: null,
    plainTokensPerSecond: null,
    hasTrace: true,
  } as const;
  assert.equal(await lens().innerText(), lensText(run).title);
  assert.ok(counts.relaxed > 0, "nothing was relaxed: its mark cannot be seen");
  await answerIsMarked();
  const group = editor.page.locator(".editor-group-container", { has: answerLines() });
  for (const part of ["book.prompty", "book.answer.md"])
    await group.locator(".breadcrumbs-control .monaco-breadcrumb-item", { hasText: part }).waitFor();
  await editor.screenshot("editor-marks-dark");
});

test("a hover says why its token is there, and opens the trace", async () => {
  await showAnswer();
  await answerLines()
    .first()
    .click({ position: { x: 3, y: 5 } });
  await editor.page.keyboard.press("Control+Home");
  await editor.runCommand("Show or Focus Hover");
  const hover = editor.page.locator(".monaco-hover:visible .hover-contents").first();
  const sentence = tokenSentence({ step: trace.steps[0]!, place: 0 }, trace.request);
  await hover.getByText(`${sentence}.`, { exact: true }).waitFor();
  await editor.screenshot("editor-hover-dark");
  await hover.getByText("Open trace at this token").click();
  await editor.page.locator('.tab.active[data-resource-name$=".lasertrace"]').waitFor();
  await showAnswer();
});

test("the marks can be switched off and on", async () => {
  await editor.runCommand("LASER: Toggle Token Marks in the Answer");
  await editor.page.waitForFunction(() => {
    const parts = [...document.querySelectorAll('[data-uri^="laser-output:"] .view-line span > span')];
    return (
      parts.length > 0 &&
      parts.every((part) => !getComputedStyle(part).textDecorationLine.includes("underline"))
    );
  });
  assert.equal(editor.userSettings()["laser.output.decorations"], false);
  await editor.runCommand("LASER: Toggle Token Marks in the Answer");
  await answerIsMarked();
});

test("the lens shows a speed-up once plain decoding was measured", async () => {
  assert.doesNotMatch(await lens().innerText(), /×/);
  await (await editor.panel()).getByRole("button", { name: "Measure plain run" }).click();
  await lens().filter({ hasText: "×" }).waitFor({ timeout: RUN_MS });
});

test("lens and marks come back when the window is reloaded", async () => {
  await showPrompt();
  const before = await lens().innerText();
  await editor.reload();
  await showPrompt();
  await lens().waitFor();
  assert.equal(await lens().innerText(), before);
  await answerIsMarked();
});

test("the Traces view lists the run, and what can't be read with the reason", async () => {
  // A list draws only the rows that fit.
  await editor.showViewAlone("Traces");
  await laserRow().first().waitFor();
  writeFileSync(path.join(editor.traceFolder, "other.lasertrace"), serialiseTrace(randomTrace(1)));
  writeFileSync(path.join(editor.traceFolder, "broken.lasertrace"), "{");
  // Until they are read, groups of their names are above them.
  await rows()
    .filter({ hasText: /other.*EDL/ })
    .waitFor();
  await rows().filter({ hasText: "broken" }).filter({ hasText: "The trace ends too early" }).waitFor();
  // The plain run that was measured is kept as well.
  await rows()
    .filter({ hasText: /plain · .*EDL/ })
    .waitFor();
  // Four traces under three prompts: the plain run is listed with the run that it was measured for.
  assert.equal(await rows().count(), 7);
});

test("a trace leads to its prompt, and says if that isn't open", async () => {
  await editor.page.getByRole("tab", { name: /^book\.prompty/ }).click();
  await editor.runCommand("View: Close Editor");
  await editor.page.getByRole("tab", { name: /^book\.prompty/ }).waitFor({ state: "detached" });
  await revealBook(laserRow());
  // Prompts that this window did not run are found by the name in the trace.
  const { promptFile } = randomTrace(1).request;
  await reveal(rows().filter({ hasText: /other.*EDL/ }));
  await editor.message(`There is no ${promptFile} in the open folders.`).waitFor();
});

test("a compact trace stays compact under another name, is listed and opens", async () => {
  await writeTraceFile(path.join(editor.traceFolder, "packed.lasertrace.gz"), trace);
  // Until it is read, a group of its name is above it.
  const input = editor.page.locator(".quick-input-widget input[type=text]");
  await pressOn(rows().filter({ hasText: /packed.*EDL/ }), "F2", input);
  // Whatever ending is written, the file keeps its own.
  await input.fill("small.lasertrace");
  await editor.page.keyboard.press("Enter");
  const small = rows().filter({ hasText: /small.*laser k .*EDL/ });
  await small.waitFor();
  const file = path.join(editor.traceFolder, "small.lasertrace.gz");
  assert.ok(existsSync(file));
  assert.deepEqual([await formOfFile(file), await readTraceFile(file)], ["compact", trace]);
  const tab = editor.page.locator('.tab.active[data-resource-name="small.lasertrace.gz"]');
  await untilShown(tab, "a click", () => small.click());
  const page = await editor.tracePage();
  await page.locator(".stream .token").first().waitFor();
  await editor.runCommand("View: Close Editor");
  rmSync(file);
  await small.waitFor({ state: "detached" });
});

test("a trace is renamed by F2 and deleted by its key, and the lens follows", async () => {
  const input = editor.page.locator(".quick-input-widget input[type=text]");
  await pressOn(laserRow(), "F2", input);
  await input.fill("other");
  await editor.page
    .locator(".quick-input-message", { hasText: "There is already a trace with this name." })
    .waitFor();
  await input.fill("the good one");
  await editor.page.keyboard.press("Enter");
  const named = rows().filter({ hasText: /the good one.*EDL/ });
  await named.waitFor();
  assert.ok(existsSync(path.join(editor.traceFolder, "the good one.lasertrace")));
  // From the answer's group it is shown where it is open, and not once more beside itself.
  await showAnswer();
  await revealBook(named);
  assert.equal(await editor.page.getByRole("tab", { name: /^book\.prompty/ }).count(), 1);
  // The trace was beside the prompt: half the width would cut the lenses off.
  await editor.runCommand("View: Close Editors in Other Groups");
  await editor.showEnd();
  await lens().waitFor();
  // It asks; declining keeps the trace.
  const dialog = editor.page.locator(".monaco-dialog-box");
  await pressOn(named, "Delete", dialog);
  await dialog.getByText("Delete the trace the good one?").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.ok(existsSync(path.join(editor.traceFolder, "the good one.lasertrace")));
  // The row is chosen still, and the list has the keyboard back.
  await pane().locator(".monaco-list:focus").waitFor();
  await editor.page.keyboard.press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await named.waitFor({ state: "detached" });
  const left = readdirSync(editor.traceFolder).filter((name) => !name.endsWith("-plain.lasertrace"));
  assert.deepEqual(left.sort(), ["broken.lasertrace", "other.lasertrace"]);
  await showPrompt();
  await lens().waitFor({ state: "detached" });
});
