// The built settings editor in a browser, on our own manifest: values in, changes out at the chosen place, and the
// what-if beside them.
import assert from "node:assert/strict";
import { test } from "vitest";
import { SETTING_NAMES } from "../../../core/settings/index.ts";
import { whatIf } from "../../../core/inspect/index.ts";
import { traceMetrics } from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import {
  changes,
  field,
  FILMS,
  NO_TRACE,
  numberOf,
  settingsOpener,
  place,
  shownKeys,
  TRACE,
  VALUES,
} from "../../support/webview/settingsEditorPage.ts";
import { NO_FOLDER, ONE_FOLDER, settingsOf, TWO_FOLDERS } from "../../support/webview/settingsMessages.ts";

const opened = settingsOpener();
const openedEarly = settingsOpener(false);

test("every setting of the manifest is under its heading, with value, key and origin", async (context) => {
  const message = settingsOf(VALUES, TWO_FOLDERS);
  const editor = await opened(context, message);
  assert.deepEqual(
    await shownKeys(editor),
    // Tuning first, the others in the order of the catalogue.
    message.settings
      .map(({ key }) => key)
      .sort((a, b) => Number(!/relaxed|guards/.test(a)) - Number(!/relaxed|guards/.test(b))),
  );
  assert.deepEqual(await editor.page.locator("section > h2[id^=group-]").allInnerTexts(), [
    ...["Relaxed verification", "Guards", "General", "Sampling", "Traces", "Server", "Prompts", "Output"],
  ]);
  assert.equal(await numberOf(editor, "relaxed.topK").inputValue(), "3");
  assert.match(
    await field(editor, "strategy").locator("vscode-dropdown .selected-value").innerText(),
    /laser/,
  );
  assert.match(await field(editor, "strategy").innerText(), /Default/);
  const text = await field(editor, "maxDraftTokens").innerText();
  assert.match(text, /laser\.maxDraftTokens\s+Set in User/);
  assert.match(text, /Default: 15/);
});

test("a context beyond what the model was made for is remarked on as it is typed", async (context) => {
  const editor = await opened(context);
  const remark = field(editor, "contextTokens").getByRole("status");
  const input = numberOf(editor, "contextTokens");
  await input.fill("100000");
  assert.equal(await remark.count(), 0, "as long as the model is not known");
  await editor.send({ kind: "model", trainContextTokens: 8192 });
  assert.equal(
    await remark.innerText(),
    "laser.contextTokens asks for 100000 tokens, but the model was made for 8192: only that many are used.",
  );
  assert.match(
    (await field(editor, "contextTokens").getAttribute("aria-describedby")) ?? "",
    /remark-laser\.contextTokens/,
  );
  await input.fill("8192");
  await remark.waitFor({ state: "detached" });
  await input.fill("9000");
  await remark.waitFor();
  await editor.send({ kind: "model", trainContextTokens: null });
  await remark.waitFor({ state: "detached" });
});

