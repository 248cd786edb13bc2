// What goes into the extension's package: only what .vscodeignore names, all that the command needs beside its bundle, and
// nothing of the cluster's Python package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { repositoryFolder } from "../../support/check.ts";

test("the package holds the listed files, and no source of the server", () => {
  const lines = readFileSync(join(repositoryFolder, ".vscodeignore"), "utf8").trim().split("\n");
  assert.equal(lines[0], "**", "everything is left out that is not named");
  const named = lines.slice(1);
  assert.ok(named.length > 5 && named.every((line) => line.startsWith("!")));
  assert.deepEqual(
    named.filter((line) => /^!(\*|server|core|test)/.test(line)),
    [],
  );
});

test("files that the build puts beside the bundles are packed", () => {
  const build = readFileSync(join(repositoryFolder, "esbuild.mjs"), "utf8");
  const packed = readFileSync(join(repositoryFolder, ".vscodeignore"), "utf8").split("\n");
  const copied = [...build.matchAll(/cpSync\("[^"]+", "(dist\/[^"]+)"/g)].map(([, to]) => to!);
  assert.deepEqual(copied, [
    "dist/click_model",
    "dist/node-sqlite3-wasm.wasm",
    "dist/lasertrace.schema.json",
  ]);
  for (const to of copied)
    assert.ok(
      packed.some((line) => line === `!${to}` || line.startsWith(`!${to}/`)),
      `${to} is missing in .vscodeignore`,
    );
});
