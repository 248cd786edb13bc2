// Models and what runs them: the picker, the model page, devices and engine choices, without a GPU and with a stand-in.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Editor } from "../../../support/host/editor.ts";
import { escape, RUN_MS, runEnded, type Screen, type ScreenGroup } from "../screen.ts";

const chooser = (name: string, command: string, row: string | RegExp): Screen => ({
  name,
  reach: (editor) => editor.runCommand(command),
  shown: (editor) => editor.listRow(row).first(),
  leave: escape,
});
const status = (editor: Editor) => editor.page.locator(".statusbar-item", { hasText: "LASER:" });
const modelPart = async (editor: Editor, selector: string) =>
  (await editor.modelPage()).locator(selector).first();

/** Lets the models run on the stand-in. */
function allowGpu(editor: Editor): void {
  const file = path.join(editor.workspaceFolder, ".vscode", "settings.json");
  const settings = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...settings, "laser.gpu": "auto" }));
}

export const MODELS: ScreenGroup = {
  name: "models",
  screens: [
    chooser("model-picker", "LASER: Choose Model", "tokens of context"),
    {
      name: "model-page-idle",
      reach: (editor) => editor.runCommand("LASER: Show Model"),
      shown: (editor) => modelPart(editor, "h1"),
    },
    {
      name: "model-page",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Generate");
        await runEnded(editor);
        await editor.runCommand("LASER: Show Model");
        await editor.runCommand("View: Close Editors in Other Groups");
      },
      shown: (editor) => modelPart(editor, '[data-figure="costs"] .mark'),
    },
    {
      name: "model-page-estimate",
      reach: async (editor) => {
        await (
          await editor.modelPage()
        )
          .getByRole("button", { name: "Estimate speed-up" })
          .click({ timeout: RUN_MS });
        const stop = (await editor.modelPage()).getByRole("button", { name: "Stop" });
        await stop.waitFor();
        await stop.waitFor({ state: "detached", timeout: RUN_MS });
        await modelPart(editor, '[data-figure="costs"]').then((chart) => chart.scrollIntoViewIfNeeded());
      },
      shown: (editor) => modelPart(editor, '[data-figure="costs"] .mark'),
    },
    {
      name: "status-tooltip",
      isHover: true,
      reach: (editor) => status(editor).hover(),
      shown: (editor) => editor.page.locator(".workbench-hover:visible"),
    },
    {
      name: "status-menu",
      reach: (editor) => status(editor).click(),
      shown: (editor) => editor.listRow("Choose Model"),
      leave: escape,
    },
    chooser("engine-choices", "LASER: Engine Choices", "Keys and values"),
    {
      name: "key-types",
      reach: async (editor) => {
        await editor.runCommand("LASER: Engine Choices");
        await editor.listRow("Keys and values").click();
      },
      shown: (editor) => editor.listRow("q8_0"),
      leave: async (editor) => {
        await escape(editor);
        await editor.listRow("Keys and values").waitFor();
        await escape(editor);
      },
    },
    {
      name: "back-ends",
      reach: async (editor) => {
        await editor.runCommand("LASER: Engine Choices");
        await editor.listRow("Back end").first().click();
      },
      shown: (editor) => editor.listRow("Metal"),
      leave: async (editor) => {
        await escape(editor);
        await editor.listRow("Keys and values").waitFor();
        await escape(editor);
      },
    },
    chooser("devices", "LASER: Show Devices", "Vulkan"),
    {
      name: "model-picker-gpu",
      reach: async (editor) => {
        allowGpu(editor);
        await editor.runCommand("LASER: Choose Model");
      },
      shown: (editor) => editor.listRow("on Vulkan").first(),
      leave: escape,
    },
    {
      name: "model-page-gpu",
      reach: (editor) => editor.runCommand("LASER: Show Model"),
      shown: async (editor) => (await editor.modelPage()).getByText(/on Vulkan/).first(),
    },
  ],
};
