// The built trace editor in a browser, under its own policy: one cursor over all views, filter, what-if, keys, and files
// that are no sound traces.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import type { Locator } from "playwright-core";
import type { ToTraceEditor } from "../../extension/shared/traceEditor.ts";
import { whatIf } from "../../core/inspect/index.ts";
import { pieces, serialiseTrace, traceMetrics, verdictSentence } from "../../core/trace/index.ts";
import { table } from "../support/check.ts";
import { cutText, doubleText } from "../support/cutText.ts";
import { fileBench } from "../support/fileBench.ts";
import type { WebviewPage } from "../support/page.ts";
import { panelRun } from "../support/panelRuns.ts";
import { REAL, REAL_TEXT } from "../support/realTrace.ts";
import { THEME_KINDS } from "../support/themes.ts";
import { openInPage } from "../support/traceInPage.ts";
import { PANES } from "../../webview/trace/traceState.ts";
import { patient } from "../support/patience.ts";

const bench = fileBench();

const MIXED = panelRun(22, 60).trace;

const fileOf = (text: string, name = "film-laser.lasertrace"): ToTraceEditor => ({
  kind: "trace",
  file: { name, bytes: new TextEncoder().encode(text) },
});

const WIDE = { width: 1200, height: 860 };

async function opened(context: TestContext, text: string, size = WIDE): Promise<WebviewPage> {
  const editor = await bench.page("trace", size);
  context.onTestFinished(() => editor.close());
  await editor.send(fileOf(text));
  return editor;
}

const cursorOf = ({ page }: WebviewPage) =>
  page.locator('.stream .token[aria-selected="true"]').evaluate((token) => {
    const { step, place } = (token as HTMLElement).dataset;
    return `${step ?? ""}:${place ?? ""}`;
  });

test("the page says that it is there, and shows every token of the trace", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  assert.deepEqual(await editor.sent(), [{ kind: "ready" }]);
  const metrics = traceMetrics(REAL);
  const { page } = editor;
  const shown = await page.locator(".stream .token").count();
  assert.equal(shown, metrics.drafted + metrics.steps);
  assert.match(
    await page.locator("header .figures").innerText(),
    new RegExp(`EDL\\s+${metrics.edl!.toFixed(2)}`),
  );
});

test("one cursor: text, table, tree and card show the same token", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  const { page } = editor;
  const step = REAL.steps.findIndex(({ verdicts }) => verdicts.some(({ kind }) => kind === "rejected"));
  const place = REAL.steps[step]!.verdicts.findIndex(({ kind }) => kind === "rejected");
  await page.locator(`.stream [data-step="${step}"][data-place="${place}"]`).click();
  const sentence = verdictSentence(REAL.steps[step]!.verdicts[place]!, REAL.request);
  assert.equal(await page.locator(".card .sentence").innerText(), sentence);
  assert.equal(await page.locator("laser-step-table .row.current").getAttribute("data-step"), `${step}`);
  assert.equal(await page.locator("laser-draft-tree .node.sent").count(), REAL.steps[step]!.draft.length);
  await page.locator(`laser-step-table [data-step="0"]`).click();
  assert.equal(await cursorOf(editor), "0:0");
  assert.match(await page.locator(".card h2").innerText(), /step 1$/);
});

table(
  "with every pane the page fits its window",
  PANES.map((pane) => ({ name: pane, pane })),
  async ({ pane }, context) => {
    const { page } = await opened(context, REAL_TEXT);
    await page.locator(`#tab-${pane}`).click();
    const height = await page.evaluate(() => document.scrollingElement!.scrollHeight);
    assert.equal(height, WIDE.height);
  },
);

test("a filter finds what it says, and m goes through it", async (context) => {
  const editor = await opened(context, serialiseTrace(MIXED));
  const { page } = editor;
  const rejected = MIXED.steps.flatMap(({ index, verdicts }) =>
    verdicts.flatMap(({ kind }, place) => (kind === "rejected" ? [`${index}:${place}`] : [])),
  );
  await page.locator("#filter").fill("@verdict:rejected");
  assert.equal(await page.locator("#filter-found").innerText(), `${rejected.length} tokens match`);
  assert.equal(await page.locator(".stream .token:not(.faint)").count(), rejected.length);
  await page.locator("#filter").press("Enter");
  for (const wanted of rejected.filter((at) => at !== "0:0").slice(0, 4)) {
    assert.equal(await cursorOf(editor), wanted);
    await page.keyboard.press("m");
  }
  await page.locator("#filter").fill("@verdicts:rejected");
  assert.match(await page.locator("#filter-found").innerText(), /verdict/);
  assert.equal(await page.locator("#filter").getAttribute("aria-invalid"), "true");
});

