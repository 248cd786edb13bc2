// Draft trees in the built side panel and trace editor: the kept path in the line, the branches folded after it, one
// cursor for text, tree and card, by mouse and by keys.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { whatIf } from "../../core/inspect/index.ts";
import { serialiseTrace } from "../../core/trace/index.ts";
import { shapeOf } from "../../webview/run/model/draftShape.ts";
import { pathUnder, flipsOfStep } from "../../webview/run/whatIf/whatIfPath.ts";
import { golden } from "../support/check.ts";
import { treeRun } from "../support/trace/treeTraces.ts";
import { fileBench } from "../support/webview/fileBench.ts";
import type { WebviewPage } from "../support/webview/page.ts";
import { receivedRun, messagesOf } from "../support/webview/panelRuns.ts";
import { ScreenReader } from "../support/webview/screenReader.ts";
import { tourLines } from "../support/webview/screenReaderTour.ts";
import { openedTrace } from "../support/webview/traceEditorPage.ts";

const bench = fileBench();

const RUN = receivedRun(await treeRun(3, { nodes: 15, steps: 9 }));
const { steps } = RUN.trace;
const SHAPES = steps.map(shapeOf);
const FOLDED = SHAPES.map(({ folded }) => folded).filter((folded) => folded > 0);

async function panelOf(context: TestContext): Promise<WebviewPage> {
  const panel = await bench.page("panel", { width: 380, height: 900 });
  context.onTestFinished(() => panel.close());
  await panel.send(...messagesOf(RUN));
  return panel;
}

test("each step shows its path, and one mark for all other tokens", async (context) => {
  const { page } = await panelOf(context);
  assert.equal(
    await page.locator(".stream .token").count(),
    SHAPES.reduce((sum, { line }) => sum + line.length, 0),
  );
  const marks = page.locator(".stream .folded");
  assert.deepEqual(
    (await marks.allTextContents()).map((text) => text.replace(/ in .*/, "")),
    FOLDED.map((folded) => `+${folded}`),
  );
  await marks.first().click();
  assert.equal(await marks.first().getAttribute("aria-expanded"), "true");
  assert.equal(await page.locator(".stream .branch").count(), SHAPES[0]!.branches.length);
  assert.equal(await page.locator(".stream .branch .token").count(), FOLDED[0]);
  await marks.first().click();
  assert.equal(await page.locator(".stream .branch").count(), 0);
});

test("a mark pressed while the cursor is in its branches takes it back to the answer", async (context) => {
  const { page } = await panelOf(context);
  await page.locator(".stream .token").first().focus();
  await page.keyboard.press("b");
  assert.equal(await page.locator(".stream .branch [aria-selected=true]").count(), 1);
  await page.locator(".stream .folded").first().click();
  assert.equal(await page.locator(".stream .branch").count(), 0);
  assert.equal(await page.locator(".stream .token[aria-selected=true]").count(), 1);
});

test("one cursor: a node of the tree is the token in its branch, with its card", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(RUN.trace));
  const step = 0;
  const { branches, depths } = SHAPES[step]!;
  const place = branches[0]!.places.at(-1)!;
  assert.equal(await page.locator("laser-draft-tree .node.sent").count(), steps[step]!.draft.length);
  await page.locator("laser-draft-tree .node.sent:not(.path)").last().click();
  const chosen = page.locator(".stream .branch .token[aria-selected=true]");
  assert.equal(await chosen.getAttribute("data-step"), String(step));
  await page.locator(`.stream .branch [data-place="${place}"]`).click();
  assert.match(
    await page.locator("#card .origin").innerText(),
    new RegExp(`Depth\\s+${depths[place]!} of .*after`),
  );
  assert.equal(await page.locator("laser-draft-tree .node[aria-selected=true]").count(), 1);
});

test("the tree scrolls to the token of the cursor", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(RUN.trace));
  await page.evaluate(() => {
    document.querySelector<HTMLElement>("laser-draft-tree")!.style.setProperty("width", "120px");
  });
  await page.locator('.stream [tabindex="0"]').focus();
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press("ArrowRight");
  const [tree, node] = await page.evaluate(() =>
    ["laser-draft-tree", 'laser-draft-tree .node[aria-selected="true"]'].map((selector) => {
      const { left, right } = document.querySelector(selector)!.getBoundingClientRect();
      return { left, right };
    }),
  );
  const scrolled = await page.locator("laser-draft-tree").evaluate((part) => part.scrollLeft);
  assert.ok(
    scrolled > 0 && node!.left >= tree!.left - 1 && node!.left < tree!.right,
    `${node!.left} of ${tree!.right}`,
  );
});

test("a filter counts what it finds in folded branches, and m goes there", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(RUN.trace));
  await page.locator("#filter").fill("@verdict:unreached");
  const unreached = steps.map(({ verdicts }) => verdicts.filter(({ kind }) => kind === "unreached").length);
  const counts = await page.locator(".stream .folded.found b").allTextContents();
  assert.deepEqual(
    counts.map((text) => Number(/\d+/.exec(text))),
    unreached.filter((count) => count > 0),
  );
  await page.locator("laser-step-table").focus();
  await page.keyboard.press("m");
  assert.equal(await page.locator(".stream .branch .token.unreached[aria-selected=true]").count(), 1);
});

test("a what-if shows the branch that a step would keep", async (context) => {
  const { page } = await openedTrace(bench, context, serialiseTrace(RUN.trace));
  const result = whatIf(RUN.trace, { kind: "strict" }, RUN.trace.request.guards);
  assert.ok(result.divergence !== null);
  const at = result.divergence.step;
  const path = pathUnder(steps[at]!, flipsOfStep(result.flips, at));
  await page.locator("#tab-whatIf").click();
  await page.getByLabel("Rule").selectOption("strict");
  assert.match(
    await page.locator(".path").innerText(),
    new RegExp(`Step ${at + 1} would keep .*\\(${path.length} tokens?\\).* it kept`, "s"),
  );
  await page.getByRole("button", { name: "Show first change" }).click();
  await page.locator("#tab-step").click();
  assert.equal(await page.locator("laser-draft-tree .node.sent.would").count(), path.length);
  assert.ok((await page.locator("laser-draft-tree .turned").count()) > 0);
});

test("axe finds nothing in the panel with branches unfolded, in four themes", async (context) => {
  const panel = await panelOf(context);
  await panel.page.locator(".stream .token").first().focus();
  await panel.page.keyboard.press("b");
  assert.deepEqual(await panel.axeInThemes(), []);
});

test("with only keys the branches announce depth, branch and verdict", async (context) => {
  const editor = await openedTrace(bench, context, serialiseTrace(RUN.trace));
  const reader = await ScreenReader.listen(editor);
  const lines = await tourLines(reader, [
    {
      title: "The answer and its branches",
      keys: [
        { tabTo: /^treeitem/ },
        ...["ArrowRight", "b", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft", "b", "Escape"],
        ...["b", "Enter", "Escape", "b", "n", "End", "b", "Home"],
      ],
    },
    {
      title: "The draft tree",
      keys: [
        { tabTo: /^treeitem .*sent, / },
        ...["ArrowRight", "ArrowDown", "ArrowDown", "Enter", "ArrowLeft", "End", "Home"],
      ],
    },
  ]);
  golden("runThrough/trees", lines.join("\n"));
});
