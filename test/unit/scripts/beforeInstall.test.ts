// What runs in a fresh clone, before any package is installed, imports nothing but Node and files of this repository.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { repositoryFolder, table } from "../../support/check.ts";

/** Programs that install the packages themselves. */
const PROGRAMS = ["start.mjs", "startCommand.mjs", "package.mjs", "test.mjs", "testCommand.mjs"] as const;

/** `import … from "x"`, `export … from "x"` and `import "x"`; what `import(…)` names is loaded later. */
const STATIC_IMPORT = /^(?:import|export)\b(?:[^"'()]*?\bfrom)?\s*["']([^"']+)["']/gm;

/** Packages that a file imports before it runs, with the file that names them. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return [...readFileSync(file, "utf8").matchAll(STATIC_IMPORT)].flatMap(([, name]) => {
    if (name!.startsWith(".")) return packagesOf(path.resolve(path.dirname(file), name!), seen);
    return isBuiltin(name!) ? [] : [`${path.relative(repositoryFolder, file)}: ${name!}`];
  });
}

table(
  "without packages",
  PROGRAMS.map((name) => ({ name })),
  ({ name }) => {
    const seen = new Set<string>();
    assert.deepEqual(packagesOf(path.join(repositoryFolder, "scripts", name), seen), []);
    assert.ok(seen.size > 1, `${name} imports nothing`);
  },
);