test("the filter offers names that the trace mentions, behind what is typed already", async (context) => {
  const { page } = await opened(context, REAL_TEXT);
  const offered = () =>
    page
      .locator("#filter-suggestions option")
      .evaluateAll((all) => all.map((one) => one.getAttribute("value")));
  await page.locator("#filter").fill("@rank:1 @group:");
  assert.deepEqual(await offered(), ["@rank:1 @group:Crime"]);
  await page.locator("#filter").fill("@entry:movie-");
  assert.deepEqual(await offered(), ["@entry:movie-0", "@entry:movie-2"]);
});

test("the what-if marks the verdicts that it turns, and offers to run again from the first change", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  const { page } = editor;
  await page.locator("#tab-whatIf").click();
  await page.locator(".what-if-controls select").selectOption("strict");
  const { guards } = REAL.request;
  const expected = whatIf(REAL, { kind: "strict" }, guards);
  assert.ok(expected.divergence, "the recorded run has no relaxed accept: this test could not fail");
  assert.equal(await page.locator(".stream .token.flip").count(), expected.flips.length);
  assert.match(await page.locator(".what-if-pane").innerText(), /estimate/);
  await page.getByRole("button", { name: "Run again from here" }).click();
  const { tokensBefore, becomes } = expected.divergence;
  assert.deepEqual((await editor.sent()).at(-1), {
    kind: "continueFrom",
    tokensBefore,
    token: becomes,
    rule: { kind: "strict" },
    guards,
  });
  await page.getByRole("button", { name: "Apply to settings…" }).click();
  assert.deepEqual((await editor.sent()).at(-1), {
    kind: "applySettings",
    settings: { strategy: "laser-strict", topK: null, minProbability: null, ...guards },
  });
});

test("another candidate can be taken at any place, and says behind how many tokens", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  const { page } = editor;
  const [first, second] = REAL.steps;
  const kept = first!.verdicts.filter(({ kind }) => kind === "accepted" || kind === "relaxed").length;
  await page.locator(`.stream [data-step="1"][data-place="0"]`).click();
  await page
    .getByRole("button", { name: /^Take .* and continue$/ })
    .first()
    .click();
  const asked = (await editor.sent()).at(-1) as { kind: string; tokensBefore: number; token: number };
  assert.equal(asked.kind, "continueFrom");
  assert.equal(asked.tokensBefore, kept + 1);
  assert.ok(second!.rows[0]!.ids.includes(asked.token));
});

test("keys walk to landmarks, panes, granularities and back", async (context) => {
  const editor = await opened(context, serialiseTrace(MIXED));
  const { page } = editor;
  await page.locator('.stream [tabindex="0"]').focus();
  for (const [key, shownClass] of [
    ["n", "rejected"],
    ["r", "relaxed"],
    ["d", "plain"],
  ] as const) {
    const before = await cursorOf(editor);
    await page.keyboard.press(key);
    const focused = await page.locator(":focus").getAttribute("class");
    const isLast = (await cursorOf(editor)) === before;
    assert.ok(isLast || focused?.includes(shownClass), `${key}: ${focused ?? ""}`);
  }
  for (const [key, pane] of [
    ["2", "figures"],
    ["3", "whatIf"],
    ["4", "about"],
    ["1", "step"],
  ] as const) {
    await page.keyboard.press(key);
    assert.equal(await page.locator(`#tab-${pane}`).getAttribute("aria-selected"), "true");
  }
  await page.keyboard.press("g");
  assert.equal(await page.locator(".stream .token.rejected").count(), 0);
  assert.match(
    (await page.locator(".stream .token").first().getAttribute("aria-label")) ?? "",
    /\d (accepted|plain|bonus|correction|relaxed)/,
  );
  await page.keyboard.press("?");
  assert.equal(await page.locator(".keys").count(), 1);
  await page.keyboard.press("c");
  const copied = (await editor.sent()).at(-1) as { kind: string; text: string };
  assert.equal(copied.kind, "copy");
  assert.equal((JSON.parse(copied.text) as { format: string }).format, "lasertrace-selection");
});

