// The built settings editor in a browser: values in, changes out, and the what-if beside them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { SettingView, ToSettingsEditor } from "../../extension/protocol/settingsEditor.ts";
import { whatIf } from "../../server/inspect/index.ts";
import { parseTrace } from "../../server/trace/index.ts";
import { repositoryFolder, table } from "../support/check.ts";
import { cutText, doubleText } from "../support/cutText.ts";
import { WebviewBench, type WebviewPage } from "../support/page.ts";
import { THEME_KINDS } from "../support/themes.ts";

let bench: WebviewBench;
before(async () => {
  bench = await WebviewBench.open();
});
after(async () => {
  await bench.close();
});

const TRACE = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);

type Given = Pick<SettingView, "key" | "schema" | "value"> & Partial<SettingView>;
const setting = (given: Given): SettingView => ({
  description: `What ${given.key} does.`,
  defaultValue: given.value,
  scope: "default",
  ...given,
});

const SETTINGS: readonly SettingView[] = [
  setting({
    key: "laser.strategy",
    schema: {
      type: "choice",
      choices: [
        { value: "plain", description: "one token a step" },
        { value: "laser-strict", description: "drafts from the pool, strict" },
        { value: "laser", description: "drafts from the pool, relaxed" },
      ],
    },
    value: "laser",
  }),
  setting({
    key: "laser.maxDraftTokens",
    schema: { type: "integer", minimum: 0, maximum: 47, step: 1, nullable: false },
    value: 12,
    defaultValue: 15,
    scope: "user",
  }),
  setting({
    key: "laser.relaxed.topK",
    schema: { type: "integer", minimum: 1, maximum: 128, step: 1, nullable: false },
    value: 2,
  }),
  setting({
    key: "laser.relaxed.minProbability",
    schema: { type: "number", minimum: 0, maximum: 1, step: 0.01, nullable: false },
    value: 0.1,
  }),
  setting({ key: "laser.guards.endOfText", schema: { type: "boolean" }, value: true }),
  setting({
    key: "laser.guards.maxConsecutiveRelaxed",
    schema: { type: "integer", minimum: 0, maximum: 1000, step: 1, nullable: true },
    value: null,
  }),
  setting({ key: "laser.poolFile", schema: { type: "text" }, value: "" }),
];

async function opened(context: TestContext, ...messages: readonly ToSettingsEditor[]): Promise<WebviewPage> {
  const editor = await bench.page("settings", { width: 1000, height: 900 });
  context.after(() => editor.close());
  await editor.send({ kind: "settings", settings: SETTINGS }, ...messages);
  return editor;
}

const field = ({ page }: WebviewPage, key: string) => page.locator(`[data-key="laser.${key}"]`);
const changes = async (editor: WebviewPage) => (await editor.sent()).slice(1);

test("each setting shows value, default and scope", async (context) => {
  const editor = await opened(context);
  assert.equal(await field(editor, "relaxed.topK").locator("input[type=number]").inputValue(), "2");
  assert.equal(
    await field(editor, "strategy")
      .locator("vscode-dropdown")
      .evaluate((element) => (element as unknown as { value: string }).value),
    "laser",
  );
  const text = await field(editor, "maxDraftTokens").innerText();
  assert.match(text, /laser\.maxDraftTokens/);
  assert.match(text, /set in user settings/);
  assert.match(text, /Default: 15/);
});

test("changes are sent as they are made; a value that does not fit is said and not sent", async (context) => {
  const editor = await opened(context);
  const k = field(editor, "relaxed.topK").locator("input[type=number]");
  await k.fill("0");
  await k.blur();
  assert.equal(
    await field(editor, "relaxed.topK").getByRole("alert").innerText(),
    "Enter a whole number from 1 to 128.",
  );
  assert.equal(await k.getAttribute("aria-invalid"), "true");
  assert.deepEqual(await changes(editor), []);
  await k.fill("3");
  await k.blur();
  await field(editor, "guards.endOfText").locator("vscode-checkbox").click();
  await field(editor, "guards.maxConsecutiveRelaxed").locator("vscode-checkbox").click();
  await field(editor, "strategy").locator("vscode-dropdown").click();
  await editor.page.getByRole("option", { name: "laser-strict" }).click();
  await field(editor, "maxDraftTokens").getByRole("button", { name: "Reset" }).click();
  await field(editor, "relaxed.topK").getByRole("button", { name: "Show" }).click();
  assert.deepEqual(await changes(editor), [
    { kind: "change", key: "laser.relaxed.topK", value: 3 },
    { kind: "change", key: "laser.guards.endOfText", value: false },
    { kind: "change", key: "laser.guards.maxConsecutiveRelaxed", value: 1 },
    { kind: "change", key: "laser.strategy", value: "laser-strict" },
    { kind: "change", key: "laser.maxDraftTokens", value: null },
    { kind: "openNative", key: "laser.relaxed.topK" },
  ]);
});

