// The settings editor, alone and with a run to judge by it.
import type { Editor } from "../../../support/host/editor.ts";
import { runEnded, type ScreenGroup } from "../screen.ts";

const change = async (editor: Editor, name: string, value: string): Promise<void> => {
  const input = (await editor.settingsPage()).locator(
    `[data-key="laser.relaxed.${name}"] input[type=number]`,
  );
  await input.fill(value);
  await input.press("Tab");
};

export const SETTINGS: ScreenGroup = {
  name: "settings",
  screens: [
    {
      name: "settings",
      reach: (editor) => editor.openSettingsEditor(),
      shown: async (editor) => (await editor.settingsPage()).locator("[data-key]").first(),
    },
    {
      name: "settings-problem",
      reach: (editor) => change(editor, "minProbability", "7"),
      shown: async (editor) => (await editor.settingsPage()).getByRole("alert").first(),
      leave: (editor) => editor.runCommand("View: Close All Editors"),
    },
    {
      name: "settings-judged",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Generate");
        await runEnded(editor);
        await editor.openSettingsEditor();
        await change(editor, "topK", "8");
        await change(editor, "minProbability", "0");
      },
      shown: async (editor) => (await editor.settingsPage()).locator(".what-if .excerpt"),
    },
  ],
};