test("changes are sent as they are made; an invalid value is reported as typed and not sent", async (context) => {
  const editor = await opened(context);
  const k = numberOf(editor, "relaxed.topK");
  await k.fill("0");
  assert.equal(
    await field(editor, "relaxed.topK").getByRole("alert").innerText(),
    "Enter a whole number from 1 to 128.",
  );
  assert.equal(await k.getAttribute("aria-invalid"), "true");
  await k.blur();
  assert.deepEqual(await changes(editor), []);
  await k.press("Escape");
  assert.equal(await k.inputValue(), "3", "Escape goes back to what is kept");
  await k.fill("4");
  await k.blur();
  await field(editor, "guards.endOfText").locator("vscode-checkbox").click();
  await field(editor, "traces.record").locator(".description").click();
  await field(editor, "guards.maxConsecutiveRelaxed").locator("vscode-checkbox").click();
  await field(editor, "strategy").locator("vscode-dropdown").click();
  await editor.page.getByRole("option", { name: "laser-strict" }).click();
  await field(editor, "poolFile").locator("input").fill("pool.jsonl");
  await field(editor, "poolFile").locator("input").press("Enter");
  await field(editor, "maxDraftTokens").getByRole("button", { name: "Reset" }).click();
  await field(editor, "relaxed.topK").getByRole("button", { name: "Show in settings" }).click();
  const user = { target: "user" } as const;
  assert.deepEqual(await changes(editor), [
    { kind: "change", key: "laser.relaxed.topK", ...user, value: 4 },
    { kind: "change", key: "laser.guards.endOfText", ...user, value: false },
    { kind: "change", key: "laser.traces.record", ...user, value: false },
    { kind: "change", key: "laser.guards.maxConsecutiveRelaxed", ...user, value: 1 },
    { kind: "change", key: "laser.strategy", ...user, value: "laser-strict" },
    { kind: "change", key: "laser.poolFile", ...user, value: "pool.jsonl" },
    { kind: "reset", key: "laser.maxDraftTokens", ...user },
    { kind: "openNative", key: "laser.relaxed.topK" },
  ]);
});

test("a list is changed row by row; a new row counts once it has text", async (context) => {
  const editor = await opened(context);
  const list = field(editor, "modelFolders");
  await list.getByRole("button", { name: "Add item" }).click();
  const added = list.getByRole("textbox", { name: "Model folders, item 3" });
  assert.equal(await added.evaluate((input) => input === document.activeElement), true);
  assert.deepEqual(await changes(editor), []);
  await editor.page.keyboard.type("third");
  await editor.page.keyboard.press("Enter");
  await list.getByRole("button", { name: "Remove item 1" }).click();
  assert.deepEqual(await changes(editor), [
    { kind: "change", key: "laser.modelFolders", target: "user", value: ["models", "more", "third"] },
    { kind: "change", key: "laser.modelFolders", target: "user", value: ["more", "third"] },
  ]);
});

test("a path is chosen instead of typed, where a setting is one", async (context) => {
  const editor = await opened(context);
  const browse = editor.page.getByRole("button", { name: /^Browse/ });
  assert.deepEqual(
    await browse.evaluateAll((all) => all.map((button) => button.getAttribute("aria-label"))),
    ["Browse: Model", "Browse: Chat template", "Browse: Pool file", "Browse: Model folders"],
  );
  await field(editor, "poolFile")
    .getByRole("button", { name: /^Browse/ })
    .click();
  await field(editor, "modelFolders")
    .getByRole("button", { name: /^Browse/ })
    .click();
  const kept = await field(editor, "poolFile").locator("input").inputValue();
  assert.deepEqual(await changes(editor), [
    { kind: "browse", key: "laser.poolFile", target: "user", value: kept },
    { kind: "browse", key: "laser.modelFolders", target: "user", value: ["models", "more"] },
  ]);
});

test("a stop of several lines is typed and shown on one", async (context) => {
  const editor = await opened(context);
  const list = field(editor, "stop");
  await list.getByRole("button", { name: "Add item" }).click();
  await editor.page.keyboard.type("END\\n");
  await editor.page.keyboard.press("Enter");
  assert.deepEqual(await changes(editor), [
    { kind: "change", key: "laser.stop", target: "user", value: ["END\n"] },
  ]);
  assert.equal(await list.getByRole("textbox").inputValue(), "END\\n");
});

