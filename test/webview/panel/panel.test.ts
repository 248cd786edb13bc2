// The built side panel in a browser, under its own policy, with a host that plays runs to it.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import type { RunSnapshot, ToPanel } from "../../../extension/shared/panel.ts";
import type { RunEvent } from "../../../server/protocol/methods.ts";
import { parseTrace, traceMetrics, verdictSentence, type Trace } from "../../../core/trace/index.ts";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder, table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import {
  ERROR,
  hydrated,
  marksButton,
  MIXED,
  OTHER_ERROR,
  PANEL_STATES,
  stepsButton,
} from "../../support/webview/panelStates.ts";
import { treeRun } from "../../support/trace/treeTraces.ts";
import { receivedRun, messagesOf, panelRun, READY, RUNNING } from "../../support/webview/panelRuns.ts";

const bench = fileBench();

const REAL = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);

async function opened(context: TestContext, ...messages: readonly ToPanel[]): Promise<WebviewPage> {
  const panel = await bench.page("panel");
  context.onTestFinished(() => panel.close());
  await panel.send(...messages);
  return panel;
}

test("the page reports that it is ready", async (context) => {
  const panel = await opened(context);
  assert.deepEqual(await panel.sent(), [{ kind: "ready" }]);
});

test("a snapshot draws what its deltas draw", async (context) => {
  const [live, late] = [await opened(context, ...messagesOf(MIXED)), await opened(context)];
  await late.send({ kind: "snapshot", status: READY, run: MIXED.snapshot });
  const drawn = (panel: WebviewPage) =>
    panel.page.evaluate(() =>
      [...document.querySelectorAll(".title, .figures, .bar, .stream")]
        .map((part) => part.outerHTML.replace(/<!--.*?-->/g, ""))
        .join("\n"),
    );
  assert.equal(await drawn(live), await drawn(late));
});

table(
  "the counts of each class are the trace's",
  [
    { name: "a mixed run", trace: MIXED.trace },
    { name: "a recorded file", trace: REAL },
    { name: "a strict run", trace: panelRun(17, 60).trace },
  ],
  async ({ trace }, context) => {
    const { page } = await opened(context, hydrated(trace));
    const metrics = traceMetrics(trace);
    for (const mark of await page.locator(".stream .folded").all()) await mark.click();
    await marksButton(page).click();
    for (const kind of ["accepted", "relaxed", "rejected", "unreached"] as const) {
      assert.equal(await page.locator(`.stream .token.${kind}`).count(), metrics[kind], kind);
      assert.equal(await page.locator(`.legend [data-class=${kind}] .count`).innerText(), `${metrics[kind]}`);
    }
    for (const kind of ["correction", "bonus", "plain"]) {
      const expected = trace.steps.filter(({ next }) => next.kind === kind).length;
      assert.equal(await page.locator(`.stream .token.${kind}`).count(), expected, kind);
    }
  },
);

test("a click on each draft shows the sentence of its verdict, a ghost what replaced it", async (context) => {
  const { page } = await opened(context, hydrated(REAL));
  for (const step of REAL.steps) {
    for (const [place, verdict] of step.verdicts.entries()) {
      await page.locator(`[data-step="${step.index}"][data-place="${place}"]`).click();
      assert.equal(await page.locator(".card .sentence").innerText(), verdictSentence(verdict, REAL.request));
      if (verdict.kind === "rejected")
        assert.match(await page.locator(".instead").innerText(), /^Replaced by “/);
    }
  }
  const entries = page.locator(".card .origin");
  assert.match(await entries.innerText(), /the pool movies[\s\S]*movie-\d \(Crime\)/);
});

test("keys walk over tokens and rejections, open the card and close it", async (context) => {
  const { page } = await opened(context, hydrated(MIXED.trace));
  const at = () =>
    page.evaluate(() => {
      const { step, place } = (document.activeElement as HTMLElement).dataset;
      return step === undefined ? null : `${step}:${place ?? ""}`;
    });
  assert.equal(await page.locator('.stream [tabindex="0"]').count(), 1);
  await page.locator('.stream [tabindex="0"]').focus();
  const all = MIXED.trace.steps.flatMap(({ index, draft }) =>
    Array.from({ length: draft.length + 1 }, (_, place) => `${index}:${place}`),
  );
  for (const expected of all.slice(0, 8)) {
    assert.equal(await at(), expected);
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("End");
  assert.equal(await at(), all.at(-1));
  await page.keyboard.press("Home");
  assert.equal(await at(), all[0]);
  await page.keyboard.press("n");
  assert.match((await page.locator(":focus").getAttribute("class")) ?? "", /rejected/);
  const rejection = await at();
  assert.equal(await page.locator('.stream [tabindex="0"]').count(), 1);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(":focus").getAttribute("id"), "card-title");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".card").count(), 0);
  assert.equal(await at(), rejection);
});

