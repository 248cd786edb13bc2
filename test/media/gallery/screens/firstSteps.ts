// What a new user sees: views without anything in them, and the pages of the walkthrough.
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { Editor } from "../../../support/host/editor.ts";
import type { Screen, ScreenGroup } from "../screen.ts";

const STEPS = ["model", "sample", "panel", "knob", "pool", "measure"] as const;

const welcome = (editor: Editor) => editor.page.locator(".sidebar .welcome-view-content:visible").first();

const view = (name: string): Screen => ({
  name: `empty-${name.toLowerCase()}`,
  reach: (editor) => editor.showViewAlone(name),
  shown: welcome,
});

const page = (step: (typeof STEPS)[number]): Screen => ({
  name: `walkthrough-${step}`,
  reach: (editor) => {
    const row = `[data-done-step-id="laser-inspector.laser-inspector#start#${step}"]:visible`;
    return editor.page
      .locator(row)
      .locator("xpath=ancestor::*[contains(@class, 'getting-started-step')]")
      .click();
  },
  shown: async (editor) => {
    const expanded = editor.page.locator(".getting-started-step.expanded", {
      has: editor.page.locator(`[data-done-step-id$="#${step}"]`),
    });
    await expanded.waitFor();
    return editor.page
      .locator(".getting-started-media iframe.webview.ready")
      .contentFrame()
      .frameLocator("#active-frame")
      .locator("svg");
  },
});

export const FIRST_STEPS: ScreenGroup = {
  name: "first-steps",
  screens: [
    {
      name: "empty-views",
      reach: async (editor) => {
        for (const name of readdirSync(editor.workspaceFolder))
          rmSync(path.join(editor.workspaceFolder, name), { recursive: true });
        await editor.showPanel();
        await (await editor.panel()).getByRole("button").first().waitFor();
        await editor.page.mouse.move(900, 600);
      },
      shown: welcome,
    },
    ...["Prompts", "Traces", "Pools"].map(view),
    {
      name: "walkthrough",
      reach: async (editor) => {
        await editor.runCommand("LASER: Get Started");
        await editor.runCommand("View: Close Primary Side Bar");
      },
      shown: (editor) => editor.page.locator(".getting-started-step.expanded"),
    },
    ...STEPS.map(page),
  ],
};
