// The trace editor with each of its panes, and the Prompts and Traces views with something in them.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { serialiseTrace } from "../../../../core/trace/index.ts";
import type { Editor } from "../../../support/host/editor.ts";
import { treeRun } from "../../../support/trace/treeTraces.ts";
import { runEnded, type ScreenGroup } from "../screen.ts";

const choose = async (editor: Editor, pane: string): Promise<void> => {
  await (await editor.tracePage()).locator(`#tab-${pane}`).click();
};
const pane = async (editor: Editor, name: string) => (await editor.tracePage()).locator(`.pane.${name}`);

export const TRACES: ScreenGroup = {
  name: "traces",
  screens: [
    {
      name: "views-full",
      reach: async (editor) => {
        for (const prompt of ["book", "film"]) {
          await editor.openFile(`${prompt}.prompty`);
          await editor.runCommand("LASER: Generate");
          await (await editor.panel()).locator("h1", { hasText: prompt }).waitFor();
          await runEnded(editor);
        }
        await editor.showViewAlone("Traces");
        await editor.page.locator(".sidebar .pane-header", { hasText: "Prompts" }).click();
      },
      shown: (editor) => editor.page.locator(".sidebar .monaco-list-row", { hasText: "EDL" }).first(),
    },
    {
      name: "trace-step",
      reach: async (editor) => {
        await editor.page.locator(".sidebar .monaco-list-row", { hasText: "EDL" }).last().click();
        await editor.page.locator('.tab.active[data-resource-name$=".lasertrace"]').waitFor();
        await editor.runCommand("View: Close Editors in Other Groups");
        await editor.runCommand("View: Close Primary Side Bar");
        const page = await editor.tracePage();
        await page.locator(".stream .token.rejected, .stream .token.relaxed").first().click();
      },
      shown: (editor) => pane(editor, "step"),
    },
    {
      name: "trace-figures",
      reach: (editor) => choose(editor, "figures"),
      shown: async (editor) => (await pane(editor, "figures")).locator("figure, svg").first(),
    },
    {
      name: "trace-what-if",
      reach: async (editor) => {
        await choose(editor, "whatIf");
        const page = await editor.tracePage();
        const p = page.getByLabel("p: must be above this probability, as a number");
        await p.fill("0");
        await p.press("Tab");
      },
      shown: async (editor) => (await editor.tracePage()).locator(".stream .token.flip").first(),
    },
    {
      name: "trace-about",
      reach: (editor) => choose(editor, "about"),
      shown: (editor) => pane(editor, "about"),
    },
    {
      name: "trace-tree",
      reach: async (editor) => {
        const { trace } = await treeRun(3, { nodes: 31, steps: 14 });
        writeFileSync(path.join(editor.workspaceFolder, "tree.lasertrace"), serialiseTrace(trace));
        await editor.runCommand("View: Close All Editors");
        await editor.showExplorer();
        await editor.page
          .locator(".explorer-folders-view .monaco-list-row", { hasText: "tree.lasertrace" })
          .dblclick();
        const page = await editor.tracePage();
        await page.locator(".stream .token.accepted").nth(3).click();
      },
      shown: (editor) => pane(editor, "step"),
    },
  ],
};
