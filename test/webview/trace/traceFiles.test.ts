// What a trace file may hold in the trace editor: markup, control characters and very long text are shown as text, and a
// file that is not a sound trace says what is wrong.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parseTrace, pieces, serialiseTrace } from "../../../core/trace/index.ts";
import { PANES } from "../../../webview/trace/traceState.ts";
import { table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { REAL_TEXT } from "../../support/trace/recordedTrace.ts";
import { fileMessage, MIXED, openedTrace, WIDE } from "../../support/webview/traceEditorPage.ts";
import { openInPage } from "../../support/webview/openInPage.ts";

const bench = fileBench();

test("the name of a file that is not a trace is one line of visible text", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  await editor.send(fileMessage("", "a\n\u202eb.lasertrace"));
  assert.equal(await editor.page.locator("h1").textContent(), "a⏎<U+202E>b.lasertrace");
});

table(
  "a file that is not a valid trace says what is wrong and opens as text",
  [
    { name: "empty", text: "", message: /ends too early|not JSON/ },
    { name: "cut", text: REAL_TEXT.slice(0, REAL_TEXT.length / 2), message: /ends too early/ },
    { name: "version 99", text: REAL_TEXT.replace('"version": 1', '"version": 99'), message: /version 99/ },
    { name: "another file", text: '{"a":1}', message: /not a trace/ },
    {
      name: "a wrong number",
      text: REAL_TEXT.replace(/"evaluatedTokens":\d+/, '"evaluatedTokens":-1'),
      message: /damaged/,
    },
  ],
  async ({ text, message }, context) => {
    const editor = await openedTrace(bench, context, text);
    assert.match(await editor.page.locator(".error .message").innerText(), message);
    await editor.page.getByRole("button", { name: "Open as text" }).click();
    assert.deepEqual((await editor.sent()).at(-1), { kind: "command", command: "openAsText" });
  },
);

test("a trace whose file no longer exists remains on the page, can be saved, and the page closed", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT);
  const { page } = editor;
  const tokens = await page.locator(".stream .token").count();
  const error = { code: "traceFileUnreadable", message: "The trace file a no longer exists.", nextStep: "" };
  await editor.send({ kind: "unreadable", name: "a", error });
  assert.equal(await page.locator(".stream .token").count(), tokens);
  assert.match(await page.locator(".gone").innerText(), /The trace file a no longer exists\./);
  await page.getByRole("button", { name: "Save a Copy…" }).click();
  await page.locator(".gone").getByRole("button", { name: "Close" }).click();
  const [saved, closed] = (await editor.sent()).slice(-2) as [{ text: string }, object];
  assert.deepEqual(parseTrace(saved.text), parseTrace(REAL_TEXT));
  assert.deepEqual(closed, { kind: "command", command: "close" });
  await editor.send(fileMessage(REAL_TEXT));
  assert.equal(await page.locator(".gone").count(), 0, "it is back");
});

test("each pane keeps its own place, and begins at its top", async (context) => {
  const { page } = await openedTrace(bench, context, REAL_TEXT, { width: 1200, height: 700 });
  const top = () => page.locator("#pane").evaluate((pane) => pane.scrollTop);
  await page.locator("#tab-figures").click();
  await page.locator("#pane").evaluate((pane) => (pane.scrollTop = 400));
  await page.locator("#tab-about").click();
  assert.equal(await top(), 0);
  await page.locator("#tab-figures").click();
  await page.waitForFunction(() => document.querySelector("#pane")!.scrollTop === 400);
});

test("markup in a token is text", async (context) => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const { page } = await openedTrace(bench, context, withOneToken(hostile));
  assert.equal(await page.locator(".error").count(), 0);
  assert.equal(await page.title(), "LASER Inspector");
  assert.equal(await page.locator("img, .stream script").count(), 0);
  await page.locator(OWN_TOKEN).click();
  assert.match(await page.locator(".card .token").innerText(), /^<img src=x/);
});

