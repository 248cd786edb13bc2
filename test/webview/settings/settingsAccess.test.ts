// The built settings editor for everyone: names and descriptions of every control, keys, large text, four themes.
import assert from "node:assert/strict";
import { test } from "vitest";
import { table } from "../../support/check.ts";
import { truncatedTexts, doubleText } from "../../support/webview/truncationChecks.ts";
import {
  numberOf,
  settingsOpener,
  place,
  shownKeys,
  TRACE,
  VALUES,
} from "../../support/webview/settingsEditorPage.ts";
import { ONE_FOLDER, settingsOf, TWO_FOLDERS } from "../../support/webview/settingsMessages.ts";

const opened = settingsOpener();

test("each control says its name, what it does and what is wrong with it", async (context) => {
  const editor = await opened(context);
  await numberOf(editor, "relaxed.topK").fill("0");
  const described = await editor.page.locator("[aria-describedby]").evaluateAll((all) =>
    all.map((element) => {
      const ids = (element.getAttribute("aria-describedby") ?? "").split(" ");
      const texts = ids.map((id) => document.getElementById(id)?.textContent.trim() ?? "");
      return { html: element.outerHTML.slice(0, 120), texts };
    }),
  );
  assert.ok(described.length > 46, "every field and its control");
  assert.deepEqual(
    described.filter(({ texts }) => texts.includes("")),
    [],
  );
  const k = editor.page.getByRole("spinbutton", { name: "Relaxed: Top K", exact: true });
  assert.equal(
    await k.getAttribute("aria-describedby"),
    "about-laser.relaxed.topK problem-laser.relaxed.topK",
  );
  await editor.page.getByRole("checkbox", { name: "Guards: End of text" }).waitFor();
  await editor.page.getByRole("combobox", { name: "Strategy" }).waitFor();
  await editor.page.getByRole("group", { name: "Sampling: Top K" }).waitFor();
});

test("the tab key goes through the fields in their order", async (context) => {
  const editor = await opened(context);
  const { page } = editor;
  await page.getByRole("searchbox").focus();
  const visited: string[] = [];
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press("Tab");
    const key = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === document.body) return "end";
      return at?.closest<HTMLElement>("[data-key]")?.dataset.key ?? "";
    });
    if (key === "end") break;
    if (key !== "" && visited.at(-1) !== key) visited.push(key);
  }
  assert.deepEqual(visited, await shownKeys(editor));
});

table(
  "text of twice the size fits",
  [
    { name: "in a wide editor", width: 900 },
    { name: "in a narrow one", width: 420 },
  ],
  async ({ width }, context) => {
    const editor = await opened(context, settingsOf(VALUES, TWO_FOLDERS), {
      kind: "trace",
      trace: TRACE,
      name: null,
      names: [],
      titles: [],
    });
    await editor.page.setViewportSize({ width, height: 800 });
    await numberOf(editor, "relaxed.topK").fill("0");
    await doubleText(editor.page);
    await editor.page.locator('[data-room="one"]').waitFor();
    assert.deepEqual(await truncatedTexts(editor.page), []);
    const controls = await editor.page
      .locator("vscode-dropdown, vscode-checkbox, main input:not([type=range], [type=radio])")
      .evaluateAll((all) =>
        all.map((control) => ({
          height: control.getBoundingClientRect().height,
          font: getComputedStyle(control).fontSize,
          isBox: control.matches("vscode-checkbox"),
        })),
      );
    for (const { height, font, isBox } of controls) {
      assert.equal(font, "26px");
      assert.ok(isBox || height >= 1.4 * 26, `a control of ${height} for text of 26`);
    }
  },
);

table(
  "axe finds nothing in four themes",
  [
    { name: "without a trace", workspace: TWO_FOLDERS, target: "User", messages: [] },
    {
      name: "with a trace",
      workspace: TWO_FOLDERS,
      target: "Workspace",
      messages: [{ kind: "trace", trace: TRACE, name: null, names: [], titles: [] }],
    },
    {
      name: "with a refusal, without trust",
      workspace: { ...ONE_FOLDER, isTrusted: false },
      target: "Workspace",
      messages: [{ kind: "refused", key: "laser.relaxed.topK", reason: "The file is read-only." }],
    },
  ] as const,
  async ({ workspace, target, messages }, context) => {
    const editor = await opened(context, settingsOf(VALUES, workspace));
    await place(editor, target).check();
    await editor.send(...messages);
    await numberOf(editor, "relaxed.minProbability").fill("0.5");
    await numberOf(editor, "maxDraftTokens").fill("99");
    assert.deepEqual(await editor.axeInThemes(), []);
  },
);
