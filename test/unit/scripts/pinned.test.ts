// What is fetched is pinned: the host's packages, and the Python packages that a conversion runs.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { requireIntegrity, unpinned } from "../../../scripts/host/pinned.mjs";
import { Problem } from "../../../scripts/setup/problem.mjs";
import { repositoryFolder, table, temporaryFolder } from "../../support/check.ts";

const locked = {
  packages: { "node_modules/a": { integrity: "sha512-A" }, "node_modules/b": { integrity: "sha512-B" } },
};

table(
  "a package is not the pinned one",
  [
    { name: "another hash", installed: { "node_modules/a": { integrity: "sha512-X" } } },
    { name: "no hash", installed: { "node_modules/a": {} } },
    { name: "not in the lock file", installed: { "node_modules/c": { integrity: "sha512-C" } } },
  ],
  ({ installed }) => {
    assert.deepEqual(unpinned({ packages: installed }, locked), Object.keys(installed));
  },
);

test("pinned packages are accepted, and fewer than the lock file names", () => {
  assert.deepEqual(unpinned({ packages: { "node_modules/b": { integrity: "sha512-B" } } }, locked), []);
});

test("an archive of another hash is refused", (context) => {
  const file = join(temporaryFolder(context), "archive.tgz");
  writeFileSync(file, "content");
  const integrity =
    "sha512-stHShbUZnIX5iNA2ScN+RP093gHl1pxQ/vkGUZYvSBEOk0C2DUmkecTAtT9fB9aQaG3YfSSBk3pRLouF7nxhfw==";
  requireIntegrity(file, integrity);
  writeFileSync(file, "content of another");
  assert.throws(() => {
    requireIntegrity(file, integrity);
  }, Problem);
});

test("every Python package of the conversion has one version and hashes", () => {
  const text = readFileSync(join(repositoryFolder, "server", "engine", "models", "requantize.txt"), "utf8");
  const requirements = text
    .replace(/^#.*\n/gm, "")
    .replaceAll("\\\n", "")
    .trim()
    .split("\n");
  assert.ok(requirements.length >= 4);
  for (const requirement of requirements)
    assert.match(requirement, /^[a-z]+==[\d.]+ [^\n]*--hash=sha256:[0-9a-f]{64}/);
});
