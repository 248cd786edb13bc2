// The side panel for everyone: room for the answer beside an open card, keys for everything, classes distinguishable without
// colour, large text, no motion if none is wanted.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import type { ToPanel } from "../../extension/shared/panel.ts";
import { classMeaning, FOLDED_MEANING, SHOWN_CLASSES } from "../../webview/run/model/items.ts";
import { table } from "../support/check.ts";
import { contrast } from "../support/webview/contrast.ts";
import { truncatedTexts, doubleText } from "../support/webview/truncationChecks.ts";
import { waitForRender } from "../support/webview/waitForRender.ts";
import { fileBench } from "../support/webview/fileBench.ts";
import type { WebviewPage } from "../support/webview/page.ts";
import { messagesOf, panelRun, READY, snapshotOf } from "../support/webview/panelRuns.ts";
import { THEME_KINDS } from "../support/webview/themes.ts";

const bench = fileBench();

/** Drafts of every verdict, steps of every kind. */
const MIXED = panelRun(16, 60);
const POPULATED: ToPanel = { kind: "snapshot", status: READY, run: snapshotOf(MIXED.trace) };
const EMPTY: ToPanel = { kind: "snapshot", status: READY, run: null };

async function opened(
  context: TestContext,
  message: ToPanel,
  size = { width: 280, height: 800 },
): Promise<WebviewPage> {
  const panel = await bench.page("panel", size);
  context.onTestFinished(() => panel.close());
  await panel.send(message);
  return panel;
}

const boxOf = async ({ page }: WebviewPage, selector: string) => {
  const box = await page.locator(selector).boundingBox();
  assert.ok(box !== null, `${selector} is drawn`);
  return { ...box, bottom: box.y + box.height };
};

table(
  "an open card leaves room for the answer, with the cursor's token in it",
  [280, 420, 900].flatMap((width) =>
    [600, 800].map((height) => ({ name: `${width} × ${height}`, width, height })),
  ),
  async ({ width, height }, context) => {
    const panel = await opened(context, POPULATED, { width, height });
    for (const token of [".token.rejected >> nth=0", ".token.correction >> nth=-1"]) {
      await panel.page.locator(".stream").locator(token).click();
      await waitForRender(panel.page);
      const card = await boxOf(panel, ".card");
      const stream = await boxOf(panel, ".stream");
      const chosen = await boxOf(panel, ".stream [aria-selected=true]");
      assert.ok(card.height <= 0.45 * height, `the card is ${card.height} of ${height} high`);
      // At 13 pixels and 1.9 a line: seven lines.
      assert.ok(stream.height >= 7 * 1.9 * 13, `the stream is ${stream.height} high`);
      assert.ok(chosen.y >= stream.y && chosen.bottom <= stream.bottom, `${token} is in view`);
    }
  },
);

test("the card is resized by keys and by the mouse, made short, and keeps its size", async (context) => {
  const panel = await opened(context, POPULATED);
  const { page } = panel;
  const height = async () => (await boxOf(panel, ".card")).height;
  const divider = page.getByRole("separator", { name: "Height of the card" });
  await page.locator(".stream .token.rejected").first().click();
  await divider.focus();
  await page.keyboard.press("End");
  assert.equal(await divider.getAttribute("aria-valuenow"), "50");
  const most = await height();
  await page.keyboard.press("ArrowDown");
  assert.equal(await divider.getAttribute("aria-valuenow"), "45");
  await page.keyboard.press("Home");
  assert.equal(await height(), 0.15 * 800);
  const { x, y, width } = await boxOf(panel, ".divider");
  await page.mouse.move(x + width / 2, y + 4);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, 0);
  await page.mouse.up();
  assert.equal(await height(), most);
  const stream = (await boxOf(panel, ".stream")).height;
  const details = page.getByRole("button", { name: "Details" });
  assert.equal(await details.getAttribute("aria-expanded"), "true");
  await details.press("Enter");
  assert.equal(await details.getAttribute("aria-expanded"), "false");
  assert.ok((await boxOf(panel, ".stream")).height > stream + 100, "the answer gets the room");
  assert.equal(await divider.count(), 0);
  await page.locator(".card .sentence").waitFor();
  await panel.reload();
  await panel.send(POPULATED);
  assert.equal(await details.getAttribute("aria-expanded"), "false");
});

test("the tab key reaches every control, in visual order", async (context) => {
  const { page } = await opened(context, POPULATED);
  await page.locator(".stream .token.rejected").first().click();
  // As long as the page has the focus anywhere, Tab starts there.
  await page.getByRole("button", { name: "Marks" }).click();
  await page.getByRole("button", { name: "Run Again" }).focus();
  const names: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    const name = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      if (at === document.body) return "";
      if (at.classList.contains("token")) return "token";
      return at.getAttribute("aria-label") ?? at.dataset.class ?? at.innerText.replace(/\s+\d*$/, "");
    });
    if (name === "" || name === names[0]) break;
    names.push(name);
    await page.keyboard.press("Tab");
  }
  assert.deepEqual(names, [
    ...["Run Again", "Open trace", "Settings", "Measure plain run", "Text", "Steps (25)", "Marks"],
    ...SHOWN_CLASSES,
    ...["token", "Height of the card", "Details", "Close (Escape)"],
  ]);
});

