// The built compare page in a browser: traces in, one pair side by side, by mouse and by keys.
import assert from "node:assert/strict";
import { test } from "vitest";
import { compareAnswers, compareFigures } from "../../../core/inspect/index.ts";
import { traceMetrics, verdictSentence } from "../../../core/trace/index.ts";
import { openedComparison, sweepMessage, tracesMessage } from "../../support/webview/comparePages.ts";
import { waitForRender } from "../../support/webview/waitForRender.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { plainTrace, wordTokens } from "../../support/trace/plainTraces.ts";
import { REAL } from "../../support/trace/recordedTrace.ts";
import { randomTrace } from "../../support/trace/randomTraces.ts";

const bench = fileBench();

const LEFT = plainTrace([
  ...wordTokens("The first line\nA quick fox runs home today\nThe last line of all"),
  "<end>",
]);
const RIGHT = plainTrace([
  ...wordTokens("The first line\nA slow fox runs home today\nThe last line of all and more"),
  "<end>",
]);

const focused = ({ page }: WebviewPage): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const side = at.closest<HTMLElement>("[data-side]")?.dataset.side;
    return side === undefined ? at.innerText : `${side}: ${at.innerText}`;
  });
const press = async (compare: WebviewPage, ...keys: readonly string[]): Promise<string> => {
  for (const key of keys) {
    await compare.page.keyboard.press(key);
    await waitForRender(compare.page);
  }
  return focused(compare);
};

test("the page reports that it is ready, and shows both texts level, differences framed", async (context) => {
  const compare = await openedComparison(bench, context, tracesMessage(LEFT, RIGHT));
  assert.deepEqual(await compare.sent(), [{ kind: "ready" }]);
  const rows = await compare.page
    .locator(".row")
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll(".cell")].map((cell) =>
          [...cell.querySelectorAll(".token")]
            .map((token) => (token.closest(".change") ? `[${token.textContent}]` : token.textContent))
            .join(""),
        ),
      ),
    );
  assert.deepEqual(rows, [
    ["The first line⏎", "The first line⏎"],
    ["A[ quick] fox runs home today⏎", "A[ slow] fox runs home today⏎"],
    ["The last line of all<end>", "The last line of all[ and][ more]<end>"],
  ]);
  assert.deepEqual(await compare.page.locator(".gutter").allInnerTexts(), ["", "≠", "▸"]);
  const tops = await compare.page
    .locator(".row")
    .evaluateAll((all) =>
      all.map((row) => new Set([...row.children].map((cell) => cell.getBoundingClientRect().top)).size),
    );
  assert.deepEqual(tops, [1, 1, 1], "the cells of a row begin at the same height");
});

