// A window of two folders: a run takes the settings of the folder that contains its prompt. The worker recites a script.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS } from "../../../extension/host/catalogue.ts";
import type { Notice } from "../../../extension/host/notify.ts";
import { parseTrace, type Trace } from "../../../core/trace/index.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The fox met the cat. The fox met the dog. The fox met the cat again.";
/** Folder → setting → value; of what no folder says, the user's counts. */
const SETTINGS = {
  samples: { strategy: "laser", maxDraftTokens: 9, "relaxed.topK": 4 },
  tales: { strategy: "prompt-lookup", "sampling.seed": 7 },
} as const;
const OF_USER = { maxDraftTokens: 12, "sampling.seed": 3 } as const;

describe("a window of two folders", () => {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folderOf = (name: string): vscode.Uri =>
    folders.find((one) => one.name === name)?.uri ?? assert.fail(`no folder ${name}`);

  const window = scriptedWindow({ answers: [{ text: TEXT }] }, configure);

  /** Sets all settings, or removes them. */
  async function configure(isSet: boolean, modelPath: string): Promise<void> {
    const { Global, WorkspaceFolder } = vscode.ConfigurationTarget;
    const write = async (values: object, uri: vscode.Uri | null, place: vscode.ConfigurationTarget) => {
      const configuration = vscode.workspace.getConfiguration("laser", uri);
      for (const [name, value] of Object.entries(values))
        await configuration.update(name, isSet ? value : undefined, place);
    };
    await write({ ...OF_USER, model: modelPath }, null, Global);
    for (const [name, values] of Object.entries(SETTINGS))
      await write(values, folderOf(name), WorkspaceFolder);
  }

  async function traceOf(name: string, prompt: string): Promise<Trace> {
    await vscode.commands.executeCommand(COMMANDS.generate, vscode.Uri.joinPath(folderOf(name), prompt));
    const ended = window.api.runs.shown?.ended;
    assert.ok(ended?.tracePath, JSON.stringify(ended));
    return parseTrace(readFileSync(ended.tracePath, "utf8"));
  }

  for (const [name, prompt, expected] of [
    ["samples", "film.prompty", { strategy: "laser", maxDraftTokens: 9, topK: 4, seed: 3, hasPool: true }],
    [
      "tales",
      "fox.prompty",
      { strategy: "prompt-lookup", maxDraftTokens: 12, topK: null, seed: 7, hasPool: false },
    ],
    // One after the other, so that no value stays.
    ["samples", "book.prompty", { strategy: "laser", maxDraftTokens: 9, topK: 4, seed: 3, hasPool: true }],
  ] as const)
    it(`runs ${prompt} by the settings of ${name}`, async () => {
      const notices: Notice[] = [];
      const listening = window.api.notifier.onNotice((notice) => notices.push(notice));
      const { request, pool } = await traceOf(name, prompt);
      listening.dispose();
      assert.deepEqual(notices, []);
      const { strategy, maxDraftTokens, rule, sampling } = request;
      const topK = rule.kind === "strict" ? null : rule.topK;
      assert.deepEqual(
        { strategy, maxDraftTokens, topK, seed: sampling.seed, hasPool: pool !== null },
        expected,
      );
    });
});