test("every token says text, class, rank and probability", async (context) => {
  const { page } = await opened(context, hydrated(REAL));
  const labels = await page
    .locator('[data-step="0"]')
    .evaluateAll((tokens) => tokens.map((token) => token.getAttribute("aria-label")));
  assert.equal(labels[0], "is, accepted, rank 1, probability 0.58 to 0.60");
  assert.equal(labels[3], "., rejected draft, rank 3, probability 0.04");
  assert.equal(labels[5], "film, correction, rank 1, probability 0.58 to 0.60");
});

test("the legend hides ghosts and keys pass over them", async (context) => {
  const { page } = await opened(context, hydrated(MIXED.trace));
  await marksButton(page).click();
  await page.locator(".legend [data-class=rejected]").click();
  assert.equal(await page.locator(".stream .rejected:visible, .stream .unreached:visible").count(), 0);
  assert.equal(
    await page.locator(".legend [data-class=rejected] .sign").count(),
    1,
    "an eye that is crossed out",
  );
  assert.equal(await page.locator(".legend [data-class=accepted] .sign").count(), 0);
  await page.locator('.stream [tabindex="0"]').focus();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("ArrowRight");
    assert.doesNotMatch((await page.locator(":focus").getAttribute("class")) ?? "", /rejected|unreached/);
  }
});

test("a run speaks in one polite region, of its end too", async (context) => {
  const { page } = await opened(context, ...messagesOf(MIXED));
  assert.equal(await page.locator("[aria-live=polite]").count(), 1);
  const { committed, steps } = traceMetrics(MIXED.trace);
  assert.equal(
    await page.locator("[aria-live]").innerText(),
    `Finished: ${committed} tokens in ${steps} steps.`,
  );
});

test("hostile text remains text", async (context) => {
  const hostile = '<img src=x onerror="window.hacked=1">';
  const text = JSON.stringify(REAL)
    .replaceAll('" crime"', JSON.stringify(hostile))
    .replaceAll('"movie-0"', JSON.stringify(hostile));
  const trace = JSON.parse(text) as Trace;
  const { page } = await opened(
    context,
    hydrated({ ...trace, request: { ...trace.request, promptFile: hostile } }),
    { kind: "status", status: { ...READY, error: { code: "x", message: hostile, nextStep: hostile } } },
  );
  for (const token of await page.locator(".stream .token").all()) await token.click();
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(await page.evaluate(() => "hacked" in window), false);
  assert.ok((await page.locator("main").innerText()).includes(hostile));
});

test("a reload brings back cursor, card and filter", async (context) => {
  const panel = await opened(context, hydrated(MIXED.trace));
  const { page } = panel;
  await page.locator(".stream .token.rejected").first().click();
  await marksButton(page).click();
  await page.locator(".legend [data-class=bonus]").click();
  const sentence = await page.locator(".card .sentence").innerText();
  await panel.reload();
  assert.deepEqual(await panel.sent(), [{ kind: "ready" }]);
  await panel.send(hydrated(MIXED.trace));
  assert.equal(await page.locator(".card .sentence").innerText(), sentence);
  assert.equal(await page.locator(".legend [data-class=bonus]").getAttribute("aria-pressed"), "false");
  assert.equal(await page.locator(".stream .token.rejected[aria-selected=true]").count(), 1);
});

test("buttons send commands, speed-up is never guessed", async (context) => {
  const panel = await opened(context, { kind: "snapshot", status: READY, run: null });
  await panel.page.getByRole("button", { name: "Generate" }).click();
  await panel.send(...messagesOf(MIXED).slice(1, -1));
  assert.match(await panel.page.locator(".figures").innerText(), /Speed-up\s+not measured/);
  await panel.page.getByRole("button", { name: "Stop" }).click();
  await panel.send(messagesOf(MIXED).at(-1)!);
  await panel.page.getByRole("button", { name: "Measure plain run" }).click();
  await panel.page.getByRole("button", { name: "Run Again" }).click();
  assert.deepEqual((await panel.sent()).slice(1), [
    ...["generate", "stop", "measurePlain"].map((command) => ({ kind: "command", command })),
    { kind: "runAgain", runId: MIXED.snapshot.runId },
  ]);
  await panel.send({
    kind: "plainMeasured",
    runId: MIXED.snapshot.runId,
    tokensPerSecond: 10,
    plainRun: null,
  });
  const speed = traceMetrics(MIXED.trace).tokensPerSecond! / 10;
  assert.match(
    await panel.page.locator(".figures").innerText(),
    new RegExp(`Speed-up\\s+${speed.toFixed(2)}×`),
  );
});

