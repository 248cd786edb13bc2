// Pools in their view, an answer of one, and a search.
import path from "node:path";
import { Pool } from "../../../../core/laser/index.ts";
import { writePoolFile } from "../../../../server/pools/index.ts";
import type { Editor } from "../../../support/host/editor.ts";
import { escape, type ScreenGroup } from "../screen.ts";

const row = (editor: Editor, text: string) =>
  editor.page.locator(".sidebar .monaco-list-row:visible", { hasText: text }).first();
const open = (editor: Editor, text: string): Promise<void> =>
  row(editor, text).locator(".monaco-tl-twistie").click();

/** A pool file with groups, beside the answers of the samples. */
async function writePool(editor: Editor): Promise<void> {
  const entries = ["ada", "bob", "eve"].map((key, at) => ({
    ...{ key, group: at === 0 ? null : "fantasy readers", text: `What ${key} likes about long novels.` },
    timeMs: Date.UTC(2026, 0, 1 + at),
  }));
  await writePoolFile(path.join(editor.workspaceFolder, "readers.laserpool"), {
    ...{ tokenizer: { fingerprint: "gallery", model: "any model" }, opening: [], entries },
    pool: Pool.build(entries.map((_, at) => [at, 1, 2])),
  });
}

export const POOLS: ScreenGroup = {
  name: "pools",
  screens: [
    {
      name: "pools",
      reach: async (editor) => {
        await writePool(editor);
        await editor.openFile("book.prompty");
        await editor.showPanel();
        await editor.showViewAlone("Pools");
        await open(editor, "readers.laserpool");
        await row(editor, "fantasy readers").waitFor();
        await open(editor, "fantasy readers");
        await row(editor, "bob").waitFor();
        await open(editor, "answers.jsonl");
      },
      shown: (editor) => row(editor, "book"),
    },
    {
      name: "pool-tooltip",
      isHover: true,
      reach: (editor) => row(editor, "answers.jsonl").hover(),
      shown: (editor) => editor.page.locator(".workbench-hover:visible"),
    },
    {
      name: "pool-entry",
      reach: (editor) => row(editor, "bob").click(),
      shown: (editor) => editor.page.locator(".tab.active", { hasText: "readers" }),
    },
    {
      name: "pool-menu",
      reach: (editor) => row(editor, "readers.laserpool").click({ button: "right" }),
      shown: (editor) => editor.page.locator(".monaco-menu"),
      leave: escape,
    },
    {
      name: "pool-search",
      reach: (editor) => editor.runCommand("LASER: Search Pool…"),
      shown: (editor) => editor.page.locator(".quick-input-widget:visible"),
      leave: escape,
    },
  ],
};
