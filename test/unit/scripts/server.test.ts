// The served VS Code keeps its token to its user. A program of this test stands in for VS Code's server.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { hostParts } from "../../../scripts/host/places.mjs";
import { startServer } from "../../../scripts/host/server.mjs";
import { temporaryFolder } from "../../support/check.ts";

/** Prints its arguments and its address as VS Code does, the token cut in two, and ends when its guard does. */
const SERVER = `
const { readFileSync } = require("node:fs");
const file = process.argv[process.argv.indexOf("--connection-token-file") + 1];
const token = readFileSync(file, "utf8");
process.stdout.write("arguments " + JSON.stringify(process.argv) + "\\nWeb UI at http://x?tkn=" + token.slice(0, 5));
setTimeout(() => process.stdout.write(token.slice(5) + "\\nExtension host agent listening on 4711\\n"), 20);
setInterval(() => undefined, 1000);
`;

test.skipIf(process.platform === "win32")(
  "the token is in no argument and no log, and its file is private",
  async (context) => {
    const folder = temporaryFolder(context);
    const { node, serverMain } = hostParts(folder);
    for (const file of [node, serverMain]) mkdirSync(dirname(file), { recursive: true });
    symlinkSync(process.execPath, node);
    writeFileSync(serverMain, SERVER);
    const userDataDir = join(folder, "user");
    mkdirSync(join(userDataDir, "User"), { recursive: true });
    // A profile of an earlier time, in which every folder was trusted and the log was everyone's.
    const settings = join(userDataDir, "User", "settings.json");
    writeFileSync(settings, '{"security.workspace.trust.enabled": false, "editor.fontSize": 20}');
    writeFileSync(join(userDataDir, "server.log"), "", { mode: 0o644 });
    const server = await startServer(
      { folder, userDataDir, extensionsDir: join(folder, "extensions") },
      { workspaceTrust: true, connectionToken: true },
    );
    await server.stop();
    assert.equal(server.port, 4711);
    assert.match(server.token ?? "", /^[0-9a-f]{32}$/);
    const log = readFileSync(server.log, "utf8");
    assert.match(log, /^arguments \[/);
    assert.match(log, /\?tkn=\(token\)\n/);
    assert.ok(!log.includes(server.token ?? ""), log);
    const tokenFile = join(userDataDir, "connection-token");
    assert.equal(readFileSync(tokenFile, "utf8"), server.token);
    for (const [path, mode] of [
      [userDataDir, 0o700],
      [tokenFile, 0o600],
      [server.log, 0o600],
    ] as const)
      assert.equal((statSync(path).mode & 0o777).toString(8), mode.toString(8), path);
    assert.deepEqual(
      (({ "security.workspace.trust.enabled": trust, "editor.fontSize": size }) => [trust, size])(
        JSON.parse(readFileSync(settings, "utf8")) as Record<string, unknown>,
      ),
      [true, 20],
    );
  },
);
