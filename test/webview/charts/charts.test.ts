// The Figures view in a browser, under the page's own policy: what it says is what the trace holds, by mouse, by key and
// as a table.
import assert from "node:assert/strict";
import { test } from "vitest";
import { acceptanceByPlace, overTime } from "../../../core/inspect/index.ts";
import { traceMetrics } from "../../../core/trace/index.ts";
import { chartsBench, MIXED, plainOf, WITH_PLAIN } from "../../support/webview/chartsPage.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import type { ToCharts } from "../fixtures/chartsPage.ts";

const opened = chartsBench();

const figure = ({ page }: WebviewPage, id: string) => page.locator(`[data-figure="${id}"]`);
const asked = async (page: WebviewPage, kind: string) =>
  (await page.sent()).filter((message) => (message as { kind: string }).kind === kind);
const cellsOf = (page: WebviewPage, id: string) =>
  figure(page, id)
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

test("every figure says what it means, with its denominator, and is described by it", async (context) => {
  const charts = await opened(context, WITH_PLAIN);
  const ids = await charts.page
    .locator("[data-figure]")
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.figure!));
  assert.deepEqual(ids, [
    ...["edl", "time", "speed-up", "acceptance", "kept", "edl-over-time", "speed-over-time", "relaxed"],
  ]);
  for (const id of ids) {
    const definition = figure(charts, id).locator(".definition");
    const button = figure(charts, id).getByRole("button", { name: /^Definition/ });
    assert.equal(await definition.isVisible(), false, id);
    await button.press("Enter");
    assert.equal(await definition.isVisible(), true, id);
    assert.equal(await button.getAttribute("aria-expanded"), "true", id);
    assert.equal(
      await figure(charts, id).getAttribute("aria-describedby"),
      await definition.getAttribute("id"),
    );
    assert.match((await definition.textContent()) ?? "", / ÷ |Shares are of /, id);
    await button.press("Enter");
    assert.equal(await definition.isVisible(), false, id);
  }
});

test("tables hold the figures of the trace, hidden from the eye until they are asked for", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED });
  const places = acceptanceByPlace(MIXED.steps);
  assert.deepEqual(
    (await cellsOf(charts, "acceptance")).map((cells) => cells.slice(0, 5).map(Number)),
    places.map(({ place, drafted, judged, accepted, relaxed }) => [
      place,
      drafted,
      judged,
      accepted,
      relaxed,
    ]),
  );
  const { keptHistogram, committed, steps } = traceMetrics(MIXED);
  assert.deepEqual(
    (await cellsOf(charts, "kept")).map((cells) => Number(cells[1])),
    keptHistogram,
  );
  const tokens = (await cellsOf(charts, "edl-over-time")).map((cells) => Number(cells[4]));
  assert.equal(
    tokens.reduce((a, b) => a + b),
    committed,
  );
  const acceptance = figure(charts, "acceptance");
  const box = async () => (await acceptance.locator("table").locator("..").boundingBox())!.width;
  assert.equal(await box(), 1);
  const button = acceptance.getByRole("button", { name: /^Table/ });
  await button.press(" ");
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  assert.ok((await box()) > 200);
  assert.equal(await acceptance.locator("svg.chart").count(), 0);
  assert.match(
    await figure(charts, "edl").locator(".sum").innerText(),
    new RegExp(`${committed} tokens ÷ ${steps} steps`),
  );
});

test("bars are reached by arrows, say their value, and Enter or a click filters", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED });
  const places = acceptanceByPlace(MIXED.steps);
  const bars = figure(charts, "acceptance").locator(".mark");
  assert.equal(await bars.count(), places.length);
  const focused = () => charts.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  await figure(charts, "acceptance").locator('[tabindex="0"]').focus();
  assert.match(
    await focused(),
    new RegExp(`^Position 0: kept ${places[0]!.kept} of ${places[0]!.drafted} drafted`),
  );
  await charts.page.keyboard.press("ArrowRight");
  assert.match(
    await focused(),
    new RegExp(`^Position 1: kept ${places[1]!.kept} of ${places[1]!.drafted} drafted`),
  );
  assert.equal(await figure(charts, "acceptance").locator('.mark[tabindex="0"]').count(), 1);
  await charts.page.keyboard.press("Enter");
  await charts.page.keyboard.press("End");
  await charts.page.keyboard.press("ArrowRight");
  assert.match(await focused(), new RegExp(`^Position ${places.length - 1}:`));
  await charts.page.keyboard.press(" ");
  await charts.page.keyboard.press("Home");
  assert.match(await focused(), /^Position 0:/);
  await figure(charts, "kept").locator(".mark").nth(2).click();
  assert.deepEqual(
    (await asked(charts, "laser-filter")).map((message) => (message as { detail: string }).detail),
    ["@place:1 @verdict:kept|ghost", `@place:${places.length - 1} @verdict:kept|ghost`, "@kept:2"],
  );
});

