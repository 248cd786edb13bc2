// What the Pools view's commands do to files and prompts, in a real editor: the program that changes pools runs as a process.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS, HIDDEN_COMMANDS } from "../../../extension/host/catalogue.ts";
import type { Notice } from "../../../extension/host/notify.ts";
import { readAnswers, readPoolFile } from "../../../server/pools/index.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The cat sat on the mat. The dog sat on the mat.";

describe("pools", () => {
  const window = scriptedWindow({ answers: [{ text: TEXT }] }, async (isSet, modelPath) => {
    const configuration = vscode.workspace.getConfiguration("laser");
    await configuration.update("model", isSet ? modelPath : undefined, vscode.ConfigurationTarget.Global);
  });
  const folder = mkdtempSync(path.join(tmpdir(), "laser-pools-"));
  const at = (name: string): string => path.join(folder, name);
  const pool = at("warm.laserpool");
  const prompt = at("p.prompty");
  writeFileSync(prompt, "---\nsample:\n  who: a fox\n---\nuser:\nTell of {{who}}.\n");
  const rows = ["fox", "owl", "bear"].map((id) => JSON.stringify({ id, who: id, group: "wild" }));
  writeFileSync(at("data.jsonl"), `${rows.join("\n")}\n`);
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function noticesOf(command: string, given: object): Promise<readonly Notice[]> {
    const notices: Notice[] = [];
    const listening = window.api.notifier.onNotice((notice) => notices.push(notice));
    await vscode.commands.executeCommand(command, given);
    listening.dispose();
    return notices;
  }
  const warmUp = (count: number): Promise<readonly Notice[]> =>
    noticesOf(COMMANDS.warmUpPool, { path: pool, prompt, data: at("data.jsonl"), rows: count });

  it("are made by warming up, with the groups of the rows, and grow when warmed up again", async () => {
    const [notice, ...more] = await warmUp(2);
    assert.deepEqual([notice?.message, more.length], ["2 answers were added to warm.laserpool.", 0]);
    const { entries } = await readPoolFile(pool, null);
    assert.deepEqual(entries.map(({ key, group, text }) => [key, group, text]).sort(), [
      ["fox", "wild", TEXT],
      ["owl", "wild", TEXT],
    ]);
    const [again] = await warmUp(3);
    const keys = (await readPoolFile(pool, null)).entries.map(({ key }) => key);
    assert.deepEqual(keys.sort(), ["bear", "fox", "owl"], "equal answers are kept once");
    assert.equal(again?.message, "New to warm.laserpool: 1 of 3 answers.");
  });

  it("are frozen and unfrozen; what is frozen is not warmed up", async () => {
    const node = { kind: "pool", path: pool };
    await vscode.commands.executeCommand(HIDDEN_COMMANDS.poolsFreeze, node);
    assert.equal((await readPoolFile(pool, null)).isFrozen, true);
    const before = readFileSync(pool);
    const [notice] = await warmUp(1);
    assert.match(notice?.message ?? "", /warm\.laserpool is frozen/);
    assert.deepEqual(readFileSync(pool), before);
    // What can't be kept is not asked for.
    const [refused, ...more] = await noticesOf(HIDDEN_COMMANDS.poolsAddFile, node);
    assert.match(refused?.message ?? "", /warm\.laserpool is frozen/);
    assert.deepEqual([refused?.steps.map(({ label }) => label), more.length], [["Unfreeze"], 0]);
    await vscode.commands.executeCommand(HIDDEN_COMMANDS.poolsThaw, node);
    assert.equal((await readPoolFile(pool, null)).isFrozen, false);
  });

  it("are made of the answers of traces", async () => {
    const { traceFolder } = window.api;
    const known = (): string[] => (existsSync(traceFolder) ? readdirSync(traceFolder) : []);
    const before = known();
    await vscode.commands.executeCommand(COMMANDS.generate, vscode.Uri.file(prompt));
    const traces = known().filter((name) => !before.includes(name));
    const file = at("made.jsonl");
    const [notice] = await noticesOf(COMMANDS.makePool, {
      traces: [...traces.map((name) => path.join(traceFolder, name)), at("none.lasertrace")],
      path: file,
    });
    assert.equal(
      notice?.message,
      "made.jsonl has 1 answer. Left out, because nothing was written: 1 of them.",
    );
    const { answers } = await readAnswers(file);
    assert.deepEqual(
      answers.map(({ id, text }) => [id.split(":")[0], text]),
      [["p", TEXT]],
    );
  });

  it("give the active prompt a group, as an edit", async () => {
    const document = await vscode.workspace.openTextDocument(prompt);
    await vscode.window.showTextDocument(document);
    const group = { group: "wild", entries: 3, tokens: 1, textBytes: 1, lastUseMs: null };
    await vscode.commands.executeCommand(HIDDEN_COMMANDS.poolsUseGroup, {
      ...{ kind: "group", path: pool, serving: null, group },
    });
    assert.match(document.getText(), /^---\nsample:\n {2}who: a fox\nlaser:\n {2}group: wild\n---/);
    assert.ok(document.isDirty);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("show an answer as a document", async () => {
    const { pool: index } = await readPoolFile(pool, null);
    const entry = index.arrays().ids[0]!;
    const listed = { entry, id: "fox", group: "wild", text: TEXT, tokens: 1, addedMs: 1, lastUseMs: 1 };
    await vscode.commands.executeCommand(HIDDEN_COMMANDS.poolsShow, {
      ...{ kind: "entry", path: pool, mayChange: true, entry: listed },
    });
    assert.equal(vscode.window.activeTextEditor?.document.getText(), TEXT);
  });
});