test("places show their own values, say what overrides what, and can be written to", async (context) => {
  const editor = await opened(context);
  const k = field(editor, "relaxed.topK");
  assert.match(await k.innerText(), /Set in User[^]*Overridden in Workspace: 5Folder films: 7/);
  await place(editor, "Workspace").check();
  assert.equal(await numberOf(editor, "relaxed.topK").inputValue(), "5");
  assert.match(
    await k.innerText(),
    /Set in Workspace[^]*Overridden in Folder films: 7[^]*Also set in User: 3/,
  );
  assert.match(await field(editor, "maxDraftTokens").innerText(), /From User/);
  assert.equal(await field(editor, "maxDraftTokens").getByRole("button", { name: "Reset" }).count(), 0);
  await numberOf(editor, "maxDraftTokens").fill("9");
  await numberOf(editor, "maxDraftTokens").blur();
  await k.getByRole("button", { name: "Folder films: 7" }).click();
  assert.equal(await place(editor, "Folder films").isChecked(), true);
  assert.equal(await k.evaluate((element) => element === document.activeElement), true);
  await k.getByRole("button", { name: "Reset" }).click();
  assert.deepEqual(await changes(editor), [
    { kind: "change", key: "laser.maxDraftTokens", target: "workspace", value: 9 },
    { kind: "reset", key: "laser.relaxed.topK", target: FILMS },
  ]);
});

test("a place that is not legal for a setting is closed, and leads to one that is", async (context) => {
  const editor = await opened(context);
  await place(editor, "Folder films").check();
  const minutes = field(editor, "server.idleUnloadMinutes");
  assert.match(await minutes.innerText(), /It can only be set in User and Workspace\./);
  assert.equal(await numberOf(editor, "server.idleUnloadMinutes").isDisabled(), true);
  await minutes.getByRole("button", { name: "Show in Workspace" }).click();
  assert.equal(await place(editor, "Workspace").isChecked(), true);
  assert.equal(await numberOf(editor, "server.idleUnloadMinutes").isDisabled(), false);
});

table(
  "the places offered",
  [
    { name: "without a folder", workspace: NO_FOLDER, names: ["User"] },
    { name: "in one folder", workspace: ONE_FOLDER, names: ["User", "Workspace"] },
    {
      name: "in two folders",
      workspace: TWO_FOLDERS,
      names: ["User", "Workspace", "Folder films", "Folder books"],
    },
  ],
  async ({ workspace, names }, context) => {
    const editor = await opened(context, settingsOf({}, workspace));
    assert.deepEqual(await editor.page.locator(".target").allInnerTexts(), names);
  },
);

test("without trust the workspace's restricted values are closed, with the reason and the way to trust", async (context) => {
  const editor = await opened(context, settingsOf(VALUES, { ...ONE_FOLDER, isTrusted: false }));
  await place(editor, "Workspace").check();
  assert.match(await field(editor, "poolFile").innerText(), /Not in effect: this workspace is not trusted/);
  assert.equal(await field(editor, "poolFile").locator("input").isDisabled(), true);
  assert.equal(await numberOf(editor, "maxTokens").isDisabled(), false);
  await editor.page.getByRole("button", { name: "Manage workspace trust" }).click();
  assert.deepEqual(await changes(editor), [{ kind: "manageTrust" }]);
});

test("the search finds by words and filters, announces the number, and is cleared", async (context) => {
  const editor = await opened(context);
  const { page } = editor;
  const count = page.getByRole("status").first();
  assert.equal(await count.innerText(), `${SETTING_NAMES.length} settings`);
  await page.keyboard.press("/");
  await page.keyboard.type("consecutive");
  assert.deepEqual(await shownKeys(editor), ["laser.guards.maxConsecutiveRelaxed"]);
  assert.equal(await count.innerText(), `1 of ${SETTING_NAMES.length} settings`);
  const box = page.getByRole("searchbox", { name: "Search settings" });
  await box.fill("@scope:workspace");
  assert.deepEqual(await shownKeys(editor), ["laser.relaxed.topK"]);
  await box.fill("zebra/crossing");
  assert.equal(await count.innerText(), `0 of ${SETTING_NAMES.length} settings`);
  assert.match(await page.locator(".none").innerText(), /No setting matches “zebra\/crossing”/);
  await page.getByRole("button", { name: "Clear the search" }).click();
  assert.equal((await shownKeys(editor)).length, SETTING_NAMES.length);
  assert.equal(await box.evaluate((element) => element === document.activeElement), true);
  await box.fill("zebra");
  await box.press("Escape");
  assert.equal(await box.inputValue(), "");
});

