// The settings editor on manifests that are not ours: what they contribute shows without new code, what can't be edited
// leads to the editor's own settings, and texts stay texts.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import { table } from "../support/check.ts";
import { WebviewBench, type WebviewPage } from "../support/page.ts";
import { fixtureManifest, settingsOf, TWO_FOLDERS, type ValuesByKey } from "../support/settingsPages.ts";
import { THEME_KINDS } from "../support/themes.ts";

let bench: WebviewBench;
beforeAll(async () => {
  bench = await WebviewBench.open();
});
afterAll(async () => {
  await bench.close();
});

async function opened(context: TestContext, name: string, values: ValuesByKey = {}): Promise<WebviewPage> {
  const editor = await bench.page("settings", { width: 1000, height: 900 });
  context.onTestFinished(() => editor.close());
  await editor.send(settingsOf(fixtureManifest(name), values, TWO_FOLDERS));
  return editor;
}

const field = ({ page }: WebviewPage, key: string) => page.locator(`[data-key="demo.${key}"]`);
const changes = async (editor: WebviewPage) => (await editor.sent()).slice(1);

table(
  "a manifest",
  ["titled", "types", "scopes", "markup"].map((name) => ({ name })),
  async ({ name }, context) => {
    const editor = await opened(context, name);
    const { settings } = settingsOf(fixtureManifest(name), {}, TWO_FOLDERS);
    const keys = await editor.page
      .locator("[data-key]")
      .evaluateAll((fields) => fields.map((one) => (one as HTMLElement).dataset.key));
    assert.deepEqual(
      keys,
      settings.map(({ key }) => key),
    );
    const headings = await editor.page.locator("h2[id^=group-]").allInnerTexts();
    assert.deepEqual(headings, [...new Set(settings.map(({ group }) => group))]);
    for (const kind of THEME_KINDS) {
      await editor.theme(kind);
      assert.deepEqual(await editor.axe(), [], kind);
    }
  },
);

test("what can't be edited here says why, shows its value and leads to the editor's own settings", async (context) => {
  const editor = await opened(context, "types", { "demo.map": { user: { b: [2] } } });
  const unsupported = settingsOf(fixtureManifest("types")).settings.filter(
    ({ schema }) => schema.type === "unsupported",
  );
  assert.ok(unsupported.length > 10);
  assert.equal(await editor.page.locator(".unsupported").count(), unsupported.length);
  const map = field(editor, "map");
  assert.match(
    await map.innerText(),
    /\{"b":\[2\]\}[^]*It can't be edited on this page: its values are objects\./,
  );
  assert.equal(await map.locator("input, vscode-dropdown, vscode-checkbox").count(), 0);
  await map.getByRole("button", { name: "Edit in settings" }).click();
  await map.getByRole("button", { name: "Reset" }).click();
  assert.deepEqual(await changes(editor), [
    { kind: "openNative", key: "demo.map" },
    { kind: "reset", key: "demo.map", target: "user" },
  ]);
});

test("values of every kind are checked as typed and sent as what they are", async (context) => {
  const editor = await opened(context, "types");
  const { page } = editor;
  const word = field(editor, "name").locator("input");
  await word.fill("A");
  assert.equal(await field(editor, "name").getByRole("alert").innerText(), "Enter at least 2 characters.");
  await word.fill("ABC");
  assert.equal(await field(editor, "name").getByRole("alert").innerText(), "Small letters only, please.");
  await word.fill("abc");
  assert.equal(await field(editor, "name").getByRole("alert").count(), 0);
  await word.blur();
  const open = field(editor, "open").locator("input[type=number]");
  await open.fill("0");
  await field(editor, "open").getByRole("alert").waitFor();
  await open.fill("0.75");
  await open.blur();
  await field(editor, "level").locator("vscode-dropdown").click();
  await page.getByRole("option", { name: "many" }).click();
  await field(editor, "flagOrNone").locator("vscode-dropdown").click();
  await page.getByRole("option", { name: "on" }).click();
  await field(editor, "textOrNone").locator("vscode-checkbox").click();
  await field(editor, "letter").locator("textarea").fill("one\ntwo");
  await field(editor, "letter").locator("textarea").blur();
  await field(editor, "folders").getByRole("textbox").fill("x");
  assert.equal(
    await field(editor, "folders").getByRole("alert").innerText(),
    "Item 1: Enter at least 2 characters.",
  );
  await field(editor, "colours").getByRole("button", { name: "Add item" }).click();
  await field(editor, "colours").locator("vscode-dropdown").click();
  await page.getByRole("option", { name: "green" }).click();
  const user = { kind: "change", target: "user" } as const;
  assert.deepEqual(await changes(editor), [
    { ...user, key: "demo.name", value: "abc" },
    { ...user, key: "demo.open", value: 0.75 },
    { ...user, key: "demo.level", value: "many" },
    { ...user, key: "demo.flagOrNone", value: true },
    { ...user, key: "demo.textOrNone", value: "" },
    { ...user, key: "demo.letter", value: "one\ntwo" },
    { ...user, key: "demo.colours", value: ["green"] },
  ]);
});

test("a value that someone wrote by hand and that does not fit is shown and named", async (context) => {
  const editor = await opened(context, "types", {
    "demo.word": { user: "z" },
    "demo.folders": { user: "none" },
  });
  assert.equal(
    await field(editor, "word").getByRole("alert").innerText(),
    '"z" is not allowed here. Choose one of The letter a, b.',
  );
  assert.match(await field(editor, "word").locator("vscode-dropdown .selected-value").innerText(), /"z"/);
  assert.equal(
    await field(editor, "folders").getByRole("alert").innerText(),
    '"none" is not allowed here. Enter a list of strings.',
  );
  assert.equal(await field(editor, "folders").locator("li").count(), 0);
});

test("texts of a manifest are never markup, and links lead nowhere but to settings and the web", async (context) => {
  const editor = await opened(context, "markup", { "demo.markdown": { user: "<s>\u202ex" } });
  const { page } = editor;
  assert.equal(await page.title(), "LASER Inspector");
  assert.equal(await page.locator("main :is(script, img, b, i, u, s, iframe)").count(), 0);
  assert.match(await field(editor, "script").innerText(), /<script>document\.title = 'run'<\/script>/);
  const text = field(editor, "markdown");
  assert.match(
    await text.innerText(),
    /\[run\]\(command:demo\.run\), \[bad\]\(javascript:alert\(1\)\), \*not bold\*/,
  );
  assert.match(await text.innerText(), /A second line<U\+202E>\./);
  assert.deepEqual(
    await page
      .locator("main a")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href)),
    ["https://example.org/a?b=c"],
  );
  assert.match(await field(editor, "old").innerText(), /<tag>[^]*Deprecated: Use Markdown\./);
  await text.getByRole("button", { name: "Script" }).click();
  assert.equal(await field(editor, "script").evaluate((element) => element === document.activeElement), true);
  await text.getByRole("button", { name: "other.setting" }).click();
  assert.deepEqual(await changes(editor), [{ kind: "openNative", key: "other.setting" }]);
});
