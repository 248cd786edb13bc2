// A page that was used before is like a new one: tests must not depend on which ran first.
import assert from "node:assert/strict";
import { test } from "vitest";
import { fileBench } from "../support/webview/fileBench.ts";
import type { WebviewPage } from "../support/webview/page.ts";
import { waitForRender } from "../support/webview/waitForRender.ts";

const bench = fileBench();

/** What a test may have left on a page. */
async function traces({ page }: WebviewPage): Promise<unknown> {
  await waitForRender(page);
  return page.evaluate(() => ({
    state: (globalThis as unknown as { acquireVsCodeApi(): { getState(): unknown } })
      .acquireVsCodeApi()
      .getState(),
    size: [innerWidth, innerHeight],
    media: [
      "(forced-colors: active)",
      "(prefers-color-scheme: dark)",
      "(prefers-reduced-motion: reduce)",
    ].map((query) => matchMedia(query).matches),
    hovered: document.querySelectorAll(":hover").length,
    ownStyle: document.documentElement.style.getPropertyValue("--left"),
    visibility: document.visibilityState,
  }));
}

test("a page that is used again shows nothing of its last use", async (context) => {
  const first = await bench.page("panel");
  const asNew = await traces(first);
  await first.page.evaluate(() => {
    (globalThis as unknown as { acquireVsCodeApi(): { setState(state: unknown): void } })
      .acquireVsCodeApi()
      .setState({ left: 1 });
    document.documentElement.style.setProperty("--left", "1");
  });
  await first.page.setViewportSize({ width: 900, height: 300 });
  await first.page.emulateMedia({
    forcedColors: "active",
    colorScheme: "dark",
    reducedMotion: "no-preference",
  });
  await first.page.locator("main").hover();
  assert.notDeepEqual(await traces(first), asNew);
  await first.close();
  const again = await bench.page("panel");
  context.onTestFinished(() => again.close());
  assert.equal(again.page, first.page, "a new page was opened");
  assert.deepEqual(await traces(again), asNew);
});

test("what a test left pressed is released before the page is used again", async (context) => {
  const first = await bench.page("panel");
  await first.page.keyboard.down("Control");
  await first.page.mouse.down();
  await first.close();
  const again = await bench.page("panel");
  context.onTestFinished(() => again.close());
  const moved = again.page.evaluate(
    () =>
      new Promise((resolve) => {
        const report = ({ ctrlKey, buttons }: MouseEvent): void => {
          resolve({ ctrlKey, buttons });
        };
        document.addEventListener("mousemove", report, { once: true });
      }),
  );
  await again.page.mouse.move(50, 50);
  assert.deepEqual(await moved, { ctrlKey: false, buttons: 0 });
});

test("a page that is closed twice is not given to two tests", async (context) => {
  const first = await bench.page("panel");
  await first.close();
  await first.close();
  const [one, other] = [await bench.page("panel"), await bench.page("panel")];
  for (const page of [one, other]) context.onTestFinished(() => page.close());
  assert.notEqual(one.page, other.page);
});

test("a page that reported an error fails its test, and is not used again", async (context) => {
  const first = await bench.page("panel");
  await first.page.evaluate(() => {
    reportError(new Error("something broke"));
  });
  await assert.rejects(first.close(), /something broke/);
  const next = await bench.page("panel");
  context.onTestFinished(() => next.close());
  assert.notEqual(next.page, first.page);
});
