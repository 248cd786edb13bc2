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
