// `npm run golden -- DIR`: runs every golden script of a folder on the reference index, reports where it
// differs from the published code, and counts.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { replay } from "./replay.ts";
import { readScript, ScriptProblem } from "./script.ts";

/** Exit codes: all passed · something failed · nothing to run. */
const PASSED = 0;
const FAILED = 1;
const USAGE = 2;

/** The maximum length at which a tree is shown. */
const SHOWN_CHARACTERS = 300;

export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Returns the exit code. Each `get` and `end` counts as one test, an unusable file as one failed test. */
export function runGolden(args: readonly string[], { out, err }: Output): number {
  const [folder, ...more] = args;
  if (folder === undefined || more.length > 0) {
    err("Usage: npm run golden -- DIR, where DIR contains golden scripts (*.json).");
    return USAGE;
  }
  const files = scriptsOf(folder);
  if (files === null || files.length === 0) {
    err(`${folder} ${files === null ? "is not a readable folder" : "contains no *.json"}.`);
    err("Next: name a folder with golden scripts, such as test/fixtures/golden.");
    return USAGE;
  }
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    try {
      const { operations, checked, failures } = replay(
        readScript(readFileSync(path.join(folder, file), "utf8")),
      );
      for (const { operation, what, expected, found } of failures)
        out(`${file}: operation ${operation} (${what}): expected ${short(expected)}; found ${short(found)}`);
      passed += checked - failures.length;
      failed += failures.length;
      out(`${file}: ${operations} operations, ${checked} with a result, ${failures.length} differ`);
    } catch (error) {
      failed++;
      const reason = error instanceof ScriptProblem ? error.message : String(error);
      out(`${file}: refused: ${reason}`);
    }
  }
  out(`${files.length} files; each get and end is one test, a refused file is one failed test`);
  out(`${passed} passed, ${failed} failed`);
  return failed === 0 ? PASSED : FAILED;
}

/** File names in order; null without such a folder. */
function scriptsOf(folder: string): string[] | null {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .sort();
  } catch {
    return null;
  }
}

function short(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
