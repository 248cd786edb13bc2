// Continuing from a kept trace, and the plain run beside a run, in a real editor: answer, trace and notices. The worker
// recites a script, so that no model is needed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS, HIDDEN_COMMANDS, OUTPUT_SCHEME } from "../../../extension/host/catalogue.ts";
import type { Notice } from "../../../extension/host/notify.ts";
import type { RunSnapshot } from "../../../extension/shared/panel.ts";
import { inheritedText, parseTrace, wholeAnswer, type Trace } from "../../../core/trace/index.ts";
import { readTraceFile } from "../../../server/files/traces/index.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog.";

describe("continuing from a kept trace", () => {
  const configuration = () => vscode.workspace.getConfiguration("laser");
  const window = scriptedWindow(
    { answers: [{ text: TEXT }, { text: "A dog barks." }] },
    async (isSet, modelPath) => {
      for (const [name, value] of Object.entries({ model: modelPath, strategy: "laser-strict" }))
        await configuration().update(name, isSet ? value : undefined, vscode.ConfigurationTarget.Global);
    },
  );

  /** The run shown, which has ended, and its trace. */
  function shown(): { readonly run: RunSnapshot; readonly uri: vscode.Uri; readonly trace: Trace } {
    const run = window.api.runs.shown;
    const file = run?.ended?.tracePath ?? null;
    assert.ok(run !== null && file !== null, JSON.stringify(run?.ended));
    return { run, uri: vscode.Uri.file(file), trace: parseTrace(readFileSync(file, "utf8")) };
  }

  const continueFrom = (argument: unknown): Thenable<void> =>
    vscode.commands.executeCommand(HIDDEN_COMMANDS.continueFrom, argument);

  async function noticesOf(argument: unknown): Promise<string[]> {
    const notices: Notice[] = [];
    const listening = window.api.notifier.onNotice((notice) => notices.push(notice));
    await continueFrom(argument);
    listening.dispose();
    return notices.map(({ message }) => message);
  }

  it("continues after another token, in a new answer, and opens the trace of it", async () => {
    const [prompt] = await vscode.workspace.findFiles("fox.prompty");
    const { Global } = vscode.ConfigurationTarget;
    await configuration().update("traces.measurePlain", true, Global);
    await vscode.commands.executeCommand(COMMANDS.generate, prompt);
    await configuration().update("traces.measurePlain", undefined, Global);
    const before = shown();
    // The plain run that was asked for once and for all is over, and the run has a speed-up.
    assert.equal(before.run.plainRun?.tokens, before.trace.result.tokens.length);
    assert.equal(before.trace.result.text, TEXT);
    const token = before.trace.result.tokens[5]!;
    await continueFrom({ traceUri: before.uri, tokensBefore: 3, token });
    const { run, uri, trace } = shown();
    assert.notEqual(uri.fsPath, before.uri.fsPath);
    assert.deepEqual(run.header?.request, trace.request);
    assert.deepEqual(
      [trace.request.inheritedTokens, trace.request.parent?.token, trace.request.parent?.file],
      [4, token, path.basename(before.uri.fsPath)],
    );
    const answer = vscode.Uri.from({
      scheme: OUTPUT_SCHEME,
      path: "/fox/fox.from-3.answer.md",
      query: before.uri.toString(),
    });
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(answer)).toString(), wholeAnswer(trace));
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
    const files = open.map((input) => (input as { readonly uri?: vscode.Uri } | undefined)?.uri?.toString());
    assert.ok(files.includes(uri.toString()) && files.includes(answer.toString()), files.join("\n"));
  });

  it("says of each token that it wrote why it is there, and nothing about those before", async () => {
    const { trace } = shown();
    // The trace was opened beside the prompt, as the answer was, and may stand over it.
    const [known] = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs.map(({ input }) => input))
      .filter((input) => input instanceof vscode.TabInputText)
      .filter(({ uri }) => uri.path === "/fox/fox.from-3.answer.md");
    assert.ok(known !== undefined, "the answer is not open");
    const answer = await vscode.workspace.openTextDocument(known.uri);
    const inherited = inheritedText(trace.request, trace.tokens);
    const hoversAt = (offset: number): Thenable<vscode.Hover[]> =>
      vscode.commands.executeCommand("vscode.executeHoverProvider", answer.uri, answer.positionAt(offset));
    assert.deepEqual(await hoversAt(inherited.length - 1), []);
    const [hover] = await hoversAt(inherited.length);
    assert.equal(answer.offsetAt(hover?.range?.start ?? answer.positionAt(0)), inherited.length);
  });

  it("with nothing changed writes the same answer", async () => {
    const before = shown();
    await continueFrom({ traceUri: before.uri, tokensBefore: 2, token: null });
    const { trace } = shown();
    assert.equal(wholeAnswer(trace), wholeAnswer(before.trace));
    assert.equal(trace.request.inheritedTokens, 6);
  });

  it("keeps the trace of a plain run that is measured beside it, and shows the run as before", async () => {
    const before = shown();
    const result = await window.api.runs.measurePlain(new vscode.CancellationTokenSource().token);
    assert.match(result?.tracePath ?? "", /-fox-plain\.lasertrace$/);
    const plain = parseTrace(readFileSync(result!.tracePath!, "utf8"));
    assert.equal(plain.request.strategy, "plain");
    assert.deepEqual(plain.result.tokens, before.trace.result.tokens);
    assert.equal(shown().uri.fsPath, before.uri.fsPath);
  });

  it("says why it can't continue", async () => {
    const { uri, trace } = shown();
    assert.deepEqual(await noticesOf(undefined), [
      "There is nothing to continue from: choose a token in a trace.",
    ]);
    const gone = vscode.Uri.file(path.join(path.dirname(window.modelPath), "gone.lasertrace"));
    assert.deepEqual(await noticesOf({ traceUri: gone, tokensBefore: 0, token: null }), [
      "gone.lasertrace can't be read as a trace.",
    ]);
    const { length } = trace.result.tokens;
    assert.deepEqual(await noticesOf({ traceUri: uri, tokensBefore: length + 1, token: null }), [
      `The answer in ${path.basename(uri.fsPath)} has only ${length} tokens of its own.`,
    ]);
    // A run that began and failed is reported by the panel, and only there.
    assert.deepEqual(await noticesOf({ traceUri: uri, tokensBefore: length, token: null }), []);
    const error = window.api.runs.shown?.ended?.error;
    assert.match(error?.message ?? "", /^The answer ends there: /);
    assert.match(error?.nextStep ?? "", /^Continue from an earlier token of the answer/);
  });

  it("continues by another rule from what the run drafted from, and says by which strategy", async () => {
    const { Global } = vscode.ConfigurationTarget;
    await configuration().update("strategy", "prompt-lookup", Global);
    try {
      const [prompt] = await vscode.workspace.findFiles("fox.prompty");
      await vscode.commands.executeCommand(COMMANDS.generate, prompt);
    } finally {
      await configuration().update("strategy", "laser-strict", Global);
    }
    const { uri, trace: before } = shown();
    assert.equal(before.request.strategy, "prompt-lookup");
    const rule = { kind: "relaxed", topK: 3, minProbability: 0.05 };
    assert.deepEqual(await noticesOf({ traceUri: uri, tokensBefore: 2, token: null, rule }), [
      "prompt-lookup supports only the strict rule: the answer continues with laser. Drafts still come from the prompt and the answer only.",
    ]);
    const { trace } = shown();
    assert.deepEqual([trace.request.strategy, trace.request.rule, trace.pool], ["laser", rule, null]);
    assert.deepEqual(
      await noticesOf({ traceUri: uri, tokensBefore: 2, token: null, rule: { kind: "strict" } }),
      [],
    );
    assert.equal(shown().trace.request.strategy, "prompt-lookup");
  });

  it("leaves out the bad lines of the pool that the recorded run left out", async () => {
    const { Global } = vscode.ConfigurationTarget;
    const pool = path.join(path.dirname(window.modelPath), "pool.jsonl");
    writeFileSync(pool, `${JSON.stringify({ id: "cat", text: TEXT })}\nnot an answer\n`);
    await configuration().update("poolFile", pool, Global);
    try {
      const [prompt] = await vscode.workspace.findFiles("fox.prompty");
      await vscode.commands.executeCommand(COMMANDS.generate, prompt);
      assert.equal(window.api.runs.shown?.ended?.error?.code, "poolLineInvalid");
      await vscode.commands.executeCommand(HIDDEN_COMMANDS.skipBadLines, prompt);
      const { uri, trace: before } = shown();
      assert.equal(before.pool?.skippedLines, 1);
      await continueFrom({ traceUri: uri, tokensBefore: 2, token: null });
      const { uri: next, trace } = shown();
      assert.notEqual(next.fsPath, uri.fsPath);
      assert.deepEqual([trace.pool?.entries, trace.pool?.skippedLines], [1, 1]);
    } finally {
      await configuration().update("poolFile", undefined, Global);
    }
  });

  it("keeps a compact trace if that is set, continues from it, and shows it as text", async () => {
    await configuration().update("traces.compact", true, vscode.ConfigurationTarget.Global);
    try {
      const [prompt] = await vscode.workspace.findFiles("fox.prompty");
      await vscode.commands.executeCommand(COMMANDS.generate, prompt);
      const file = window.api.runs.shown?.ended?.tracePath ?? "";
      assert.match(file, /-fox-laser-strict\.lasertrace\.gz$/);
      const kept = await readTraceFile(file);
      assert.equal(kept.result.text, TEXT);
      await continueFrom({ traceUri: vscode.Uri.file(file), tokensBefore: 2, token: null });
      const next = await readTraceFile(window.api.runs.shown?.ended?.tracePath ?? "");
      assert.equal(next.request.parent?.file, path.basename(file));
      const traceFile = { path: file, modifiedMs: 0, beganMs: 0, bytes: 0 };
      const row = { kind: "trace", file: traceFile, children: [] };
      await vscode.commands.executeCommand(HIDDEN_COMMANDS.tracesOpenText, row, [row]);
      const { document } = vscode.window.activeTextEditor ?? assert.fail("no text is open");
      assert.deepEqual(parseTrace(document.getText()), kept);
      assert.deepEqual(
        [document.languageId, path.basename(file)],
        ["json", `${path.basename(document.fileName)}.gz`],
      );
      // What breadcrumbs show: the prompt, and not where traces are stored.
      assert.equal(document.uri.path, `/fox/${path.basename(file, ".gz")}`);
    } finally {
      await configuration().update("traces.compact", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
