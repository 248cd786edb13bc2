// Reads every import of the product and prints each that crosses a boundary (scripts/boundaries.mjs).
// The checker is itself shown to fail, on made-up imports: an empty list of problems alone would prove little.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { boundaries } from "../../scripts/boundaries.mjs";
import { boundaryProblem } from "../support/boundaryCheck.ts";
import { repositoryFolder, table } from "../support/check.ts";
import { importEdges } from "../support/importEdges.ts";

const PRODUCT_FOLDERS = ["server", "extension", "webview"];

test("no import crosses a boundary", () => {
  const files = readdirSync(repositoryFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && PRODUCT_FOLDERS.includes(entry.name))
    .flatMap((entry) => sourcesBelow(entry.name));
  let edges = 0;
  const problems = files.flatMap((file) =>
    importEdges(file, readFileSync(path.join(repositoryFolder, file), "utf8")).flatMap((edge) => {
      edges += 1;
      const problem = boundaryProblem(file, edge);
      return problem === null ? [] : [`${file}:${edge.line} → ${edge.specifier ?? "?"}: ${problem}`];
    }),
  );
  console.info(`${edges} imports in ${files.length} files`);
  assert.ok(edges > 0, "no imports found: the check looks in the wrong place");
  assert.deepEqual(problems, []);
});

function sourcesBelow(folder: string): string[] {
  return readdirSync(path.join(repositoryFolder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?tsx?$/.test(entry.name))
    .map((entry) => path.relative(repositoryFolder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join("/"));
}

test("the table of boundaries has no cycle and names only folders it holds", () => {
  const done = new Set<string>();
  const visit = (folder: string, above: readonly string[]): void => {
    assert.ok(!above.includes(folder), `cycle: ${[...above, folder].join(" → ")}`);
    if (done.has(folder)) return;
    const rule = boundaries[folder];
    assert.ok(
      rule !== undefined,
      `${above.at(-1) ?? ""} may import ${folder}, which the table does not hold`,
    );
    for (const other of [...rule.mayImport, ...(rule.mayImportTypes ?? [])]) visit(other, [...above, folder]);
    done.add(folder);
  };
  for (const folder of Object.keys(boundaries)) visit(folder, []);
});

table(
  "a made-up import",
  [
    {
      name: "inside a folder",
      file: "core/laser/a.ts",
      text: `import { b } from "./sub/b.ts"`,
      problem: null,
    },
    { name: "through a door", file: "core/trace/a.ts", text: `import "../laser/index.ts"`, problem: null },
    {
      name: "past the door",
      file: "core/trace/a.ts",
      text: `import "../laser/step.ts"`,
      problem: /entered/,
    },
    {
      name: "past the door by type",
      file: "core/trace/a.ts",
      text: `import type { A } from "../laser/step.ts"`,
      problem: /entered/,
    },
    {
      name: "upwards",
      file: "core/laser/a.ts",
      text: `import { A } from "../engine/index.ts"`,
      problem: /laser must not know server\/engine/,
    },
    {
      name: "upwards by type",
      file: "core/laser/a.ts",
      text: `import type { A } from "../trace/index.ts"`,
      problem: /must not know/,
    },
    {
      name: "upwards by import type",
      file: "core/laser/a.ts",
      text: `let a: import("../trace/index.ts").A`,
      problem: /must not know/,
    },
    {
      name: "upwards by re-export",
      file: "core/laser/a.ts",
      text: `export * from "../trace/index.ts"`,
      problem: /must not know/,
    },
    {
      name: "upwards at run time",
      file: "core/laser/a.ts",
      text: `await import("../trace/index.ts")`,
      problem: /must not know/,
    },
    {
      name: "upwards from a subfolder",
      file: "server/engine/models/a.ts",
      text: `import "../../cli/main.ts"`,
      problem: /must not know/,
    },
    {
      name: "any file of files",
      file: "server/engine/models/a.ts",
      text: `import "../../files/cache.ts"`,
      problem: null,
    },
    {
      name: "types of another folder's faults",
      file: "server/protocol/errors/a.ts",
      text: `import type { F } from "../../engine/errors.ts"`,
      problem: null,
    },
    {
      name: "values of another folder's faults",
      file: "server/protocol/errors/a.ts",
      text: `import { F } from "../../engine/errors.ts"`,
      problem: /types of server\/engine only/,
    },
    {
      name: "values marked as types one by one",
      file: "server/protocol/errors/a.ts",
      text: `import { type F } from "../../engine/errors.ts"`,
      problem: /types of server\/engine only/,
    },
    {
      name: "values through a door for who may know types only",
      file: "server/protocol/a.ts",
      text: `import { F } from "../engine/index.ts"`,
      problem: /types of server\/engine only/,
    },
    {
      name: "the manifest",
      file: "server/cli/a.ts",
      text: `import manifest from "../../package.json"`,
      problem: null,
    },
    {
      name: "the manifest in the core",
      file: "core/laser/a.ts",
      text: `import manifest from "../../package.json"`,
      problem: /no folder that may be imported/,
    },
    {
      name: "faults for who is not protocol",
      file: "server/cli/a.ts",
      text: `import type { F } from "../engine/errors.ts"`,
      problem: /entered/,
    },
    {
      name: "Node in a pure folder",
      file: "core/laser/a.ts",
      text: `import fs from "node:fs"`,
      problem: /pure/,
    },
    {
      name: "Node in a pure folder, without its prefix",
      file: "core/trace/a.ts",
      text: `import fs from "fs/promises"`,
      problem: /pure/,
    },
    {
      name: "Node's types in a pure folder",
      file: "core/trace/a.ts",
      text: `/// <reference types="node" />`,
      problem: /package node/,
    },
    { name: "Node elsewhere", file: "server/engine/a.ts", text: `import fs from "node:fs"`, problem: null },
    {
      name: "the native engine in its folder",
      file: "server/engine/a.ts",
      text: `await import("node-llama-cpp")`,
      problem: null,
    },
    {
      name: "the native engine elsewhere",
      file: "server/worker/a.ts",
      text: `import type { L } from "node-llama-cpp"`,
      problem: /only server\/engine/,
    },
    {
      name: "a native package elsewhere",
      file: "server/cli/a.ts",
      text: `require("@node-llama-cpp/linux-x64")`,
      problem: /only server\/engine/,
    },
    {
      name: "the editor in the server",
      file: "server/cli/a.ts",
      text: `import * as vscode from "vscode"`,
      problem: /only extension/,
    },
    {
      name: "a package in the core",
      file: "core/laser/a.ts",
      text: `import "yaml"`,
      problem: /package yaml/,
    },
    {
      name: "a package's inner file",
      file: "core/trace/a.ts",
      text: `import { Check } from "typebox/value"`,
      problem: null,
    },
    {
      name: "what no one can read",
      file: "server/cli/a.ts",
      text: `await import(name)`,
      problem: /no plain text/,
    },
    {
      name: "a test in the product",
      file: "server/cli/a.ts",
      text: `import "../../test/support/check.ts"`,
      problem: /no folder that may be imported/,
    },
    {
      name: "a folder that the table lacks",
      file: "server/extra/a.ts",
      text: `import "node:fs"`,
      problem: /does not name/,
    },
  ] satisfies readonly { name: string; file: string; text: string; problem: RegExp | null }[],
  ({ file, text, problem }) => {
    const [edge, ...more] = importEdges(file, text);
    assert.ok(edge !== undefined && more.length === 0, "one import");
    const found = boundaryProblem(file, edge);
    if (problem === null) assert.equal(found, null);
    else assert.match(found ?? "(allowed)", problem);
  },
);
