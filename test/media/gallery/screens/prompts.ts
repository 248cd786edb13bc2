// Prompt files in the editor: what is marked, completed and explained in them, and how many tokens they are.
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../../support/check.ts";
import type { Editor } from "../../../support/host/editor.ts";
import { escape, goTo, pressUntil, type ScreenGroup } from "../screen.ts";

const book = readFileSync(path.join(repositoryFolder, "samples", "book.prompty"), "utf8");

/** Beside the samples. */
export const PROMPT_FILES = {
  "wrong.prompty": `---
name: Wrong in many ways
model:
  parameters:
    max_tokens: many
    temprature: 0.2
laser:
  stratgy: laser
sample:
  title: Emma
  unused: 1
---
system:
You describe books.

user:
Describe "{{title}}" by {{author}} in {{ title | shout }}.
{% if title %}
`,
  "begun.prompty":
    "---\nname: Begun\nsample:\n  title: Emma\nlaser:\n  strategy: \n---\nuser:\nDescribe {{ }}\n",
  "too-long.prompty": book.replace("max_tokens: 300", "max_tokens: 1200"),
} as const;

const tokens = (editor: Editor) => editor.page.locator(".statusbar-item", { hasText: /\d tokens/ });
const lens = (editor: Editor) =>
  editor.page.locator(".codelens-decoration a", { hasText: "Run over Data Set" });
const suggestions = (editor: Editor) =>
  editor.page.locator(".suggest-widget.visible .monaco-list-row").first();
const fixes = (editor: Editor) => editor.page.locator(".action-widget .monaco-list-row").nth(1);
const complete = async (editor: Editor, line: number, column: number): Promise<void> => {
  await goTo(editor, line, column);
  await pressUntil(editor, "Control+Space", suggestions(editor));
};
const budget = async (editor: Editor, file: string): Promise<void> => {
  await editor.openFile(file);
  await tokens(editor).hover();
};
const tooltip = (editor: Editor) => editor.page.locator(".workbench-hover", { hasText: "Context budget" });

export const PROMPTS: ScreenGroup = {
  name: "prompts",
  screens: [
    {
      name: "diagnostics",
      reach: async (editor) => {
        await editor.openFile("wrong.prompty");
        await editor.runCommand("Problems: Focus on Problems View");
      },
      shown: (editor) => editor.page.locator(".markers-panel .monaco-list-row", { hasText: "stratgy" }),
    },
    {
      name: "quick-fix",
      reach: async (editor) => {
        await editor.runCommand("View: Hide Panel");
        await goTo(editor, 8, 5);
        await pressUntil(editor, "Control+.", fixes(editor));
      },
      shown: fixes,
      leave: escape,
    },
    {
      name: "completion-values",
      reach: async (editor) => {
        await editor.openFile("begun.prompty");
        await complete(editor, 6, 13);
      },
      shown: suggestions,
      leave: escape,
    },
    {
      name: "completion-variables",
      reach: (editor) => complete(editor, 9, 13),
      shown: suggestions,
      leave: escape,
    },
    {
      name: "lenses",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.showEnd();
      },
      shown: lens,
    },
    {
      name: "hover-key",
      isHover: true,
      reach: async (editor) => {
        await goTo(editor, 6, 8);
        await editor.runCommand("Show or Focus Hover");
      },
      shown: (editor) => editor.page.locator(".monaco-hover:visible .hover-contents").first(),
      leave: escape,
    },
    {
      name: "hover-tokens",
      isHover: true,
      reach: async (editor) => {
        await goTo(editor, 58, 24);
        await editor.runCommand("Show or Focus Hover");
      },
      shown: (editor) => editor.page.locator(".monaco-hover:visible", { hasText: "tokens" }).first(),
      leave: escape,
    },
    { name: "budget", isHover: true, reach: (editor) => budget(editor, "book.prompty"), shown: tooltip },
    {
      name: "budget-exceeded",
      isHover: true,
      reach: (editor) => budget(editor, "too-long.prompty"),
      shown: tooltip,
    },
    {
      name: "boundaries",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Show or Hide Token Boundaries");
        await editor.showEnd();
      },
      shown: (editor) => editor.page.locator('.view-overlays [class*="ced-"]').first(),
      leave: (editor) => editor.runCommand("LASER: Show or Hide Token Boundaries"),
    },
    {
      name: "values",
      reach: (editor) => editor.runCommand("LASER: Generate with Values…"),
      shown: (editor) => editor.listRow("Generate"),
      leave: escape,
    },
    {
      name: "rendered",
      reach: (editor) => editor.runCommand("LASER: Show Rendered Prompt"),
      shown: (editor) => editor.page.locator(".view-line", { hasText: "<|im_start|>" }).first(),
    },
  ],
};
