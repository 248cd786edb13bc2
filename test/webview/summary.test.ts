// The summary of a batch run in a browser: readable in both colour schemes, and hostile texts stay texts.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { test } from "vitest";
import { DEFAULT_SETTINGS } from "../../core/settings/index.ts";
import { RunTally, summaryHtml, type RunSummary } from "../../server/batch/index.ts";
import { temporaryFolder } from "../support/check.ts";
import { axe, CHROMIUM_ARGUMENTS, chromiumPath } from "../support/webview/page.ts";
import { outputRow } from "../support/webview/runTablePage.ts";

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title = 2</script>';

function summary(): RunSummary {
  const tally = new RunTally();
  const readyAt = "2026-01-02T03:04:00.000Z";
  tally.begin({ kind: "session", startedAt: readyAt, readyAt, parallel: 1, device: "cpu", rows: 40 });
  for (let place = 0; place < 40; place++) {
    const finishedAt = new Date(Date.parse(readyAt) + 500 * (place + 1)).toISOString();
    tally.take(outputRow(place, { finishedAt, ...(place === 9 && { id: HOSTILE, group: HOSTILE }) }));
  }
  const cost = { tokens: 40, ms: 800 };
  return {
    out: "items.jsonl",
    generator: "test 0",
    identity: {
      model: { name: HOSTILE, fingerprint: "m" },
      prompt: { name: "p.prompty", fingerprint: "p" },
      data: { name: "d.jsonl", fingerprint: "d" },
      values: null,
      settings: DEFAULT_SETTINGS,
      pool: null,
      published: "own",
      poolBudgetTokens: null,
      groups: null,
      historyTokens: null,
      expects: "text",
    },
    sessions: [{ kind: "session", startedAt: readyAt, readyAt, parallel: 4, device: "cpu", rows: 40 }],
    end: "complete",
    rows: 40,
    tally,
    samples: [1, 2].map((place) => ({
      kind: "plain",
      id: `item-${place}`,
      text: HOSTILE,
      isSameText: place === 1,
      wasFirst: false,
      plain: cost,
      drafted: { tokens: 40, ms: 300 + 100 * place },
    })),
    plainEvery: 20,
    badRows: { count: 3, listed: [{ line: 7, reason: HOSTILE }] },
    poolAnswers: 36,
  };
}

test("the page says what it measured, runs nothing, and reads well in both schemes", async (context) => {
  const file = path.join(temporaryFolder(context), "items.summary.html");
  writeFileSync(file, summaryHtml(summary()));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS });
  context.onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(pathToFileURL(file).href);
  assert.equal(await page.title(), "items.jsonl – LASER run");
  const text = await page.locator("main").innerText();
  assert.match(text, /40 of 40/);
  assert.match(text, /1\.78× \(95 % [\d.]+ to [\d.]+\) on 2 rows written both ways/);
  assert.match(text, /Sampled rows are written twice, one way right after the other/);
  assert.match(text, /relaxed output/);
  assert.ok(text.includes(HOSTILE));
  assert.equal(await page.locator("script, img").count(), 0);
  assert.equal(await page.locator("svg path.run").count(), 2);
  await page.emulateMedia({ colorScheme: "light" });
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await axe(page, "colours"), []);
  assert.deepEqual(complaints, []);
});