test("as long as a run is awaited, no page says that there is none", async (context) => {
  const panel = await opened(
    context,
    { kind: "awaited", words: "Preparing book" },
    { kind: "snapshot", status: READY, run: null },
  );
  const { page } = panel;
  assert.equal(await page.locator(".progress .line").innerText(), "Preparing book…");
  assert.equal(await page.locator(".empty").count(), 0);
  await panel.send(messagesOf(MIXED)[1]!, { kind: "awaited", words: null });
  assert.equal(await page.locator(".progress .line span").innerText(), "Waiting for the model");
  await panel.send(hydrated(MIXED.trace), { kind: "awaited", words: "Preparing film" });
  assert.equal(await page.locator(".queue").innerText(), "Preparing film…");
  await panel.send({ kind: "snapshot", status: READY, run: null }, { kind: "awaited", words: null });
  assert.equal(await page.locator(".empty").count(), 1);
});

test("a speed-up is not called unmeasured while a plain run is still looked for", async (context) => {
  const panel = await opened(context, ...messagesOf(MIXED).slice(0, -1));
  const { runId, ended } = MIXED.snapshot;
  await panel.send({ kind: "ended", runId, result: ended!, isPlainPending: true });
  const figures = panel.page.locator(".figures");
  assert.match(await figures.innerText(), /Speed-up\s+–/);
  await panel.send({ kind: "plainMeasured", runId, tokensPerSecond: null, plainRun: null });
  assert.match(await figures.innerText(), /Speed-up\s+not measured/);
});

test("a run that has not begun to write says what it waits for", async (context) => {
  const [begin, first] = messagesOf(MIXED).slice(2);
  const panel = await opened(context, ...messagesOf(MIXED).slice(0, 2));
  const words = panel.page.locator(".progress .line span");
  await panel.send({ kind: "queue", behind: "the plain run", next: ["reader"] });
  assert.equal(await words.innerText(), "Queued after the plain run");
  assert.equal(await panel.page.locator(".queue").innerText(), "Queued: reader");
  await panel.send({ kind: "queue", behind: null, next: [] }, begin!);
  assert.equal(await words.innerText(), "Reading the prompt");
  await panel.send({
    kind: "event",
    runId: MIXED.snapshot.runId,
    event: { kind: "progress", message: "reading the prompt", share: 0.4 },
  });
  assert.equal(await words.innerText(), "Reading the prompt 40 %");
  await panel.send(first!);
  assert.match(await words.innerText(), /^\d+ of [\d,]+ tokens$/);
});

test("a step is a row of tokens with its end and its time; keys walk along it and open the card", async (context) => {
  const { page } = await opened(context, hydrated(REAL));
  await stepsButton(page).click();
  const [row, step] = [page.locator("#step-row-0"), REAL.steps[0]!];
  assert.equal(await row.locator(".chips .chip").count(), step.draft.length);
  assert.match(await row.locator(".end").innerText(), /→\s+·film/);
  assert.match(
    (await row.locator(".chips").getAttribute("title")) ?? "",
    /^kept \d of \d drafted, correction “ ?film”,/,
  );
  await row.locator(".chip.rejected").first().click();
  const sentence = verdictSentence(step.verdicts[step.path.length]!, REAL.request);
  assert.equal(await page.locator(".card .sentence").innerText(), sentence);
  await page.locator("laser-step-list").focus();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".card").count(), 0);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("laser-step-list .chosen").count(), 1);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(":focus").getAttribute("id"), "card-title");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("laser-step-list:focus").count(), 1);
});