test("a range of time filters its steps and moves the cursor; a relaxed step moves it to its token", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED });
  const level = figure(charts, "speed-over-time").locator(".mark").nth(1);
  const steps = /^Steps (\d+) to (\d+), .* tokens\/s$/.exec((await level.getAttribute("aria-label")) ?? "");
  assert.ok(steps !== null);
  await level.focus();
  await level.press("Enter");
  const [, from, to] = steps;
  assert.deepEqual(await charts.sent(), [
    { kind: "laser-filter", detail: `@step:${from!}..${to!}` },
    { kind: "laser-cursor", detail: { step: Number(from) - 1, place: 0 } },
  ]);
  // The page has moved the cursor: the figures over time show it.
  assert.equal(await charts.page.locator("laser-figures .cursor").count(), 3);
  const relaxed = MIXED.steps.find(({ verdicts }) => verdicts.some(({ kind }) => kind === "relaxed"))!;
  await figure(charts, "relaxed").locator(".mark").first().click();
  assert.deepEqual((await charts.sent()).at(-1), {
    kind: "laser-cursor",
    detail: { step: relaxed.index, place: relaxed.verdicts.findIndex(({ kind }) => kind === "relaxed") },
  });
});

test("without a plain run the speed-up is not measured, and a button asks for it", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED });
  const lanes = figure(charts, "speed-up");
  assert.match(await lanes.innerText(), /not measured/);
  await lanes.getByRole("button", { name: "Measure plain run" }).press("Enter");
  assert.deepEqual(await charts.sent(), [{ kind: "laser-measure-plain", detail: null }]);
});

test("the speed-up says over how many tokens the runs were held against each other", async (context) => {
  const plain = plainOf(MIXED);
  const { totalMs, committed } = traceMetrics(MIXED);
  const charts = await opened(context, { kind: "show", trace: MIXED, plain });
  const lanes = figure(charts, "speed-up");
  const times = ((20 * committed) / totalMs).toFixed(2);
  assert.equal(await lanes.locator(".value").innerText(), `${times}×`);
  assert.equal(
    await lanes.locator(".sum .detail").innerText(),
    `over all ${committed} tokens, the same in both`,
  );
  const tokens = MIXED.result.tokens.map((token, i) => (i < 5 ? token : token + 1));
  await charts.send({ kind: "show", trace: MIXED, plain: { ...plain, result: { ...plain.result, tokens } } });
  assert.match(
    await lanes.locator(".sum .detail").innerText(),
    new RegExp(
      `^by tokens per second over texts that differ \\(${committed} and ${committed} tokens\\); .* over the first 5 tokens`,
    ),
  );
  await lanes.locator(".mark").nth(3).click();
  assert.deepEqual((await asked(charts, "laser-cursor")).at(-1), {
    kind: "laser-cursor",
    detail: { step: 3, place: 0 },
  });
});

test("a live run is drawn at intervals, and completely at the end", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED, steps: 1 });
  const draws = await charts.page.evaluate(() => {
    const seen = { draws: 0, fromMs: performance.now() };
    Object.assign(window, { seen });
    new MutationObserver(() => seen.draws++).observe(
      document.querySelector('[data-figure="edl"] figcaption')!,
      { subtree: true, characterData: true, childList: true },
    );
    return seen.draws;
  });
  assert.equal(draws, 0);
  const { committed, steps } = traceMetrics(MIXED);
  await charts.send(...MIXED.steps.map((_, i): ToCharts => ({ kind: "show", trace: MIXED, steps: i + 1 })));
  await charts.page.getByText(`${committed} tokens ÷ ${steps} steps`).waitFor();
  const seen = await charts.page.evaluate(() => {
    const { draws, fromMs } = (window as unknown as { seen: { draws: number; fromMs: number } }).seen;
    return { draws, ms: performance.now() - fromMs };
  });
  assert.ok(seen.draws <= seen.ms / 250 + 1, `${seen.draws} draws in ${seen.ms} ms`);
});

test("10 000 steps are drawn with few shapes", async (context) => {
  const charts = await opened(context, []);
  const times = Math.ceil(10_000 / MIXED.steps.length);
  await charts.page.evaluate(() => {
    window.addEventListener("message", () => performance.mark("asked"), { once: true, capture: true });
  });
  await charts.send({ kind: "show", trace: MIXED, times, plain: plainOf(MIXED) });
  const { shapes, ms } = await charts.page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    return {
      shapes: document.querySelectorAll("laser-figures svg *").length,
      ms: performance.now() - performance.getEntriesByName("asked")[0]!.startTime,
    };
  });
  console.info(`${times * MIXED.steps.length} steps: ${shapes} shapes, drawn after ${ms.toFixed(0)} ms`);
  assert.ok(shapes < 2500, `${shapes} shapes`);
  const levels = overTime(Array.from({ length: times }, () => MIXED.steps).flat(), 60).length;
  assert.equal(await figure(charts, "speed-over-time").locator(".mark").count(), levels);
});
