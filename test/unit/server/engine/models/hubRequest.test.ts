// One request to the hub: which connections count as dead, and which redirects are not followed.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "vitest";
import { ModelError } from "../../../../../server/engine/models/errors.ts";
import { appendBody } from "../../../../../server/engine/models/hubBody.ts";
import { hubRequest } from "../../../../../server/engine/models/hubRequest.ts";
import { temporaryFolder } from "../../../../support/check.ts";

const BYTES = 300_000;

test("a connection of a few bytes per second counts as dead", async (context) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": BYTES });
    const drip = setInterval(() => response.write("x"), 5);
    response.once("close", () => {
      clearInterval(drip);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/model`;
  const connection = { endpoint: url, token: null, idleMs: 500, signal: new AbortController().signal };
  const file = { url, sha256: "0".repeat(64), bytes: BYTES, commit: null };
  const part = join(temporaryFolder(context), "part");
  await assert.rejects(
    appendBody(file, part, 0, connection, () => undefined),
    (error) => error instanceof ModelError && error.fault.tag === "hubStalled",
  );
});

test("a redirect from https to http is refused", async (context) => {
  const { fetch } = globalThis;
  context.onTestFinished(() => {
    globalThis.fetch = fetch;
  });
  const asked: string[] = [];
  globalThis.fetch = (url) => {
    asked.push(url instanceof Request ? url.url : url.toString());
    return Promise.resolve(
      new Response(null, { status: 302, headers: { location: "http://mirror.invalid/m" } }),
    );
  };
  const url = "https://hub.invalid/m";
  const connection = { endpoint: url, token: null, idleMs: 10_000, signal: new AbortController().signal };
  await assert.rejects(
    hubRequest(url, { method: "GET" }, connection),
    (error) => error instanceof ModelError && error.fault.tag === "hubInsecure",
  );
  assert.deepEqual(asked, [url]);
});
