// Where a file may be written is found out before anything slow begins.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { checkAnswerPaths, checkOutputPath } from "../../../../../server/cli/files/tracePath.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

/** Given in the folder of the test, which holds file, folder, model, link (to file), round (to itself) and gone (to nothing). */
const PATHS: readonly { readonly name: string; readonly says: RegExp | null }[] = [
  { name: "new", says: null },
  { name: "folder/new/deep", says: null },
  { name: "file", says: null },
  { name: "gone", says: null },
  { name: "folder", says: /it is a folder/ },
  { name: "new/", says: /it names a folder/ },
  { name: "file/new", says: /file is not a folder/ },
  { name: "round", says: /its links form a loop/ },
  { name: "n".repeat(300), says: /its name is too long/ },
  { name: "model", says: /it is a model file/ },
  { name: "input", says: /it is an input of this run/ },
  { name: "link", says: /it is an input of this run/ },
];

table("path", PATHS, async ({ name, says }, context) => {
  const folder = temporaryFolder(context);
  const at = (file: string): string => `${folder}${path.sep}${file}`;
  mkdirSync(at("folder"));
  for (const file of ["file", "input"]) writeFileSync(at(file), "x");
  writeFileSync(at("model"), "GGUF\u0003\0\0\0");
  symlinkSync("input", at("link"));
  symlinkSync("round", at("round"));
  symlinkSync("nothing", at("gone"));
  const refused = await checkOutputPath(at(name), [at("input")], null).then(
    () => null,
    (error: unknown) => describeError(error).message,
  );
  if (says === null) assert.equal(refused, null);
  else assert.match(refused ?? "", says);
});

const SYSTEM: readonly { readonly name: string; readonly says: RegExp | null }[] = [
  // Its permissions allow its owner to write, and no file can be made there.
  { name: "/proc/laser-answer.txt", says: /the folder \/proc can't be written to/ },
  { name: "/proc/self/fd/laser/answer.txt", says: /can't be written to/ },
  { name: "/dev/null", says: null },
];

table("path of the system", SYSTEM, async ({ name, says }, { skip }) => {
  skip(process.platform !== "linux", "there is no /proc");
  const refused = await checkOutputPath(name, [], null).then(
    () => null,
    (error: unknown) => describeError(error).message,
  );
  if (says === null) assert.equal(refused, null);
  else assert.match(refused ?? "", says);
});

test("looking for room leaves nothing behind", async (context) => {
  const folder = temporaryFolder(context);
  await checkOutputPath(path.join(folder, "a"), [], null);
  assert.deepEqual(readdirSync(folder), []);
});

test("answer and trace can't go to one file, by whatever names", async (context) => {
  const folder = temporaryFolder(context);
  const [out, link] = [path.join(folder, "a"), path.join(folder, "b")];
  symlinkSync("a", link);
  for (const trace of [out, path.join(folder, ".", "a"), link])
    await assert.rejects(checkAnswerPaths({ out, trace }, []), (error) => {
      assert.match(describeError(error).message, /the trace of this run goes there/);
      return true;
    });
  await checkAnswerPaths({ out, trace: path.join(folder, "c") }, []);
});
