// What holds for each of the pages, filled with all that it can show: nothing moves if no motion is wanted, text of
// twice the size fits, and what the mouse can do keys can do.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import { KEY_GROUPS } from "../../extension/shared/keyHelp.ts";
import { table } from "../support/check.ts";
import { truncatedTexts, doubleText, hiddenControls } from "../support/webview/truncationChecks.ts";
import { mouseTargets } from "../support/webview/mouseTargets.ts";
import { movingElements } from "../support/webview/motionChecks.ts";
import { WebviewBench, type WebviewPage } from "../support/webview/page.ts";
import { populated, POPULATED_PAGES, type PopulatedPage } from "../support/webview/populatedPages.ts";
import { overflowProblems } from "../support/webview/overflowChecks.ts";

let bench: WebviewBench;
const open = new Map<PopulatedPage, Promise<WebviewPage>>();
beforeAll(async () => {
  bench = await WebviewBench.open();
});
afterAll(async () => {
  for (const webview of open.values()) await (await webview).close();
  await bench.close();
});

/** The populated page that checks share: what they change they restore, except for the last, which doubles its text. */
async function shared(shown: PopulatedPage): Promise<WebviewPage> {
  const webview = open.get(shown) ?? populated(bench, { onTestFinished: () => undefined }, shown);
  open.set(shown, webview);
  await (await webview).page.bringToFront();
  return webview;
}

table("nothing moves where the system asks for less motion", POPULATED_PAGES, async (shown) => {
  const { page } = await shared(shown);
  await page.emulateMedia({ reducedMotion: "reduce" });
  assert.deepEqual(await movingElements(page), []);
});

table(
  "nothing moves if the editor asks for less motion",
  POPULATED_PAGES.filter(({ name }) => !/pane (step|figures|about)/.test(name)),
  async (shown) => {
    const { page } = await shared(shown);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    const prefer = (less: boolean): Promise<unknown> =>
      page.evaluate((on) => document.body.classList.toggle("vscode-reduce-motion", on), less);
    await prefer(true);
    assert.deepEqual(await movingElements(page), []);
    await prefer(false);
    await page.emulateMedia({ reducedMotion: "reduce" });
  },
);

table(
  "the page ends where its contents end, and panes hold what they scroll",
  POPULATED_PAGES,
  async (shown) => {
    const { page } = await shared(shown);
    assert.deepEqual(await overflowProblems(page), []);
  },
);

test("the check finds what overflows the page, and a pane that lets it", async (context) => {
  const { page } = await populated(bench, context, POPULATED_PAGES[0]!);
  await page.evaluate(() => {
    const [pane, tall, hidden] = ["pane", "tall", "sr-only"].map((name) => {
      const part = document.createElement("div");
      part.className = name;
      return part;
    });
    pane!.style.setProperty("overflow", "auto");
    pane!.style.setProperty("height", "20px");
    tall!.style.setProperty("height", "5000px");
    pane!.append(tall!, hidden!);
    document.querySelector("main")!.append(pane!);
  });
  const strays = await overflowProblems(page);
  assert.equal(strays.length, 2, strays.join());
  assert.match(strays[0]!, /of its 5\d\d\d pixels/);
  assert.equal(strays[1], "pane");
});

table(
  "axe finds nothing in four themes with every help open",
  POPULATED_PAGES.filter(({ page }) => page === "trace"),
  async (shown) => {
    const webview = await shared(shown);
    // What is beside the pane looks the same with each.
    const part = /pane (figures|whatIf|about)/.test(shown.name) ? "[role=tabpanel]" : undefined;
    assert.deepEqual(await webview.axeInThemes(part), []);
  },
);

table("lists and signs look like the editor's own", POPULATED_PAGES, async (shown) => {
  const { page } = await shared(shown);
  const strange = await page.evaluate(() => {
    const bare = [...document.querySelectorAll("select")].filter(
      (list) => list.closest(".select")?.querySelector("svg") == null,
    );
    const glyphs = [...document.querySelectorAll("button")].filter((button) =>
      /^[×✕✖▾▴▸◂]$/u.test(button.textContent.trim()),
    );
    return [...bare, ...glyphs].map(({ outerHTML }) => outerHTML.slice(0, 120));
  });
  assert.deepEqual(strange, []);
});

/** What a click reaches without the focus, and the keys that do the same: `does` as the list of keys says it. */
const DELEGATED: readonly { readonly selector: string; readonly does: string }[] = [
  { selector: ".stream .token", does: "next token" },
  { selector: ".stream .token", does: "the token's card" },
  { selector: "laser-step-table .row", does: "move through steps and rows" },
  { selector: "laser-row-table .row", does: "move through steps and rows" },
  { selector: "laser-step-list .row", does: "move through steps and rows" },
  { selector: ".stream .folded", does: "into the branches of the step's draft, and back" },
  { selector: "laser-draft-tree .node", does: "move along a branch of a draft tree or the bars of a chart" },
  { selector: "laser-plot [data-mark]", does: "move along a branch of a draft tree or the bars of a chart" },
  { selector: "laser-plot [data-mark]", does: "choose a step or a token, filter by a bar, sort by a column" },
];

table("every mouse action has a key", POPULATED_PAGES, async (shown) => {
  const { page } = await shared(shown);
  const documented = new Set(KEY_GROUPS.flatMap(({ keys }) => keys.map(({ does }) => does)));
  for (const { does } of DELEGATED) assert.ok(documented.has(does), `no key in the list: ${does}`);
  const targets = await mouseTargets(
    page,
    DELEGATED.map(({ selector }) => selector),
  );
  assert.ok(targets.reached > (shown.isBare ? 0 : 5), `${targets.reached} targets`);
  assert.deepEqual(targets.unreached, []);
});

test("the checks find a part that only the mouse reaches, and one that moves", async (context) => {
  const { page } = await populated(bench, context, POPULATED_PAGES[0]!);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  // Of a run that does not say how far it is.
  await page.evaluate(() => {
    document.querySelector("progress")!.removeAttribute("value");
  });
  assert.match((await movingElements(page)).join(), /an animation of progress/);
  await page.evaluate(() => {
    const [listening, pointed] = [document.createElement("div"), document.createElement("div")];
    listening.addEventListener("click", () => undefined);
    pointed.style.cursor = "pointer";
    for (const part of [listening, pointed]) part.textContent = "x";
    document.querySelector("main")!.append(listening, pointed);
  });
  const { unreached } = await mouseTargets(page, []);
  assert.ok(unreached.includes("<div>x</div>"), unreached.join());
  assert.ok(
    unreached.some((markup) => markup.includes("pointer")),
    unreached.join(),
  );
});

/** A table of contents, which a narrow page leaves out, and actions that it keeps in a menu. */
const ELSEWHERE = ".contents, [popover], [popovertarget]";

// Last: the text stays as large.
table("text of twice the size fits, and every control exists", POPULATED_PAGES, async (shown) => {
  const { page } = await shared(shown);
  const controls = await hiddenControls(page, ELSEWHERE);
  await doubleText(page);
  assert.deepEqual(await truncatedTexts(page), []);
  assert.deepEqual(await hiddenControls(page, ELSEWHERE), controls);
  // A title ends in "…" if it is too long for its own line, not beside buttons that could wrap.
  const titles = await page.locator(".title h1").evaluateAll((all) => all.map((title) => title.clientWidth));
  for (const titlePx of titles) assert.ok(titlePx >= 300, `a title of ${titlePx}`);
  const width = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(width.scrollWidth <= width.clientWidth, `${width.scrollWidth} of ${width.clientWidth}`);
});