table(
  "every class is explained in words",
  [
    { name: "before the first run", message: EMPTY, isOpened: false },
    { name: "beside a run, once it is asked for", message: POPULATED, isOpened: true },
  ],
  async ({ message, isOpened }, context) => {
    const { page } = await opened(context, message);
    if (isOpened) {
      assert.equal(await page.locator(".classes").count(), 0);
      await page.getByRole("button", { name: "Marks" }).press("Enter");
    }
    const rows = await page.locator(".classes > div").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\n+/)),
      [...SHOWN_CLASSES.map((name) => [name, classMeaning(name)]), ["+12", FOLDED_MEANING]],
    );
  },
);

test("the empty panel says in two sentences what to do, and its button does it", async (context) => {
  const panel = await opened(context, EMPTY);
  const text = await panel.page.locator(".empty p").first().innerText();
  assert.equal(text.match(/\.( |$)/g)?.length, 2, text);
  assert.match(text, /Open a prompt file .*press Generate\./);
  await panel.page.getByRole("button", { name: "Generate" }).press("Enter");
  assert.deepEqual((await panel.sent()).at(-1), { kind: "command", command: "generate" });
});

interface Mark {
  readonly name: string;
  /** Lines, frame, slant and symbols: what is left without colour. */
  readonly shape: string;
  /** The most visible colour of the mark, of its text, and their background. */
  readonly mark: string;
  readonly text: string;
  readonly background: string;
}

/** Each class as the stream draws it. */
function marksOf({ page }: WebviewPage): Promise<Mark[]> {
  return page.evaluate((classes) => {
    const stream = document.querySelector(".stream")!;
    return classes.map((name) => {
      const token = stream.querySelector(`.token.${name}:not(.control)`)!;
      const style = getComputedStyle(token);
      const hasFrame = style.borderTopStyle !== "none";
      const shape = [
        style.textDecorationLine,
        style.textDecorationStyle,
        hasFrame ? style.borderTopStyle : "no frame",
        style.fontStyle,
        getComputedStyle(token, "::before").content,
        getComputedStyle(token, "::after").content,
      ].join(" | ");
      const mark = hasFrame ? style.borderTopColor : style.textDecorationColor;
      return { name, shape, mark, text: style.color, background: getComputedStyle(stream).backgroundColor };
    });
  }, SHOWN_CLASSES);
}

table(
  "classes differ without colour, and their marks are visible",
  [...THEME_KINDS, "forced colours" as const].map((name) => ({ name })),
  async ({ name }, context) => {
    const panel = await opened(context, POPULATED);
    if (name === "forced colours") await panel.page.emulateMedia({ forcedColors: "active" });
    else await panel.theme(name);
    const marks = await marksOf(panel);
    const shapes = new Set(marks.map(({ shape }) => shape));
    assert.equal(shapes.size, SHOWN_CLASSES.length, marks.map((mark) => mark.shape).join("\n"));
    for (const { name: shown, mark, text, background } of marks) {
      // WCAG 2.2: 1.4.11 for what carries meaning, 1.4.3 for text.
      assert.ok(contrast(mark, background) >= 3, `${shown}: ${mark} on ${background}`);
      assert.ok(contrast(text, background) >= 4.5, `${shown}: ${text} on ${background}`);
    }
  },
);

table(
  "text of twice the size fits",
  [
    { name: "empty", message: EMPTY, opensCard: false },
    { name: "populated", message: POPULATED, opensCard: false },
    { name: "an open card and the steps", message: POPULATED, opensCard: true },
  ],
  async ({ message, opensCard }, context) => {
    const panel = await opened(context, message, { width: 300, height: 800 });
    const { page } = panel;
    await doubleText(page);
    if (opensCard) {
      await page.locator(".stream .token.rejected").first().click();
      await page.getByRole("button", { name: /^Steps/ }).click();
      await page.locator(".row").first().waitFor();
    }
    assert.deepEqual(await truncatedTexts(page), []);
    if (opensCard) {
      const rows = await page.locator(".row").evaluateAll((all) =>
        all.slice(0, 3).map((row) => {
          const { height } = row.getBoundingClientRect();
          return { height, text: row.querySelector(".index")!.getBoundingClientRect().height };
        }),
      );
      for (const { height, text } of rows) assert.ok(height >= text, `a row of ${height} for ${text}`);
    }
  },
);

test("nothing moves if no motion is wanted", async (context) => {
  const panel = await opened(context, EMPTY);
  const { page } = panel;
  // The prompt is read: how far, is not known yet.
  await panel.send(...messagesOf(MIXED).slice(1, 3));
  const moving = () => page.evaluate(() => document.getAnimations().length);
  assert.equal(await moving(), 0, "the system asks for less motion");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.equal(await moving(), 1, "the bar of progress");
  await page.evaluate(() => {
    document.body.classList.add("vscode-reduce-motion");
  });
  assert.equal(await moving(), 0, "the editor asks for less motion");
});
