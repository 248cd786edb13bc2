// The helpers that tests are written with: tables of rows, golden files, folders that remove themselves. Only this
// file knows how a row becomes a test.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { fileURLToPath } from "node:url";

/** The root of the repository, absolute. */
export const repositoryFolder = fileURLToPath(new URL("../../", import.meta.url));

export interface Row {
  /** Says what this row shows; unlike all others of its table. */
  readonly name: string;
}

/**
 * One test per row, named `subject: row name`.
 * @throws without rows, or if two share a name: such a table would show less than it seems to.
 */
export function table<R extends Row>(
  subject: string,
  rows: readonly R[],
  run: (row: R, context: TestContext) => void | Promise<void>,
): void {
  if (rows.length === 0) throw new Error(`the table "${subject}" has no rows`);
  const names = new Set<string>();
  for (const row of rows) {
    if (names.has(row.name)) throw new Error(`the table "${subject}" has two rows named "${row.name}"`);
    names.add(row.name);
  }
  for (const row of rows) {
    test(`${subject}: ${row.name}`, async (context) => {
      await run(row, context);
    });
  }
}

export interface GoldenOptions {
  /** Where golden files lie; test/golden when left out. */
  readonly folder?: string;
  /** Rewrite the file instead of comparing; true under UPDATE_GOLDEN=1 when left out. */
  readonly update?: boolean;
}

/**
 * Compares a text with test/golden/<name>.txt. A mismatch leaves <name>.txt.actual beside it and fails with the
 * difference; UPDATE_GOLDEN=1 rewrites the golden file. `name` may hold slashes.
 */
export function golden(name: string, text: string, options: GoldenOptions = {}): void {
  const folder = options.folder ?? path.join(repositoryFolder, "test", "golden");
  const file = path.join(folder, `${name}.txt`);
  const actualFile = `${file}.actual`;
  const actual = text.endsWith("\n") ? text : `${text}\n`;
  mkdirSync(path.dirname(file), { recursive: true });
  if (options.update ?? process.env.UPDATE_GOLDEN === "1") {
    writeFileSync(file, actual);
    rmSync(actualFile, { force: true });
    return;
  }
  const expected = existsSync(file) ? readFileSync(file, "utf8") : null;
  if (expected === actual) {
    rmSync(actualFile, { force: true });
    return;
  }
  writeFileSync(actualFile, actual);
  const hint = `read ${name}.txt.actual, and run with UPDATE_GOLDEN=1 if it is right`;
  if (expected === null) assert.fail(`there is no golden file ${name}.txt yet: ${hint}`);
  assert.equal(actual, expected, `${name}.txt differs: ${hint}\n${firstDifference(expected, actual)}`);
}

/** The first line in which two texts differ, both versions, so that a failure can be read without opening files. */
function firstDifference(expected: string, actual: string): string {
  const expectedLines = expected.split("\n");
  const actualLines = actual.split("\n");
  const at = expectedLines.findIndex((line, index) => line !== actualLines[index]);
  const index = at === -1 ? expectedLines.length : at;
  return [
    `line ${index + 1}`,
    `  expected: ${JSON.stringify(expectedLines[index] ?? "(end of file)")}`,
    `  actual:   ${JSON.stringify(actualLines[index] ?? "(end of file)")}`,
  ].join("\n");
}

/** A new empty folder, absolute, removed with all that is in it when the test has ended. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-test-"));
  context.onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return folder;
}

/** A new file with this content, absolute, removed when the test has ended. */
export function temporaryFile(context: TestContext, name: string, content: string | Uint8Array): string {
  const file = path.join(temporaryFolder(context), name);
  writeFileSync(file, content);
  return file;
}
