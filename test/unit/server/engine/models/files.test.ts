// Which files of a folder are offered as models, and why the others aren't.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { fileTable } from "../../../../../server/cli/commands/modelsCommand.ts";
import { writeGguf } from "../../../../../server/engine/devices/ggufWriter.ts";
import { findModelFiles } from "../../../../../server/engine/models/index.ts";
import { temporaryFolder } from "../../../../support/check.ts";
import { smallLlama, smallModels, text } from "../../../../support/gguf/smallModels.ts";

test("models are offered, with parts and rollback; projectors, adapters, parts and damaged files are explained", async (context) => {
  const folder = temporaryFolder(context);
  const models = smallModels();
  const { metadata, tensors } = smallLlama();
  const split = (no: number) =>
    ({ "split.no": { type: "uint16", value: no }, "split.count": { type: "uint16", value: 2 } }) as const;
  const write = (name: string, bytes: Uint8Array): void => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  const [first, second] = [
    writeGguf({ ...metadata, ...split(0) }, tensors.slice(0, 3)),
    writeGguf(split(1), tensors.slice(3)),
  ];
  write("a.gguf", models.llama!);
  write("deep/b.gguf", models.lfm2!);
  write("c-00001-of-00002.gguf", first);
  write("c-00002-of-00002.gguf", second);
  write("alone-00002-of-00002.gguf", second);
  write("empty.gguf", new Uint8Array());
  write("lora.gguf", writeGguf({ ...metadata, "general.type": text("adapter") }, tensors));
  write("mmproj.gguf", writeGguf({ ...metadata, "general.architecture": text("clip") }, tensors));
  write("bert.gguf", writeGguf({ ...metadata, "general.architecture": text("bert") }, tensors));
  write("cut.gguf", models.llama!.subarray(0, 1000));
  write("notes.txt", Buffer.from("no model"));
  symlinkSync(path.join(folder, "nowhere"), path.join(folder, "gone.gguf"));

  const found = await findModelFiles([folder, path.join(folder, "missing")]);
  const offered = found
    .filter(({ problem }) => problem === null)
    .map(({ path: file, bytes, parts, isHybrid, architecture, quantisation, contextTokens }) => {
      const name = path.relative(folder, file).replaceAll(path.sep, "/");
      return [name, bytes, parts, isHybrid, architecture, quantisation, contextTokens];
    });
  assert.deepEqual(offered, [
    ["a.gguf", models.llama!.length, 1, false, "llama", "F32", 256],
    ["c-00001-of-00002.gguf", first.length + second.length, 2, false, "llama", "F32", 256],
    ["deep/b.gguf", models.lfm2!.length, 1, true, "lfm2", "F32", 256],
  ]);
  for (const { problem, architecture, quantisation, contextTokens } of found)
    if (problem !== null)
      assert.deepEqual([architecture, quantisation, contextTokens], [null, null, null], problem);
  const reasons = Object.fromEntries(
    found.flatMap(({ path: file, problem }) => (problem === null ? [] : [[path.basename(file), problem]])),
  );
  assert.deepEqual(Object.keys(reasons).sort(), [
    "alone-00002-of-00002.gguf",
    "bert.gguf",
    "cut.gguf",
    "empty.gguf",
    "gone.gguf",
    "lora.gguf",
    "mmproj.gguf",
  ]);
  assert.deepEqual(
    ["empty.gguf", "gone.gguf"].map((name) => found.find((one) => path.basename(one.path) === name)?.bytes),
    [0, null],
    "a file that is missing is not an empty one",
  );
  const said = Object.values(reasons).join("\n");
  for (const expected of [/part 2 of 2/, /embeddings/, /ends too early/, /empty/, /LoRA/, /mmproj/])
    assert.match(said, expected);
  assert.ok(!said.includes(folder), "files are named without their folder");

  const table = fileTable(found);
  assert.match(table, /1 MB in 2 parts +llama +F32 +256 .*c-00001-of-00002\.gguf\n/);
  assert.match(table, /hybrid: rejected drafts are evaluated again .*b\.gguf\n/);
  assert.match(
    table,
    /\n\nCan't be loaded:\n.*alone-00002-of-00002\.gguf\n {2}alone-00002-of-00002\.gguf is part 2 of 2/,
  );
  assert.equal(fileTable([]), "no GGUF files there\n");
});
