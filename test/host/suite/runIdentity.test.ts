// Which run a command is about, in a real editor: Run Again is about the run shown, whatever has the focus, Generate about a
// prompt; and what an opened trace leaves in view. The worker recites a script, so that no model is needed.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS, EDITORS, HIDDEN_COMMANDS, OUTPUT_SCHEME } from "../../../extension/host/catalogue.ts";
import type { RunSnapshot } from "../../../extension/shared/panel.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The fox is red. The fox is quick.";

describe("the run that is shown", () => {
  const { Global } = vscode.ConfigurationTarget;
  const configure = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [name, value] of Object.entries(values))
      await vscode.workspace.getConfiguration("laser").update(name, value, Global);
  };
  const window = scriptedWindow({ answers: [{ text: TEXT }] }, (isSet, modelPath) =>
    configure(
      isSet ? { model: modelPath, strategy: "laser-strict" } : { model: undefined, strategy: undefined },
    ),
  );

  const shown = (): RunSnapshot => window.api.runs.shown ?? assert.fail("no run is shown");
  /** Runs a command, and says of the run that is shown then: its id, its prompt and its strategy. */
  async function after(
    command: string,
    ...given: unknown[]
  ): Promise<[id: string, file: unknown, strategy: unknown]> {
    await vscode.commands.executeCommand(command, ...given);
    const { runId, header, ended } = shown();
    assert.equal(ended?.error ?? null, null);
    return [runId, header?.request.promptFile, header?.request.strategy];
  }
  async function found(name: string): Promise<vscode.Uri> {
    const [uri] = await vscode.workspace.findFiles(name);
    return uri ?? assert.fail(`${name} is not in the workspace`);
  }
  const inFront = (fits: (input: unknown) => boolean): boolean =>
    vscode.window.tabGroups.all.some(({ activeTab }) => activeTab !== undefined && fits(activeTab.input));
  const showsText = (uri: vscode.Uri) =>
    inFront((input) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());

  it("is run again with the settings of now, although another prompt has the focus", async () => {
    const [fox, film] = [await found("fox.prompty"), await found("film.prompty")];
    const [first, ...what] = await after(COMMANDS.generate, fox);
    assert.deepEqual(what, ["fox.prompty", "laser-strict"]);
    await vscode.window.showTextDocument(film);
    await configure({ strategy: "plain" });
    const [second, ...again] = await after(COMMANDS.runAgain);
    await configure({ strategy: "laser-strict" });
    assert.notEqual(second, first);
    assert.deepEqual(again, ["fox.prompty", "plain"]);
  });

  it("is run again although its trace is in front, which covers neither prompt nor answer", async () => {
    const fox = await found("fox.prompty");
    await vscode.window.showTextDocument(fox, { viewColumn: vscode.ViewColumn.One });
    const [first] = await after(COMMANDS.generate);
    await vscode.commands.executeCommand(COMMANDS.openTrace, vscode.Uri.file(shown().ended!.tracePath!));
    const isTrace = (input: unknown): boolean =>
      input instanceof vscode.TabInputCustom && input.viewType === EDITORS.trace;
    assert.ok(inFront(isTrace), "the trace is not open");
    assert.ok(showsText(fox), "the trace covers the prompt");
    const isAnswer = (input: unknown): boolean =>
      input instanceof vscode.TabInputText && input.uri.scheme === OUTPUT_SCHEME;
    assert.ok(inFront(isAnswer), "the trace covers the answer");
    const [second, file] = await after(COMMANDS.runAgain);
    assert.notEqual(second, first);
    assert.equal(file, "fox.prompty");
  });

  it("is of the last prompt if Generate finds none in front", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const before = shown().runId;
    const [next, file] = await after(COMMANDS.generate);
    assert.notEqual(next, before);
    assert.equal(file, "fox.prompty");
  });

  it("has an answer that can be reached and copied", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand(COMMANDS.goToAnswer);
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, OUTPUT_SCHEME);
    await vscode.env.clipboard.writeText("");
    await vscode.commands.executeCommand(COMMANDS.copyAnswer);
    assert.equal(await vscode.env.clipboard.readText(), TEXT);
  });

  it("has its prompt shown where that is open, in the active group if it is open in two", async () => {
    const fox = await found("fox.prompty");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.window.showTextDocument(fox, { viewColumn: vscode.ViewColumn.One });
    await after(COMMANDS.generate);
    const file = { path: shown().ended!.tracePath! };
    const reveal = async (): Promise<number[]> => {
      await vscode.commands.executeCommand(HIDDEN_COMMANDS.tracesRevealPrompt, {
        kind: "trace",
        file,
        children: [],
      });
      const isFox = ({ input }: vscode.Tab): boolean =>
        input instanceof vscode.TabInputText && input.uri.toString() === fox.toString();
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), fox.toString());
      const { all, activeTabGroup } = vscode.window.tabGroups;
      return [activeTabGroup.viewColumn, all.filter(({ tabs }) => tabs.some(isFox)).length];
    };
    // The answer's group is the active one.
    await vscode.commands.executeCommand(COMMANDS.goToAnswer);
    assert.equal(vscode.window.tabGroups.activeTabGroup.viewColumn, vscode.ViewColumn.Two);
    assert.deepEqual(await reveal(), [vscode.ViewColumn.One, 1]);
    await vscode.window.showTextDocument(fox, { viewColumn: vscode.ViewColumn.Two });
    assert.deepEqual(await reveal(), [vscode.ViewColumn.Two, 2]);
  });
});
