// The helpers that other tests trust: a golden file that differs must fail, and a table must not lose rows.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { golden, table, temporaryFolder } from "../../support/check.ts";

test("a golden file passes when equal, and fails naming the first line that differs", (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, "a.txt"), "one\ntwo\n");
  golden("a", "one\ntwo", { folder, update: false });
  assert.throws(() => {
    golden("a", "one\n2\n", { folder, update: false });
  }, /a\.txt differs[^]*line 2\n {2}expected: "two"\n {2}actual: {3}"2"/);
  assert.equal(readFileSync(path.join(folder, "a.txt.actual"), "utf8"), "one\n2\n");
  golden("a", "one\ntwo\n", { folder, update: false });
  assert.equal(existsSync(path.join(folder, "a.txt.actual")), false, "removed once it is right");
});

test("a golden file that is missing fails, and is written when asked for", (context) => {
  const folder = temporaryFolder(context);
  assert.throws(() => {
    golden("deep/new", "text", { folder, update: false });
  }, /no golden file deep\/new\.txt yet/);
  golden("deep/new", "text", { folder, update: true });
  assert.equal(readFileSync(path.join(folder, "deep", "new.txt"), "utf8"), "text\n");
  assert.equal(existsSync(path.join(folder, "deep", "new.txt.actual")), false);
});

test("a table without rows, or with two of one name, is refused", () => {
  const run = (): void => undefined;
  assert.throws(() => {
    table("empty", [], run);
  }, /has no rows/);
  assert.throws(() => {
    table("twice", [{ name: "a" }, { name: "a" }], run);
  }, /two rows named "a"/);
});

let folderBefore = "";
test("a temporary folder exists during its test", (context) => {
  folderBefore = temporaryFolder(context);
  assert.ok(existsSync(folderBefore));
});
test("and gone after it", () => {
  assert.notEqual(folderBefore, "");
  assert.equal(existsSync(folderBefore), false);
});
