// The compare page for everyone, and for anything: four themes, large text, narrow windows, hostile texts, long answers.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { Trace } from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import { openedComparison, tracesMessage } from "../../support/webview/comparePages.ts";
import { truncatedTexts, doubleText } from "../../support/webview/truncationChecks.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { plainTrace, wordTokens } from "../../support/trace/plainTraces.ts";
import { THEME_KINDS } from "../../support/webview/themes.ts";
import { REAL } from "../../support/trace/recordedTrace.ts";
import { randomTrace } from "../../support/trace/randomTraces.ts";

const bench = fileBench();

const MIXED = randomTrace(22, 40);
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script><script>document.title='ran'</script>",
  "\u202egnirts desrever",
  "\u0000\u001b[31m",
  "${7*7}",
];

table(
  "axe finds nothing in four themes",
  [
    { name: "two traces", traces: [REAL, MIXED] },
    { name: "three traces, one of them unreadable", traces: [MIXED, REAL, "no trace", MIXED] },
    { name: "the same text twice", traces: [REAL, REAL] },
    { name: "too few", traces: [REAL, "no trace"] },
  ] as readonly { readonly name: string; readonly traces: readonly (Trace | string)[] }[],
  async ({ traces }, context) => {
    const compare = await openedComparison(bench, context, tracesMessage(...traces));
    const { page } = compare;
    if (traces.length !== 2 || traces[1] !== "no trace") {
      await page.getByRole("checkbox", { name: "Drafts not kept" }).click();
      await page.getByRole("button", { name: "All figures" }).click();
      await page.locator("[data-figure=edl] summary").click();
      await page.getByText("What the marks mean").click();
      await page.locator(".row .token").first().click();
      await page.getByRole("button", { name: "Details" }).click();
      await page.keyboard.press("n");
    }
    assert.deepEqual(await compare.axeInThemes(), []);
  },
);

table(
  "text of twice the size fits",
  [
    { name: "in a wide editor", width: 1200 },
    { name: "in a narrow one", width: 480 },
  ],
  async ({ width }, context) => {
    const size = { width, height: 800 };
    const { page } = await openedComparison(bench, context, tracesMessage(REAL, MIXED), size);
    await doubleText(page);
    await page.getByRole("button", { name: "All figures" }).click();
    await page.locator(".row .token").first().click();
    assert.deepEqual(await truncatedTexts(page), []);
  },
);

test("below 700 pixels the left is above the right, each with its letter", async (context) => {
  const size = { width: 480, height: 800 };
  const { page } = await openedComparison(bench, context, tracesMessage(REAL, MIXED), size);
  const boxes = await page
    .locator(".row")
    .first()
    .locator(".cell")
    .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().toJSON() as DOMRect));
  assert.ok(boxes[1]!.top >= boxes[0]!.bottom, "the right is below the left");
  assert.deepEqual(await page.locator(".row").first().locator(".tag").allInnerTexts(), ["A", "B"]);
  assert.deepEqual(await truncatedTexts(page), []);
});

test("a difference has a shape, whatever its colour: a frame, a bar and a sign beside its row", async (context) => {
  const [left, right] = ["a b c d e", "a b x d e"].map((text) => plainTrace(wordTokens(text)));
  const compare = await openedComparison(bench, context, tracesMessage(left!, right!));
  for (const kind of THEME_KINDS) {
    await compare.theme(kind);
    const look = await compare.page
      .locator(".change")
      .first()
      .evaluate((change) => {
        const { borderInlineStartWidth, borderInlineStartStyle } = getComputedStyle(change);
        const gutter = change.closest(".row")!.querySelector(".gutter")!;
        return [borderInlineStartWidth, borderInlineStartStyle, gutter.textContent];
      });
    assert.deepEqual(look, ["2px", "solid", "≠"], kind);
  }
});

test("hostile texts and names are text, in tokens, cards, excerpts and warnings", async (context) => {
  const header = (name: string) => {
    const { createdAt, generator, device, request } = plainTrace(["x"]);
    const model = { ...plainTrace(["x"]).model, name, file: "m.gguf", vocabularySize: 50 };
    return { createdAt, generator, device, model, request: { ...request, promptFile: name, maxTokens: 50 } };
  };
  const [left, right] = [
    plainTrace(["same ", ...HOSTILE], header(HOSTILE[2]!)),
    plainTrace(["same ", ...[...HOSTILE].reverse()], header(HOSTILE[1]!)),
  ];
  const message = tracesMessage(left, right);
  const files = message.files.map((file) => ({ ...file, name: HOSTILE[2]! }));
  const { page } = await openedComparison(bench, context, { kind: "traces", byPrompt: false, files });
  for (const token of await page.locator(".row .token").all()) {
    await token.click();
    await page.locator(".card .sentence").waitFor();
  }
  assert.equal(await page.locator("img, main script").count(), 0);
  assert.notEqual(await page.title(), "ran");
  const text = await page.locator("main").innerText();
  assert.doesNotMatch(text, /[\u0000\u001b\u202e]/); // eslint-disable-line no-control-regex -- what must not be there
  assert.match(text, /<U\+202E>gnirts/);
  assert.match(text, /<img src=x onerror=alert\(1\)>/);
});

test("answers of ten thousand tokens keep the page small, and the last difference is reached", async (context) => {
  const line = "one two three four five six seven eight nine\n";
  const words = wordTokens(line.repeat(1000));
  const changed = words.with(words.length - 3, " other");
  const message = tracesMessage(plainTrace(words), plainTrace(changed));
  const { page } = await openedComparison(bench, context, message);
  const tokens = page.locator(".row .token");
  assert.ok((await tokens.count()) < 4000, `${await tokens.count()} tokens drawn at first`);
  await page.keyboard.press("p");
  const current = page.locator(".change.current").first();
  await current.waitFor();
  const { top, bottom } = await current.evaluate(
    (change) => change.getBoundingClientRect().toJSON() as DOMRect,
  );
  assert.ok(top >= 0 && bottom <= 800, `the difference is from ${top} to ${bottom}`);
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).innerText), " eight");
  assert.ok((await tokens.count()) < 4000, `${await tokens.count()} tokens drawn at the end`);
});