test("the steps of a selected text are copied, by key and by button", async (context) => {
  const editor = await opened(context, serialiseTrace(MIXED));
  const { page } = editor;
  const middle = async (step: number): Promise<readonly [x: number, y: number]> => {
    const { x, y, width, height } = (await page
      .locator(`.stream [data-step="${step}"]`)
      .first()
      .boundingBox())!;
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(3)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(8)));
  await page.mouse.up();
  const steps = async (): Promise<unknown> => {
    const { text } = (await editor.sent()).at(-1) as { text: string };
    return (JSON.parse(text) as { steps: { index: number }[] }).steps.map(({ index }) => index);
  };
  await page.keyboard.press("c");
  assert.deepEqual(await steps(), [3, 4, 5, 6, 7, 8]);
  await page.locator("#filter").fill("@step=1");
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  assert.deepEqual(await steps(), [0], "the selection went with the focus; the filter counts");
});

test("columns sort up and down, and say so", async (context) => {
  const { page } = await opened(context, serialiseTrace(MIXED));
  await page.locator('[data-sort="drafted"]').click();
  await page.locator('[data-sort="drafted"]').click();
  assert.equal(
    await page.locator(".cell.drafted[role=columnheader]").getAttribute("aria-sort"),
    "descending",
  );
  const drafted = (await page.locator(".rows .cell.drafted").allInnerTexts()).map(Number);
  assert.deepEqual(
    drafted,
    [...drafted].sort((a, b) => b - a),
  );
  assert.ok(new Set(drafted).size > 1);
});

test("a filter that is cleared leaves the cursor's row in sight, as it was in the table", async (context) => {
  const { page } = await opened(context, serialiseTrace(MIXED));
  await page.locator("laser-step-table").focus();
  await page.keyboard.press("End");
  await page.locator("#filter").fill("@step:1..2");
  await page.locator(`laser-step-table [data-step="1"]`).waitFor({ timeout: patient(5000) });
  await page.locator("#filter").fill("");
  const row = page.locator(`laser-step-table [data-step="${MIXED.steps.length - 1}"]`);
  await row.waitFor({ timeout: patient(5000) });
  assert.ok(await isWithin(row, page.locator("laser-step-table")));
});

/** Whether a part stands within the visible part of another from top to bottom. */
async function isWithin(part: Locator, whole: Locator): Promise<boolean> {
  const [inner, outer] = [(await part.boundingBox())!, (await whole.boundingBox())!];
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height + 1;
}

table(
  "axe finds nothing in any pane",
  THEME_KINDS.map((theme) => ({ name: theme, theme })),
  async ({ theme }, context) => {
    const editor = await opened(context, REAL_TEXT);
    await editor.theme(theme);
    await editor.page.locator("#filter").fill("@verdict:ghost");
    for (const pane of ["step", "figures", "whatIf", "about"]) {
      await editor.page.locator(`#tab-${pane}`).click();
      assert.deepEqual(await editor.axe(), [], pane);
    }
  },
);

table(
  "text of twice the size is not cut",
  [
    { name: "wide", size: WIDE },
    { name: "narrow", size: { width: 420, height: 800 } },
  ],
  async ({ size }, context) => {
    const editor = await opened(context, REAL_TEXT, size);
    await doubleText(editor.page);
    for (const pane of ["step", "whatIf", "about"]) {
      await editor.page.locator(`#tab-${pane}`).click();
      assert.deepEqual(await cutText(editor.page), [], pane);
    }
  },
);