test("ten megabytes of one token open", async (context) => {
  const editor = await bench.page("trace", WIDE);
  context.onTestFinished(() => editor.close());
  const { page } = editor;
  await page.evaluate(openInPage, {
    text: withOneToken("<long>"),
    long: { short: "<long>", of: 10_000_000 },
  });
  assert.equal(await page.locator(".error").count(), 0);
  await page.locator(OWN_TOKEN).click();
  assert.match(await page.locator(".card .token").innerText(), /^x{100}/);
});

const OWN_TOKEN = `.stream [data-step="0"][data-place="${MIXED.steps[0]!.draft.length}"]`;

/** A valid trace in which the token that ended the first step has this text, wherever it occurs. */
function withOneToken(text: string): string {
  const named = { ...MIXED, tokens: { ...MIXED.tokens, [String(MIXED.steps[0]!.next.id)]: text } };
  const whole = pieces(named)
    .map((piece) => piece.text)
    .join("");
  return serialiseTrace({ ...named, result: { ...named.result, text: whole } });
}

test("names in a trace are text wherever they occur", async (context) => {
  const hostile = '<img src=x onerror="document.title=1">\n\u202e](command:a)';
  const document = structuredClone(MIXED) as unknown as {
    generator: string;
    request: Record<string, unknown>;
    model: Record<string, unknown>;
    device: Record<string, unknown>;
    pool: { name: string; entryNames: Record<string, { id: string; group: string | null }> } | null;
  };
  document.generator = hostile;
  const { promptTokens } = MIXED.request;
  Object.assign(document.request, {
    promptFile: hostile,
    messages: [{ role: hostile, content: hostile }],
    inheritedTokens: 1,
    parent: {
      createdAt: hostile,
      file: hostile.replace(/[/\\]/g, ""),
      tokensBefore: 1,
      token: null,
      was: promptTokens[0],
    },
  });
  Object.assign(document.model, { name: hostile, file: hostile });
  Object.assign(document.device, { names: [hostile] });
  const entries = [
    ...new Set(MIXED.steps.flatMap(({ draft }) => draft.flatMap((drafted) => drafted.entries))),
  ];
  document.pool = {
    ...{ entries: 1, tokens: 1, fingerprint: "", ...document.pool, name: hostile },
    entryNames: Object.fromEntries(entries.map((entry) => [entry, { id: hostile, group: hostile }])),
  };
  const editor = await openedTrace(bench, context, JSON.stringify(document));
  const { page } = editor;
  assert.equal(await page.locator(".error").count(), 0);
  for (const pane of PANES) {
    await page.locator(`#tab-${pane}`).click();
    assert.equal(await page.locator("img, main script, main a").count(), 0, pane);
    assert.equal(await page.title(), "LASER Inspector", pane);
    assert.ok(
      !(await page.locator("main").innerHTML()).includes("\u202e"),
      `${pane}: a sign that turns text round`,
    );
  }
  await page.locator("#tab-about").click();
  const shown = [
    page.locator(".title h1"),
    ...(await page.locator("div.about .origin bdi").all()),
    page.locator(".message .quiet"),
  ];
  const names = await Promise.all(shown.map((place) => place.textContent()));
  const whole = '<img src=x onerror="document.title=1">⏎<U+202E>](command:a)';
  assert.equal(names[0], whole);
  assert.equal(names.at(-1), whole);
  assert.equal(names.filter((name) => name?.includes("<img src=x onerror=")).length, 7);
  assert.deepEqual(
    names.filter((name) => name?.includes("\n")),
    [],
  );
  const pooled = MIXED.steps.find(({ draft }) => draft[0]?.source === "pool");
  assert.ok(pooled !== undefined);
  await page.locator(`.stream [data-step="${pooled.index}"][data-place="0"]`).click();
  const origin = await page.locator(".card .origin").innerText();
  assert.ok(origin.includes("<img src=x onerror=") && !origin.includes("\u202e"), origin);
});
