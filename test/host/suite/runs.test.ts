// Runs of one window in a real editor: stopping one stops no other. The worker recites a script, slowly.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { COMMANDS } from "../../../extension/catalogue.ts";
import type { InspectorApi } from "../../../extension/main.ts";
import type { RunRequest } from "../../../extension/runs.ts";
import { DEFAULT_SETTINGS } from "../../../server/protocol/settings.ts";

describe("runs of one window", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-script-"));
  const request: RunRequest = {
    model: { path: path.join(folder, "a.gguf"), gpu: "off", contextTokens: 1024 },
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
  let api: InspectorApi;

  before(async () => {
    const extension = vscode.extensions.getExtension<InspectorApi>("laser-inspector.laser-inspector");
    assert.ok(extension !== undefined, "the extension is not there");
    api = await extension.activate();
    const script = path.join(folder, "script.json");
    const text = "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog.";
    writeFileSync(script, JSON.stringify({ answers: [{ text }], delayMs: 5 }));
    process.env.LASER_WORKER_SCRIPT = script;
    await vscode.commands.executeCommand(COMMANDS.restart);
  });
  after(async () => {
    delete process.env.LASER_WORKER_SCRIPT;
    await vscode.commands.executeCommand(COMMANDS.restart);
    rmSync(folder, { recursive: true, force: true });
  });

  it("a run that is cancelled stops, one that waits behind it is run", async () => {
    const cancelling = new vscode.CancellationTokenSource();
    const cancelled = api.runs.run(
      request,
      "queue",
      ({ steps }) => {
        if (steps.length === 2) cancelling.cancel();
      },
      cancelling.token,
    );
    const waiting = api.runs.run(request, "queue", () => undefined);
    assert.equal((await cancelled).ended?.finish, "stopped");
    assert.equal((await waiting).ended?.finish, "endOfText");
    cancelling.dispose();
  });

  it("one that is cancelled while it waits never begins, and the one before it goes on", async () => {
    const cancelling = new vscode.CancellationTokenSource();
    const going = api.runs.run(request, "queue", ({ steps }) => {
      if (steps.length === 2) cancelling.cancel();
    });
    const cancelled = api.runs.run(request, "queue", () => undefined, cancelling.token);
    const { steps, ended } = await cancelled;
    assert.deepEqual([steps.length, ended?.finish], [0, "stopped"]);
    assert.equal((await going).ended?.finish, "endOfText");
    cancelling.dispose();
  });
});
