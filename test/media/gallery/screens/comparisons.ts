// Strategies and settings compared on a prompt: the questions before it, and the page.
import type { Editor } from "../../../support/host/editor.ts";
import { RUN_MS, type ScreenGroup } from "../screen.ts";

const compared = async (editor: Editor) => (await editor.comparePage(RUN_MS)).locator(".row .token").first();
const accept = (editor: Editor): Promise<void> => editor.page.keyboard.press("Enter");
const question = (editor: Editor, text: string) =>
  editor.page.locator(".quick-input-widget:visible", { hasText: text });

export const COMPARISONS: ScreenGroup = {
  name: "comparisons",
  screens: [
    {
      name: "compare-choice",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Compare Strategies");
      },
      shown: (editor) => editor.listRow("laser-strict"),
    },
    {
      name: "compare-strategies",
      reach: async (editor) => {
        await accept(editor);
        await editor.listRow("Once each").click();
        await compared(editor);
        await editor.runCommand("View: Close Editors in Other Groups");
        await editor.runCommand("View: Close Primary Side Bar");
      },
      shown: compared,
      leave: (editor) => editor.runCommand("View: Close All Editors"),
    },
    {
      name: "sweep-choice",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Compare Settings…");
      },
      shown: (editor) => question(editor, "k: values to compare"),
    },
    {
      name: "compare-settings",
      reach: async (editor) => {
        for (const [title, values] of [
          ["k: values to compare", "2, 8"],
          ["p: values to compare", "0.1, 0"],
          ["Longest draft", "8"],
        ] as const) {
          await question(editor, title).waitFor();
          await editor.page.locator(".quick-input-widget input[type=text]").fill(values);
          await accept(editor);
        }
        await editor.listRow("This prompt").click();
        await editor.listRow("Once each").click();
        await compared(editor);
        await editor.runCommand("View: Close Editors in Other Groups");
        await editor.runCommand("View: Close Primary Side Bar");
      },
      shown: async (editor) => (await editor.comparePage()).locator("laser-sweep svg, .sweep svg").first(),
    },
  ],
};