test("a step's branches are rows that its mark and a key unfold", async (context) => {
  const { trace } = receivedRun(await treeRun(3, { nodes: 31, steps: 2 }));
  const { page } = await opened(context, hydrated(trace));
  await stepsButton(page).click();
  const [row, branches] = [page.locator("#step-row-0"), page.locator("laser-step-list .branch")];
  assert.equal(await branches.count(), 0);
  await row.locator(".folded").click();
  const unfolded = await branches.count();
  assert.ok(unfolded > 1);
  assert.equal(await row.getAttribute("aria-expanded"), "true");
  await branches.first().locator(".chip").first().click();
  assert.equal(await page.locator(".card").count(), 1, "the card of a token off the kept path");
  assert.equal(await branches.first().getAttribute("aria-selected"), "true");
  await row.locator(".folded").click();
  assert.equal(await branches.count(), 0);
  assert.equal(await row.getAttribute("aria-selected"), "true");
  await page.locator("laser-step-list").focus();
  await page.keyboard.press("b");
  assert.equal(await branches.count(), unfolded);
  await page.keyboard.press("ArrowDown");
  assert.equal(await branches.nth(1).getAttribute("aria-selected"), "true");
  await page.keyboard.press("b");
  assert.equal(await branches.count(), 0);
});

test("in a narrow and low panel tokens are in view, and nothing is cut off", async (context) => {
  const { page } = await opened(context, hydrated(MIXED.trace));
  for (const size of [
    { width: 250, height: 600 },
    { width: 300, height: 400 },
  ]) {
    await page.setViewportSize(size);
    for (const view of [/^Text/, /^Steps/]) {
      await page.getByRole("button", { name: view }).click();
      const shown = page.locator(view.test("Text") ? ".stream .token" : ".chips .chip").first();
      const box = (await shown.boundingBox())!;
      assert.ok(box.y + box.height <= size.height, `${String(view)} begins at ${box.y} of ${size.height}`);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, `${scrollWidth} of ${clientWidth}`);
    }
  }
});

test("an error is shown once, wherever it came from", async (context) => {
  const failed = { ...MIXED.snapshot, ended: { finish: "failed", tracePath: null, error: ERROR } } as const;
  const down = { state: "down", stats: null, error: ERROR } as const;
  const panel = await opened(context, { kind: "snapshot", status: down, run: failed });
  assert.equal(await panel.page.locator(".error").count(), 1);
  await panel.page.locator(".error").getByRole("button", { name: "Choose Model" }).click();
  assert.deepEqual((await panel.sent()).at(-1), { kind: "fix", of: "run", at: 0 });
  await panel.send({ kind: "status", status: { ...down, error: OTHER_ERROR } });
  assert.equal(await panel.page.locator(".error").count(), 2);
});

test("1,000 tokens: a step touches the document by its own size", async (context) => {
  // One run of many: the steps of a mixed run again and again, numbered on.
  const [, ...steps] = MIXED.events;
  const long: Extract<RunEvent, { kind: "step" }>[] = [];
  let tokens = 0;
  while (tokens < 1000) {
    const event = steps[long.length % steps.length]!;
    if (event.kind !== "step") throw new Error("expected a step");
    tokens += event.pieces.length;
    long.push({ ...event, step: { ...event.step, index: long.length } });
  }
  const [before, last] = [long.slice(0, -20), long.slice(-20)];
  const run: RunSnapshot = {
    ...MIXED.snapshot,
    steps: before.map(({ step }) => step),
    pieces: before.map(({ pieces }) => pieces),
    ended: null,
  };
  const panel = await opened(context, { kind: "snapshot", status: RUNNING, run });
  const { page } = panel;
  await page.evaluate(() => {
    const counter = { added: 0 };
    Object.assign(window, { counter });
    new MutationObserver((records) => {
      for (const { addedNodes } of records) counter.added += addedNodes.length;
    }).observe(document.querySelector(".stream")!, { childList: true, subtree: true });
  });
  const startedMs = performance.now();
  await panel.send(...last.map((event): ToPanel => ({ kind: "event", runId: run.runId, event })));
  const tookMs = performance.now() - startedMs;
  const added = await page.evaluate(
    () => (window as unknown as { counter: { added: number } }).counter.added,
  );
  const drawn = last.reduce((sum, { step }) => sum + step.draft.length + 1, 0);
  console.info(
    `${tokens} tokens in ${long.length} steps; the last 20 steps took ${(tookMs / 20).toFixed(1)} ms each`,
  );
  assert.ok(added <= 8 * drawn + 200, `${added} nodes added for ${drawn} tokens`);
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  const items = await page.locator(".stream .token").count();
  assert.ok(elements < 1.6 * items + 400, `${elements} elements for ${items} tokens`);
  await stepsButton(page).click();
  assert.ok((await page.locator("laser-step-list .row").count()) < 60);
});

table("axe finds nothing in four themes", PANEL_STATES, async ({ messages, act }, context) => {
  const panel = await opened(context, ...messages);
  await act?.(panel);
  assert.deepEqual(await panel.axeInThemes(), []);
});
