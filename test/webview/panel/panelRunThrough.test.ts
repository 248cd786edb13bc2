// The built side panel and compare page used only by keys, as a screen reader announces them: the stops of the Tab key, what live
// regions say of a run as it continues, and where the focus goes when its button goes away.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ANNOUNCE_EVERY_MS } from "../../../webview/panel/announcer.ts";
import { golden } from "../../support/check.ts";
import { openedComparison, tracesMessage } from "../../support/webview/comparePages.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { messagesOf, panelRun, READY, RUNNING } from "../../support/webview/panelRuns.ts";
import { plainTrace, wordTokens } from "../../support/trace/plainTraces.ts";
import { stopLines, tourLines } from "../../support/webview/screenReaderTour.ts";
import { ScreenReader } from "../../support/webview/screenReader.ts";

const bench = fileBench();

test("the side panel announces a run from its start to its end", async (context) => {
  const panel = await bench.page("panel");
  context.onTestFinished(() => panel.close());
  const reader = await ScreenReader.listen(panel);
  const { page } = panel;
  // How much is said depends on the time that goes by: here it stands still, or advances by as much as a summary waits for.
  await page.evaluate(() => {
    Object.assign(window, { nowMs: 0 });
    performance.now = () => (window as unknown as { nowMs: number }).nowMs;
  });
  const later = () =>
    page.evaluate((waitMs) => {
      (window as unknown as { nowMs: number }).nowMs += waitMs;
    }, ANNOUNCE_EVERY_MS);
  const text: string[] = [];
  const part = async (title: string): Promise<void> => {
    const said = (await reader.messages()).map((message) => `    says “${message}”`);
    text.push(`# ${title}`, ...said, ...(await stopLines(reader)), "");
  };
  const messages = messagesOf(panelRun(16, 12));
  await panel.send({ kind: "snapshot", status: READY, run: null });
  await part("Before the first run");
  // The button is pressed, and goes away with the empty page.
  await reader.tabTo(/^button "Generate"/);
  await panel.send({ kind: "status", status: RUNNING }, ...messages.slice(1, 5));
  assert.match((await reader.stop())?.spoken ?? "", /^button "Stop"/);
  await part("The first steps");
  await reader.tabTo(/^button "Stop"/);
  await panel.send(...messages.slice(5, 8));
  await later();
  await panel.send(...messages.slice(8, 11));
  await part("Later steps");
  await reader.tabTo(/^button "Stop"/);
  await panel.send(...messages.slice(11));
  assert.match((await reader.stop())?.spoken ?? "", /^button "Run Again"/);
  await part("The end");
  const tour = [
    { tabTo: /^option/ },
    ...["n", "r", "Home", "p", "Enter", "Tab", "Tab", "Enter", "Escape"],
    ...["End", "Enter", "Tab", "Tab"],
    { tabTo: /Steps/ },
    "Enter",
    { tabTo: /^option/ },
    ...["Home", "ArrowDown", "ArrowRight"],
  ];
  text.push(...(await tourLines(reader, [{ title: "A tour", keys: tour }])));
  golden("runThrough/panel", text.join("\n"));
});

test("the compare page announces which traces diverge where", async (context) => {
  const [left, right] = ["one two three four five six", "one two 3 four five"].map((text) =>
    plainTrace(wordTokens(text)),
  );
  const compare = await openedComparison(bench, context, tracesMessage(left!, right!));
  const reader = await ScreenReader.listen(compare);
  const text = ["# Stops", ...(await stopLines(reader)), ""];
  const keys = [
    { tabTo: /^option/ },
    ...["n", "n", "n", "p", "ArrowRight", "ArrowDown", "Tab", "Enter", "Tab", "Enter", "Tab", "Enter"],
    ...["Home", "End", "Escape"],
    { tabTo: /^button "All figures/ },
    ...["Enter", "Tab", "Enter"],
  ];
  text.push(...(await tourLines(reader, [{ title: "A tour", keys }])));
  golden("runThrough/compare", text.join("\n"));
});
