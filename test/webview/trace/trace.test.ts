// The built trace editor in a browser, under its own policy: one cursor over all views, filter, what-if, keys, copying.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { Locator } from "playwright-core";
import { whatIf } from "../../../core/inspect/index.ts";
import { serialiseTrace, traceMetrics, verdictSentence } from "../../../core/trace/index.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { patient } from "../../support/patience.ts";
import { REAL, REAL_TEXT } from "../../support/trace/recordedTrace.ts";
import { fileMessage, MIXED, openedTrace } from "../../support/webview/traceEditorPage.ts";

const bench = fileBench();

const cursorOf = ({ page }: WebviewPage) =>
  page.locator('.stream .token[aria-selected="true"]').evaluate((token) => {
    const { step, place } = (token as HTMLElement).dataset;
    return `${step ?? ""}:${place ?? ""}`;
  });

test("the page reports that it is ready, and shows every token of the trace", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  assert.deepEqual(await editor.sent(), [{ kind: "ready" }]);
  const metrics = traceMetrics(REAL);
  const { page } = editor;
  const shown = await page.locator(".stream .token").count();
  assert.equal(shown, metrics.drafted + metrics.steps);
  assert.match(
    await page.locator("header .figures").innerText(),
    new RegExp(`EDL\\s+${metrics.edl!.toFixed(2)}`),
  );
});

test("one cursor: text, table, tree and card show the same token", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  const { page } = editor;
  const step = REAL.steps.findIndex(({ verdicts }) => verdicts.some(({ kind }) => kind === "rejected"));
  const place = REAL.steps[step]!.verdicts.findIndex(({ kind }) => kind === "rejected");
  await page.locator(`.stream [data-step="${step}"][data-place="${place}"]`).click();
  const sentence = verdictSentence(REAL.steps[step]!.verdicts[place]!, REAL.request);
  assert.equal(await page.locator(".card .sentence").innerText(), sentence);
  assert.equal(await page.locator("laser-step-table .row.current").getAttribute("data-step"), `${step}`);
  assert.equal(await page.locator("laser-draft-tree .node.sent").count(), REAL.steps[step]!.draft.length);
  await page.locator(`laser-step-table [data-step="0"]`).click();
  assert.equal(await cursorOf(editor), "0:0");
  assert.match(await page.locator(".card h2").innerText(), /step 1$/);
});

test("a filter finds what it describes, and m steps through the matches", async (context) => {
  const editor = await openedTrace(bench, context, serialiseTrace(MIXED));
  const { page } = editor;
  const rejected = MIXED.steps.flatMap(({ index, verdicts }) =>
    verdicts.flatMap(({ kind }, place) => (kind === "rejected" ? [`${index}:${place}`] : [])),
  );
  await page.locator("#filter").fill("@verdict:rejected");
  assert.equal(await page.locator("#filter-found").innerText(), `${rejected.length} tokens match`);
  assert.equal(await page.locator(".stream .token:not(.faint)").count(), rejected.length);
  await page.locator("#filter").press("Enter");
  for (const wanted of rejected.filter((at) => at !== "0:0").slice(0, 4)) {
    assert.equal(await cursorOf(editor), wanted);
    await page.keyboard.press("m");
  }
  await page.locator("#filter").fill("@verdicts:rejected");
  assert.match(await page.locator("#filter-found").innerText(), /verdict/);
  assert.equal(await page.locator("#filter").getAttribute("aria-invalid"), "true");
});

test("the filter offers names that the trace mentions, after what is typed already", async (context) => {
  const { page } = await openedTrace(bench, context, REAL_TEXT);
  const offered = () =>
    page
      .locator("#filter-suggestions option")
      .evaluateAll((all) => all.map((one) => one.getAttribute("value")));
  await page.locator("#filter").fill("@rank:1 @group:");
  assert.deepEqual(await offered(), ["@rank:1 @group:Crime"]);
  await page.locator("#filter").fill("@entry:movie-");
  assert.deepEqual(await offered(), ["@entry:movie-0", "@entry:movie-2"]);
});

test("the what-if marks the verdicts that it changes, and offers to run again from the first change", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  const { page } = editor;
  await page.locator("#tab-whatIf").click();
  await page.locator(".what-if-controls select").selectOption("strict");
  const { guards } = REAL.request;
  const expected = whatIf(REAL, { kind: "strict" }, guards);
  assert.ok(expected.divergence, "the recorded run has no relaxed accept: this test could not fail");
  assert.equal(await page.locator(".stream .token.flip").count(), expected.flips.length);
  assert.match(await page.locator(".what-if-pane").innerText(), /estimate/);
  await page.getByRole("button", { name: "Run again from here" }).click();
  const { tokensBefore, becomes } = expected.divergence;
  assert.deepEqual((await editor.sent()).at(-1), {
    kind: "continueFrom",
    tokensBefore,
    token: becomes,
    rule: { kind: "strict" },
    guards,
  });
  await page.getByRole("button", { name: "Apply to settings…" }).click();
  assert.deepEqual((await editor.sent()).at(-1), {
    kind: "applySettings",
    settings: { strategy: "laser-strict", topK: null, minProbability: null, ...guards },
  });
});

test("another candidate can be taken at any place, and says after how many tokens", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  const { page } = editor;
  const [first, second] = REAL.steps;
  const kept = first!.verdicts.filter(({ kind }) => kind === "accepted" || kind === "relaxed").length;
  await page.locator(`.stream [data-step="1"][data-place="0"]`).click();
  await page
    .getByRole("button", { name: /^Take .* and continue$/ })
    .first()
    .click();
  const asked = (await editor.sent()).at(-1) as { kind: string; tokensBefore: number; token: number };
  assert.equal(asked.kind, "continueFrom");
  assert.equal(asked.tokensBefore, kept + 1);
  assert.ok(second!.rows[0]!.ids.includes(asked.token));
});

