// LASER: Run over Data Set in a real editor: the program runs as a process of its own, and its rows open as a table.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS, EDITORS } from "../../../extension/host/catalogue.ts";
import type { Notice } from "../../../extension/host/notify.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The cat sat on the mat. The dog sat on the mat.";

describe("a run over a data set", () => {
  const window = scriptedWindow({ answers: [{ text: TEXT }] }, async (isSet, modelPath) => {
    const configuration = vscode.workspace.getConfiguration("laser");
    await configuration.update("model", isSet ? modelPath : undefined, vscode.ConfigurationTarget.Global);
  });
  const folder = mkdtempSync(path.join(tmpdir(), "laser-run-"));
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("p.prompty"), "---\nsample:\n  who: a fox\n---\nuser:\nTell of {{who}}.\n");
  writeFileSync(
    at("data.jsonl"),
    '{"id": "fox", "who": "a fox"}\n{"id": "owl", "who": "an owl"}\n{"id": "none"}\n',
  );
  const made = { by: "vectors", source: "x", k: 1, seed: 1, silhouette: null };
  const groups = { format: "laser-groups", version: 1, made, attribute: null, minInteractions: 0, few: {} };
  writeFileSync(at("groups.json"), JSON.stringify({ ...groups, subjects: { fox: "wild" } }));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The notice with which a command ends. */
  async function noticeOf(given: object): Promise<Notice> {
    const notices: Notice[] = [];
    const listening = window.api.notifier.onNotice((notice) => notices.push(notice));
    await vscode.commands.executeCommand(COMMANDS.runDataSet, given);
    listening.dispose();
    return notices.at(-1) ?? assert.fail("the command ended without a word");
  }

  it("writes a row for each, says how many failed, and shows them", async () => {
    const choices = { groups: at("groups.json"), parallel: 2, traces: true };
    const paths = { prompt: at("p.prompty"), data: at("data.jsonl"), out: at("out.jsonl") };
    const given = { ...paths, mode: "begin", choices };
    const { message } = await noticeOf(given);
    assert.match(message, /2 answers, 1 failed row\./);
    const lines = readFileSync(at("out.jsonl"), "utf8").trim().split("\n");
    const rows = lines.map(
      (line) => JSON.parse(line) as { id: string; text: string | null; group: string; trace: string | null },
    );
    assert.deepEqual(rows.map(({ id, text, group }) => `${id} ${group}: ${text}`).sort(), [
      `fox wild: ${TEXT}`,
      "none null: null",
      `owl null: ${TEXT}`,
    ]);
    for (const { text, trace } of rows) {
      assert.equal(trace === null, text === null, "an answer has a trace");
      if (trace !== null) assert.match(trace, /^out\.traces\/(?:fox|owl)\..*\.lasertrace\.gz$/);
    }
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.deepEqual([input.viewType, path.basename(input.uri.fsPath)], [EDITORS.runTable, "out.jsonl"]);
  });

  it("says why the program refused", async () => {
    const given = { prompt: at("p.prompty"), data: at("none.jsonl"), out: at("other.jsonl"), mode: "begin" };
    const { level, message } = await noticeOf(given);
    assert.equal(level, "error");
    assert.match(message, /There is no file at .*none\.jsonl/);
  });
});
