// What goes into the extension's package: only what .vscodeignore names, all that the command needs beside its bundle, and
// nothing of the cluster's Python package.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { packageHash } from "../../../scripts/editor/vsix.mjs";
import { thisTarget } from "../../../scripts/editor/targets.mjs";
import { repositoryFolder, table, temporaryFolder } from "../../support/check.ts";

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

table(
  "the package is made again",
  [
    { name: "not after a start that changed nothing", file: null, isAgain: false },
    { name: "not after a check of types", file: "dist/types/core.js", isAgain: false },
    { name: "not because of what an earlier package left", file: "dist/packages/koffi.js", isAgain: false },
    { name: "for another bundle", file: "dist/laser.mjs", isAgain: true },
    { name: "for another page", file: "dist/webview/panel.css", isAgain: true },
    { name: "for another picture", file: "media/icon.svg", isAgain: true },
    { name: "for another manifest", file: "package.json", isAgain: true },
  ],
  ({ file, isAgain }, context) => {
    const root = temporaryFolder(context);
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    };
    for (const name of ["dist/laser.mjs", "dist/types/core.js", "media/icon.svg", "package.json"])
      write(name, "1");
    const before = packageHash(root, thisTarget());
    if (file !== null) write(file, "2");
    assert.equal(packageHash(root, thisTarget()) !== before, isAgain);
  },
);
