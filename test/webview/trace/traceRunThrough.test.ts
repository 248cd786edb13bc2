// The built trace editor used only by keys, as a screen reader announces it: every stop of the Tab key, and a tour through
// all its
// parts with what live regions say. The golden files are what it announces.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "vitest";
import type { ToTraceEditor } from "../../../extension/shared/traceEditor.ts";
import { golden, repositoryFolder } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { stopLines, tourLines, type TourPart } from "../../support/webview/screenReaderTour.ts";
import { NO_PLAIN } from "../../support/webview/traceEditorPage.ts";
import { ScreenReader } from "../../support/webview/screenReader.ts";

const bench = fileBench();

const TEXT = readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8");
const TRACE: ToTraceEditor = {
  kind: "trace",
  file: { name: "film-laser.lasertrace", bytes: new TextEncoder().encode(TEXT) },
};

async function opened(context: TestContext): Promise<WebviewPage> {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  await editor.send(TRACE, NO_PLAIN);
  return editor;
}

test("Tab reaches every control once, each with a name of its own", async (context) => {
  const editor = await opened(context);
  const reader = await ScreenReader.listen(editor);
  const text: string[] = [];
  for (const pane of ["step", "figures", "whatIf", "about"]) {
    await editor.page.locator(`#tab-${pane}`).click();
    // Above the pane the stops are the same: the click has put the focus on its tab.
    const from = pane === "step" ? "start" : "focus";
    const lines = await stopLines(reader, from);
    text.push(`# Pane ${pane}${from === "start" ? "" : ", from its tab"}`, ...lines, "");
  }
  golden("runThrough/trace-stops", text.join("\n"));
});

const TOUR: readonly TourPart[] = [
  {
    title: "The answer",
    keys: [
      { tabTo: /^option/ },
      ...["ArrowRight", "ArrowDown", "ArrowLeft", "End", "Home"],
      ...["n", "n", "n", "p", "Home", "r", "r", "Shift+R", "d", "d", "d", "Shift+D", "Shift+D"],
      ...["m", "m", "f", "c", "g", "ArrowRight", "g", "g"],
    ],
  },
  {
    title: "The card",
    keys: [
      ...["Home", "n", "Enter", "Tab", "Tab", "Enter", "Escape", "Enter", "Tab"],
      // The button goes away with its pane.
      ...["2", "1", "Shift+Tab", "Shift+Tab"],
    ],
  },
  {
    title: "The draft tree",
    keys: [
      { tabTo: /^treeitem/ },
      ...["ArrowDown", "Enter", "ArrowUp", "ArrowLeft", "Home", "Enter", "ArrowRight", "End", "Enter"],
    ],
  },
  {
    title: "Figures",
    keys: [
      { tabTo: /^button "Compare/ },
      { tabTo: /^tab "Step/ },
      ...["ArrowRight", "Tab", "Tab", "Enter", "Tab", "Enter", "Tab"],
      { tabTo: /^button "Position 0/ },
      ...["ArrowRight", "End", "Enter"],
    ],
  },
  {
    title: "What if",
    keys: [
      "3",
      { tabTo: /^tabpanel/ },
      ...["Tab", "Tab", "ArrowLeft", "f", "f"],
      { tabTo: /^tabpanel/ },
      { tabTo: /^button "Show first/ },
      ...["Enter"],
      { tabTo: /^button "Reset to/ },
      ...["Enter"],
      { tabTo: /^button "Use it/ },
      ...["Enter", "4", "1"],
    ],
  },
  {
    title: "The filter",
    keys: [
      ...["/", "Escape"],
      { type: "@verdicts:" },
      "Escape",
      { type: "@verdict:kept" },
      ...["Enter", "m", "Shift+M", "/", "Tab", "Tab", "Enter", "Shift+Tab"],
      ...["/", "Tab", "Tab", "Tab", "Enter", "Enter", "/", "Escape"],
      { type: "@rank>9" },
      ...["Enter", "Escape", "Escape"],
    ],
  },
  {
    title: "Steps",
    keys: [
      { tabTo: /^slider/ },
      ...["ArrowRight", "End", "PageDown", "+", "0"],
      { tabTo: /^row/ },
      ...["ArrowDown", "End", "ArrowUp", "Home"],
      { tabTo: /"Drafted"/ },
      ...["Enter", "Enter"],
      { tabTo: /^button "Verify ms/ },
      ...["Enter"],
    ],
  },
  {
    title: "Keys",
    keys: [
      ...["?", "Tab", "?", "?", "Escape"],
      { tabTo: /^button "Keys/ },
      ...["Enter", "Tab", "Enter", "Enter", "Escape"],
    ],
  },
];

test("a tour of every part by keys announces where it is, and the effect of each key", async (context) => {
  const editor = await opened(context);
  const reader = await ScreenReader.listen(editor);
  golden("runThrough/trace-tour", (await tourLines(reader, TOUR)).join("\n"));
  const commands = (await editor.sent()).map((message) => (message as { kind: string }).kind);
  assert.deepEqual(commands, ["ready", "copy", "continueFrom"]);
});