test("a change made elsewhere shows at once, and a refusal at its field", async (context) => {
  const editor = await opened(context);
  const changed = SETTINGS.map((view) =>
    view.key === "laser.relaxed.topK" ? { ...view, value: 7, scope: "workspace" as const } : view,
  );
  await editor.send({ kind: "settings", settings: changed });
  assert.equal(await field(editor, "relaxed.topK").locator("input[type=number]").inputValue(), "7");
  assert.match(await field(editor, "relaxed.topK").innerText(), /set in workspace settings/);
  await editor.send({ kind: "refused", key: "laser.relaxed.topK", reason: "The file is read-only." });
  assert.equal(await field(editor, "relaxed.topK").getByRole("alert").innerText(), "The file is read-only.");
});

test("the what-if judges the last trace under the values shown, before they are saved", async (context) => {
  const editor = await opened(context);
  const preview = editor.page.locator(".what-if");
  assert.match(await preview.innerText(), /run LASER: Generate/);
  await editor.send({ kind: "trace", trace: TRACE });
  assert.match(await preview.innerText(), /No verdict flips/);
  const k = field(editor, "relaxed.topK").locator("input[type=number]");
  await k.fill("1");
  const rule = { kind: "relaxed", topK: 1, minProbability: 0.1 } as const;
  const { flips, divergence } = whatIf(TRACE, rule, TRACE.request.guards);
  assert.ok(flips.length > 0 && divergence !== null, "the fixture has a relaxed accept");
  const text = await preview.innerText();
  assert.match(text, new RegExp(`${flips.length} verdicts? flips?`));
  assert.match(text, new RegExp(`in step ${divergence.step + 1}`));
  assert.match(text, /estimate/);
  assert.deepEqual(await changes(editor), []);
});

test("each field says its name, what it does and what is wrong with it", async (context) => {
  const editor = await opened(context);
  const k = field(editor, "relaxed.topK").getByRole("spinbutton", { name: "Top K", exact: true });
  const described = () =>
    k.evaluate((input) =>
      (input.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? `no element ${id}`),
    );
  assert.deepEqual(await described(), ["What laser.relaxed.topK does."]);
  await k.fill("0");
  assert.deepEqual(await described(), [
    "What laser.relaxed.topK does.",
    "Enter a whole number from 1 to 128.",
  ]);
  await field(editor, "strategy").getByRole("combobox", { name: "Strategy" }).waitFor();
  await editor.send({ kind: "refused", key: "laser.strategy", reason: "The file is read-only." });
  const group = editor.page.getByRole("group", { name: "Strategy" });
  assert.equal(await group.getAttribute("aria-describedby"), "about-laser.strategy problem-laser.strategy");
  assert.equal(
    await editor.page.locator('[id="problem-laser.strategy"]').innerText(),
    "The file is read-only.",
  );
  await editor.page.getByRole("checkbox", { name: "What laser.guards.endOfText does." }).waitFor();
});

test("the tab key goes through the fields in their order", async (context) => {
  const editor = await opened(context);
  const { page } = editor;
  const visited: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const key = await page.evaluate(
      () => document.activeElement?.closest<HTMLElement>("[data-key]")?.dataset.key ?? null,
    );
    if (key === null) break;
    if (visited.at(-1) !== key) visited.push(key);
  }
  const drawn = await page
    .locator("[data-key]")
    .evaluateAll((fields) => fields.map((one) => (one as HTMLElement).dataset.key));
  assert.deepEqual(visited, drawn);
});

table(
  "text of twice the size fits",
  [
    { name: "in a wide editor", width: 900 },
    { name: "in a narrow one", width: 420 },
  ],
  async ({ width }, context) => {
    const editor = await opened(context, { kind: "trace", trace: TRACE });
    await editor.page.setViewportSize({ width, height: 800 });
    await field(editor, "relaxed.topK").locator("input[type=number]").fill("0");
    await doubleText(editor.page);
    assert.deepEqual(await cutText(editor.page), []);
    const heights = await editor.page
      .locator("vscode-dropdown, vscode-text-field, input[type=number]")
      .evaluateAll((controls) => controls.map((control) => control.getBoundingClientRect().height));
    for (const height of heights) assert.ok(height >= 1.4 * 26, `a control of ${height} for text of 26`);
  },
);

table(
  "axe finds nothing in four themes",
  [
    { name: "without a trace", messages: [] },
    { name: "with a trace", messages: [{ kind: "trace", trace: TRACE }] },
    {
      name: "with a refusal",
      messages: [{ kind: "refused", key: "laser.relaxed.topK", reason: "The file is read-only." }],
    },
  ] as const satisfies readonly { name: string; messages: readonly ToSettingsEditor[] }[],
  async ({ messages }, context) => {
    const editor = await opened(context, ...messages);
    await field(editor, "relaxed.minProbability").locator("input[type=number]").fill("0.5");
    await field(editor, "maxDraftTokens").locator("input[type=number]").fill("99");
    for (const kind of THEME_KINDS) {
      await editor.theme(kind);
      assert.deepEqual(await editor.axe(), [], kind);
    }
  },
);
