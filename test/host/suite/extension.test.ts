// What the extension gives the editor, asked of a real extension host: commands, languages, lens, views, settings.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { SETTINGS } from "../../../core/settings/index.ts";
import { COMMANDS, EDITORS, HIDDEN_COMMANDS, RENDERED_SCHEME } from "../../../extension/host/catalogue.ts";
import type { Notice } from "../../../extension/host/notify.ts";
import { patient } from "../../support/patience.ts";
import { activated } from "../scriptedWindow.ts";

async function openSample(name: string): Promise<vscode.TextDocument> {
  const [uri] = await vscode.workspace.findFiles(name);
  assert.ok(uri !== undefined, `${name} is not in the workspace`);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** The next tab that fits, or an open one. */
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

/**
 * VS Code reads the lines of a task until a tenth of a second after its end: those that a busy machine hands over later are
 * lost, and the task is run again.
 */
const TASK_TRIES = 5;
const READ_MS = patient(5_000);

/** Runs a task that fails. @returns the problem that VS Code read in its output, in a file; null if it read none */
async function problemOfRun(task: vscode.Task, uri: vscode.Uri): Promise<vscode.Diagnostic | null> {
  const listening: vscode.Disposable[] = [];
  const problem = new Promise<vscode.Diagnostic>((resolve) => {
    listening.push(
      vscode.languages.onDidChangeDiagnostics(() => {
        const [found] = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "laser");
        if (found !== undefined) resolve(found);
      }),
    );
  });
  const ended = new Promise<number | undefined>((resolve) => {
    listening.push(
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name === task.name) resolve(exitCode);
      }),
    );
  });
  await vscode.tasks.executeTask(task);
  assert.equal(await ended, 2);
  const found = await Promise.race([problem, setTimeout(READ_MS, null)]);
  for (const one of listening) one.dispose();
  return found;
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

  it("shows a prompt as the model gets it, and follows its text", async () => {
    await activated();
    const notes = await vscode.workspace.openTextDocument({ content: "Name a film. Not this." });
    const editor = await vscode.window.showTextDocument(notes);
    editor.selection = new vscode.Selection(0, 0, 0, "Name a film.".length);
    await vscode.commands.executeCommand(COMMANDS.showRendered);
    const selected = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === RENDERED_SCHEME);
    assert.match(selected?.getText() ?? "", /── user: \d+ tokens[^]*Name a film\./);
    const prompt = await openSample("film.prompty");
    await vscode.commands.executeCommand(COMMANDS.showRendered, prompt.uri);
    const shown = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === RENDERED_SCHEME && uri.toString() !== selected?.uri.toString(),
    );
    assert.ok(shown !== undefined);
    assert.match(
      shown.getText(),
      /\d tokens\.[^]*── user: \d+ tokens[^]*directed by Buster Keaton[^]*<\|im_start\|>/,
    );
    const changed: vscode.Uri[] = [];
    const followed = new Promise<string>((resolve) => {
      const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== RENDERED_SCHEME) return;
        changed.push(document.uri);
        if (document.uri.toString() !== shown.uri.toString()) return;
        listening.dispose();
        resolve(document.getText());
      });
    });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notes.uri, new vscode.Position(0, 0), "Not this either. ");
    edit.insert(prompt.uri, prompt.positionAt(prompt.getText().length), "Be brief.");
    await vscode.workspace.applyEdit(edit);
    assert.match(await followed, /Be brief\./);
    assert.deepEqual(changed.map(String), [shown.uri.toString()], "a selection is not followed");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.window.showTextDocument(prompt);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("runs the command as a task and reads its errors as problems", async () => {
    await activated();
    const prompt = await vscode.workspace.findFiles("film.prompty");
    const folder = vscode.workspace.getWorkspaceFolder(prompt[0]!);
    assert.ok(folder !== undefined);
    const broken = vscode.Uri.joinPath(folder.uri, "broken.prompty");
    await vscode.workspace.fs.writeFile(
      broken,
      Buffer.from("---\nlaser:\n  strategy: none\n---\nuser:\nHello\n"),
    );
    try {
      const offered = await vscode.tasks.fetchTasks({ type: "laser" });
      const task = offered.find(({ name }) => name === "generate broken.prompty");
      assert.ok(task !== undefined, offered.map(({ name }) => name).join(", "));
      let found: vscode.Diagnostic | null = null;
      for (let tries = 0; found === null && tries < TASK_TRIES; tries++)
        found = await problemOfRun(task, broken);
      assert.equal(found?.range.start.line, 2);
    } finally {
      await vscode.workspace.fs.delete(broken);
    }
  });

  it("gives each setting its default", () => {
    const configuration = vscode.workspace.getConfiguration("laser");
    for (const [name, setting] of Object.entries(SETTINGS)) {
      assert.deepEqual(configuration.inspect(name)?.defaultValue, setting.default, name);
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
    // A plain space beside an icon is not drawn.
    assert.equal(lens.command?.title, "$(play)\u00a0Generate");
    assert.equal(String(lens.command.arguments?.[0]), document.uri.toString());
  });

  it("completes, explains, outlines and fixes a prompt", async () => {
    await activated();
    const content = "---\nlaser:\n  stratgy: laser\nsample:\n  who: Mary\n---\nuser:\nHi {{ who }}\n";
    const document = await vscode.workspace.openTextDocument({ language: "prompty", content });
    await vscode.window.showTextDocument(document);
    const ask = <T>(what: string, ...more: readonly unknown[]): Thenable<T> =>
      vscode.commands.executeCommand<T>(`vscode.execute${what}`, document.uri, ...more);
    const inValue = new vscode.Position(7, 7);
    const { items } = await ask<vscode.CompletionList>("CompletionItemProvider", inValue);
    assert.ok(items.some(({ label }) => label === "who"));
    const hovers = await ask<vscode.Hover[]>("HoverProvider", inValue);
    const texts = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]);
    assert.ok(texts.some(({ value }) => value.includes("Mary")));
    const symbols = await ask<vscode.DocumentSymbol[]>("DocumentSymbolProvider");
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ["front matter", "user"],
    );
    const range = new vscode.Range(2, 2, 2, 9);
    const actions = await ask<vscode.CodeAction[]>("CodeActionProvider", range);
    assert.ok(actions.some(({ title }) => title === 'Change to "strategy"'));
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
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom, "it is not open in an editor of ours");
    assert.equal(input.viewType, EDITORS.trace);
    assert.equal(input.uri.toString(), uri?.toString());
  });
});

