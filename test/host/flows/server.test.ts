// The language server is killed while it writes: the user is told, what was written is kept, and the next run works.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { parseTrace } from "../../../core/trace/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { testModelPath } from "../../support/decoding/realModel.ts";
import { patient } from "../../support/patience.ts";

const RUN_MS = patient(120_000);

let editor: Editor;
let panel: FrameLocator;
beforeAll(async () => {
  editor = await Editor.open({
    settings: {
      "laser.model": testModelPath(),
      "laser.gpu": "off",
      "laser.contextTokens": 1024,
    },
    files: { "broken.prompty": "---\nname: [\n---\nuser:\nHello\n" },
  });
});
afterAll(async () => {
  await editor.close();
});

const tokens = () => panel.locator(".stream .token");
const ended = () => panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });

test("a killed language server is told with reason and next step, and comes back", async () => {
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  panel = await editor.panel();
  await tokens().first().waitFor({ timeout: RUN_MS });
  const servers = editor.processesOf("dist/server.cjs");
  assert.equal(servers.length, 1);
  for (const pid of servers) process.kill(pid, "SIGKILL");
  const told = editor.message(
    "The language server exited unexpectedly and is being restarted. Run the prompt again.",
  );
  await told.waitFor();
  await ended();
  // What it wrote is a trace by now, which the panel offers.
  await panel.getByRole("button", { name: "Open trace" }).waitFor();
  // Its diagnostics are there once more.
  await editor.openFile("broken.prompty");
  await editor.page.locator(".squiggly-error").first().waitFor();
  const [server, ...more] = editor.processesOf("dist/server.cjs");
  assert.ok(server !== undefined && more.length === 0 && !servers.includes(server));
});

test("what it had written until then is kept as the trace of a failed run", () => {
  const { result, steps } = parseTrace(editor.trace());
  assert.equal(result.finish, "failed");
  assert.equal(result.error?.code, "serverGone");
  assert.ok(steps.length > 0 && result.text !== "");
});

test("the next run works", async () => {
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  // Its view was hidden by the explorer: this is a new page.
  panel = await editor.panel();
  await tokens().first().waitFor({ timeout: RUN_MS });
  await ended();
  const [latest] = editor.traces();
  assert.notEqual(parseTrace(latest!).result.finish, "failed");
  // The worker of the server that was killed has not stayed behind.
  assert.equal(editor.processesOf("dist/worker.mjs").length, 1);
});
