// A model file that changes under its path, as a new download of it does: the next load takes the new one.
import assert from "node:assert/strict";
import { renameSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { scriptedLoader } from "../../../../../server/worker/model/loadModel.ts";
import { ModelHolder } from "../../../../../server/worker/process/loaded.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

interface Row {
  readonly name: string;
  readonly change: (model: string, folder: string) => void;
  readonly loads: number;
}
const ROWS: readonly Row[] = [
  { name: "as it was", change: () => undefined, loads: 1 },
  {
    name: "longer",
    change: (model) => {
      truncateSync(model, 9);
    },
    loads: 2,
  },
  {
    name: "of equal length, written later",
    change: (model) => {
      utimesSync(model, 9, 9);
    },
    loads: 2,
  },
  {
    name: "another file in its place",
    change: (model, folder) => {
      writeFileSync(path.join(folder, "new"), "other bytes");
      renameSync(path.join(folder, "new"), model);
    },
    loads: 2,
  },
];

table("a model file is", ROWS, async ({ change, loads }, context) => {
  const folder = temporaryFolder(context);
  const [script, model] = [path.join(folder, "s.json"), path.join(folder, "m.gguf")];
  writeFileSync(script, JSON.stringify({ answers: [{ text: "Hello." }] }));
  writeFileSync(model, "bytes");
  let loaded = 0;
  const load = scriptedLoader(script, "test");
  const holder = new ModelHolder((...given) => {
    loaded++;
    return load(...given);
  });
  const hooks = { signal: new AbortController().signal, onProgress: () => undefined, log: () => undefined };
  const choice = { path: model, gpu: "off", contextTokens: 256 } as const;
  await holder.load(choice, hooks);
  change(model, folder);
  await holder.load(choice, hooks);
  assert.equal(loaded, loads);
  await holder.unload();
});
