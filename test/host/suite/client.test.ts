// A server that never answers, in every possible way: the client says so, leaves no rejection that nobody
// handles, and can be restarted. The servers are small programs, real processes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { RequestFailed, ServerClient } from "../../../extension/run/client.ts";
import { modelsRequest, restartRequest, type ServerStatus } from "../../../server/protocol/methods.ts";

const SILENT = `const { join } = require("node:path");
  process.on("message", () => require("node:fs").writeFileSync(join(__dirname, "received"), ""));`;
const ANSWERING = `process.on("message", ({ id, method }) => {
  if (id === undefined || method === "laser/restartWorker") return;
  process.send({ jsonrpc: "2.0", id, result: method === "initialize" ? { capabilities: {} } : [] });
});`;
const SERVERS = {
  "ends at once": { source: "process.exit(1);", reason: /could not be started: its process exited/ },
  "cannot be loaded": { source: "this is not a program", reason: /could not be started: its process exited/ },
  "ends when it is spoken to": {
    source: "process.on('message', () => process.exit(0));",
    reason: /could not be started: its process exited/,
  },
  "answers with an error": {
    source: `process.on("message", ({ id }) => {
      if (id !== undefined) process.send({ jsonrpc: "2.0", id, error: { code: 1, message: "of another version" } });
    });`,
    reason: /could not be started: of another version\.$/,
  },
  "never answers": { source: SILENT, reason: /could not be started: it did not answer within 0\.5 s\.$/ },
} as const;

describe("a language server that does not answer", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-servers-"));
  let log: vscode.LogOutputChannel;
  let client: ServerClient;
  let statuses: ServerStatus[];
  let unhandled: unknown[];
  const hear = (reason: unknown): void => {
    unhandled.push(reason);
  };

  before(() => {
    log = vscode.window.createOutputChannel("LASER: servers of a test", { log: true });
    process.on("unhandledRejection", hear);
  });
  after(() => {
    process.off("unhandledRejection", hear);
    log.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    statuses = [];
    unhandled = [];
  });
  afterEach(async () => {
    await client.dispose();
    await rejectionsSeen();
    assert.deepEqual(unhandled.map(String), []);
  });

  function clientOf(source: string, answerMs: number): ServerClient {
    const serverModule = path.join(folder, "server.cjs");
    writeFileSync(serverModule, source);
    client = new ServerClient({
      places: () => null,
      serverModule,
      log,
      answerMs,
      startOptions: () => ({ trusted: true, laserOnly: false, idleUnloadMinutes: 0 }),
    });
    client.onStatus((status) => statuses.push(status));
    return client;
  }

  for (const [name, { source, reason }] of Object.entries(SERVERS)) {
    it(`is reported once, with a next step, when it ${name}`, async () => {
      await clientOf(source, name === "never answers" ? 500 : 60_000).start();
      await rejectionsSeen();
      assert.equal(statuses.length, 1, JSON.stringify(statuses));
      const [{ state, error }] = statuses as [ServerStatus];
      assert.equal(state, "down");
      assert.match(error?.message ?? "", reason);
      assert.match(error?.nextStep ?? "", /LASER: Restart Server/);
      await assert.rejects(
        client.request(modelsRequest, null),
        (failure) => failure instanceof RequestFailed && failure.text === error,
      );
    });
  }

  it("can be restarted while it is silent", async () => {
    const first = clientOf(SILENT, 60_000).start();
    await spokenTo();
    writeFileSync(path.join(folder, "server.cjs"), ANSWERING);
    await Promise.all([first, client.restart()]);
    assert.deepEqual(await client.request(modelsRequest, null), []);
    assert.equal(client.status.state, "idle");
    assert.equal(client.status.error, null);
  });

  it("can be left while it is silent, even before its process exists", async () => {
    const started = clientOf(SILENT, 60_000).start();
    await client.dispose();
    await started;
  });

  it("that crashed is awaited by the next request, and stays down after its fifth crash", async () => {
    await clientOf(
      `${ANSWERING} process.on("message", ({ method }) => {
      if (method === "laser/restartWorker") process.kill(process.pid, "SIGKILL");
    });`,
      60_000,
    ).start();
    for (let crash = 1; crash < 5; crash++) {
      await assert.rejects(
        client.request(restartRequest, null),
        /exited unexpectedly and is being restarted/,
      );
      assert.deepEqual(await client.request(modelsRequest, null), []);
    }
    await assert.rejects(client.request(restartRequest, null), /exited 5 times within three minutes/);
    await assert.rejects(client.request(modelsRequest, null), /exited 5 times within three minutes/);
    assert.equal(client.status.state, "down");
    assert.match(
      client.status.error?.nextStep ?? "",
      /does not restart until you run "LASER: Restart Server"/,
    );
    await client.restart();
    assert.deepEqual(await client.request(modelsRequest, null), []);
  });

  /** Resolves when the silent server has received its first message. */
  function spokenTo(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (name !== "received") return;
        watcher.close();
        resolve();
      });
    });
  }
});

/** Node reports a rejection when the turn in which it was left alone has ended. */
async function rejectionsSeen(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
