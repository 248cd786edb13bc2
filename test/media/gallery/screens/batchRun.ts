// A run over a data set: how its rows are written, the table of its answers, and the summary.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../../../../scripts/programs/run.mjs";
import { repositoryFolder } from "../../../support/check.ts";
import { testModelPath } from "../../../support/decoding/realModel.ts";
import type { Editor } from "../../../support/host/editor.ts";
import { RUN_MS, type ScreenGroup } from "../screen.ts";

const ROWS = 6;
const OUT = "books.answers.jsonl";

/** The books of the samples, and one without the values that the prompt needs. */
function writeRows(folder: string): void {
  const lines = readFileSync(path.join(folder, "pool-prompts.jsonl"), "utf8").split("\n");
  const books = lines
    .slice(0, ROWS)
    .map((line) => JSON.parse(line) as { id: string; group: string; values: object })
    .map(({ id, group, values }) => ({ id, group, ...values }));
  const rows = [...books, { id: "no title" }];
  writeFileSync(path.join(folder, "books.jsonl"), `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
}

async function runOver(editor: Editor): Promise<void> {
  const folder = editor.workspaceFolder;
  writeRows(folder);
  const files = [
    "--prompt",
    "book.prompty",
    "--data",
    "books.jsonl",
    "--out",
    OUT,
    "--pool",
    "answers.jsonl",
  ];
  const args = ["run", ...files, "--plain-every", "2", "--gpu", "off", "--model", testModelPath()];
  const laser = path.join(repositoryFolder, "dist", "laser.mjs");
  const { code, output } = await runProgram(process.execPath, [laser, ...args, "--traces", "traces"], {
    ...{ cwd: folder, output: "keep", timeoutSeconds: RUN_MS / 1000 },
  });
  // 1: rows failed, as one of them should.
  if (code !== 0 && code !== 1) throw new Error(output);
}

export const BATCH_RUN: ScreenGroup = {
  name: "batch-run",
  screens: [
    {
      name: "run-table",
      reach: async (editor) => {
        await runOver(editor);
        await editor.openFile(/^books\.answers\.jsonl$/);
        await editor.runCommand("View: Reopen Editor With...");
        await editor.listRow("LASER").click();
      },
      shown: async (editor) =>
        (await editor.webview("laser-table")).locator("laser-row-table [role=row]").nth(ROWS),
    },
    {
      name: "run-summary",
      reach: async (editor) => {
        await (await editor.webview("laser-table")).getByRole("button", { name: "Summary" }).click();
      },
      shown: (editor) => editor.page.locator(".tab.active", { hasText: "summary" }),
    },
  ],
};
