// The parts of the VS Code host and of `npm start` that decide without running anything.
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { findDesktopCode } from "../../../scripts/editor/open.mjs";
import { workbenchAddress } from "../../../scripts/host/address.mjs";
import { hostPlatformProblem } from "../../../scripts/host/install.mjs";
import { linuxCacheFolder } from "../../../scripts/host/places.mjs";
import { cacheFolder } from "../../../server/files/cache.ts";
import { table, temporaryFolder } from "../../support/check.ts";

table(
  "the scripts and the product agree on the cache folder",
  [
    { name: "nothing set", env: {} },
    { name: "LASER_CACHE", env: { LASER_CACHE: "/caches/laser" } },
    { name: "XDG_CACHE_HOME", env: { XDG_CACHE_HOME: "/caches" } },
    { name: "a relative XDG_CACHE_HOME", env: { XDG_CACHE_HOME: "caches" } },
  ],
  ({ env }) => {
    const home = "/people/ada";
    assert.equal(linuxCacheFolder(env, home), cacheFolder({ env, platform: "linux", homes: [() => home] }));
  },
);

table(
  "the host's platform",
  [
    { name: "Linux x64", platform: "linux", arch: "x64", fits: true },
    { name: "Linux arm64", platform: "linux", arch: "arm64", fits: false },
    { name: "macOS", platform: "darwin", arch: "arm64", fits: false },
  ] as const,
  ({ platform, arch, fits }) => {
    const problem = hostPlatformProblem(platform, arch);
    assert.equal(problem === null, fits);
    if (problem !== null) assert.match(problem.nextStep, /VS Code/);
  },
);

table(
  "the page's address",
  [
    { name: "a folder", token: null, target: "/a b", expected: "http://127.0.0.1:7/?folder=%2Fa+b" },
    {
      name: "a workspace behind a token",
      token: "t",
      target: "/a.code-workspace",
      expected: "http://127.0.0.1:7/?tkn=t&workspace=%2Fa.code-workspace",
    },
    { name: "an empty window", token: null, target: null, expected: "http://127.0.0.1:7/?ew=true" },
  ],
  ({ token, target, expected }) => {
    assert.equal(workbenchAddress({ port: 7, token }, target), expected);
  },
);

test("the desktop's code is taken from PATH if it is there", (context) => {
  const folder = temporaryFolder(context);
  const env = { PATH: ["/nowhere", folder].join(path.delimiter) };
  assert.equal(findDesktopCode(env, "linux"), null);
  const code = path.join(folder, "code");
  writeFileSync(code, "");
  chmodSync(code, 0o755);
  assert.equal(findDesktopCode(env, "linux"), code);
});