test("a setting that a description names is shown, even if the search hid it", async (context) => {
  const editor = await opened(context);
  await editor.page.getByRole("searchbox").fill("relaxed.topK verification keeps");
  await field(editor, "relaxed.topK").getByRole("button", { name: "Sampling: Top K" }).click();
  const named = field(editor, "sampling.topK");
  assert.equal(await named.evaluate((element) => element === document.activeElement), true);
  assert.equal((await shownKeys(editor)).length, SETTING_NAMES.length);
});

test("place, search, typed values and scrolling survive a reload", async (context) => {
  const message = settingsOf(VALUES, TWO_FOLDERS);
  const editor = await opened(context, message);
  const { page } = editor;
  await place(editor, "Folder films").check();
  await page.getByRole("searchbox").fill("e");
  const typed = field(editor, "relaxed.topK").locator("input[type=number]");
  await typed.fill("0");
  const scrolled = page.evaluate(
    () =>
      new Promise((done) => {
        window.addEventListener("scrollend", done, { once: true });
      }),
  );
  await page.evaluate(() => {
    window.scrollTo(0, 400);
  });
  await scrolled;
  await editor.reload();
  await editor.send(message);
  assert.equal(await place(editor, "Folder films").isChecked(), true);
  assert.equal(await page.getByRole("searchbox").inputValue(), "e");
  assert.equal(await page.evaluate(() => window.scrollY), 400);
  assert.equal(await typed.inputValue(), "0");
});

test("the contents go to a heading and mark the one in view", async (context) => {
  const editor = await opened(context);
  const contents = editor.page.getByRole("navigation", { name: "Groups of settings" });
  const current = contents.locator('[aria-current="true"]');
  assert.match(await current.innerText(), /Relaxed verification/);
  await contents.getByRole("button", { name: "Guards" }).click();
  const heading = editor.page.getByRole("heading", { name: "Guards", exact: true });
  assert.equal(await heading.evaluate((element) => element === document.activeElement), true);
  const [headBox, headingBox] = [
    await editor.page.locator("header").boundingBox(),
    await heading.boundingBox(),
  ];
  assert.ok(headingBox!.y >= headBox!.y + headBox!.height, "the head does not cover it");
  await current.filter({ hasText: "Guards" }).waitFor();
});

test("a change made elsewhere shows at once, and a refusal at its field", async (context) => {
  const editor = await opened(context);
  await editor.send(settingsOf({ "laser.relaxed.topK": { user: 9 } }, TWO_FOLDERS));
  assert.equal(await numberOf(editor, "relaxed.topK").inputValue(), "9");
  await editor.send({ kind: "refused", key: "laser.relaxed.topK", reason: "The file is read-only." });
  assert.equal(await field(editor, "relaxed.topK").getByRole("alert").innerText(), "The file is read-only.");
});

test("the what-if judges the last trace under the values shown, before they are saved", async (context) => {
  const editor = await opened(context, settingsOf({ "laser.relaxed.topK": { workspace: 5 } }));
  const preview = editor.page.locator(".what-if");
  assert.match(await preview.innerText(), /run LASER: Generate/);
  await editor.send({ kind: "trace", trace: TRACE, name: null, names: [], titles: [] });
  assert.match(await preview.innerText(), /No verdict changes/);
  assert.match(await preview.innerText(), /different values for Relaxed: Top K \(Workspace\)/);
  const k = numberOf(editor, "relaxed.topK");
  await k.fill("1");
  const rule = { kind: "relaxed", topK: 1, minProbability: 0.1 } as const;
  const { flips, divergence, committed, steps, relaxed } = whatIf(TRACE, rule, TRACE.request.guards);
  assert.ok(flips.length > 0 && divergence !== null, "the fixture has a relaxed accept");
  const text = await preview.innerText();
  assert.match(text, new RegExp(`${flips.length} verdicts? changes?`));
  assert.match(text, new RegExp(`in step ${divergence.step + 1}`));
  assert.match(text, /estimate/);
  const was = traceMetrics(TRACE);
  for (const counts of [
    `${was.committed}/${was.steps} → ${committed}/${steps} tokens/steps`,
    `${was.relaxed}/${was.committed} → ${relaxed}/${committed} tokens`,
    `${was.natsGivenUp.toFixed(2)} → 0.00 nats (estimate)`,
  ])
    assert.ok(text.includes(counts), counts);
  assert.deepEqual(await changes(editor), []);
  await editor.page.getByRole("searchbox").fill("minP");
  assert.equal(
    await editor.page.locator(".what-if").isVisible(),
    true,
    "beside laser.relaxed.minProbability",
  );
  await editor.page.getByRole("searchbox").fill("threads");
  assert.equal(await editor.page.locator(".what-if").count(), 0, "nothing that it judges by is on show");
});