table(
  "the columns fill the window, and every head of the table of steps is in sight",
  [WIDE, { width: 1000, height: 700 }, { width: 1600, height: 1000 }].flatMap((size) =>
    [false, true].map((isDouble) => ({
      name: `${size.width} × ${size.height}${isDouble ? ", text of twice the size" : ""}`,
      size,
      isDouble,
    })),
  ),
  async ({ size, isDouble }, context) => {
    const { page } = await opened(context, REAL_TEXT, size);
    if (isDouble) await doubleText(page);
    const seen = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.scrollingElement!;
      const table = document.querySelector("laser-step-table")!;
      const { left } = table.getBoundingClientRect();
      const heads = [...table.querySelectorAll("[role=columnheader]")].map((head) => {
        const shown = head.getBoundingClientRect();
        return { title: head.textContent.trim(), from: shown.left - left, to: shown.right - left };
      });
      const columns = document.querySelector(".columns")!.getBoundingClientRect();
      return { heads, widthPx: table.clientWidth, below: scrollHeight - clientHeight, columns };
    });
    assert.equal(seen.heads.length, 8);
    for (const { title, from, to } of seen.heads)
      assert.ok(from >= 0 && to <= seen.widthPx + 1, `${title}: ${from} to ${to} of ${seen.widthPx}`);
    // Large text has no room for columns: there the page scrolls.
    if (isDouble) return;
    assert.equal(seen.below, 0);
    assert.ok(seen.columns.bottom > size.height - 20, `the columns end at ${seen.columns.bottom}`);
  },
);

test("the name of a file that is no trace is one line of visible text", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  await editor.send(fileOf("", "a\n\u202eb.lasertrace"));
  assert.equal(await editor.page.locator("h1").textContent(), "a⏎<U+202E>b.lasertrace");
});

const scripted = REAL_TEXT.replaceAll(/"text":"[^"]*"/g, (found) => found);
table(
  "a file that is no sound trace says what is wrong and opens as text",
  [
    { name: "empty", text: "", message: /ends too early|not JSON/ },
    { name: "cut", text: REAL_TEXT.slice(0, REAL_TEXT.length / 2), message: /ends too early/ },
    { name: "version 99", text: REAL_TEXT.replace('"version": 1', '"version": 99'), message: /version 99/ },
    { name: "another file", text: '{"a":1}', message: /not a trace/ },
    {
      name: "a wrong number",
      text: scripted.replace(/"evaluatedTokens":\d+/, '"evaluatedTokens":-1'),
      message: /damaged/,
    },
  ],
  async ({ text, message }, context) => {
    const editor = await opened(context, text);
    assert.match(await editor.page.locator(".error .message").innerText(), message);
    await editor.page.getByRole("button", { name: "Open as text" }).click();
    assert.deepEqual((await editor.sent()).at(-1), { kind: "command", command: "openAsText" });
  },
);

test("markup in a token is text", async (context) => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const { page } = await opened(context, withOneToken(hostile));
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

/** A sound trace in which the token that ended the first step reads so, wherever it stands. */
function withOneToken(text: string): string {
  const named = { ...MIXED, tokens: { ...MIXED.tokens, [String(MIXED.steps[0]!.next.id)]: text } };
  const whole = pieces(named)
    .map((piece) => piece.text)
    .join("");
  return serialiseTrace({ ...named, result: { ...named.result, text: whole } });
}

test("where a run goes on, its limit of nats is one for the rest of the answer", async (context) => {
  const guards = { ...REAL.request.guards, maxNatsGivenUp: 5 };
  const request = { ...REAL.request, guards, inheritedTokens: 1 };
  const { page } = await opened(context, JSON.stringify({ ...REAL, request }));
  await page.locator("#tab-whatIf").click();
  const limit = page.getByLabel("Maximum nats given up in the rest of the answer");
  assert.equal(await limit.count(), 1);
  await page.locator("#tab-about").click();
  assert.match(
    await page.locator("#pane > .about").innerText(),
    /given up: 5 nats in the rest of the answer/,
  );
});

test("names in a trace are text wherever they stand", async (context) => {
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
  const editor = await opened(context, JSON.stringify(document));
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

test("cursor, filter, pane and granularity survive a reload", async (context) => {
  const editor = await opened(context, REAL_TEXT);
  await editor.page.locator(`.stream [data-step="2"][data-place="0"]`).click();
  await editor.page.locator("#filter").fill("@rank=1");
  await editor.page.locator("#tab-figures").click();
  await editor.reload();
  await editor.send(fileOf(REAL_TEXT));
  assert.equal(await cursorOf(editor), "2:0");
  assert.equal(await editor.page.locator("#filter").inputValue(), "@rank=1");
  assert.equal(await editor.page.locator("#tab-figures").getAttribute("aria-selected"), "true");
});