test("the first divergence says how many tokens are alike, what each wrote and why", async (context) => {
  const { page } = await openedComparison(bench, context, tracesMessage(LEFT, RIGHT));
  const text = await page.locator(".divergence").innerText();
  assert.match(text, /diverge after 5 tokens\. Each wrote the target's choice/);
  assert.deepEqual(
    (await page.locator(".parted dd .token").allInnerTexts()).map((shown) => shown.trim()),
    ["·quick", "·slow"],
  );
  await page.getByRole("button", { name: "Go there" }).click();
  await page.locator(".change.current").first().waitFor();
});

test("answers that read the same say so", async (context) => {
  const { page } = await openedComparison(bench, context, tracesMessage(LEFT, LEFT));
  assert.match(await page.locator(".divergence").innerText(), /No divergence: both answers are the same/);
  assert.equal(await page.locator(".change").count(), 0);
  assert.match(await page.locator(".text-head").innerText(), /0 differences/);
});

test("figures are the traces', each against the baseline's, with its definition on demand", async (context) => {
  const [a, b] = [randomTrace(5, 30), randomTrace(9, 30)];
  const { page } = await openedComparison(bench, context, tracesMessage(a, b));
  const cell = (figure: string) => page.locator(`[data-figure=${figure}] td`);
  const speeds = [traceMetrics(a), traceMetrics(b)].map(({ tokensPerSecond }) => tokensPerSecond!);
  assert.match(await cell("tokensPerSecond").nth(0).innerText(), new RegExp(`^${speeds[0]!.toFixed(1)} `));
  assert.match(
    await cell("tokensPerSecond").nth(1).innerText(),
    new RegExp(`${(speeds[1]! / speeds[0]!).toFixed(2)}× ${speeds[1]! > speeds[0]! ? "better" : "worse"}$`),
  );
  const summary = page.locator("[data-figure=edl] summary");
  assert.equal(await page.getByText("Effective decoding length").first().isVisible(), false);
  await summary.press("Enter");
  await page.locator("[data-figure=edl] p").waitFor();
  assert.equal(await page.locator("[data-figure]").count(), 7);
  await page.getByRole("button", { name: "All figures" }).press("Enter");
  assert.equal(await page.locator("[data-figure]").count(), compareFigures([a, b], 0).length);
});

test("differing conditions are named, and nothing is shown without any", async (context) => {
  const other = plainTrace(wordTokens("The first line"), { generator: "laser-inspector 9.9.9" });
  const like = await openedComparison(bench, context, tracesMessage(LEFT, LEFT));
  assert.equal(await like.page.locator(".unlike").count(), 0);
  const { page } = await openedComparison(bench, context, tracesMessage(LEFT, other));
  const texts = await page.locator(".unlike li").allInnerTexts();
  assert.equal(texts.length, 2, texts.join("\n"));
  assert.match(texts.join("\n"), /token limits differ[\s\S]*9\.9\.9/);
});

test("keys lead from difference to difference, and through the tokens of each side", async (context) => {
  const compare = await openedComparison(bench, context, tracesMessage(LEFT, RIGHT));
  const told = compare.page.locator("[role=status]");
  assert.equal(await press(compare, "n"), "left:  quick");
  assert.equal(await told.innerText(), "Difference 1 of 2: A has 1 token, B has 1 token.");
  assert.equal(await press(compare, "F7"), "right:  and");
  assert.equal(await told.innerText(), "Difference 2 of 2: A has nothing, B has 2 tokens.");
  assert.equal(await press(compare, "n"), "left:  quick", "it goes around");
  assert.equal(await press(compare, "Shift+F7"), "right:  and");
  assert.equal(await press(compare, "p"), "left:  quick");
  assert.equal(await press(compare, "ArrowRight"), "left:  fox");
  assert.equal(await press(compare, "ArrowLeft", "ArrowLeft"), "left: A");
  assert.equal(await press(compare, "Tab"), "right: A", "Tab crosses over within the row");
  assert.equal(await press(compare, "ArrowDown"), "right: The");
  assert.equal(await press(compare, "ArrowUp", "ArrowUp", "ArrowUp"), "right: The");
  assert.equal(await press(compare, "End"), "right: <end>");
  assert.equal(await press(compare, "Home"), "right: The");
});

test("a token's card shows the sentence of its verdict, by click and by key", async (context) => {
  const compare = await openedComparison(bench, context, tracesMessage(REAL, LEFT));
  const { page } = compare;
  await page.getByRole("checkbox", { name: "Drafts not kept" }).press("Space");
  for (const step of REAL.steps) {
    for (const [place, verdict] of step.verdicts.entries()) {
      await page.locator(`[data-side=left] [data-step="${step.index}"][data-place="${place}"]`).click();
      assert.equal(await page.locator(".card .sentence").innerText(), verdictSentence(verdict, REAL.request));
    }
  }
  await page.getByRole("button", { name: "Close (Escape)" }).click();
  assert.equal(await page.locator(".card").count(), 0);
  await press(compare, "Home", "Enter");
  await page.locator("#card-title:focus").waitFor();
  await press(compare, "Escape");
  assert.equal(await page.locator(".card").count(), 0);
  assert.match(await focused(compare), /^left: /, "the token has the keyboard again");
});

test("drafts that were not kept are shown on request", async (context) => {
  const { page } = await openedComparison(bench, context, tracesMessage(REAL, LEFT));
  const ghosts = page.locator(".row .token.rejected, .row .token.unreached");
  assert.equal(await ghosts.count(), 0);
  await page.getByRole("checkbox", { name: "Drafts not kept" }).click();
  const { rejected, unreached } = traceMetrics(REAL);
  assert.equal(await ghosts.count(), rejected + unreached);
});

test("of three traces the baseline is beside the one that differs most, not beside its double", async (context) => {
  const [same, double, unlike] = ["a b c d", "a b c d", "a x y z"].map((text) =>
    plainTrace(wordTokens(text)),
  );
  const { page } = await openedComparison(bench, context, tracesMessage(same!, double!, unlike!));
  assert.match(await page.locator(".divergence").innerText(), /diverge after 1 token/);
  assert.deepEqual(await page.locator(".parted .tag").allInnerTexts(), ["A", "C"]);
});

test("of more than two traces each column says where it leaves the baseline, whichever pair is shown", async (context) => {
  const { page } = await openedComparison(bench, context, tracesMessage(LEFT, LEFT, RIGHT));
  const cells = page.locator("[data-text] td");
  assert.deepEqual(await cells.allInnerTexts(), ["–", "the same text", "after 5 tokens “·slow”"]);
  await page.getByRole("radio", { name: "C on the left" }).click();
  assert.deepEqual(await cells.allInnerTexts(), ["after 5 tokens “·quick”", "after 5 tokens “·quick”", "–"]);
  const two = await openedComparison(bench, context, tracesMessage(LEFT, RIGHT));
  assert.equal(await two.page.locator("[data-text]").count(), 0);
});

test("sides are swapped, and of more than two traces radio buttons pick the pair", async (context) => {
  const compare = await openedComparison(bench, context, tracesMessage(LEFT, RIGHT, REAL));
  const { page } = compare;
  const heads = async () =>
    (await page.locator(".text-head .columns > div").allInnerTexts()).map((head) => head.split(" ")[0]!);
  const radio = (name: string) => page.getByRole("radio", { name });
  assert.deepEqual(await heads(), ["A", "C"], "the one that differs most");
  await radio("B on the right").click();
  assert.deepEqual(await heads(), ["A", "B"]);
  await radio("C on the right").click();
  assert.deepEqual(await heads(), ["A", "C"]);
  await radio("C on the left").press("Space");
  assert.deepEqual(await heads(), ["C", "A"], "what the other side shows is exchanged");
  assert.match(await page.locator("thead th", { hasText: "baseline" }).innerText(), /^C/);
  assert.ok(await radio("A on the right").isChecked());
  await page.getByRole("button", { name: "Swap sides" }).click();
  assert.deepEqual(await heads(), ["A", "C"]);
  await page.getByRole("button", { name: "Choose another…: B" }).click();
  await page.getByRole("button", { name: "Open: C" }).click();
  await page.getByRole("button", { name: "Remove: B" }).click();
  await page.getByRole("button", { name: "Add a trace…" }).click();
  assert.deepEqual((await compare.sent()).slice(1), [
    { kind: "choose", place: 1 },
    { kind: "open", place: 2 },
    { kind: "remove", place: 1 },
    { kind: "choose", place: 3 },
  ]);
});

test("strategies that ran more than once have their median speed with its range", async (context) => {
  const { page } = await openedComparison(bench, context, tracesMessage(LEFT, REAL, LEFT));
  const rounds = await page.locator(".rounds li").allInnerTexts();
  assert.equal(rounds.length, 2);
  assert.match(rounds[0]!, /^plain, 2 runs: median 48\.8 tokens\/s \(48\.8 to 48\.8\)$/);
});

test("a file that is not a trace says why in its own place, and the others are compared", async (context) => {
  const message = tracesMessage(LEFT, '{"format": "lasertrace", "version": 7}', RIGHT);
  const { page } = await openedComparison(bench, context, message);
  assert.match(
    await page.locator(".trace .error").innerText(),
    /has version 7; this program reads versions 1 and 2\.[\s\S]*Update LASER Inspector/,
  );
  assert.equal(await page.locator("thead th").count(), 3);
  assert.equal(await page.locator(".row").count(), 3);
  const alone = await openedComparison(bench, context, tracesMessage(LEFT, "no trace"));
  assert.match(await alone.page.locator("main").innerText(), /A comparison needs two readable traces/);
});

test("the pair, ghosts and all figures are as they were after a reload, wherever the traces are then", async (context) => {
  const message = tracesMessage(LEFT, RIGHT, REAL);
  const compare = await openedComparison(bench, context, message);
  const { page } = compare;
  await page.getByRole("radio", { name: "C on the right" }).click();
  await page.getByRole("checkbox", { name: "Drafts not kept" }).click();
  await page.getByRole("button", { name: "All figures" }).click();
  await compare.reload();
  const state = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem("state") ?? "null") as Record<string, unknown>,
  );
  // A press scrolls to what is pressed.
  assert.deepEqual(
    { ...state, scrolledPx: 0 },
    {
      uris: message.files.map(({ uri }) => uri),
      byPrompt: false,
      left: 0,
      right: 2,
      hasGhosts: true,
      hasAllFigures: true,
      cursor: null,
      isCardOpen: false,
      isCardShort: true,
      scrolledPx: 0,
    },
  );
  const [left, , right] = message.files;
  await compare.send({ ...message, files: [right!, left!] });
  assert.ok(await page.getByRole("checkbox", { name: "Drafts not kept" }).isChecked());
  await page.getByRole("button", { name: "Fewer figures" }).waitFor();
  const heads = await page.locator(".text-head .columns > div").allInnerTexts();
  assert.match(heads.join("\n"), /^B plain[\s\S]*\nA laser/);
});

