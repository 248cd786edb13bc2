// The licence texts of what is bundled go along with it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { licenceTexts, packageFolders, unnamed } from "../../../scripts/licences.mjs";
import { repositoryFolder, temporaryFolder } from "../../support/check.ts";

test("packages are found once, nested ones too, and our own files are not among them", () => {
  const inputs = [
    "core/base/index.ts",
    "node_modules/yaml/dist/index.js",
    "node_modules/yaml/dist/doc.js",
    "node_modules/a/node_modules/@scope/b/x.js",
  ];
  assert.deepEqual(packageFolders(inputs), ["node_modules/a/node_modules/@scope/b", "node_modules/yaml"]);
  assert.deepEqual(unnamed("| `yaml` with `b` |", packageFolders(inputs)), ["@scope/b"]);
});

test("each package's text exists, and one without is refused", (context) => {
  const root = temporaryFolder(context);
  const add = (name: string, manifest: object): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", ...manifest }));
    return folder;
  };
  writeFileSync(join(add("good", { license: "MIT" }), "LICENSE.md"), "Permission is granted");
  writeFileSync(join(add("works", { license: "Apache-2.0" }), "License.txt"), "Version 2.0");
  writeFileSync(join(root, "works", "NOTICE"), "Copyright of others");
  add("silent", { license: "MIT" });
  add("unlicensed", {});
  const texts = licenceTexts(root, ["good", "works"]);
  for (const part of ["good 1.0.0 (MIT)", "Permission is granted", "Version 2.0", "Copyright of others"])
    assert.ok(texts.includes(part), part);
  assert.throws(() => licenceTexts(root, ["silent"]), /silent 1\.0\.0 \(MIT\) includes no text/);
  assert.throws(() => licenceTexts(root, ["unlicensed"]), /states no licence/);
});

test("notices and texts are packed into the extension", () => {
  const packed = readFileSync(join(repositoryFolder, ".vscodeignore"), "utf8").split("\n");
  for (const file of ["!LICENSE", "!THIRD_PARTY_NOTICES.md", "!dist/licences.txt"])
    assert.ok(packed.includes(file), file);
});
