// What the extension gives the editor, asked of a real extension host: commands, languages, lens, views, settings.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS, HIDDEN_COMMANDS, SETTINGS } from "../../../extension/catalogue.ts";
import type { InspectorApi } from "../../../extension/main.ts";

async function activated(): Promise<InspectorApi> {
  const extension = vscode.extensions.getExtension<InspectorApi>("laser-inspector.laser-inspector");
  assert.ok(extension !== undefined, "the extension is not there");
  return extension.activate();
}

async function openSample(name: string): Promise<vscode.TextDocument> {
  const [uri] = await vscode.workspace.findFiles(name);
  assert.ok(uri !== undefined, `${name} is not in the workspace`);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The next tab that fits, or one that is there. */
function tabWith(fits: (tab: vscode.Tab) => boolean): Promise<vscode.Tab> {
  return new Promise((resolve) => {
    const look = (): boolean => {
      const found = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(fits);
      if (found !== undefined) resolve(found);
      return found !== undefined;
    };
    if (look()) return;
    const listening = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (look()) listening.dispose();
    });
  });
}

describe("extension", () => {
  it("registers every command of its catalogue", async () => {
    await activated();
    const commands = await vscode.commands.getCommands(true);
    const own = [...Object.values(COMMANDS), ...Object.values(HIDDEN_COMMANDS)];
    assert.deepEqual(
      own.filter((command) => !commands.includes(command)),
      [],
    );
  });

  it("gives each setting its default", () => {
    const configuration = vscode.workspace.getConfiguration("laser");
    for (const [name, { preset }] of Object.entries(SETTINGS)) {
      assert.deepEqual(configuration.inspect(name)?.defaultValue, preset, name);
    }
  });

  it("knows prompt files by their ending", async () => {
    assert.equal((await openSample("film.prompty")).languageId, "prompty");
  });

  it("reads traces as JSON", async () => {
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: "untitled", path: "/a.lasertrace" }),
    );
    assert.equal(document.languageId, "json");
  });

  it("puts the lens above the first message of a prompt", async () => {
    await activated();
    const document = await openSample("film.prompty");
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      10,
    );
    const [lens, ...more] = lenses.filter(({ command }) => command?.command === COMMANDS.generate);
    assert.ok(lens !== undefined && more.length === 0, "one lens");
    assert.equal(document.lineAt(lens.range.start.line).text, "system:");
    assert.equal(String(lens.command?.arguments?.[0]), document.uri.toString());
  });

  it("opens one settings editor, however often it is asked for", async () => {
    await activated();
    const isEditor = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith("laser.settingsEditor");
    await vscode.commands.executeCommand(COMMANDS.openSettings);
    await tabWith(isEditor);
    await vscode.commands.executeCommand(COMMANDS.openSettings);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isEditor);
    assert.equal(tabs.length, 1);
    await vscode.window.tabGroups.close(tabs);
  });

  it("opens a trace that it is given", async () => {
    await activated();
    const [uri] = await vscode.workspace.findFiles("answers.jsonl");
    await vscode.commands.executeCommand(COMMANDS.openTrace, uri);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri?.toString());
  });
});