test("cursor, open card and scroll are restored after a reload, and reset with the pair", async (context) => {
  const words = wordTokens("one two three four five\n".repeat(200));
  const [left, right] = [plainTrace(words), plainTrace(words.with(700, " other"))];
  const message = tracesMessage(left, right, REAL);
  const compare = await openedComparison(bench, context, message);
  const { page } = compare;
  await page.keyboard.press("n");
  const current = page.locator('.row [data-side="left"] [aria-selected="true"]');
  await current.press("Enter");
  await page.getByRole("button", { name: "Details" }).click();
  const title = await page.locator("#card-title").innerText();
  const place = async () => ({
    scrolled: await page.evaluate(() => window.scrollY),
    token: await current.innerText(),
  });
  const before = await place();
  assert.ok(before.scrolled > 500, `scrolled by ${before.scrolled}`);
  await page.waitForFunction((wanted) => {
    const kept = JSON.parse(sessionStorage.getItem("state") ?? "{}") as { scrolledPx?: number };
    return kept.scrolledPx === wanted;
  }, before.scrolled);
  await compare.reload();
  await compare.send(message);
  await page.waitForFunction((wanted) => Math.abs(window.scrollY - wanted) < 40, before.scrolled);
  assert.equal((await place()).token, before.token);
  assert.equal(await page.locator("#card-title").innerText(), title);
  assert.equal(await page.getByRole("button", { name: "Details" }).getAttribute("aria-expanded"), "true");
  await compare.reload();
  await compare.send({ kind: "traces", files: message.files.slice(1) });
  assert.equal(await page.locator("#card-title").count(), 0);
  assert.equal(await page.evaluate(() => window.scrollY), 0);
});

