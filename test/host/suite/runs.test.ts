// Runs of one window in a real editor: stopping one stops no other. The worker recites a script, slowly.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { RunRequest } from "../../../extension/run/runs.ts";
import { DEFAULT_SETTINGS } from "../../../core/settings/index.ts";
import { scriptedWindow } from "../scriptedWindow.ts";

const TEXT = "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog.";

describe("runs of one window", () => {
  const window = scriptedWindow({ answers: [{ text: TEXT }], delayMs: 5 });
  const request: RunRequest = {
    model: { path: window.modelPath, gpu: "off", contextTokens: 1024, threads: 1 },
    generate: {
      source: "user:\nTell a story.\n",
      promptFile: null,
      values: {},
      settings: { ...DEFAULT_SETTINGS, strategy: "plain" },
      poolPath: null,
    },
    traceFolder: null,
    traceForm: "plain",
  };

  it("a cancelled run stops, and the one waiting for it runs", async () => {
    const cancelling = new vscode.CancellationTokenSource();
    const cancelled = window.api.runs.run(
      request,
      "queue",
      ({ steps }) => {
        if (steps.length === 2) cancelling.cancel();
      },
      cancelling.token,
    );
    const waiting = window.api.runs.run(request, "queue", () => undefined);
    assert.equal((await cancelled).ended?.finish, "stopped");
    assert.equal((await waiting).ended?.finish, "endOfText");
    cancelling.dispose();
  });

  it("what precedes a run is shown until the run is, or until it comes to nothing", async () => {
    const { runs } = window.api;
    const reported: (string | null)[] = [];
    const listening = runs.onDelta((delta) => {
      if (delta.kind === "awaited") reported.push(delta.words);
      if (delta.kind === "started") reported.push(delta.kind);
    });
    const run = await runs.prepared(
      "Preparing",
      () => Promise.resolve(request),
      (wanted) => runs.run(wanted, "queue", () => undefined),
    );
    assert.equal(run?.ended?.finish, "endOfText");
    assert.deepEqual(reported.splice(0), ["Preparing", "started", null]);
    const none = await runs.prepared(
      "Asking",
      () => Promise.resolve(null),
      () => assert.fail("nothing to begin with"),
    );
    assert.equal(none, null);
    assert.deepEqual(reported.splice(0), ["Asking", null]);
    await assert.rejects(
      runs.prepared(
        "Trying",
        () => Promise.reject(new Error("no")),
        () => assert.fail("it failed"),
      ),
    );
    assert.deepEqual(reported.splice(0), ["Trying", null]);
    const cancelled = (): Promise<null> => Promise.resolve(null);
    const begin = (): Promise<never> => assert.fail("nothing to begin with");
    await runs.prepared("Asking", () => runs.prepared("Reading", cancelled, begin), begin);
    assert.deepEqual(reported, ["Asking", "Reading", "Asking", null], "the first is still awaited");
    listening.dispose();
  });

  it("a run cancelled while it waits never begins, and the one before it continues", async () => {
    const cancelling = new vscode.CancellationTokenSource();
    const going = window.api.runs.run(request, "queue", ({ steps }) => {
      if (steps.length === 2) cancelling.cancel();
    });
    const cancelled = window.api.runs.run(request, "queue", () => undefined, cancelling.token);
    const { steps, ended } = await cancelled;
    assert.deepEqual([steps.length, ended?.finish], [0, "stopped"]);
    assert.equal((await going).ended?.finish, "endOfText");
    cancelling.dispose();
  });
});