/** What a command shows, by message, with the buttons for the next step. */
async function noticesOf(command: string): Promise<string[]> {
  const { notifier } = await activated();
  const notices: Notice[] = [];
  const listening = notifier.onNotice((notice) => notices.push(notice));
  try {
    await vscode.commands.executeCommand(command);
  } finally {
    listening.dispose();
  }
  return notices.map(({ message, steps }) => [message, ...steps.map(({ label }) => `[${label}]`)].join(" "));
}

const NOTHING_RUNS = "Nothing is running. [Generate]";
const RESTARTED = "The LASER server was restarted.";

/** The commands that end without asking; Choose Model, Open Trace and the menu ask by a list, whatever is open. */
const SITUATIONS = [
  { name: "Stop with no file open", command: COMMANDS.stop, file: null, notices: [NOTHING_RUNS] },
  {
    name: "Stop with another file open",
    command: COMMANDS.stop,
    file: "answers.jsonl",
    notices: [NOTHING_RUNS],
  },
  { name: "Restart Server with no file open", command: COMMANDS.restart, file: null, notices: [RESTARTED] },
  { name: "Show Log with no file open", command: COMMANDS.showLog, file: null, notices: [] },
  { name: "Open Settings Editor with no file open", command: COMMANDS.openSettings, file: null, notices: [] },
  {
    name: "Open Settings Editor with another file open",
    command: COMMANDS.openSettings,
    file: "answers.jsonl",
    notices: [],
  },
] as const;

describe("a command without a prompt file in use", () => {
  for (const { name, command, file, notices } of SITUATIONS) {
    it(`${name} ${notices.length === 0 ? "just works" : "says why and what to do"}`, async () => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      if (file !== null) await openSample(file);
      assert.deepEqual(await noticesOf(command), notices);
      if (command === COMMANDS.openSettings) {
        await tabWith(({ input }) => input instanceof vscode.TabInputWebview);
      }
    });
  }
});

/** A list waits for the user, so its command ends when the list is closed. */
describe("a command that asks by a list", () => {
  for (const command of [
    COMMANDS.generate,
    COMMANDS.chooseModel,
    COMMANDS.openTrace,
    HIDDEN_COMMANDS.showMenu,
  ]) {
    it(`${command} asks in a window without files, too`, async () => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      const notices = noticesOf(command);
      const ended = notices.then(() => true);
      // A list that is not there yet can't be closed: closed again until the command has ended.
      const close = async (): Promise<boolean> => {
        await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
        return false;
      };
      let hasEnded = false;
      while (!hasEnded) hasEnded = await Promise.race([ended, close()]);
      assert.deepEqual(await notices, []);
    });
  }
});