test("the differences that the page counts are those of the comparison", async (context) => {
  const [a, b] = [randomTrace(22, 60), randomTrace(23, 60)];
  const { page } = await openedComparison(bench, context, tracesMessage(a, b));
  const { segments } = compareAnswers(a, b);
  const count = segments.filter(({ kind }) => kind !== "same").length;
  assert.match(await page.locator(".text-head .count").innerText(), new RegExp(`^${count} difference`));
});

test("three settings are a chart and a list: what each costs, gives up and writes, and one can be used", async (context) => {
  const runs = ["one two three four", "one two 3 four", "one 2 3 4"].map((text, i) => {
    const trace = plainTrace(wordTokens(text));
    const rule = { kind: "relaxed", topK: i + 1, minProbability: 0.1 } as const;
    return i === 0 ? trace : { ...trace, request: { ...trace.request, strategy: "laser" as const, rule } };
  });
  const compare = await openedComparison(bench, context, tracesMessage(...runs));
  const { page } = compare;
  assert.equal(await page.locator(".sweep circle").count(), 3);
  // The text that differs most is first shown beside the baseline's.
  assert.equal(await page.getByRole("radio", { name: "C on the right" }).isChecked(), true);
  await page.getByRole("button", { name: /after 2 tokens “·3”: show the text of laser/ }).click();
  assert.equal(await page.getByRole("radio", { name: "B on the right" }).isChecked(), true);
  await page.getByRole("button", { name: /^Use this: laser, relaxed \(k = 3/ }).click();
  const { settings } = (await compare.sent()).at(-1) as { settings: { topK: number } };
  assert.equal(settings.topK, 3);
  assert.deepEqual(await compare.axeInThemes(), []);
});

test("settings on several prompts: one prompt at a time, the settings over all of them", async (context) => {
  const compare = await openedComparison(bench, context, sweepMessage());
  const { page } = compare;
  const cards = page.locator(".traces .tag");
  assert.deepEqual(await cards.allInnerTexts(), ["A", "B", "C"]);
  const rows = page.locator(".sweep tbody tr");
  assert.equal(await rows.count(), 3);
  assert.match(await rows.nth(1).innerText(), /2 runs of 2 prompts[^]*another text for 2 of 2 prompts/);
  assert.deepEqual(await page.locator(".prompts option").allInnerTexts(), [
    "describe.prompty · Emma",
    "describe.prompty · Dracula",
  ]);
  await page.locator(".prompts select").selectOption({ index: 1 });
  await waitForRender(page);
  assert.deepEqual(await cards.allInnerTexts(), ["A", "B", "C"]);
  assert.match(await page.locator("laser-compare-text").innerText(), /Dracula/);
  assert.equal(await page.getByRole("button", { name: "Add a trace…" }).count(), 0);
});
