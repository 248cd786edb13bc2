// The what-if of the trace editor in a browser: what it takes, what it keeps, and what a report opens at.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { traceMessage } from "../../support/webview/populatedPages.ts";
import { REAL } from "../../support/trace/recordedTrace.ts";

const bench = fileBench();
const K = "k: must be among the k most probable, as a number";
const P = "p: must be above this probability, as a number";
const NATS = "Maximum nats given up in the answer";

async function opened(context: TestContext): Promise<WebviewPage> {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  await editor.send(traceMessage(REAL));
  await editor.page.locator("#tab-whatIf").click();
  return editor;
}

const type = async ({ page }: WebviewPage, label: string, text: string): Promise<void> => {
  const field = page.getByLabel(label);
  await field.fill(text);
  await field.press("Tab");
};
const value = ({ page }: WebviewPage, label: string): Promise<string> => page.getByLabel(label).inputValue();

test("the curve of the budget fills its pane and names its axes", async (context) => {
  const editor = await opened(context);
  const curve = editor.page.locator(".budget-curve");
  const [pane, plot] = [
    (await editor.page.locator("#pane").boundingBox())!,
    (await curve.locator("svg").boundingBox())!,
  ];
  assert.ok(plot.width > 0.8 * pane.width, `${plot.width} of ${pane.width}`);
  const texts = (await curve.locator("svg text").allTextContents()).join(" ");
  assert.match(texts, /nats given up/);
  assert.match(texts, /EDL/);
});

test("hidden or reloaded, the page continues to judge as it did", async (context) => {
  const editor = await opened(context);
  await type(editor, K, "3");
  await type(editor, P, "0.05");
  await type(editor, NATS, "4");
  await editor.reload();
  await editor.send(traceMessage(REAL));
  assert.deepEqual(
    [await value(editor, K), await value(editor, P), await value(editor, NATS)],
    ["3", "0.05", "4"],
  );
});

table(
  "what can't be judged is not shown as if it were, and the page says so",
  [
    { name: "p above 1", label: P, typed: "3", stays: "1", said: "From 0 to 1: set to 1." },
    { name: "p below 0", label: P, typed: "-1", stays: "0", said: "From 0 to 1: set to 0." },
    {
      name: "k between",
      label: K,
      typed: "2.6",
      stays: "3",
      said: "From 1 to 128, whole numbers only: set to 3.",
    },
    {
      name: "nats below 0",
      label: NATS,
      typed: "-2",
      stays: "",
      said: "From 0, or empty for no limit: still no limit.",
    },
  ],
  async ({ label, typed, stays, said }, context) => {
    const editor = await opened(context);
    const region = editor.page.locator("laser-trace > [role=status]");
    await editor.page.getByLabel(label).fill(typed);
    await editor.page.getByLabel(label).dispatchEvent("change");
    assert.equal(await value(editor, label), stays);
    assert.equal(await region.innerText(), said);
    const box = await region.boundingBox();
    assert.ok((box?.width ?? 0) > 50, "seen, not only heard");
    await editor.page.keyboard.press("Tab");
    assert.equal(await region.getAttribute("class"), "sr-only", "until the next key");
  },
);