table(
  "what is entered while the trace to judge is still read",
  [
    { name: "waits for Apply when there is one", message: { ...NO_TRACE, trace: TRACE }, written: [] },
    { name: "is written when there is none", message: NO_TRACE, written: [8] },
  ] as const,
  async ({ message, written }, context) => {
    const editor = await openedEarly(context, settingsOf({ "laser.relaxed.topK": { user: 3 } }));
    await numberOf(editor, "relaxed.topK").fill("8");
    await editor.page.keyboard.press("Tab");
    assert.deepEqual(await changes(editor), [], "nothing is written yet");
    assert.match(await editor.page.locator(".what-if").innerText(), /^What if\?\s+Reading the last run…$/);
    await editor.send(message);
    const sent = ((await changes(editor)) as { value: number }[]).map(({ value }) => value);
    assert.deepEqual(sent, written);
    const pending = editor.page.locator(".pending").getByRole("button", { name: "Apply" });
    assert.equal(await pending.count(), written.length === 0 ? 1 : 0);
  },
);

test("while a preview is open values wait for Apply; another trace can be judged; a change can be undone", async (context) => {
  const editor = await opened(context, settingsOf({ "laser.relaxed.topK": { user: 3 } }));
  const { page } = editor;
  await editor.send({
    kind: "trace",
    trace: TRACE,
    name: "b.lasertrace",
    names: ["a.lasertrace", "b.lasertrace"],
    titles: ["film · laser k 2 · 17:04", "book · laser k 3 · 17:01"],
  });
  assert.deepEqual(await page.locator(".judged-trace vscode-option").allTextContents(), [
    "film · laser k 2 · 17:04",
    "book · laser k 3 · 17:01",
  ]);
  const slider = page.getByRole("slider", { name: "Relaxed: Top K, slider" });
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await numberOf(editor, "relaxed.minProbability").fill("0.02");
  await page.keyboard.press("Tab");
  assert.equal(await slider.getAttribute("aria-valuetext"), "4");
  const pending = page.locator(".pending");
  assert.match(
    await pending.innerText(),
    /Not written yet: Relaxed: Top K = 4, Relaxed: Min probability = 0\.02/,
  );
  assert.deepEqual(await changes(editor), []);
  await pending.getByRole("button", { name: "Apply" }).click();
  assert.deepEqual(
    ((await changes(editor)) as { key: string; value: number }[]).map(({ key, value }) => [key, value]),
    [
      ["laser.relaxed.topK", 4],
      ["laser.relaxed.minProbability", 0.02],
    ],
  );
  await editor.send(
    settingsOf({ "laser.relaxed.topK": { user: 4 }, "laser.relaxed.minProbability": { user: 0.02 } }),
  );
  assert.equal(await pending.getByRole("button").count(), 0);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.deepEqual((await editor.sent()).slice(-2), [
    { kind: "change", key: "laser.relaxed.topK", target: "user", value: 3 },
    { kind: "reset", key: "laser.relaxed.minProbability", target: "user" },
  ]);
});
