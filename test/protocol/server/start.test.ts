// The language server over stdio: how it begins, diagnoses prompt files and ends, and what it puts on stdout.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { PublishDiagnosticsParams } from "vscode-languageserver/node";
import { METHODS_VERSION } from "../../../server/protocol/methods.ts";
import { table } from "../../support/check.ts";
import {
  initialize,
  readyServer,
  refusalOf,
  startServer,
  type ServerClient,
} from "../../support/process/serverClient.ts";

table(
  "a client of another version is refused, both named",
  [
    { name: "a later one", laserProtocol: 7, shown: "7" },
    { name: "a word", laserProtocol: "one", shown: '"one"' },
    { name: "none", laserProtocol: undefined, shown: "none" },
  ],
  async ({ laserProtocol, shown }, context) => {
    const client = startServer(context);
    const text = await refusalOf(initialize(client, { laserProtocol }));
    assert.equal(text.code, "methodsVersion");
    assert.match(text.message, new RegExp(`version ${shown} .* version ${METHODS_VERSION}\\.`));
  },
);

test("initialize names the server's version, and the state follows", async (context) => {
  const client = startServer(context);
  const answer = await initialize(client);
  assert.equal((answer as { laserProtocol: unknown }).laserProtocol, METHODS_VERSION);
  await client.connection.sendNotification("initialized", {});
  assert.deepEqual(await client.state("idle"), { state: "idle", stats: null, error: null });
});

const uri = "file:///film.prompty";
const published = (client: ServerClient, from: number): Promise<PublishDiagnosticsParams> =>
  client.until((received) => (received.kind === "diagnostics" ? received.published : null), from);

test("problems of a prompt file have a place, change with the file and disappear when it is closed", async (context) => {
  const client = await readyServer(context, { options: { limits: { debounceMs: 0 } } });
  const text = "---\nname: Film\n---\nuser:\nDescribe {{ film }\n";
  await client.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "prompty", version: 1, text },
  });
  const first = await published(client, 0);
  assert.equal(first.uri, uri);
  assert.equal(first.version, 1);
  assert.deepEqual(
    first.diagnostics.map(({ code, severity, source, range }) => ({ code, severity, source, range })),
    [
      {
        code: "jinjaInvalid",
        severity: 1,
        source: "LASER",
        range: { start: { line: 4, character: 9 }, end: { line: 4, character: 18 } },
      },
    ],
  );
  let from = client.received.length;
  await client.connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [
      { range: { start: { line: 4, character: 18 }, end: { line: 4, character: 18 } }, text: "}" },
    ],
  });
  const second = await published(client, from);
  assert.equal(second.version, 2);
  assert.deepEqual(
    second.diagnostics.map(({ code, severity, range }) => ({ code, severity, range })),
    [
      {
        code: "variableWithoutValue",
        severity: 2,
        range: { start: { line: 4, character: 12 }, end: { line: 4, character: 16 } },
      },
    ],
  );
  from = client.received.length;
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  assert.deepEqual((await published(client, from)).diagnostics, []);
});

test("a document closed before it was checked again is never reported afterwards", async (context) => {
  const client = await readyServer(context, { options: { limits: { debounceMs: 0 } } });
  const open = { uri, languageId: "prompty", version: 1, text: "user:\nHello\n" };
  await client.connection.sendNotification("textDocument/didOpen", { textDocument: open });
  await client.connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: "" }],
  });
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  await client.shutdown();
  const versions = client.received.flatMap((received) =>
    received.kind === "diagnostics" ? [received.published.version] : [],
  );
  assert.equal(versions.at(-1), undefined);
  assert.equal(versions.filter((version) => version === undefined).length, 1);
});

test("a document of another language is left alone", async (context) => {
  const client = await readyServer(context);
  for (const languageId of ["plaintext", "prompty"]) {
    await client.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: `file:///a.${languageId}`, languageId, version: 1, text: "" },
    });
  }
  assert.equal((await published(client, 0)).uri, "file:///a.prompty");
});

test("stdout carries only frames, whatever the worker prints", async (context) => {
  const client = await readyServer(context, { conduct: "noisy" });
  assert.equal((await client.run().result).finish, "endOfText");
  assert.deepEqual(await client.shutdown(), { code: 0, signal: null });
  let rest = Buffer.concat(client.stdout);
  let frames = 0;
  while (rest.length > 0) {
    const header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest.subarray(0, 100).toString("latin1"));
    assert.ok(header !== null, `after ${frames} frames: ${rest.subarray(0, 100).toString()}`);
    const end = header[0].length + Number(header[1]);
    assert.equal(
      (JSON.parse(rest.subarray(header[0].length, end).toString()) as { jsonrpc: string }).jsonrpc,
      "2.0",
    );
    rest = rest.subarray(end);
    frames++;
  }
  assert.ok(frames > 5);
});

test("if the editor disappears during a run, the server ends, too", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const { runId, result } = client.run();
  result.catch(() => undefined); // The connection goes first.
  await client.steps(runId, 1);
  client.child.stdin?.end();
  assert.equal((await client.ended).code, 1);
});
