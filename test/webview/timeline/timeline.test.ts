// The timeline of steps in a browser: a slider for keys and listeners, a canvas that follows the theme, a zoom.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { keptOf } from "../../../core/trace/index.ts";
import { chartsBench, MIXED as TRACE } from "../../support/webview/chartsPage.ts";
import { table } from "../../support/check.ts";
import { truncatedTexts, doubleText } from "../../support/webview/truncationChecks.ts";
import { waitForRender } from "../../support/webview/waitForRender.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { THEME_KINDS } from "../../support/webview/themes.ts";
import type { ToCharts } from "../fixtures/chartsPage.ts";

const openCharts = chartsBench();

const STEPS = TRACE.steps.length;

const opened = (context: TestContext, ...messages: readonly ToCharts[]): Promise<WebviewPage> =>
  openCharts(context, messages);

const slider = ({ page }: WebviewPage) => page.getByRole("slider", { name: "Step" });
const cursors = async (page: WebviewPage) =>
  (await page.sent()).map((message) => (message as { detail: { step: number } }).detail.step);
/** What the canvas shows: how many of its dots have each colour. */
const dots = ({ page }: WebviewPage) =>
  page.evaluate(() => {
    const canvas = document.querySelector("canvas")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    const counts: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 0) continue;
      const colour = data.slice(i, i + 4).join(" ");
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  });
const drawnDots = async (page: WebviewPage) => {
  await waitForRender(page.page);
  return dots(page);
};
const extent = ({ page }: WebviewPage) =>
  page
    .locator("laser-timeline .pane")
    .evaluate((pane) => ({ width: pane.clientWidth, full: pane.scrollWidth, at: pane.scrollLeft }));

test("keys move the cursor as on every slider, and the step is announced in words", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  assert.equal(await slider(page).getAttribute("aria-valuetext"), "no step");
  await slider(page).focus();
  for (const key of [
    "ArrowRight",
    "ArrowRight",
    "PageUp",
    "ArrowLeft",
    "PageDown",
    "End",
    "ArrowUp",
    "Home",
    "ArrowDown",
  ])
    await page.page.keyboard.press(key);
  assert.deepEqual(await cursors(page), [0, 1, 11, 10, 0, STEPS - 1, STEPS - 1, 0, 0]);
  const index = TRACE.steps.findIndex((step) => step.draft.length > 1);
  await page.send({ kind: "cursor", step: index });
  const step = TRACE.steps[index]!;
  const words = new RegExp(
    `^Step ${index + 1}: kept ${keptOf(step)} of ${step.draft.length} drafted.*, \\d+ ms$`,
  );
  assert.match((await slider(page).getAttribute("aria-valuetext")) ?? "", words);
  assert.match(await page.page.locator(".readout").innerText(), words);
  assert.equal(await slider(page).getAttribute("aria-valuenow"), `${index + 1}`);
  assert.equal(await slider(page).getAttribute("aria-valuemax"), `${STEPS}`);
});

test("a click chooses the step under the pointer, which is named there", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  const pane = page.page.locator("laser-timeline .pane");
  const box = (await pane.boundingBox())!;
  await page.page.mouse.move(box.x + 100, box.y + 60);
  await waitForRender(page.page);
  const title = (await pane.getAttribute("title")) ?? "";
  assert.match(title, /^Step \d+: /);
  assert.match(await page.page.locator(".readout").innerText(), new RegExp(`^${title.split(":")[0]!}:`));
  await page.page.mouse.down();
  await page.page.mouse.up();
  assert.deepEqual(
    (await cursors(page)).map((step) => `Step ${step + 1}`),
    [title.split(":")[0]],
  );
});

test("keys, buttons and the wheel zoom; the cursor stays in view; 0 shows all again", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE, times: 20 }, { kind: "cursor", step: 20 });
  const whole = await extent(page);
  assert.ok(whole.full <= whole.width + 1, "all steps fit");
  await slider(page).focus();
  for (let i = 0; i < 6; i++) await page.page.keyboard.press("+");
  await waitForRender(page.page);
  const near = await extent(page);
  assert.ok(near.full > 3 * near.width, `${near.full} of ${near.width}`);
  await page.page.keyboard.press("End");
  await waitForRender(page.page);
  const end = await extent(page);
  assert.ok(end.at + end.width >= end.full - 2, "the last step is in view");
  await page.page.getByRole("button", { name: /^Zoom out/ }).press("Enter");
  await waitForRender(page.page);
  assert.ok((await extent(page)).full < near.full);
  await slider(page).press("0");
  await waitForRender(page.page);
  assert.ok((await extent(page)).full <= whole.width + 1);
  const box = (await slider(page).boundingBox())!;
  await page.page.mouse.move(box.x + 400, box.y + 40);
  await page.page.keyboard.down("Control");
  await page.page.mouse.wheel(0, -200);
  await page.page.keyboard.up("Control");
  await page.page.waitForFunction(() => {
    const pane = document.querySelector("laser-timeline .pane")!;
    return pane.scrollWidth > pane.clientWidth + 1;
  });
});

