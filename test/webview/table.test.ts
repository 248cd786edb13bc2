// The table of a batch run: sorted, filtered, read by keys and by screen readers, with thousands of rows.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import { WebviewBench, type WebviewPage } from "../support/webview/page.ts";
import { runMessage } from "../support/webview/runTablePage.ts";
import { THEME_KINDS } from "../support/webview/themes.ts";

let bench: WebviewBench;
beforeAll(async () => {
  bench = await WebviewBench.open();
});
afterAll(async () => {
  await bench.close();
});

async function opened(context: TestContext, message: object = runMessage(60)): Promise<WebviewPage> {
  const table = await bench.page("table", { width: 1300, height: 700 });
  context.onTestFinished(() => table.close());
  await table.send(message);
  return table;
}

const ids = ({ page }: WebviewPage): Promise<string[]> =>
  page.locator("laser-row-table .rows .cell.id").allInnerTexts();

test("rows are sorted by a click on a column head, and by a second one in reverse", async (context) => {
  const table = await opened(context);
  const head = table.page.getByRole("button", { name: "Tokens" });
  await head.click();
  const tokens = async (): Promise<number[]> =>
    (await table.page.locator(".rows .cell.tokens").allInnerTexts()).slice(0, 12).map(Number);
  const up = await tokens();
  assert.deepEqual(
    up,
    up.toSorted((a, b) => a - b),
  );
  await head.click();
  const down = await tokens();
  assert.deepEqual(
    down,
    down.toSorted((a, b) => b - a),
  );
  assert.ok(down[0]! > up[0]!);
  assert.equal(await table.page.locator("[aria-sort=descending]").count(), 1);
});

test("the filter finds ids, groups, texts and reasons, and the figures are those of what is found", async (context) => {
  const table = await opened(context);
  const { page } = table;
  await page.keyboard.press("/");
  await page.keyboard.type("item-59");
  assert.deepEqual(await ids(table), ["item-59"]);
  assert.match(await page.locator("header").innerText(), /1 of 60 rows · 1 failed/);
  await page.locator("#filter").fill("");
  await page.getByRole("checkbox", { name: "Failed rows only" }).check();
  assert.deepEqual(await ids(table), ["item-9", "item-19", "item-29", "item-39", "item-49", "item-59"]);
  await page.locator("#filter").fill("nothing has this");
  assert.match(await page.locator("laser-row-table").innerText(), /No row matches/);
});

test("keys move through the rows, show one in full, and open its trace", async (context) => {
  const table = await opened(context);
  const { page } = table;
  await page.locator("laser-row-table").focus();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  assert.match(await page.locator(".details").innerText(), /item-2[\s\S]*Film 2 is about[\s\S]*EDL/);
  assert.deepEqual((await table.sent()).at(-1), { kind: "openTrace", path: "traces/item-2.lasertrace.gz" });
  await page.keyboard.press("End");
  assert.match(await page.locator(".details").innerText(), /Failed \(variableMissing\)/);
});

test("of many rows only those near the visible part are in the document", async (context) => {
  const table = await opened(context, runMessage(5000));
  assert.ok((await ids(table)).length < 80);
  await table.page.locator("laser-row-table").focus();
  await table.page.keyboard.press("End");
  assert.ok((await ids(table)).includes("item-4999"));
});

test("lines that are not rows are counted, a longer file is called one, and an empty one waits", async (context) => {
  const table = await opened(context, runMessage(3, '{"id": "x"}\nnot JSON\n', { fileBytes: 90 * 2 ** 20 }));
  const { page } = table;
  const head = await page.locator("header").innerText();
  assert.match(head, /2 lines not shown/);
  assert.match(head, /The beginning of the file, which has 90 MiB/);
  await table.send(runMessage(0));
  assert.match(await page.locator("laser-row-table").innerText(), /No rows yet/);
});

test("axe finds nothing in four themes", async (context) => {
  const table = await opened(context);
  assert.deepEqual(await table.axeInThemes(), []);
  // What the browser draws of a check box is to fit the theme.
  for (const kind of THEME_KINDS) {
    await table.theme(kind);
    const scheme = await table.page
      .locator("label")
      .last()
      .evaluate((label) => getComputedStyle(label).colorScheme);
    assert.equal(scheme === "dark", kind === "dark" || kind === "high-contrast", kind);
  }
});

test("a file that can't be read says why", async (context) => {
  const error = { code: "runFileUnreadable", message: "It can't be read: EACCES.", nextStep: "Check it." };
  const { page } = await opened(context, { kind: "unreadable", name: "x.jsonl", error });
  assert.match(await page.locator("main").innerText(), /x\.jsonl[\s\S]*EACCES[\s\S]*Check it/);
});
