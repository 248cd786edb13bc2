// Any evidence of another llama.cpp than the one whose structures are known makes it refuse, with a reason that names it.
import assert from "node:assert/strict";
import { test } from "vitest";
import { foreignFunctions } from "../../../../../server/engine/foreignFunctions.ts";
import { openNative } from "../../../../../server/engine/native/functions.ts";
import { observe, refusal, type Observed } from "../../../../../server/engine/native/guard.ts";
import { findLibrary, libraryIn } from "../../../../../server/engine/native/library.ts";
import { packagedBinaries } from "../../../../support/packagedBinaries.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const found = libraryIn(packagedBinaries());
if ("reason" in found) throw new Error(found.reason);
const koffi = await foreignFunctions();
// Other libraries may be opened before, e.g. those of CUDA or of the GPU's driver.
koffi.load(process.platform === "win32" ? "ucrtbase.dll" : null);
const native = openNative(koffi, found.file);
const genuine = observe(native);

test("native calls have stacks of 8 MiB, whichever library was opened first", async () => {
  const { sync_stack_size, async_stack_size } = (await foreignFunctions()).config();
  assert.deepEqual([sync_stack_size, async_stack_size], [8 << 20, 8 << 20]);
});

test("the packaged library is the one expected", () => {
  assert.equal(refusal(genuine), null);
});

const changes: readonly { name: string; change: (seen: Observed) => Observed; reason: RegExp }[] = [
  {
    name: "another version",
    change: (seen) => ({ ...seen, version: "0.6.0" }),
    reason: /version 0\.6\.0, expected 0\.5\.0-dev/,
  },
  {
    name: "a structure of another size",
    change: (seen) => ({ ...seen, bytes: { ...seen.bytes, batch: 64 } }),
    reason: /batch has 64 bytes, expected 56/,
  },
  ...Object.keys(genuine.modelDefaults).map((field) => ({
    name: `another default of ${field} for models`,
    change: (seen: Observed) => ({ ...seen, modelDefaults: { ...seen.modelDefaults, [field]: 77 } }),
    reason: new RegExp(`default ${field} for the model is 77`),
  })),
  ...Object.keys(genuine.contextDefaults).map((field) => ({
    name: `another default of ${field} for contexts`,
    change: (seen: Observed) => ({ ...seen, contextDefaults: { ...seen.contextDefaults, [field]: 77 } }),
    reason: new RegExp(`default ${field} for the context is 77`),
  })),
];
table("refuses", changes, ({ change, reason }) => {
  assert.match(refusal(change(genuine)) ?? "accepted", reason);
});

test("a library without the functions is refused by the one that is missing", () => {
  const other = process.platform === "win32" ? "ucrtbase.dll" : null;
  assert.throws(() => openNative(koffi, other as string), /llama_version/);
});

test("a folder without libllama, or a missing one, is reported as the reason", (context) => {
  assert.deepEqual(libraryIn(temporaryFolder(context)), { reason: "its folder has 0 files of libllama" });
  assert.match(JSON.stringify(libraryIn("/no/such/folder")), /ENOENT/);
  // Nothing of node-llama-cpp is loaded into this process.
  assert.deepEqual(findLibrary(false), { reason: "0 folders of llama.cpp are loaded" });
});