test("each part of a bar is painted in its colour; a theme change repaints", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  const colours = () =>
    page.page.evaluate(() => {
      const style = getComputedStyle(document.querySelector("laser-timeline")!);
      return ["--accepted", "--relaxed", "--rejected", "--chart-time", "--chart-draft"].map((name) => {
        const pen = new OffscreenCanvas(1, 1).getContext("2d")!;
        pen.fillStyle = style.getPropertyValue(name);
        pen.fillRect(0, 0, 1, 1);
        return { name, dot: pen.getImageData(0, 0, 1, 1).data.join(" ") };
      });
    });
  let before = "";
  for (const theme of THEME_KINDS) {
    await page.theme(theme);
    const painted = await drawnDots(page);
    for (const { name, dot } of await colours()) {
      // Drafts take less than a dot of time here.
      if (name !== "--chart-draft") assert.ok((painted[dot] ?? 0) > 3, `${theme}: ${name} is painted`);
    }
    assert.notEqual(JSON.stringify(painted), before, theme);
    before = JSON.stringify(painted);
  }
});

test("both axes are named: tokens above, time below", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  await page.page.evaluate(() => {
    const written: string[] = [];
    Object.assign(window, { written });
    CanvasRenderingContext2D.prototype.fillText = (text) => {
      written.push(text);
    };
  });
  await page.theme("light");
  await waitForRender(page.page);
  const written = await page.page.evaluate(() => (window as unknown as { written: string[] }).written.join());
  assert.match(written, /Tokens drafted[^]*Time of a step/);
});

test("the cursor, flips and steps that do not match are marked by more than colour", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  const bare = await drawnDots(page);
  const total = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
  await page.send({ kind: "cursor", step: 5 });
  assert.ok(total(await drawnDots(page)) > total(bare) + 20, "a frame and a foot");
  await page.send({ kind: "cursor", step: -1 }, { kind: "mark", matches: null, flips: [3, 7] });
  assert.ok(total(await drawnDots(page)) > total(bare) + 20, "two triangles");
  assert.equal(await page.page.getByText("changed by the what-if").count(), 1);
  await page.send({ kind: "mark", matches: [3], flips: [] });
  const faint = Object.entries(await drawnDots(page)).filter(([dot]) => Number(dot.split(" ")[3]) < 90);
  const faintBefore = Object.entries(bare).filter(([dot]) => Number(dot.split(" ")[3]) < 90);
  assert.ok(
    total(Object.fromEntries(faint)) > 2 * total(Object.fromEntries(faintBefore)),
    "others are faint",
  );
});

test("axe finds nothing in four themes", async (context) => {
  const page = await opened(
    context,
    { kind: "show", trace: TRACE, times: 20 },
    { kind: "cursor", step: 4 },
    { kind: "mark", matches: [1, 2], flips: [3] },
  );
  await slider(page).press("+");
  await waitForRender(page.page);
  assert.deepEqual(await page.axeInThemes(), []);
});

test("text of twice the size gets twice the room", async (context) => {
  const page = await opened(context, { kind: "show", trace: TRACE });
  const height = async () => (await page.page.locator("canvas").boundingBox())!.height;
  const usual = await height();
  await doubleText(page.page);
  await page.page.waitForFunction(
    (low) => document.querySelector("canvas")!.getBoundingClientRect().height > 1.9 * low,
    usual,
  );
  assert.deepEqual(await truncatedTexts(page.page), []);
});

table(
  "the scale of time has room for its longest figure",
  [30, 3004, 123_456].map((ms) => ({ name: `${ms} ms`, ms })),
  async ({ ms }, context) => {
    const steps = TRACE.steps.map((step) => ({ ...step, draftMs: 0, verifyMs: ms }));
    const page = await opened(context, { kind: "show", trace: { ...TRACE, steps } });
    for (const isLarge of [false, true]) {
      if (isLarge) await doubleText(page.page);
      await waitForRender(page.page);
      const edge = await page.page.evaluate(() => {
        const canvas = document.querySelector("canvas")!;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, 1, canvas.height);
        return data.filter((value, i) => i % 4 === 3 && value > 0).length;
      });
      assert.equal(edge, 0, "dots of a figure at the very edge: it is cut there");
    }
  },
);

test("10 000 steps are painted, each in reach", async (context) => {
  const times = Math.ceil(10_000 / STEPS);
  const page = await opened(context, { kind: "show", trace: TRACE, times });
  const ms = await page.page.evaluate(async () => {
    const timeline = document.querySelector("laser-timeline") as unknown as {
      requestUpdate(): void;
      readonly updateComplete: Promise<unknown>;
    };
    await new Promise(requestAnimationFrame);
    const fromMs = performance.now();
    timeline.requestUpdate();
    await timeline.updateComplete;
    return performance.now() - fromMs;
  });
  console.info(`${times * STEPS} steps: painted again after ${ms.toFixed(0)} ms`);
  assert.ok(Object.keys(await drawnDots(page)).length > 3);
  await slider(page).press("End");
  assert.deepEqual(await cursors(page), [times * STEPS - 1]);
  await page.page.mouse.move(400, (await slider(page).boundingBox())!.y + 50);
  assert.match(
    (await slider(page).getAttribute("title")) ?? "",
    /^Steps \d+ to \d+: kept \d+ of \d+ drafted/,
  );
});