test("keys walk to landmarks, panes, granularities and back", async (context) => {
  const editor = await openedTrace(bench, context, serialiseTrace(MIXED));
  const { page } = editor;
  await page.locator('.stream [tabindex="0"]').focus();
  for (const [key, shownClass] of [
    ["n", "rejected"],
    ["r", "relaxed"],
    ["d", "plain"],
  ] as const) {
    const before = await cursorOf(editor);
    await page.keyboard.press(key);
    const focused = await page.locator(":focus").getAttribute("class");
    const isLast = (await cursorOf(editor)) === before;
    assert.ok(isLast || focused?.includes(shownClass), `${key}: ${focused ?? ""}`);
  }
  for (const [key, pane] of [
    ["2", "figures"],
    ["3", "whatIf"],
    ["4", "about"],
    ["1", "step"],
  ] as const) {
    await page.keyboard.press(key);
    assert.equal(await page.locator(`#tab-${pane}`).getAttribute("aria-selected"), "true");
  }
  await page.keyboard.press("g");
  assert.equal(await page.locator(".stream .token.rejected").count(), 0);
  assert.match(
    (await page.locator(".stream .token").first().getAttribute("aria-label")) ?? "",
    /\d (accepted|plain|bonus|correction|relaxed)/,
  );
  await page.keyboard.press("?");
  assert.equal(await page.locator(".keys").count(), 1);
  await page.keyboard.press("c");
  const copied = (await editor.sent()).at(-1) as { kind: string; text: string };
  assert.equal(copied.kind, "copy");
  assert.equal((JSON.parse(copied.text) as { format: string }).format, "lasertrace-selection");
});

test("the steps of a selected text are copied, by key and by button", async (context) => {
  const editor = await openedTrace(bench, context, serialiseTrace(MIXED));
  const { page } = editor;
  const middle = async (step: number): Promise<readonly [x: number, y: number]> => {
    const { x, y, width, height } = (await page
      .locator(`.stream [data-step="${step}"]`)
      .first()
      .boundingBox())!;
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(3)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(8)));
  await page.mouse.up();
  const steps = async (): Promise<unknown> => {
    const { text } = (await editor.sent()).at(-1) as { text: string };
    return (JSON.parse(text) as { steps: { index: number }[] }).steps.map(({ index }) => index);
  };
  await page.keyboard.press("c");
  assert.deepEqual(await steps(), [3, 4, 5, 6, 7, 8]);
  await page.locator("#filter").fill("@step=1");
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  assert.deepEqual(await steps(), [0], "the selection went with the focus; the filter counts");
});

test("columns sort up and down, and say so", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(MIXED));
  await page.locator('[data-sort="drafted"]').click();
  await page.locator('[data-sort="drafted"]').click();
  assert.equal(
    await page.locator(".cell.drafted[role=columnheader]").getAttribute("aria-sort"),
    "descending",
  );
  const drafted = (await page.locator(".rows .cell.drafted").allInnerTexts()).map(Number);
  assert.deepEqual(
    drafted,
    [...drafted].sort((a, b) => b - a),
  );
  assert.ok(new Set(drafted).size > 1);
});

test("the numbers of a column have the same decimals", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(MIXED));
  for (const [column, decimals] of [
    ["draftMs", 2],
    ["verifyMs", 1],
  ] as const) {
    const texts = await page.locator(`.rows .cell.${column}`).allInnerTexts();
    assert.ok(texts.length > 3);
    for (const text of texts) assert.match(text.trim(), new RegExp(`^\\d+\\.\\d{${decimals}}$`), column);
  }
});

test("a filter that is cleared leaves the cursor's row in sight, as it was in the table", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(MIXED));
  await page.locator("laser-step-table").focus();
  await page.keyboard.press("End");
  await page.locator("#filter").fill("@step:1..2");
  await page.locator(`laser-step-table [data-step="1"]`).waitFor({ timeout: patient(5000) });
  await page.locator("#filter").fill("");
  const row = page.locator(`laser-step-table [data-step="${MIXED.steps.length - 1}"]`);
  await row.waitFor({ timeout: patient(5000) });
  assert.ok(await isWithin(row, page.locator("laser-step-table")));
});

/** Whether a part is vertically within the visible part of another. */
async function isWithin(part: Locator, whole: Locator): Promise<boolean> {
  const [inner, outer] = [(await part.boundingBox())!, (await whole.boundingBox())!];
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height + 1;
}

test("in a continued run, the limit of nats applies to the rest of the answer", async (context) => {
  const guards = { ...REAL.request.guards, maxNatsGivenUp: 5 };
  const request = { ...REAL.request, guards, inheritedTokens: 1 };
  const { page } = await openedTrace(bench, context, JSON.stringify({ ...REAL, request }));
  await page.locator("#tab-whatIf").click();
  const limit = page.getByLabel("Maximum nats given up in the rest of the answer");
  assert.equal(await limit.count(), 1);
  await page.locator("#tab-about").click();
  assert.match(
    await page.locator("#pane > .about").innerText(),
    /given up: 5 nats in the rest of the answer/,
  );
});

test("cursor, filter, pane and granularity survive a reload", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  await editor.page.locator(`.stream [data-step="2"][data-place="0"]`).click();
  await editor.page.locator("#filter").fill("@rank=1");
  await editor.page.locator("#tab-figures").click();
  await editor.reload();
  await editor.send(fileMessage(REAL_TEXT));
  assert.equal(await cursorOf(editor), "2:0");
  assert.equal(await editor.page.locator("#filter").inputValue(), "@rank=1");
  assert.equal(await editor.page.locator("#tab-figures").getAttribute("aria-selected"), "true");
});
